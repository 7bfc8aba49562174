import pytest

from uploader.checks.mapping import key, matched, stem, wanted_names
from uploader.errors import ListError, SettingsError
from uploader.templates.columns import Column

COLUMNS = {
    "rp_id": Column(required=True, aliases=("Routing point",)),
    "to": Column(required=True, aliases=("Destinatario", "Para")),
    "toname": Column(),
}


@pytest.mark.parametrize(
    ("header", "positions"),
    [
        (["rp_id", "to", "toname"], {"rp_id": 0, "to": 1, "toname": 2}),
        (["toname", "to", "rp_id"], {"rp_id": 2, "to": 1, "toname": 0}),
        (["RP ID", "Para"], {"rp_id": 0, "to": 1}),
        (["Rp_Id ", " DESTINATARIO"], {"rp_id": 0, "to": 1}),
        (["routing_point", "párá"], {"rp_id": 0, "to": 1}),
        (["to", "TO", "rp_id"], {"rp_id": 2, "to": 0}),
        (["Para", "to", "rp_id"], {"rp_id": 2, "to": 1}),
        (["Routing points", "Destinatários"], {"rp_id": 0, "to": 1}),
        (["Destinatarios", "Para", "rp_id"], {"rp_id": 2, "to": 1}),
    ],
)
def test_names_match_exactly_then_by_alias_then_as_people_write_them(
    header: list[str], positions: dict[str, int]
) -> None:
    assert matched(header, COLUMNS) == positions


def test_what_is_chosen_wins_by_name_or_by_letter() -> None:
    header = ["rp_id", "to", "other", ""]
    assert matched(header, COLUMNS, {"to": "Other"})["to"] == 2
    assert matched(header, COLUMNS, {"to": "d"})["to"] == 3


@pytest.mark.parametrize(
    ("chosen", "words"),
    [({"too": "to"}, "no field too"), ({"to": "nowhere"}, "no such column"), ({"to": "twice"}, "2 columns")],
)
def test_a_choice_that_is_not_there_is_refused(chosen: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        matched(["rp_id", "to", "twice", "twice"], COLUMNS, chosen)


def test_missing_columns_are_one_message_with_what_there_is_and_the_nearest() -> None:
    with pytest.raises(ListError) as refused:
        matched(["rpid no", "name", "destinatario final"], COLUMNS)
    words = str(refused.value)
    assert "no column for rp_id, to" in words
    assert "It has: rpid no, name, destinatario final." in words
    assert '--map to="destinatario final"' in words
    assert '--map rp_id="rpid no"' in words


def test_two_columns_that_fit_alike_are_not_guessed_between() -> None:
    with pytest.raises(ListError, match="A, C"):
        matched(["to", "rp_id", "to"], COLUMNS)


def test_a_key_leaves_out_what_people_write_differently() -> None:
    assert key("Número de  Teléfono_") == key("numero-de-telefono") == "numerodetelefono"


def test_the_wanted_names_are_fields_and_aliases() -> None:
    assert wanted_names(COLUMNS) == ("rp_id", "Routing point", "to", "Destinatario", "Para", "toname")


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("mensaje", "Mensajes"), ("canal", "canales"), ("Teléfono", "teléfonos"), ("opção", "opções"), ("canal", "canais"),
        ("message", "messages"), ("Número de teléfono", "números de teléfonos"), ("voz", "voces"), ("imagem", "imagens"),
    ],
)  # fmt: skip
def test_singular_and_plural_are_one_name(one: str, many: str) -> None:
    assert stem(one) == stem(many)
    assert stem("from") != stem("form")

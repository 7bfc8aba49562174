import pytest

from tests.rendered import sentence
from uploader.checks.mapping import MissingColumn, match_columns, wanted_names
from uploader.errors import SettingsError
from uploader.model.names import key, stem
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
    match = match_columns(header, COLUMNS)
    assert (match.fields, match.missing) == (positions, [])


def test_what_is_chosen_wins_by_name_or_by_letter() -> None:
    header = ["rp_id", "to", "other", ""]
    assert match_columns(header, COLUMNS, {"to": "Other"}).fields["to"] == 2
    assert match_columns(header, COLUMNS, {"to": "d"}).fields["to"] == 3


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"too": "to"}, "no field too"),
        ({"to": "nowhere"}, "no column “nowhere”"),
        ({"to": "twice"}, "2 columns called “twice”"),
    ],
)
def test_a_choice_that_is_not_there_is_refused(chosen: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        match_columns(["rp_id", "to", "twice", "twice"], COLUMNS, chosen)


def test_missing_columns_are_one_message_with_what_there_is_and_the_nearest() -> None:
    header = ["rpid no", "name", "destinatario final"]
    match = match_columns(header, COLUMNS)
    assert match.missing == [
        MissingColumn("rp_id", (0, 1, 2), is_ambiguous=False, nearest=0),
        MissingColumn("to", (0, 1, 2), is_ambiguous=False, nearest=2),
    ]
    words = sentence(match.error(header, COLUMNS).message)
    assert "no column for the fields rp_id and to." in words
    assert "Columns not used yet: “rpid no” (A), “name” (B) and “destinatario final” (C)." in words
    assert '--map to="destinatario final"' in words
    assert '--map rp_id="rpid no"' in words


def test_two_columns_that_fit_alike_are_not_guessed_between() -> None:
    header = ["to", "rp_id", "to"]
    match = match_columns(header, COLUMNS)
    assert match.missing == [MissingColumn("to", (0, 2), is_ambiguous=True)]
    words = sentence(match.error(header, COLUMNS).message)
    assert words.startswith(
        "Several columns could fill the field to: “to” (A) and “to” (C). Choose one, for example with --map to=A, or rename the others."
    )


def test_all_that_is_missing_is_one_message_with_what_was_found() -> None:
    columns = {**COLUMNS, "from": Column(required=True), "subject": Column(required=True)}
    header = ["toname", "to", "to", "subjekt", "x"]
    match = match_columns(header, columns)
    assert match.fields == {"toname": 0}
    assert [(one.field, one.candidates, one.is_ambiguous, one.nearest) for one in match.missing] == [
        ("to", (1, 2), True, None),
        ("rp_id", (1, 2, 3, 4), False, None),
        ("from", (1, 2, 3, 4), False, None),
        ("subject", (1, 2, 3, 4), False, 3),
    ]
    error = match.error(header, columns)
    assert (error.field, error.candidates) == ("to", (1, 2))
    assert sentence(error.message) == (
        "Several columns could fill the field to: “to” (B) and “to” (C). Choose one, for example with --map to=B, or rename the others. "
        "The list has no column for the fields rp_id, from and subject. Found: toname in “toname” (A). Columns not used yet: "
        "“to” (B), “to” (C), “subjekt” (D) and “x” (E). The closest match for the field subject is “subjekt” (D). If that is the one, add "
        '--map subject="subjekt". Rename the columns in the list, or choose them with --map FIELD=COLUMN.'
    )


def test_an_optional_column_that_two_would_fill_is_not_guessed_either() -> None:
    match = match_columns(["rp_id", "to", "toname", "toname"], COLUMNS)
    assert match.missing == [MissingColumn("toname", (2, 3), is_ambiguous=True)]


def test_what_is_known_by_position_needs_no_name_and_a_choice_wins_over_it() -> None:
    header = ["a", "b", "to"]
    assert match_columns(header, COLUMNS, known={"rp_id": 0, "to": 1, "gone": 2}).fields == {"rp_id": 0, "to": 1}
    assert match_columns(header, COLUMNS, {"to": "C"}, {"rp_id": 0, "to": 1}).fields == {"rp_id": 0, "to": 2}


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

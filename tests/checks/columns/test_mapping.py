import pytest

from tests.rendered import sentence
from uploader.checks.columns.likeness import overlooked
from uploader.checks.columns.mapping import MissingColumn, match_columns, wanted_names
from uploader.errors import SettingsError
from uploader.model.names import key
from uploader.templates.columns.column import Column

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


@pytest.mark.parametrize("name", ["Des.", "DES", "Deis", "D\u0435"])
def test_a_short_alias_has_no_plural_and_no_lookalike(name: str) -> None:
    columns = {"from": Column(required=True, aliases=("De",)), "to": Column(required=True)}
    match = match_columns([name, "to"], columns)
    assert match.fields == {"to": 1}
    assert [one.field for one in match.missing] == ["from"]


def test_the_name_of_one_field_is_not_the_plural_of_another_s() -> None:
    columns = {"email": Column(required=True), "emails": Column(required=True)}
    match = match_columns(["emails", "x"], columns)
    assert match.fields == {"emails": 0}
    assert match_columns(["Emails"], {"email": Column(required=True)}).fields == {"email": 0}


@pytest.mark.parametrize(
    ("name", "field", "words"),
    [
        ("t\u043e", "to", "the letter “\u043e” is Cyrillic (U+043E)"),
        ("Τ\u03bf", "to", "the letter “\u03bf” is Greek (U+03BF)"),
        ("rp_\u0131d", "rp_id", "the character “\u0131” is a special one (U+0131)"),
        (
            "\uff52\uff50_id",
            "rp_id",
            "the letter “\uff52” is full-width (U+FF52), the letter “\uff50” is full-width (U+FF50)",
        ),
        ("P\u0430ra", "to", "“P\u0430ra” (A) is not the “Para” that fills the field to, although it looks like it"),
    ],
)
def test_a_name_in_other_letters_is_never_used_but_explained_with_the_option_that_works(
    name: str, field: str, words: str
) -> None:
    header = [name, "rp_id" if field == "to" else "to"]
    match = match_columns(header, COLUMNS)
    assert field not in match.fields
    said = sentence(match.error(header, COLUMNS).message)
    assert words in said
    assert f"add --map {field}=A." in said
    assert [sentence(one) in said for one in match.lookalikes(header, COLUMNS)] == [True]
    assert match_columns(header, COLUMNS, {field: "A"}).fields[field] == 0
    assert match_columns(header, COLUMNS, {field: name}).fields[field] == 0


def test_a_choice_that_is_typed_in_other_letters_than_the_header_is_explained() -> None:
    with pytest.raises(SettingsError, match="only one that looks like it") as why:
        match_columns(["rp_id", "x", "\u043ether"], COLUMNS, {"to": "other"})
    assert "“\u043ether” (C): the letter “\u043e” is Cyrillic (U+043E)" in sentence(why.value.message)
    assert "“\u043ether” (C): the letter “\u043e” is Cyrillic (U+043E)" in sentence(why.value.message)
    assert "use --map to=C." in sentence(why.value.message)


def test_an_optional_column_in_other_letters_is_pointed_out() -> None:
    header = ["rp_id", "to", "t\u043ename", "toname2"]
    match = match_columns(header, COLUMNS)
    assert "toname" not in match.fields
    (note,) = overlooked(header, COLUMNS, match.fields)
    assert "add --map toname=C." in sentence(note)
    assert list(overlooked([*header, "toname"], COLUMNS, {**match.fields, "toname": 4})) == []

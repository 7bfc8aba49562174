"""Columns that say more of their cells than text: types, named values, several parts, what is sent of empty cells."""

import pytest

from uploader.errors import TemplateError
from uploader.model.rows import Row
from uploader.model.settings import Settings
from uploader.templates.columns.column import Column
from uploader.templates.columns.reading import Reading
from uploader.templates.parsing.parser import parse
from uploader.templates.template import Template

TEMPLATE = """
title = "x"
[request]
url = "https://api.example.com/{{b}}"
[request.json]
a = ["{{a}}"]
[columns.b]
[columns.a]
"""


def template(said: str) -> Template:
    return parse(TEMPLATE + said, "x.toml", "x")


def column(said: str) -> Column:
    return template(said).columns["a"]


def test_a_checked_number_may_be_sent_as_a_text() -> None:
    price = column("type = 'number'\ndecimal = ','\nsent_as = 'text'")
    assert (price.meant("1.250,50"), price.typed("1250.50"), price.takes("caro")) == ("1250.50", "1250.50", False)
    vip = column("type = 'boolean'\nsent_as = 'text'")
    assert (vip.meant("Sí"), vip.typed("true")) == ("true", "true")


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("type = 'wat'", 'type: write one of these: "text", "number", "integer", "boolean"'),
        ("decimal = ','", "decimal: leave it out"),
        ("sent_as = 'text'", "sent_as: what is sent here is a text anyway"),
        ("type = 'number'\nsent_as = 'number'", 'sent_as: write one of these: "text"'),
        ("type = 'number'\ndecimal = ';'", "decimal: write one of these"),
        ("type = 'number'\nexample = '1.250'", "example: the example does not pass"),
        ("type = 'integer'\nexample = '1,5'", "example: the example does not pass"),
        ("type = 'number'\none_of = ['1,5']", "one_of: write numbers as they are sent"),
        ("type = 'number'\ndate_format = '%d/%m/%Y'", "date_format: leave out date_format"),
        ("type = 'boolean'\npattern = 'x'", 'pattern: leave out pattern: it contradicts type = "boolean"'),
        ("type = 'boolean'\nexample = 'quizás'", "example: the example does not pass"),
        ("values = {}", "values: write at least one value"),
        ("values = { Baja = [] }", "values.Baja: write a text"),
        ("values = { Baja = '' }", "values.Baja: write a text in which something can be seen"),
        ("values = { ' ' = 1 }", "values. : write a text in which something can be seen"),
        ("values = { 'Sí' = 1, SI = 2 }", "values.SI: “Sí” and “SI” are the same in a cell"),
        ("values = { A = 3, B = '3' }", "values.B: “3” is sent in two ways"),
        ("values = { A = 3 }\none_of = ['A']", "one_of: leave out one_of: it contradicts values"),
        ("values = { A = 3 }\ntype = 'integer'", "type: leave out type: it contradicts values"),
        ("values = { A = 3 }\nexample = 'B'", "example: the example does not pass"),
        ("list = ''", "list: write what separates the parts"),
        ("list = 'x'", "list: write what separates the parts"),
        ("list = '; '", "list: write what separates the parts"),
        ("list = '1'", "list: write what separates the parts"),
        ("list = ','\ntype = 'number'", "list: “,” can also be part of a number"),
        ("list = ','\ntype = 'number'\ndecimal = ','", "list: “,” can also be part of a number"),
        ("list = '-'\ntype = 'integer'", "list: “-” can also be part of a number"),
        ("list = ';'\nvalues = { 'a;b' = 1 }", "values: “;”, which separates"),
        ("list = ';'\none_of = ['a;b']", "one_of: “;”, which separates"),
        ("list = '/'\ndate_format = '%d/%m/%Y'", "date_format: “/”, which separates"),
        ("list = ';'\nmax_length = 3\nexample = 'abc;abcd'", "example: the example does not pass"),
        ("empty = 'nothing'", 'empty: write one of these: "text", "omit", "null"'),
        ("default = ''", "default: the default does not pass"),
        ("default = []", "default: write a text in quotes, or a value without quotes"),
        ("default = 'x'\nrequired = true", "default: leave out default: it contradicts required"),
        ("default = 'x'\none_of = ['y']", "default: the default does not pass"),
        ("default = 'x'\ntype = 'number'", "default: the default does not pass"),
        ("default = '1.250'\ntype = 'number'", "default: the default does not pass"),
        ("default = 1.5\ntype = 'integer'", "default: the default does not pass"),
        ("default = 'B'\nvalues = { A = 1 }", "default: the default does not pass"),
    ],
)
def test_a_mistake_is_refused_at_its_key(said: str, key: str) -> None:
    with pytest.raises(TemplateError) as refused:
        column(said)
    assert f"columns.a.{key}" in str(refused.value)


@pytest.mark.parametrize(
    ("said", "cell", "meant", "typed"),
    [
        ("type = 'number'", "1.250,50", "1250.50", 1250.5),
        ("type = 'number'\ndecimal = ','", "1.250", "1250", 1250),
        ("type = 'number'", " 12,00 ", "12.00", 12),
        ("type = 'integer'", "1 250,0", "1250", 1250),
        ("type = 'boolean'", "Sí", "true", True),
        ("type = 'boolean'", "VERDADEIRO", "true", True),
        ("type = 'boolean'", "NÃO", "false", False),
        ("type = 'boolean'", "0", "false", False),
        ("values = { Baja = 1, Media = 2.5, Alta = true }", " bájá ", "1", 1),
        ("values = { Baja = 1, Media = 2.5, Alta = true }", "MEDIA", "2.5", 2.5),
        ("values = { Baja = 1, Media = 2.5, Alta = true }", "True", "true", True),
        ("values = { Baja = 'LOW' }", "low", "LOW", "LOW"),
        ("values = { A = 'x', B = 'X' }", "X", "X", "X"),
        ("values = { 1 = 2, 2 = 1 }", "2", "1", 1),
        ("", " 007 ", "007", "007"),
    ],
)
def test_what_of_a_cell_is_sent_in_a_text_and_in_json(said: str, cell: str, meant: str, typed: object) -> None:
    read = column(said)
    assert read.meant(cell) == meant
    assert read.takes(read.meant(cell))
    assert (read.typed(meant), type(read.typed(meant))) == (typed, type(typed))


@pytest.mark.parametrize(
    ("said", "cell", "fault"),
    [
        ("type = 'number'", "1.250", "ambiguous_number"),
        ("type = 'number'\ndecimal = ','", "1250.5", "not_a_number"),
        ("type = 'integer'", "2.5", "not_an_integer"),
        ("type = 'integer'", "007", "leading_zeros"),
        ("type = 'boolean'", "quizás", "not_a_boolean"),
        ("values = { A = 'x', B = 'X' }", "ẍ", "not_allowed"),
        ("list = ';'\ntype = 'integer'", "1; x; 3", "not_a_number"),
    ],
)
def test_a_cell_that_does_not_fit_says_why(said: str, cell: str, fault: str) -> None:
    assert column(said).reading(cell).fault == fault
    assert not column(said).fits(cell)


def test_a_cell_that_does_not_fit_stays_as_it_is() -> None:
    assert column("type = 'number'").meant("1.250") == "1.250"
    assert column("type = 'integer'").typed("x") == "x"


def test_a_list_has_parts_without_spaces_and_without_empty_ones() -> None:
    tags = column("list = ';'\nmax_length = 5")
    assert tags.meant(" rojo ;; verde;\xa0; ") == "rojo;verde"
    assert tags.parts("rojo;verde") == ["rojo", "verde"]
    assert tags.takes("rojo;verde")
    assert not tags.takes("rojo;amarillo")
    assert tags.meant(" ; ;") == ""
    assert tags.parts("") == []
    assert column("").parts("a;b") == ["a;b"]


def test_the_parts_of_a_list_are_of_the_columns_type() -> None:
    numbers = column("list = ';'\ntype = 'number'")
    assert numbers.meant("1,5; 2.000,25") == "1.5;2000.25"
    assert [numbers.typed(part) for part in numbers.parts("1.5;2000.25")] == [1.5, 2000.25]
    dates = column('list = "\\n"\ndate_format = "%d/%m/%Y"')
    assert dates.meant("2026-12-31\r\n2026-01-02") == "31/12/2026\n02/01/2026"


def test_cells_of_such_columns_are_never_taken_as_they_are() -> None:
    assert column("").sends_as_they_are(["a", ""])
    assert column("default = 'x'").sends_as_they_are(["a"])
    assert not column("default = 'x'").sends_as_they_are(["a", ""])
    assert not column("type = 'number'").sends_as_they_are(["1"])
    assert not column("values = { A = 1 }").sends_as_they_are(["A"])
    assert not column("list = ';'").sends_as_they_are(["a;b"])


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("default = 'open'", "open"),
        ("default = true\ntype = 'boolean'", "true"),
        ("default = 1.125\ntype = 'number'\ndecimal = ','", "1.125"),
        ("default = '1,5'\ntype = 'number'", "1.5"),
        ("default = 'alta'\nvalues = { Alta = 3 }", "3"),
        ("default = 'b; a'\nlist = ';'", "b;a"),
        ("default = 'x'\ntrim = false", "x"),
    ],
)
def test_a_default_stands_in_every_empty_cell_and_where_there_is_no_column(said: str, sent: str) -> None:
    one = template(said)
    assert one.columns["a"].meant("") == one.columns["a"].meant(" \xa0") == sent
    assert one.values(Row(2, ("id",)), {"b": 0}) == {"a": sent, "b": "id"}
    without, with_it = ({"b": "id"}, {"a": sent, "b": "id"})
    assert one.fingerprint(without, Settings()) == one.fingerprint(with_it, Settings())
    assert list(one.fingerprints({"b": ["id"]}, Settings())) == [one.fingerprint(with_it, Settings())]
    assert one.build(without, Settings(), None, "f") == one.build(with_it, Settings(), None, "f")


def test_a_list_decides_the_decimal_sign_but_not_of_the_default() -> None:
    one = template("type = 'number'\ndefault = '1,5'\n[columns.b.description]\nen = 'x'")
    assert one.checked_columns["a"].reading("1.250").fault
    decided = one.with_decimals({"a": ".", "b": ".", "gone": ","})
    assert decided.checked_columns["a"].meant("1.250") == "1.250"
    assert decided.columns["a"].meant("1250,5") == "1250,5"
    assert decided.columns["a"].meant("") == decided.filled_in["a"] == "1.5"
    assert decided.with_decimals({"a": ""}).columns["a"].reading("1.250") == Reading("1.250", "ambiguous_number")
    assert (decided.name, decided.sha256, decided.columns["b"]) == (one.name, one.sha256, one.columns["b"])
    assert one.with_decimals({"gone": ","}) is one


def test_a_column_that_says_nothing_new_is_read_the_fast_way() -> None:
    assert column("").is_text
    assert column("one_of = ['a']\npattern = 'a'\nmax_length = 1").is_text


KEYED = """
title = "x"
[request]
url = "https://api.example.com/x"
idempotency_header = "Key"
[request.headers]
Key = "{{b}}-{{id}}"
[request.json]
a = "{{a}}"
[settings.b]
[columns.a]
[columns.id]
"""


def test_a_key_is_made_of_what_every_row_says() -> None:
    for said in ("", "required = true\nlist = ';'", "default = 'x'"):
        with pytest.raises(TemplateError, match=r"request.idempotency_header: fill the header Key from {{request_id}}"):
            parse(KEYED + said, "x.toml", "x")
    keyed = parse(KEYED + "required = true", "x.toml", "x")
    assert keyed.row_key.fields == ("id",)
    assert keyed.row_key.of({"id": "7"}) != keyed.row_key.of({"id": "8"})
    assert keyed.row_key.of({"id": ""}) == ""
    own = parse(KEYED.replace("{{b}}", "{{request_id}}{{b}}"), "x.toml", "x")
    assert own.row_key.fields == ()


def test_a_default_that_no_header_can_hold_is_refused() -> None:
    said = TEMPLATE.replace("[request.json]", '[request.headers]\nX-Of = "{{a}}"\n[request.json]')
    with pytest.raises(TemplateError, match=r"columns.a.default: use characters without accents"):
        parse(f"{said}default = 'ñ'", "x.toml", "x")
    assert parse(f"{said}default = 'n'", "x.toml", "x").filled_in == {"a": "n"}


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("", {" ": " ", "\x01": "\x01", " a ": " a "}),
        ("list = ';'", {" ": "", "\x01": "", "a; ": "a"}),
        ("type = 'number'", {" ": "", "\x01": ""}),
        ("values = { a = 1 }", {" ": "", "\x01": "", "a": "1"}),
        ("one_of = ['a']", {" ": "", "\x01": "", "a": "a"}),
        ("date_format = '%d/%m/%Y'", {" ": "", "2026-12-31": "31/12/2026"}),
        (
            "date_format = '%d/%m/%YT%H:%M:%S'",
            {"2026-12-31": "31/12/2026T00:00:00", "2026-12-31 10:30": "31/12/2026T10:30:00"},
        ),
        ("default = 'd'", {" ": "d"}),
    ],
)
def test_spaces_of_a_cell_that_is_empty_are_sent_of_plain_texts_alone(said: str, sent: dict[str, str]) -> None:
    untrimmed = column(f"trim = false\n{said}")
    assert {cell: untrimmed.meant(cell) for cell in sent} == sent

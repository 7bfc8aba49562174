"""What an ODS says is what is read: values, texts and styles together, however its rows are written."""

import random
from pathlib import Path

import pytest

from tests.readers.excel.ods_files import (
    NAMESPACES,
    attributes,
    cell,
    document,
    number,
    row,
    table,
    text,
    write,
)
from tests.readers.test_open_list import problems, read
from tests.rendered import cause, place
from uploader.errors import ListError
from uploader.readers import open_list
from uploader.readers.excel.ods import OpenDocument
from uploader.readers.excel.sheet import Sheet
from uploader.readers.snapshot import snapshot_of

P = "<text:p>{}</text:p>"
NOTE = f"<office:annotation><dc:date>2024-01-01</dc:date>{P.format('NOTE')}</office:annotation>"
SUB_TABLE = f'<table:table table:is-sub-table="true"><table:table-row>{text("SUB")}</table:table-row></table:table>'
LONG_AGO = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'

INSIDE = {
    "Ana<text:tab/>Ruiz": "Ana\tRuiz",
    "Calle 1<text:line-break/>Bogotá": "Calle 1\nBogotá",
    'a<text:s text:c="3"/>b': "a   b",
    "a <text:s/>b": "a  b",
    "a<text:s/> b": "a  b",
    "  a   b\n\t c": "a b c",
    "a&#32;&#x20;b": "a b",
    "<text:span>a</text:span> <text:span> b</text:span>": "a b",
    '<text:a xlink:href="http://x.co">link</text:a> y': "link y",
    f"v{NOTE}w": "vw",
    "<text:ruby><text:ruby-base>base</text:ruby-base><text:ruby-text>over</text:ruby-text></text:ruby>": "base",
    "a&amp;b&lt;c&#241;&#x20AC;&quot;": 'a&b<cñ€"',
    "<![CDATA[a <b> & c]]>": "a <b> & c",
    "a<!-- x > </table:table-row> -->b": "ab",
    "a<?pi x?>b": "ab",
    'say "hola"': 'say "hola"',
    "a\ue0007\ue001b": "a\ue0007\ue001b",
}
CELLS = {
    cell(P.format("a") + P.format("b"), office__value_type="string"): "a\nb",
    cell(P.format("a") + P.format("") + P.format("b"), office__value_type="string"): "a\n\nb",
    cell(NOTE + P.format("v"), office__value_type="string"): "v",
    cell(P.format("v") + f"<draw:frame><draw:text-box>{P.format('BOX')}</draw:text-box></draw:frame>", office__value_type="string"): "v",
    cell(P.format("v") + f"<draw:custom-shape>{P.format('DRAFT')}</draw:custom-shape>", office__value_type="string"): "v",
    cell(SUB_TABLE + P.format("own"), office__value_type="string"): "own",
    cell(P.format("Bogotá")): "Bogotá",
    cell(P.format("Bogotá"), calcext__value_type="string"): "Bogotá",
    cell(office__value_type="string", office__string_value="sv"): "sv",
    cell(P.format("x"), office__value_type="string", office__string_value="a&#10;b"): "a\nb",
    cell(P.format("VERDADERO"), office__value_type="boolean", office__boolean_value="true"): "TRUE",
    cell(P.format("FALSE"), office__value_type="float", office__value="0"): "FALSE",
    cell(P.format("TRUE"), office__value_type="float", office__value="1"): "TRUE",
    cell(office__value_type="boolean", office__boolean_value="false"): "FALSE",
    number("0.125", "12,5 %", "percentage"): "0.125",
    number("1234.5", "$ 1.234,50", "currency", office__currency="COP"): "1234.5",
    number("1E+15", "1E+15"): "1000000000000000",
    number("9007199254740993", "9007199254740993"): "9007199254740993",
    number("77"): "77",
    number("-0.5", "-0,5"): "-0.5",
    number("0", "0,00"): "0",
    number("1234567", "1.234.567"): "1234567",
    number("123", "00123"): "00123",
    number("3001234567", "300-123-4567"): "300-123-4567",
    cell(P.format("x"), table__formula="of:=&quot;x&quot;", office__value_type="string"): "x",
    cell(table__formula="of:=&quot;&quot;", office__value_type="string", office__string_value=""): "",
}  # fmt: skip
DATES = {
    "2024-02-29": "2024-02-29",
    "2024-02-29T13:45:00": "2024-02-29 13:45:00",
    "2024-02-29T13:45:00.000Z": "2024-02-29 13:45:00",
    "2024-02-29T13:45:00+05:00": "2024-02-29 13:45:00",
    "2024-02-29T13:45:59.999999999": "2024-02-29 13:46:00",
    "2024-02-29T13:45": "2024-02-29 13:45:00",
    "2024-02-29T00:00:00": "2024-02-29",
}
TIMES = {
    "PT13H45M00S": "13:45:00",
    "PT13H44M59.9999999S": "13:45:00",
    "-PT01H00M00S": "-1:00:00",
    "PT26H30M00S": "26:30:00",
    "P1DT2H": "26:00:00",
    "PT5M": "00:05:00",
}
NO_DATES = [
    "2024",
    "2023-02-29",
    "0000-00-00",
    "1899-12-30",
    "1899-12-30T12:00:00",
    "1899-12-29",
    "-0044-03-15",
    "x",
    "",
]
NO_TIMES = ["13:45:00", "PT", "P1M", "PT-1H"]


def date_cell(value: str) -> str:
    return cell(P.format("D"), office__value_type="date", office__date_value=value)


def time_cell(value: str, **given: str) -> str:
    return cell(P.format("T"), office__value_type="time", office__time_value=value, **given)


def ods(path: Path, *cells: str, styles: str = "") -> Path:
    """A list with these cells below each other, each beside a text."""
    rows = [row(text("key"), text("value")), *(row(text(f"k{at}"), one) for at, one in enumerate(cells))]
    return write(path / "list.ods", document(table(*rows, LONG_AGO), styles))


def sheets(path: Path) -> list[Sheet]:
    document = OpenDocument(snapshot_of(path))
    return list(map(document.sheet, document.sheets))


def values(path: Path) -> list[str]:
    return [cells[1] for cells in read(open_list(path, header_row=1)).values()]


KNOWN = {
    **{text(content): right for content, right in INSIDE.items()},
    **CELLS,
    **{date_cell(value): right for value, right in DATES.items()},
    **{time_cell(value): right for value, right in TIMES.items()},
}


@pytest.mark.parametrize(("one", "right"), KNOWN.items(), ids=map(str, range(len(KNOWN))))
def test_a_cell_is_what_the_sheet_shows_and_no_more(tmp_path: Path, one: str, right: str) -> None:
    table = open_list(ods(tmp_path, one), header_row=1)
    assert read(table) == {2: ["k0", right]}
    assert problems(table) == []


def pretty(xml: str) -> str:
    """With line breaks and indents between rows and cells."""
    for tag in ("<table:table-row", "<table:table-cell", "</table:table-row>", "</table:table-cell>"):
        xml = xml.replace(tag, f"\n    {tag}")
    return xml


OTHER_NAMES = {{"office": "o", "table": "t", "text": "x"}.get(name, name): uri for name, uri in NAMESPACES.items()}


@pytest.mark.parametrize("is_pretty", [False, True])
@pytest.mark.parametrize("names", [NAMESPACES, OTHER_NAMES], ids=["usual", "other"])
@pytest.mark.parametrize("seed", [None, 1])
def test_cells_that_are_written_alike_are_read_as_each_alone(
    tmp_path: Path, *, is_pretty: bool, names: dict[str, str], seed: int | None
) -> None:
    order = [at for at in range(len(KNOWN)) for _ in range(12)]
    if seed is not None:
        random.Random(seed).shuffle(order)
    ones, rights = list(KNOWN), list(KNOWN.values())
    rows = [
        row(text(f"k{at}"), ones[at], *([cell(table__number_columns_repeated="3")] if at % 2 else [])) for at in order
    ]
    xml = table(row(text("key"), text("value")), *rows)
    path = write(tmp_path / "list.ods", document(pretty(xml) if is_pretty else xml, namespaces=names))
    assert values(path) == [rights[at] for at in order]


@pytest.mark.parametrize("count", [1, 40])
def test_dates_and_times_that_are_none_stop_their_rows(tmp_path: Path, count: int) -> None:
    cells = [*map(date_cell, NO_DATES), *map(time_cell, NO_TIMES)] * count
    table = open_list(ods(tmp_path, *cells, text("end")), header_row=1)
    found = sorted(problems(table), key=lambda problem: problem.row)
    assert [place(problem) for problem in found] == [f"B{number}" for number in range(2, len(cells) + 2)]
    assert "does not exist" in cause(found[1])


@pytest.mark.parametrize("count", [1, 40])
def test_errors_and_formulas_without_a_result_stop_their_rows(tmp_path: Path, count: int) -> None:
    formula = attributes(table__formula="of:=[.A1]")
    errors = [
        cell(P.format("#N/A"), office__value_type="string", office__string_value="", calcext__value_type="error"),
        f'<table:table-cell{formula} office:value-type="float" office:value="0">{P.format("#N/D")}</table:table-cell>',
        f'<table:table-cell{formula} office:value-type="float" office:value="0">{P.format("Err:508")}</table:table-cell>',
        f'<table:table-cell{formula} office:value-type="string">{P.format("#¡VALOR!")}</table:table-cell>',
        number("1,5", "1,5"),
        number("NaN", "NaN"),
        number("1_0", "10"),
        number("1E+999", "#NUM!"),
    ]
    formulas = [f"<table:table-cell{formula}/>", f'<table:table-cell{formula} office:value-type="float"/>']
    table = open_list(ods(tmp_path, *[*errors, *formulas] * count, text("end")), header_row=1)
    found = {problem.row: problem.code for problem in problems(table)}
    expected = [*["error_cell"] * len(errors), *["no_stored_result"] * len(formulas)] * count
    assert [found.get(at) for at in range(2, len(expected) + 2)] == expected


def style(name: str, *parts: str, kind: str = "number", attributes: str = "") -> str:
    """A cell's style, and the data style that it names."""
    return (
        f'<number:{kind}-style style:name="N{name}"{attributes}>{"".join(parts)}</number:{kind}-style>'
        f'<style:style style:name="{name}" style:family="table-cell" style:parent-style-name="Default" '
        f'style:data-style-name="N{name}"/>'
    )


def digits(least: int, places: int = 0, more: str = "", within: str = "") -> str:
    return f'<number:number number:decimal-places="{places}" number:min-integer-digits="{least}"{more}>{within}</number:number>'


def says(text: str) -> str:
    return f"<number:text>{text}</number:text>"


def between(position: int, sign: str) -> str:
    return f'<number:embedded-text number:position="{position}">{sign}</number:embedded-text>'


GROUPED = ' number:grouping="true"'
MONEY = "<number:currency-symbol>COP</number:currency-symbol>"
STYLED = [
    (style("c", digits(5)), "float", "7", "00007", "00007"),
    (style("c", digits(5)), "float", "-7", "-00007", "-00007"),
    (style("c", says("+57 "), digits(1)), "float", "3001112233", "+57 3001112233", "+57 3001112233"),
    (style("c", says("57"), digits(1)), "float", "3001112233", "573001112233", "573001112233"),
    (style("c", says("CO-"), digits(1)), "float", "42", "CO-42", "CO-42"),
    (style("c", digits(1), says("-A")), "float", "12", "12-A", "12-A"),
    (style("c", digits(0, within=between(7, ") ") + between(4, "-"))), "float", "3001112233", "300) 111-2233", "300) 111-2233"),
    (style("c", digits(10, within=between(7, "-"))), "float", "3001112233", "300-1112233", "300-1112233"),
    (style("c", says("yes")), "float", "1", "yes", "yes"),
    (style("c", digits(1, 2)), "float", "0", "0,00", "0"),
    (style("c", digits(1, 4)), "float", "5.5", "5,5000", "5.5"),
    (style("c", digits(1, 0, GROUPED)), "float", "1234567", "1.234.567", "1234567"),
    (style("c", digits(0, within=between(3, " "))), "float", "1234567", "1234 567", "1234567"),
    (style("c", says("("), digits(1), says(")")), "float", "-3", "(3)", "-3"),
    (style("c", says("$ "), digits(1)), "float", "5000", "$ 5000", "5000"),
    (style("c", digits(1), says(" COP")), "float", "5000", "5000 COP", "5000"),
    (style("c", MONEY, says(" "), digits(1, 2, GROUPED), kind="currency"), "currency", "5", "COP 5,00", "5"),
    (style("c", "<number:currency-symbol>+57</number:currency-symbol>", digits(1), kind="currency"), "currency", "3001112233", "+573001112233", "+573001112233"),
    (style("c", digits(1), says("%"), kind="percentage"), "percentage", "0.5", "50%", "0.5"),
    (style("c", says("+"), digits(1)), "float", "5", "+5", "5"),
    (style("c", '<number:scientific-number number:decimal-places="2"/>'), "float", "12345", "1.23E+04", "12345"),
]  # fmt: skip
OTHERWISE = [
    (style("c", digits(1), says(" kg")), "5", "5 kg"),
    (style("c", digits(5)), "2.5", "00003"),
    (style("c", says("CO-"), digits(1)), "-3", "-CO-3"),
    (style("c", digits(1, 0, ' number:display-factor="1000"')), "123456", "123"),
    ("", "5", "7"),
    ("", "5", "five"),
]


@pytest.mark.parametrize("count", [1, 40])
@pytest.mark.parametrize(("styles", "kind", "value", "shown", "right"), STYLED, ids=map(str, range(len(STYLED))))
def test_a_number_is_sent_as_shown_where_its_style_writes_more(
    tmp_path: Path, *, styles: str, kind: str, value: str, shown: str, right: str, count: int
) -> None:
    path = ods(tmp_path, *[number(value, shown, kind, table__style_name="c")] * count, styles=styles)
    assert values(path) == [right] * count
    assert sheets(path)[0].details.otherwise == {}


@pytest.mark.parametrize("count", [1, 40])
@pytest.mark.parametrize(("styles", "value", "shown"), OTHERWISE, ids=map(str, range(len(OTHERWISE))))
def test_a_number_that_is_shown_otherwise_is_noted(
    tmp_path: Path, *, styles: str, value: str, shown: str, count: int
) -> None:
    given = {"table__style_name": "c"} if styles else {}
    path = ods(tmp_path, *[number(value, shown, **given)] * count, styles=styles)
    assert values(path) == [value] * count
    assert sheets(path)[0].details.otherwise == {1: dict.fromkeys(range(2, count + 2), (shown, value))}


def test_the_section_of_a_style_is_taken_whose_condition_the_number_meets(tmp_path: Path) -> None:
    meets = '<style:map style:condition="value()&gt;=0" style:apply-style-name="Nyes"/>'
    styles = style("yes", says("yes")) + style("c", says("no"), meets)
    path = ods(
        tmp_path, number("1", "yes", table__style_name="c"), number("-1", "no", table__style_name="c"), styles=styles
    )
    assert values(path) == ["yes", "no"]


def test_a_style_counts_that_is_a_columns_or_another_styles_or_in_the_styles_part(tmp_path: Path) -> None:
    column = (
        '<table:table-column/><table:table-column table:number-columns-repeated="2" table:default-cell-style-name="d"/>'
    )
    styles = '<style:style style:name="d" style:family="table-cell" style:parent-style-name="c"/>'
    part = document("", style("c", digits(4)), root="document-styles").replace("automatic-styles>", "styles>")
    rows = [row(text("k"), text("a"), text("b")), *[row(text("x"), number("7", "0007"), number("8", "0008"))] * 20]
    path = write(tmp_path / "list.ods", document(table(column, *rows), styles), parts={"styles.xml": part})
    assert set(map(tuple, read(open_list(path)).values())) == {("x", "0007", "0008")}


def test_a_text_is_read_with_what_its_style_adds(tmp_path: Path) -> None:
    styles = style("c", says("+57 "), "<number:text-content/>", kind="text")
    shown = {"office__string_value": "300", "table__style_name": "c"}
    assert values(ods(tmp_path, *[text("+57 300", **shown)] * 20, styles=styles)) == ["+57 300"] * 20


def test_a_time_with_the_style_of_a_duration_is_one(tmp_path: Path) -> None:
    styles = style("c", "<number:hours/>", kind="time", attributes=' number:truncate-on-overflow="false"')
    assert values(ods(tmp_path, time_cell("PT1H", table__style_name="c"), styles=styles)) == ["1:00:00"]


def test_rows_and_columns_count_through_groups_repeats_and_whatever_is_between(tmp_path: Path) -> None:
    header = f"<table:table-header-rows>{row(text('a'), text('b'), text('c'))}</table:table-header-rows>"
    group = f"<table:table-row-group>{row(text('2'), text('x'), table__visibility='collapse')}</table:table-row-group>"
    shapes = f"<table:shapes><draw:frame><draw:text-box>{P.format('SHAPE')}</draw:text-box></draw:frame></table:shapes>"
    columns = '<table:table-column-group><table:table-column/></table:table-column-group><table:table-column table:visibility="collapse"/>'
    repeated = row(text("4"), text("y", table__number_columns_repeated="2"), table__number_rows_repeated="2")
    merged = row(
        text("7", table__number_columns_spanned="2"),
        f"<table:covered-table-cell>{P.format('under')}</table:covered-table-cell>",
    )
    empty = row(cell(table__number_columns_repeated="16384"))
    changes = f"<table:tracked-changes><table:deletion>{row(text('GONE'))}</table:deletion></table:tracked-changes>"
    rows = [
        shapes,
        columns,
        header,
        group,
        "<!-- x --><text:soft-page-break/>",
        empty,
        repeated,
        empty,
        merged,
        LONG_AGO,
    ]
    after = "<table:named-expressions/><table:database-ranges/>"
    path = write(tmp_path / "list.ods", document(changes + table(*rows) + after))
    found = open_list(path)
    assert read(found) == {2: ["2", "x", ""], 4: ["4", "y", "y"], 5: ["4", "y", "y"], 7: ["7", "under", ""]}
    details = sheets(path)[0].details
    assert (details.hidden_rows, details.hidden_columns, details.is_filtered) == ({2}, {1}, False)
    assert details.merged == {(7, 0): (7, 1)}
    assert [place(problem) for problem in problems(found, stops=False)] == ["B7"]


def test_the_only_visible_sheet_is_read(tmp_path: Path) -> None:
    hidden = (
        '<style:style style:name="t" style:family="table"><style:table-properties table:display="false"/></style:style>'
    )
    rows = [row(text("a"), text("b")), row(text("1"), text("2"))]
    tables = table(*rows, name="Old", table__style_name="t") + table(*rows, name="A &amp; ñ")
    found = open_list(write(tmp_path / "list.ods", document(tables, hidden)))
    assert found.sheet == "A & ñ"


LIST = document(table(row(text("a"), text("b")), row(text("1"), text("2"))))


@pytest.mark.parametrize("mimetype", [None, "application/vnd.oasis.opendocument.spreadsheet-template"])
def test_a_template_and_a_package_that_says_not_what_it_is_are_read(tmp_path: Path, mimetype: str | None) -> None:
    assert read(open_list(write(tmp_path / "list.ods", LIST, mimetype=mimetype))) == {2: ["1", "2"]}


@pytest.mark.parametrize("name", ["list.fods", "list.xml", "list.ods"])
def test_a_document_that_is_not_packed_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(LIST.replace("document-content", "document"), encoding="utf-8")
    assert read(open_list(path)) == {2: ["1", "2"]}


@pytest.mark.parametrize(
    ("parts", "mimetype", "said"),
    [
        ({"META-INF/manifest.xml": "<manifest><encryption-data/></manifest>"}, None, "protected with a password"),
        ({"encrypted-package": "x"}, None, "protected with a password"),
        ({}, "application/vnd.oasis.opendocument.text", "a LibreOffice document that is not a spreadsheet"),
    ],
)
def test_what_is_no_open_spreadsheet_is_refused_by_its_name(
    tmp_path: Path, parts: dict[str, str], mimetype: str | None, said: str
) -> None:
    with pytest.raises(ListError, match=said):
        open_list(write(tmp_path / "list.ods", LIST, parts=parts, mimetype=mimetype))


FILLED, FAR = row(text("a"), text("b")), "cells beyond row 1048576 or column XFD"
SPACES = text("x<text:s text:c='900000'/>")
REFUSED = {
    table(FILLED, row(text("a"), text("b"), table__number_rows_repeated="1048576")): FAR,
    table(row(text("a", table__number_columns_repeated="1000000000"))): FAR,
    table(FILLED, row(cell(table__number_columns_repeated="16384"), text("a"))): FAR,
    table(FILLED, row(cell(), table__number_rows_repeated="1048575"), FILLED): FAR,
    table(FILLED, row(*[text("a")] * 5, table__number_rows_repeated="1000000")): "repeats rows or cells more often",
    table(FILLED, row(text("a" * 70_000, table__number_columns_repeated="16000"))): "repeat a few long texts",
    table(FILLED, row(cell(), table__number_rows_repeated="99999"), row(cell(table__number_columns_repeated="16383"), text("a"))): "most of the sheet is empty",
    table(FILLED, *[row(SPACES)] * 90): "one of its rows is larger",
    table(FILLED, row(text("a"), table__number_rows_repeated="-1")): "seems damaged",
    table(FILLED, row(text("a"), table__number_rows_repeated="9" * 5000)): "seems damaged",
    table(FILLED, row(cell("<a>" * 50_000 + "</a>" * 50_000))): "seems damaged",
    table(FILLED)[:-3]: "seems damaged",
    table(FILLED, row(text("a &nope; b"))): "seems damaged",
    table(FILLED) * 2: "seems damaged",
}  # fmt: skip


@pytest.mark.parametrize(("tables", "said"), REFUSED.items(), ids=map(str, range(len(REFUSED))))
def test_what_no_sheet_holds_is_refused_with_the_reason(tmp_path: Path, tables: str, said: str) -> None:
    with pytest.raises(ListError, match=said):
        open_list(write(tmp_path / "list.ods", document(tables)))


@pytest.mark.parametrize("first", ["&nope;", "\x01", "&#1;"])
def test_what_xml_cannot_contain_is_refused_in_the_last_of_many_rows(tmp_path: Path, first: str) -> None:
    rows = [row(text("a"), text("b"))] * 30
    with pytest.raises(ListError, match="seems damaged"):
        open_list(write(tmp_path / "list.ods", document(table(*rows, row(text("a"), text(first))))))


def test_empty_cells_may_be_repeated_as_often_as_a_program_likes(tmp_path: Path) -> None:
    rows = [
        FILLED,
        row(cell(), table__number_rows_repeated="1048574"),
        row(text("1"), cell(table__number_columns_repeated="999999999")),
    ]
    end = row(cell(), table__number_rows_repeated="9999999999")
    assert read(open_list(write(tmp_path / "list.ods", document(table(*rows, end))))) == {1_048_576: ["1", ""]}


MARKS = ["<!--", "-->", "<![CDATA[", "]]>", '"', ">", "<", "&", "/>", "</table:table-row>", "<table:table-row>", "\ue000",
         'value="', 'formula="', "<text:p>", "</text:p>", "\x00", "<table:table>", ' table:number-columns-repeated="2"']  # fmt: skip


def test_documents_with_marks_at_random_places_are_read_or_refused(tmp_path: Path) -> None:
    chance, refused = random.Random(5), 0
    rows = [row(text(f"k{at}"), one) for at, one in enumerate(KNOWN)]
    for _ in range(150):
        xml = document(table(*(chance.choice(rows[:12]) for _ in range(40))))
        for _ in range(chance.randrange(1, 3)):
            at = chance.randrange(xml.index("<office:body"), len(xml))
            xml = xml[:at] + chance.choice(MARKS) + xml[at + chance.choice((0, 0, 1, 9)) :]
        try:
            list(open_list(write(tmp_path / "list.ods", xml), header_row=1).texts())
        except ListError:
            refused += 1
    assert 0 < refused < 150

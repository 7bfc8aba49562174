"""Files that are made to do harm are refused in a sentence, quickly and in little memory; nothing is fetched."""

import sys
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.conftest import interactions, measured, write_csv
from tests.readers.test_open_list import problems, read
from tests.rendered import place, sentences
from uploader.readers import open_list

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = f"""<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>"""
_BOOK = f"""<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"""
_NAME_AND_ONE = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row><row r="2"><c r="A2"><v>1</v></c></row>'
)
_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(10))
    + "]>"
)
_READ = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
from pathlib import Path
from uploader.errors import ListError
from uploader.readers import open_list
try:
    table = open_list(Path(sys.argv[1]))
    print("read", table.rows, len(list(table.texts())))
except ListError as why:
    print("refused", why)
"""


def relations(*kinds_and_targets: tuple[str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="r{at}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(kinds_and_targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def sheet(rows: str, *, head: str = "", tail: str = "") -> str:
    return f'<worksheet xmlns="{_MAIN}">{head}<sheetData>{rows}</sheetData>{tail}</worksheet>'


def texts(*listed: str, attributes: str = "") -> str:
    return f'<sst xmlns="{_MAIN}" {attributes}>' + "".join(f"<si><t>{text}</t></si>" for text in listed) + "</sst>"


def xlsx(path: Path, sheet_xml: str | Iterable[str], *, shared: str = texts("a"), before: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", relations(("officeDocument", "xl/workbook.xml")))
        package.writestr("xl/workbook.xml", before + _BOOK)
        targets = (("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"))
        package.writestr("xl/_rels/workbook.xml.rels", relations(*targets))
        package.writestr("xl/sharedStrings.xml", shared)
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for some in [sheet_xml] if isinstance(sheet_xml, str) else sheet_xml:
                part.write(some.encode())
    return path


def ods(path: Path, rows: str) -> Path:
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "calcext")
    )
    table = f'<table:table table:name="S">{rows}</table:table>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", "<manifest/>")
        package.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content{names} office:version="1.2"><office:body><office:spreadsheet>'
            f"{table}</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def read_apart(path: Path) -> tuple[str, float, float]:
    """What a process of its own says of the file, the seconds it computed, and its largest memory in MB."""
    return measured(sys.executable, "-c", _READ, path)


def million_times(path: Path) -> None:
    cells = "".join(f'<c r="{letter}{{row}}" t="s"><v>0</v></c>' for letter in "ABCDEFGHIJ")
    rows = (f'<row r="{row}">{cells.format(row=row)}</row>' for row in range(1, 100_001))
    xlsx(path, [f'<worksheet xmlns="{_MAIN}"><sheetData>', *rows, "</sheetData></worksheet>"], shared=texts("x" * 1000))


def zip_bomb(path: Path) -> Path:
    return xlsx(path, ("<row><c><v>1</v></c></row>" * 40_000 for _ in range(300)))


def lying_zip_bomb(path: Path) -> None:
    content = bytearray(zip_bomb(path).read_bytes())
    directory = content.rfind(b"PK\x01\x02", 0, content.rfind(b"xl/worksheets/sheet1.xml"))
    content[directory + 24 : directory + 28] = (5000).to_bytes(4, "little")
    path.write_bytes(content)


_SHARED = '<row><c t="s"><v>0</v></c></row>'
_REPEATED = '<table:table-cell table:number-columns-repeated="{}" office:value-type="string"><text:p>x</text:p></table:table-cell>'
MAKERS: dict[str, Callable[[Path], object]] = {
    "entities_in_the_sheet.xlsx": lambda path: xlsx(
        path, _LAUGHS + sheet('<row><c t="inlineStr"><is><t>&k;</t></is></c></row>')
    ),
    "entities_in_the_texts.xlsx": lambda path: xlsx(path, sheet(_SHARED), shared=_LAUGHS + texts("&k;")),
    "entities_in_the_workbook.xlsx": lambda path: xlsx(path, sheet(_NAME_AND_ONE), before=_LAUGHS),
    "entities_behind_a_lot_of_nothing.xlsx": lambda path: xlsx(
        path, sheet(_NAME_AND_ONE), before="<!--" + "x -+ y" * (1 << 20) + "-->" + _LAUGHS
    ),
    "an_external_entity.xlsx": lambda path: xlsx(
        path, '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">' + sheet(_NAME_AND_ONE)
    ),
    "zip_bomb.xlsx": zip_bomb,
    "zip_bomb_that_lies.xlsx": lying_zip_bomb,
    "one_text_a_million_times.xlsx": million_times,
    "a_cell_far_out.xlsx": lambda path: xlsx(
        path, sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>')
    ),
    "a_cell_beyond_the_last_column.xlsx": lambda path: xlsx(
        path, sheet('<row r="1"><c r="AAAAAAAAAAAA1"><v>1</v></c></row>')
    ),
    "many_cells_without_names.xlsx": lambda path: xlsx(
        path, sheet('<row r="1048576">' + "<c><v>1</v></c>" * 16_384 + "</row><row><c><v>1</v></c></row>")
    ),
    "a_claim_of_four_billion_texts.xlsx": lambda path: xlsx(
        path, sheet(_SHARED), shared=texts("a", attributes='uniqueCount="4294967295"')
    ),
    "a_cell_repeated.ods": lambda path: ods(
        path, f"<table:table-row>{_REPEATED.format(1_000_000_000)}</table:table-row>"
    ),
    "rows_repeated.ods": lambda path: ods(
        path, f'<table:table-row table:number-rows-repeated="9999">{_REPEATED.format(9999)}</table:table-row>'
    ),
    "a_quote_never_closed.csv": lambda path: path.write_bytes(b'a,b\n"' + b"x,y\n" * (5 << 20)),
    "a_line_without_end.csv": lambda path: path.write_bytes(b"a,b\n" + b"x" * (50 << 20)),
    "a_million_columns.csv": lambda path: path.write_bytes(b"a,b\n" + b"," * (5 << 20)),
}


@pytest.fixture(scope="module")
def pace(tmp_path_factory: pytest.TempPathFactory) -> float:
    """How many times slower than a quick one this machine is now: by what a list takes that nobody has tampered with."""
    harmless = write_csv(tmp_path_factory.mktemp("pace") / "list.csv", interactions(50_000))
    return max(1.0, read_apart(harmless)[1] / _SECONDS_OF_A_QUICK_MACHINE)


_SECONDS_OF_A_QUICK_MACHINE = 0.4


@pytest.mark.parametrize("name", MAKERS)
def test_it_is_refused_quickly_and_in_little_memory(tmp_path: Path, name: str, pace: float) -> None:
    MAKERS[name](tmp_path / name)
    said, seconds, megabytes = read_apart(tmp_path / name)
    assert said.startswith(f"refused {name}")
    assert said.endswith(".")
    assert seconds < 2 * pace
    assert megabytes < 300


def test_what_an_ods_shows_is_read(tmp_path: Path) -> None:
    def row(*cells: str, attributes: str = "") -> str:
        return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"

    def cell(kind: str, shown: str, more: str = "") -> str:
        return f'<table:table-cell office:value-type="{kind}" {more}><text:p>{shown}</text:p></table:table-cell>'

    names = [cell("string", name) for name in ("id", "phone", "amount", "day", "length", "flag", "broken")]
    cells = [
        cell("float", "00123", 'office:value="123"'),
        cell("float", "300-123-4567", 'office:value="3001234567"'),
        cell("float", "$1 234.50", 'office:value="1234.5"'),
        cell("date", "05/03/26", 'office:date-value="2026-03-05"'),
        cell("time", "30:05", 'office:time-value="PT30H05M00S"'),
        cell("boolean", "VERDADERO", 'office:boolean-value="true"'),
        cell("string", "#N/D", 'calcext:value-type="error"'),
    ]
    hidden = 'table:visibility="filter" table:number-rows-repeated="2"'
    table = open_list(ods(tmp_path / "list.ods", row(*names) + row(*cells) + row(*cells, attributes=hidden)))
    expected = ["00123", "300-123-4567", "1234.5", "2026-03-05", "30:05:00", "TRUE", "#N/D"]
    assert read(table) == dict.fromkeys((2, 3, 4), expected)
    assert [place(problem) for problem in problems(table)] == ["G2", "G3", "G4"]
    assert sentences(table.notes)[0].startswith("The list is filtered, and 2 hidden rows will be sent too")


@pytest.mark.parametrize(
    ("head", "tail"),
    [
        ('<dimension ref="A1:XFD1048576"/>', ""),
        ('<cols><col min="1" max="99999999999" hidden="1"/></cols>', ""),
        ("", '<mergeCells count="1"><mergeCell ref="A2:XFD1048576"/></mergeCells>'),
    ],
)
def test_claims_of_size_are_not_believed(tmp_path: Path, head: str, tail: str) -> None:
    path = xlsx(tmp_path / "list.xlsx", sheet(_NAME_AND_ONE, head=head, tail=tail))
    assert read_apart(path)[0] == "read 1 1"


def test_a_million_rows_with_two_filled_are_read_in_seconds(tmp_path: Path, pace: float) -> None:
    empty = (f'<row r="{row}" ht="15"><c r="A{row}" s="0"/><c r="B{row}" s="0"/></row>' for row in range(3, 1_048_577))
    start = f'<worksheet xmlns="{_MAIN}"><sheetData>{_NAME_AND_ONE}'
    said, seconds, megabytes = read_apart(xlsx(tmp_path / "list.xlsx", [start, *empty, "</sheetData></worksheet>"]))
    assert said == "read 1 1"
    assert seconds < 12 * pace
    assert megabytes < 300

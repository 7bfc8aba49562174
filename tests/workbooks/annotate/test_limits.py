"""What a copy of a person's workbook would lack is found before it is made, and said; what it has is all carried."""

import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import openpyxl
import pytest
import xlsxwriter

from tests.own_books import changed_part, with_parts
from tests.workbooks.annotate.copies import copied
from uploader.i18n import render
from uploader.readers.excel.package import Package
from uploader.readers.snapshot import snapshot_of
from uploader.workbooks.annotate.put_back import sheet_parts
from uploader.workbooks.annotate.sheet_source import ORDER
from uploader.workbooks.annotate.workbook import NoCopyError

Make = Callable[[Any, Any], Any]
SHEET1, RELATIONS = "xl/worksheets/sheet1.xml", "xl/worksheets/_rels/sheet1.xml.rels"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)
    dots = zlib.compress(b"\0" + b"\xff\0\0" * 2 + b"\0" + b"\0\xff\0" * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", dots) + chunk(b"IEND", b"")


def made(folder: Path, make: Make) -> Path:
    """A workbook with a list of eight rows, whose third column has formulas, and what `make` adds."""
    (folder / "dots.png").write_bytes(_png())
    path = folder / "own.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Lista")
    for column, name in enumerate(["nombre", "correo", "monto"]):
        sheet.write(0, column, name)
    for row in range(1, 9):
        sheet.write(row, 0, f"n{row}")
        sheet.write(row, 1, f"a{row}@x.co")
        sheet.write_formula(row, 2, f"={row}*2.5", None, row * 2.5)
    make(book, sheet)
    book.close()
    return path


def _chart(book: Any) -> Any:
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "=Lista!$C$2:$C$9"})
    return chart


LOST: dict[str, tuple[str, Make]] = {
    "chart": ("charts", lambda book, sheet: sheet.insert_chart("F2", _chart(book))),
    "sheet that is a chart": ("charts", lambda book, _: book.add_chartsheet().set_chart(_chart(book))),
    "picture": ("pictures", lambda _, sheet: sheet.insert_image("F2", "dots.png")),
    "picture in a cell": ("dynamic", lambda _, sheet: sheet.embed_image("F2", "dots.png")),
    "text box": ("shapes", lambda _, sheet: sheet.insert_textbox("F2", "hola")),
    "button": ("controls", lambda _, sheet: sheet.insert_button("F2", {"caption": "x"})),
    "checkbox": ("others", lambda _, sheet: sheet.insert_checkbox("F2", True)),
    "background": ("background", lambda _, sheet: sheet.set_background("dots.png")),
    "picture on paper": ("header_pictures", lambda _, sheet: sheet.set_header("&L&G", {"image_left": "dots.png"})),
    "bars of 2010": (
        "extensions", lambda _, sheet: sheet.conditional_format("C2:C9", {"type": "data_bar", "data_bar_2010": True})
    ),
    "formula that spills": ("dynamic", lambda _, sheet: sheet.write_dynamic_array_formula("E2", "=UNIQUE(A2:A9)")),
}  # fmt: skip


@pytest.mark.parametrize("what", LOST)
def test_what_would_be_lost_is_named_and_no_copy_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.chdir(tmp_path)
    code, make = LOST[what]
    with pytest.raises(NoCopyError) as why:
        copied(made(tmp_path, make), tmp_path / "copy.xlsx")
    assert code in _codes(why.value)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["dots.png", "own.xlsx"]


def _codes(why: NoCopyError) -> list[str]:
    lost: Any = why.message.facts.get("lost", ())
    assert all(render(one, "es") for one in lost)
    return [one.code.rpartition(".")[2] for one in lost]


_HANGING = {
    "pivotTable": "pivots", "threadedComment": "threads", "oleObject": "objects", "ctrlProp": "controls",
    "slicer": "slicers", "queryTable": "connections", "customProperty": "others",
}  # fmt: skip


@pytest.mark.parametrize("kind", _HANGING)
def test_parts_that_hang_on_a_sheet_are_named(tmp_path: Path, kind: str) -> None:
    path = made(tmp_path, lambda *_: None)
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_KIND}/{kind}" Target="../odd/odd1.xml"/></Relationships>'
    )
    with_parts(path, {RELATIONS: relations.encode(), "xl/odd/odd1.xml": b"<odd/>"}, {})
    with pytest.raises(NoCopyError) as why:
        copied(path, tmp_path / "copy.xlsx")
    assert _codes(why.value) == [_HANGING[kind]]


_ELEMENTS = {
    "<customSheetViews/>": "views", "<dataConsolidate/>": "consolidation", '<sortState ref="A2:C9"/>': "sort",
    "<oleObjects/>": "objects", "<unheardOf/>": "others",
}  # fmt: skip


@pytest.mark.parametrize("element", _ELEMENTS)
def test_elements_of_a_sheet_are_named(tmp_path: Path, element: str) -> None:
    path = made(tmp_path, lambda *_: None)
    changed_part(path, SHEET1, lambda xml: xml.replace(b"</sheetData>", b"</sheetData>" + element.encode()))
    with pytest.raises(NoCopyError) as why:
        copied(path, tmp_path / "copy.xlsx")
    assert _codes(why.value) == [_ELEMENTS[element]]


@pytest.mark.parametrize("name", ["uploader", "Uploader"])
def test_a_persons_sheet_of_our_name_is_never_taken_away(tmp_path: Path, name: str) -> None:
    path = made(tmp_path, lambda book, _: book.add_worksheet(name).write(0, 0, "mine"))
    with pytest.raises(NoCopyError) as why:
        copied(path, tmp_path / "copy.xlsx")
    assert why.value.message.code == "annotate.no.name"


def test_values_under_merged_cells_are_not_lost_in_silence(tmp_path: Path) -> None:
    path = made(tmp_path, lambda *_: None)
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="A8:A9"/></mergeCells>'
    changed_part(path, SHEET1, lambda xml: xml.replace(b"</sheetData>", merged))
    with pytest.raises(NoCopyError) as why:
        copied(path, tmp_path / "copy.xlsx")
    assert why.value.message.code == "annotate.no.differs"


def test_a_printers_settings_are_said_to_be_missing_and_no_obstacle(tmp_path: Path) -> None:
    path = made(tmp_path, lambda *_: None)
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_KIND}/printerSettings" Target="../p/p1.bin"/></Relationships>'
    )
    with_parts(path, {RELATIONS: relations.encode(), "xl/p/p1.bin": b"DEVMODE"}, {})
    assert [one.code for one in copied(path, tmp_path / "copy.xlsx").unseen] == ["annotate.lost.printer"]


_X14 = (
    '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:dataValidations count="1" '
    'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidation type="list" allowBlank="1">'
    "<x14:formula1><xm:f>Lista!$A$2:$A$9</xm:f></x14:formula1><xm:sqref>B2:B9</xm:sqref></x14:dataValidation>"
    "</x14:dataValidations></ext></extLst></worksheet>"
)


def _with_notes(_: Any, sheet: Any) -> None:
    sheet.write_comment("A2", "hola", {"x_scale": 3, "visible": True, "color": "green", "author": "Ana"})
    sheet.write_comment("C3", "dos")


def _with_table(_: Any, sheet: Any) -> None:
    columns = [{"header": "nombre"}, {"header": "correo"}, {"header": "monto", "total_function": "sum"}]
    sheet.add_table("A1:C9", {"columns": columns, "style": "Table Style Medium 4"})


def _laid_out(book: Any, sheet: Any) -> None:
    sheet.set_row(2, 30, None, {"level": 1})
    sheet.set_column("B:C", 20, book.add_format({"bg_color": "#EEEEEE"}), {"level": 1})
    sheet.set_column("D:XFD", 5, book.add_format({"bg_color": "#DDFFDD"}))
    sheet.merge_range("A11:C11", "total", book.add_format({"border": 2}))
    sheet.freeze_panes(1, 1)
    sheet.set_header('&L&"Arial,Bold"&12Hola &P&R&D')
    sheet.set_h_pagebreaks([5])
    sheet.print_area("A1:C9")
    sheet.repeat_rows(0)
    book.define_name("todo", "=Lista!$A$1:$C$9")
    book.add_worksheet("oculta").hide()
    book.set_custom_property("Cliente", "x")


def _ruled(book: Any, sheet: Any) -> None:
    look = book.add_format({"bg_color": "red", "italic": True, "border": 1, "num_format": "0.00"})
    sheet.conditional_format("A2:A9", {"type": "duplicate", "format": look})
    sheet.conditional_format("C2:C9", {"type": "icon_set", "icon_style": "3_traffic_lights"})
    sheet.conditional_format("C2:C9", {"type": "3_color_scale"})
    sheet.data_validation("B2:B9", {"validate": "list", "source": ["a", "b"], "input_message": "m"})
    sheet.autofilter("A1:C9")
    sheet.filter_column("A", "x == n1")
    sheet.ignore_errors({"number_stored_as_text": "A1:C9"})
    sheet.protect("abc", {"sort": True})
    sheet.unprotect_range("A2:B9", "rango")
    sheet.write_url("B2", "https://x.co/?a=1&b=2#z", string="n1", tip="tip")
    sheet.add_sparkline("F2", {"range": "Lista!C2:C9"})


def _odd_values(book: Any, sheet: Any) -> None:
    bold = book.add_format({"bold": True})
    sheet.write_rich_string("A2", bold, "neg ", "rita ", book.add_format({"italic": True, "color": "red"}), " y más ")
    moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    texts = ["=1+1", " dos  ", "a\nb", "_x0041_", "<b>", "👩‍👩‍👧", "tab\tx", '"q"']
    numbers = [0.1 + 0.2, 1e-300, 12345678901234567, 1 / 3, 1e21, 3.0, 2.5, 1]
    for row, (text, number) in enumerate(zip(texts, numbers, strict=True), start=1):
        sheet.write_string(row, 3, text)
        sheet.write_number(row, 4, number)
        sheet.write_number(row, 5, 45000.123456789 * row / 3, moment)
    sheet.write_boolean("G2", True)
    sheet.write_formula("G3", '=A2=""', None, False)
    sheet.write_formula("G4", "=1/0", None, "#DIV/0!")
    sheet.write_array_formula("G5:G6", "{=A4:A5}", None, "n3")


@pytest.mark.parametrize("make", [_with_notes, _with_table, _laid_out, _ruled, _odd_values])
def test_everything_else_is_carried(tmp_path: Path, make: Make) -> None:
    original, copy = made(tmp_path, make), tmp_path / "copy.xlsx"
    copied(original, copy)
    assert not _structure(original) - _structure(copy)
    assert not _stored(original) - _stored(copy)
    assert _order(copy) == sorted(_order(copy), key=ORDER.index)


def _order(path: Path) -> list[str]:
    """The elements below the root of the list's sheet: Excel repairs a sheet in which they come in another order."""
    return [one.tag.rpartition("}")[2] for one in _root(path, "sheet1")]


def test_lists_to_choose_from_on_another_sheet_are_carried(tmp_path: Path) -> None:
    original, copy = made(tmp_path, lambda *_: None), tmp_path / "copy.xlsx"
    changed_part(original, SHEET1, lambda xml: xml.replace(b"</worksheet>", _X14.encode()))
    copied(original, copy)
    assert not _structure(original) - _structure(copy)


def test_a_persons_notes_keep_their_fonts_sizes_and_places(tmp_path: Path) -> None:
    original, copy = made(tmp_path, _with_notes), tmp_path / "copy.xlsx"
    copied(original, copy)
    before, now = (
        {one.get("ref"): one[0] for one in _root(path, "comments", ".xml").iter(f"{_MAIN}comment")}
        for path in (original, copy)
    )
    assert [_flat(now[ref]) for ref in before] == [_flat(text) for text in before.values()]
    boxes = [_styles_of_boxes(path) for path in (original, copy)]
    assert set(boxes[0]) <= set(boxes[1])


@pytest.mark.filterwarnings("ignore:Sparkline")
def test_our_columns_stand_behind_all_that_a_person_has_there(tmp_path: Path) -> None:
    copy = tmp_path / "copy.xlsx"
    copied(made(tmp_path, _ruled), copy)
    sheet = openpyxl.load_workbook(copy)["Lista"]
    assert [sheet.cell(1, column).value for column in range(4, 10)] == [None, None, None, "Row", "Problem", "Warning"]


def test_a_style_of_all_columns_to_the_right_is_parted_by_ours(tmp_path: Path) -> None:
    copy = tmp_path / "copy.xlsx"
    copied(made(tmp_path, _laid_out), copy)
    columns = [(one.get("min"), one.get("max"), one.get("width")) for one in _root(copy, "sheet1").iter(f"{_MAIN}col")]
    assert [(first, last) for first, last, _ in columns][-4:] == [("4", "4"), ("5", "5"), ("6", "6"), ("7", "16384")]
    assert columns[-1][2] == "5.7109375"


_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def _root(path: Path, name: str, ending: str = ".xml") -> Any:
    with zipfile.ZipFile(path) as package:
        part = next(one for one in package.namelist() if name in one and one.endswith(ending))
        return fromstring(package.read(part))


def _flat(element: Any) -> list[tuple[str, dict[str, str], str]]:
    return [(one.tag, dict(one.attrib), one.text or "") for one in element.iter()]


def _styles_of_boxes(path: Path) -> list[str]:
    shape = "{urn:schemas-microsoft-com:vml}shape"
    return [one.get("style", "") for one in _root(path, "", ".vml").iter(shape)]


_NOT_COUNTED = ("dimension", "ref"), ("sheetFormatPr", "outlineLevelCol"), ("row", "spans")


def _structure(path: Path) -> Counter[tuple[str, str, str, str]]:
    """The elements of all sheets with their attributes; of cells only where they are, as styles have other numbers."""
    found = Counter[tuple[str, str, str, str]]()
    with Package(snapshot_of(path)) as package:
        for name, part in sheet_parts(package).items():
            for one in fromstring(package.plain(part)).iter():
                tag = one.tag.rpartition("}")[2]
                if tag in ("v", "t", "is", "f"):
                    continue
                found[name, tag, "", "" if tag == "row" else (one.text or "").strip()] += 1
                for key, value in one.attrib.items():
                    is_style = key in ("s", "style", "dxfId", "t") or "}" in key
                    if not is_style and (tag, key) not in _NOT_COUNTED:
                        found[name, tag, key, value] += 1
    return found


def _stored(path: Path) -> Counter[tuple[str, str]]:
    """The stored values of numbers and formulas, as they are written."""
    found = Counter[tuple[str, str]]()
    for cell in _root(path, "sheet1").iter(f"{_MAIN}c"):
        value = cell.find(f"{_MAIN}v")
        if cell.get("t") != "s" and value is not None:
            found[cell.get("r", ""), value.text or ""] += 1
    return found

"""What Excel asks of the parts of a workbook, as far as ours have them: ECMA-376, part 1, chapter 18, transitional.

No package that pip, npm or apt has carries the standard's own schemas (sml.xsd), so their rules for what we write stand
here: which elements and attributes there may be, in which order, and which numbers must fit together.
"""

import math
import posixpath
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_PARTS = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

_WORKSHEET = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
    "headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags",
    "drawing", "legacyDrawing", "legacyDrawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts",
    "extLst",
)  # fmt: skip
"""The children of a worksheet, each once at most here, in this order."""
_STYLES = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors",
)  # fmt: skip
_ROW = {"r", "spans", "s", "customFormat", "ht", "hidden", "customHeight", "outlineLevel", "collapsed"}
_MOST_ROWS, _MOST_COLUMNS, _MOST_CHARACTERS, _MOST_POINTS = 1_048_576, 16_384, 32_767, 409


def complaints(path: Path) -> list[str]:
    """What is wrong with a workbook; nothing where Excel opens it without a word."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    found = list(_of_package(parts))
    styles = ET.fromstring(parts["xl/styles.xml"])
    found += _out_of_order(styles, _STYLES, "styles")
    found += _of_styles(styles)
    formats = len(_inside(styles, "cellXfs"))
    for name, xml in parts.items():
        if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name):
            found += [f"{name}: {one}" for one in _of_sheet(ET.fromstring(xml), formats)]
    return found


def _of_package(parts: dict[str, bytes]) -> Iterator[str]:
    """Every part has a type, and every relation leads to a part."""
    types = ET.fromstring(parts["[Content_Types].xml"])
    endings = {one.get("Extension") for one in types.iter(f"{_PARTS}Default")}
    named = {str(one.get("PartName")).lstrip("/") for one in types.iter(f"{_PARTS}Override")}
    for name in parts.keys() - named - {"[Content_Types].xml"}:
        if name.rpartition(".")[2] not in endings or name.startswith("xl/worksheets/sheet"):
            yield f"{name} has no type"
    yield from (f"{name} has a type and is not there" for name in named - parts.keys())
    for name in (name for name in parts if name.endswith(".rels")):
        folder = posixpath.dirname(posixpath.dirname(name))
        for relation in ET.fromstring(parts[name]).iter(f"{_RELATIONS}Relationship"):
            target = posixpath.normpath(posixpath.join("/", folder, str(relation.get("Target")))).lstrip("/")
            if relation.get("TargetMode") != "External" and target not in parts:
                yield f"{name} leads to {target}, which is not there"


def _of_styles(styles: ET.Element) -> Iterator[str]:
    """Every format has a font, a fill and a border that are there, and each count is right."""
    for group in styles:
        if group.get("count") is not None and int(str(group.get("count"))) != len(group):
            yield f"styles: {group.tag.removeprefix(_MAIN)} count {group.get('count')} is not {len(group)}"
    for nth, form in enumerate(_inside(styles, "cellXfs")):
        for key, name in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders")):
            if int(form.get(key, "0")) >= len(_inside(styles, name)):
                yield f"styles: format {nth} has {key} {form.get(key)}"


def _of_sheet(sheet: ET.Element, formats: int) -> Iterator[str]:
    yield from _out_of_order(sheet, _WORKSHEET, "worksheet")
    data = sheet.find(f"{_MAIN}sheetData")
    if data is None:
        yield "no sheetData"
        return
    last, widest = 0, 0
    for row in data:
        number = int(row.get("r", "0"))
        if row.tag != f"{_MAIN}row" or not last < number <= _MOST_ROWS or not row.attrib.keys() <= _ROW:
            yield f"row {row.attrib} after row {last}"
        if not 0 < float(row.get("ht", "15")) <= _MOST_POINTS:
            yield f"row {number} is {row.get('ht')} high"
        places = [_column(cell, number) for cell in row]
        if places != sorted(set(places)) or not all(1 <= place <= _MOST_COLUMNS for place in places):
            yield f"row {number} has cells {[cell.get('r') for cell in row]}"
        for cell in row:
            yield from _of_cell(cell, formats)
        last, widest = number, max(widest, *places, 0)
    yield from _of_extent(sheet, last, widest)


def _of_cell(cell: ET.Element, formats: int) -> Iterator[str]:
    where, kind, inside = cell.get("r"), cell.get("t"), [one.tag.removeprefix(_MAIN) for one in cell]
    if (
        cell.tag != f"{_MAIN}c"
        or not cell.attrib.keys() <= {"r", "s", "t"}
        or not 0 <= int(cell.get("s", "0")) <= formats - 1
    ):
        yield f"cell {cell.attrib}"
    if kind == "inlineStr":
        texts = list(cell.iter(f"{_MAIN}t"))
        text = (texts[0].text or "") if texts else ""
        if (
            inside != ["is"]
            or len(texts) != 1
            or len(text.encode("utf-16-le")) // 2 > _MOST_CHARACTERS + 5 * text.count("_x")
        ):
            yield f"cell {where} has no one text: {inside}"
        elif not texts[0].attrib.keys() <= {_SPACE} or (text != text.strip() and texts[0].get(_SPACE) != "preserve"):
            yield f"cell {where} loses the spaces of {text[:20]!r}"
    elif kind is not None or inside not in ([], ["v"]):
        yield f"cell {where} has type {kind} and {inside}"
    elif inside and not math.isfinite(float(cell[0].text or "nan")):
        yield f"cell {where} has the number {cell[0].text}"


def _of_extent(sheet: ET.Element, rows: int, columns: int) -> Iterator[str]:
    """The dimension is that of the cells, the filter is within it, and columns come one after another."""
    ends = _ends(sheet, "dimension")
    if rows and ends and ends[-1] != (columns, rows):
        yield f"dimension {ends} of {columns} columns and {rows} rows"
    filtered = _ends(sheet, "autoFilter")
    if filtered and (filtered[-1][0] > columns or filtered[-1][1] > rows):
        yield f"filter {filtered} of {columns} columns and {rows} rows"
    last = 0
    for column in sheet.iter(f"{_MAIN}col"):
        first, until = int(column.get("min", "0")), int(column.get("max", "0"))
        if not last < first <= until <= _MOST_COLUMNS or not 0 <= float(column.get("width", "0")) <= 255:
            yield f"column {column.attrib} after {last}"
        last = until


def _out_of_order(parent: ET.Element, order: Sequence[str], name: str) -> Iterator[str]:
    tags = [one.tag.removeprefix(_MAIN) for one in parent]
    unknown = [tag for tag in tags if tag not in order]
    if unknown or tags != sorted(set(tags), key=order.index):
        yield f"{name} has {tags}"


def _inside(parent: ET.Element, name: str) -> list[ET.Element]:
    found = parent.find(f"{_MAIN}{name}")
    return [] if found is None else list(found)


def _ends(sheet: ET.Element, name: str) -> list[tuple[int, int]]:
    """The cells that a range names, as column and row from 1."""
    found = sheet.find(f"{_MAIN}{name}")
    return [] if found is None else [_place(one) for one in str(found.get("ref")).split(":")]


def _column(cell: ET.Element, row: int) -> int:
    column, its_row = _place(str(cell.get("r")))
    return column if its_row == row else 0


def _place(reference: str) -> tuple[int, int]:
    found = re.fullmatch(r"([A-Z]{1,3})([1-9]\d*)", reference)
    if found is None:
        return 0, 0
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - ord("A") + 1
    return column, int(found[2])

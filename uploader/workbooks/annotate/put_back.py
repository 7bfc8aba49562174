"""A workbook that openpyxl has saved, with what it doesn't write: values of formulas, fonts of notes, some elements."""

import re
import zipfile
from collections.abc import Callable, Collection, Mapping
from html import escape
from typing import IO

from uploader.readers.excel.package import Package, local
from uploader.readers.snapshot import Snapshot
from uploader.workbooks.annotate.kept_shapes import KeptNotes
from uploader.workbooks.annotate.sheet_source import ORDER, SheetSource, Stored, sheet_source, whole_elements

_CELL = re.compile(
    r'<c r="([A-Z]+[0-9]+)"((?: [a-z]+="[^"]*")*)>(<f(?: [^>]*)?(?:/>|>[^<]*</f>))?<v(?: ?/>|>[^<]*</v>)</c>'
)
_KIND = re.compile(r' t="[^"]*"')
_WITHOUT_STYLE = re.compile(r'<c r="([A-Z]+[0-9]+)"(?! s=)')
"""LibreOffice gives such cells the style of their column, openpyxl and Excel the first of all."""
_TOP = re.compile(r"<(/?)([A-Za-z]+)([^>]*?)(/?)>")
_APP, _COLOURS = "docProps/app.xml", "colors"

Change = Callable[[bytes], bytes]


def put_back(saved: Snapshot, original: Package, into: IO[bytes], changed: Mapping[str, Collection[str]]) -> None:
    """Write what was saved, with what the original has besides; `changed` are cells, by sheet, that are others now.

    Raises one of SCAN_FAILURES.
    """
    with Package(saved) as package:
        changes = _changes(package, original, changed)
    with (
        saved.open() as file,
        zipfile.ZipFile(file) as parts,
        zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as whole,
    ):
        for entry in parts.infolist():
            data, change = parts.read(entry), changes.get(entry.filename)
            whole.writestr(entry.filename, data if change is None else change(data))


def _changes(saved: Package, original: Package, changed: Mapping[str, Collection[str]]) -> dict[str, Change]:
    """What is done to which part."""
    changes: dict[str, Change] = {}
    if original.part(_APP) is not None:  # the company, and what the program calls itself
        changes[_APP] = lambda _: original.plain(_APP)
    _put_back_colours(saved, original, changes)
    now = sheet_parts(saved)
    for name, part in sheet_parts(original).items():
        source = sheet_source(original, part)
        for cell in changed.get(name, ()):
            source.values.pop(cell, None)
        changes[now[name]] = _sheet_change(source)
        notes = KeptNotes.of(original, part)
        for kind, change in (("/comments", notes.in_comments), ("/vmlDrawing", notes.in_drawing)):
            related = saved.related(now[name], kind)
            if notes.texts and related is not None:
                changes[related] = change
    return changes


def _put_back_colours(saved: Package, original: Package, changes: dict[str, Change]) -> None:
    """The palette to which colours may refer by number."""
    styles, before = saved.related(_workbook(saved), "/styles"), original.related(_workbook(original), "/styles")
    if styles is None or before is None or before not in original.names():
        return
    colours = whole_elements(original, before, (_COLOURS,))
    if colours:
        end = b"</styleSheet>"  # what else would come behind them is not written
        changes[styles] = lambda xml: xml.replace(end, colours[_COLOURS].encode() + end)


def _sheet_change(source: SheetSource) -> Change:
    return lambda xml: _with_elements(_with_values(xml.decode(), source.values), source.elements).encode()


def _with_values(xml: str, values: Mapping[str, Stored]) -> str:
    """A sheet whose formulas and numbers have the values that the person's workbook stores for them."""

    def cell(found: re.Match[str]) -> str:
        stored = values.get(found[1])
        if stored is None:
            return found[0]
        kind = "" if stored.kind == "n" else f' t="{stored.kind}"'
        attributes = _KIND.sub("", found[2]) + kind
        return f'<c r="{found[1]}"{attributes}>{found[3] or ""}<v>{escape(stored.value, quote=False)}</v></c>'

    return _CELL.sub(cell, _WITHOUT_STYLE.sub(r'<c r="\1" s="0"', xml))


def _with_elements(xml: str, elements: Mapping[str, str]) -> str:
    """A sheet with these elements right below its root, each in its place."""
    places = _tops(xml)
    for name in reversed(ORDER):
        if name not in elements:
            continue
        if name in places:
            first, last = places[name]
        else:
            later = [places[one][0] for one in ORDER[ORDER.index(name) + 1 :] if one in places]
            first = last = min(later, default=xml.rindex("</"))
        xml = xml[:first] + elements[name] + xml[last:]
        places[name] = (first, last)  # those that are still to come stand before it
    return xml


def _tops(xml: str) -> dict[str, tuple[int, int]]:
    """Where each element right below the root begins and ends; of several of a name, the first begins it."""
    places: dict[str, tuple[int, int]] = {}
    depth, begun, name = 0, 0, ""
    rows = xml.find("<sheetData>"), xml.rfind("</sheetData>")
    for found in _TOP.finditer(xml):
        if rows[0] < found.start() < rows[1]:
            continue
        if not found[1]:
            depth += 1
            if depth == 2:  # noqa: PLR2004  # right below the root
                begun, name = found.start(), found[2]
        if found[1] or found[4]:
            if depth == 2:  # noqa: PLR2004
                places[name] = (places[name][0] if name in places else begun, found.end())
            depth -= 1
    return places


def sheet_parts(package: Package) -> dict[str, str]:
    """The part of each sheet, by its name. Raises one of SCAN_FAILURES."""
    workbook = _workbook(package)
    parts = {id_: target for id_, _, target in package.relations(workbook)}
    return {
        attributes["name"]: parts[next(value for key, value in attributes.items() if local(key) == "id")]
        for element, attributes in package.elements(workbook)
        if element == "sheet" and "name" in attributes
    }


def _workbook(package: Package) -> str:
    return package.related("", "/officeDocument") or "xl/workbook.xml"

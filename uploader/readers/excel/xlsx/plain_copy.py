"""A copy of an XLSX with one sheet and nothing else: for the fast reader, where it stumbles over what others don't."""

import io
import re
import zipfile
from html import escape

from uploader.readers.excel.package import Package, with_whole_characters
from uploader.readers.excel.xlsx.sheet_xml import blocks

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_UNSURE = re.compile(rb"""(<(?:[\w.-]+:)?c\s[^>]*?\bt=["'])([ed])(["'].*?</(?:[\w.-]+:)?c>)""", re.DOTALL)
_ISO_DATE = re.compile(rb">\d{4}-\d\d-\d\d(?:T\d\d:\d\d[\d:.]*Z?)?<")
_WHOLE_LINES = re.compile(
    rb"""<(?:[\w.-]+:)?(?:dimension|mergeCell)\s[^>]*?\bref=["'](?!\$?[A-Za-z]+\$?\d+(?::\$?[A-Za-z]+\$?\d+)?["'])[^>]*/>"""
)
_LARGE = re.compile(
    rb"""(<(?:[\w.-]+:)?c\s[^>]*?)\bs=["']\d+["']([^>]*(?<!/)>(?:(?!</(?:[\w.-]+:)?c>).)*?"""
    rb"""<(?:[\w.-]+:)?v>-?(?:\d{10,}|[\d.]+[Ee]\+?(?:9|\d\d)))""",
    re.DOTALL,
)
_PADDED = re.compile(rb"(<(?:[\w.-]+:)?v>)\s*([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*(?=</)")
_SHARED = {"/styles": "styles.xml", "/sharedStrings": "sharedStrings.xml"}
"""The parts that cells refer to, by the kind of relation, and their names in the copy."""


def plain_copy(package: Package, workbook: str, part: str, *, is_from_1904: bool) -> io.BytesIO:
    """The sheet in this part as the only one of a workbook, whatever else the package has, and wherever."""
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as into:
        into.writestr("[Content_Types].xml", _TYPES)
        into.writestr("_rels/.rels", _relations({"officeDocument": "xl/workbook.xml"}))
        kept = {kind: name for kind, name in _SHARED.items() if package.related(workbook, kind) in package.names()}
        targets = {"worksheet": "worksheets/sheet1.xml", **{kind.strip("/"): name for kind, name in kept.items()}}
        into.writestr("xl/workbook.xml", _workbook(is_from_1904=is_from_1904))
        into.writestr("xl/_rels/workbook.xml.rels", _relations(targets))
        into.writestr("xl/worksheets/sheet1.xml", _harmless_sheet(package, part))
        for kind, name in kept.items():
            into.writestr(f"xl/{name}", package.plain(package.related(workbook, kind) or ""))
    copy.seek(0)
    return copy


def _workbook(*, is_from_1904: bool) -> str:
    properties = '<workbookPr date1904="1"/>' if is_from_1904 else ""
    sheets = '<sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets>'
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{properties}{sheets}</workbook>'


def _relations(targets: dict[str, str]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{escape(target)}"/>'
        for number, (kind, target) in enumerate(targets.items(), 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _harmless_sheet(package: Package, part: str) -> bytes:
    """The sheet's XML without what a reader may stumble over, although every other program reads it.

    Errors, and dates that are none, become text; the sheet's size and merged cells are left out where they are given by
    whole rows or columns, and spaces around numbers. Large numbers lose their style, as they may be no times.
    """
    return b"".join(map(_harmless, blocks(package, part)))


def _harmless(block: bytes) -> bytes:
    plain = _LARGE.sub(rb"\1\2", _UNSURE.sub(_as_text, _PADDED.sub(rb"\1\2", block)))
    return with_whole_characters(_WHOLE_LINES.sub(b"", plain))


def _as_text(found: re.Match[bytes]) -> bytes:
    is_date = found[2] == b"d" and _ISO_DATE.search(found[3]) is not None
    return found[0].replace(b"Z<", b"<") if is_date else found[1] + b"str" + found[3]

"""The notes of a person as their workbook has them: with fonts, sizes and places, which openpyxl doesn't keep."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError, fromstring, register_namespace, tostring

from uploader.readers.excel.package import Package

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_VML, _EXCEL = "urn:schemas-microsoft-com:vml", "urn:schemas-microsoft-com:office:excel"
_SHAPE, _DATA = f"{{{_VML}}}shape", f"{{{_EXCEL}}}ClientData"
_FIRST_ID = 1025
"""Of the first shape of a sheet, as Excel counts them."""
_UNCLOSED = re.compile(rb"<br>")
for _prefix, _namespace in (("v", _VML), ("o", "urn:schemas-microsoft-com:office:office"), ("x", _EXCEL)):
    register_namespace(_prefix, _namespace)  # the prefixes that every program writes
register_namespace("", _MAIN)


def has_only_notes(package: Package, part: str) -> bool:
    """Whether a drawing has nothing but the boxes of notes, each of a form that can be kept."""
    try:
        root = _parsed(package, part)
    except ParseError:
        return False
    shapes = list(root.iter(_SHAPE))
    data = [one.get("ObjectType") for one in root.iter(_DATA)]
    return data == ["Note"] * len(shapes) and not any(one.tag.endswith("}imagedata") for one in root.iter())


def _parsed(package: Package, part: str) -> Element:
    return fromstring(_UNCLOSED.sub(b"<br/>", package.whole(part)))  # noqa: S314  # the package refuses document types


@dataclass(slots=True)
class KeptNotes:
    """The notes of one sheet."""

    texts: Mapping[str, Element] = field(default_factory=dict)
    """With their fonts, by cell."""
    shapes: Mapping[tuple[str, str], Element] = field(default_factory=dict)
    """Their boxes, by row and column from 0."""

    @classmethod
    def of(cls, package: Package, sheet: str) -> "KeptNotes":
        """Those of the sheet in this part; none where it has none."""
        comments, drawing = (package.related(sheet, kind) for kind in ("/comments", "/vmlDrawing"))
        texts = {} if comments not in package.names() else _texts(_parsed(package, comments or ""))
        shapes = {} if drawing not in package.names() else _shapes(_parsed(package, drawing or ""))
        return cls(texts, shapes)

    def in_comments(self, xml: bytes) -> bytes:
        """A sheet's comments with the texts as they were."""
        root = fromstring(xml)  # noqa: S314  # just written by openpyxl
        for comment in root.iter(f"{{{_MAIN}}}comment"):
            text = comment.find(f"{{{_MAIN}}}text")
            kept = self.texts.get(comment.get("ref", ""))
            if text is not None and kept is not None:
                comment.remove(text)
                comment.insert(0, kept)
        return bytes(tostring(root, "utf-8", xml_declaration=True))

    def in_drawing(self, xml: bytes) -> bytes:
        """A sheet's drawing of boxes with these as they were; each has a number of its own."""
        root = fromstring(xml)  # noqa: S314  # just written by openpyxl
        for at, shape in enumerate(list(root)):
            place = _place(shape) if shape.tag == _SHAPE else None
            if place is not None and place in self.shapes:
                root[at] = self.shapes[place]
        for nth, shape in enumerate(root.findall(_SHAPE), start=_FIRST_ID):
            shape.set("id", f"_x0000_s{nth}")
        return bytes(tostring(root, "utf-8"))


def _texts(root: Element) -> dict[str, Element]:
    found = ((one.get("ref", ""), one.find(f"{{{_MAIN}}}text")) for one in root.iter(f"{{{_MAIN}}}comment"))
    return {ref: text for ref, text in found if text is not None}


def _shapes(root: Element) -> dict[tuple[str, str], Element]:
    places = ((_place(shape), shape) for shape in root.iter(_SHAPE))
    return {place: shape for place, shape in places if place is not None}


def _place(shape: Element) -> tuple[str, str] | None:
    data = shape.find(_DATA)
    if data is None:
        return None
    row, column = (data.findtext(f"{{{_EXCEL}}}{name}", "").strip() for name in ("Row", "Column"))
    return row, column

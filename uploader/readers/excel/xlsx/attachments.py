"""What hangs on an XLSX sheet besides its cells: comments, and pictures, charts or text boxes."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from uploader.readers.excel.package import Package
from uploader.readers.excel.xlsx.sheet_xml import position

_PLACE = re.compile("([A-Z]{1,3})([0-9]{1,7})")


class Comment(NamedTuple):
    """A comment, and the cell that it is about."""

    row: int
    """From 1."""
    column: int
    """From 0."""
    text: str


def comments(package: Package, sheet: str) -> Iterator[Comment]:
    """The comments of the sheet in this part, without those that hang on no cell. Raises one of DAMAGE."""
    part = package.related(sheet, "/comments")
    place, texts = "", list[str]()
    for element, attributes, text in package.elements_with_text(part) if part in package.names() else ():
        if element == "comment":
            yield from _at(place, texts)
            place, texts = attributes.get("ref", ""), []
        elif element == "t":
            texts.append(text)
    yield from _at(place, texts)


def _at(place: str, texts: list[str]) -> Iterator[Comment]:
    found = _PLACE.fullmatch(place)
    if found is not None and "".join(texts).strip():
        yield Comment(int(found[2]), position(found[1].encode()), "".join(texts))


def drawings(package: Package, sheet: str) -> int:
    """How many pictures, charts and text boxes are on the sheet in this part. Raises one of DAMAGE."""
    part = package.related(sheet, "/drawing")
    elements = package.elements(part) if part in package.names() else ()
    return sum(element.endswith("Anchor") for element, _ in elements)

"""What a parser makes of a piece of a document by itself, with marks in place of its texts.

So the patterns that then take thousands of pieces apart that are written alike can't misread what the parser would have
read otherwise.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from xml.parsers import expat

from uploader.readers.excel.ods.document import Attributes, Document
from uploader.readers.excel.ods.structure import Cell, Structure
from uploader.readers.excel.ods.styles import Styles

_NOT_IN_XML = "\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff"
_IN_ATTRIBUTE, _IN_TEXT = f'[^"<{_NOT_IN_XML}]*(?=")', f"[^<{_NOT_IN_XML}]+"
_VARYING = re.compile(f'(value="{_IN_ATTRIBUTE}|formula="{_IN_ATTRIBUTE}|>{_IN_TEXT})')
"""What may differ between pieces that are written alike, with what comes before it."""
_STARTS = ('value="', 'formula="', ">")
_MARK = re.compile("\ue000(\\d+)\ue001")
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"

Fixed = tuple[str, ...]
"""A piece of XML without what varies."""


class Pieces(NamedTuple):
    """A piece of XML taken apart."""

    fixed: Fixed
    varying: Sequence[str]
    """What stands between the fixed parts, each with its start: `>Ana`, `value="12`."""

    def marked(self) -> str:
        """The XML with marks, each with the number of what varies there."""
        marked = [self.fixed[0]]
        for at, (piece, fixed) in enumerate(zip(self.varying, self.fixed[1:], strict=True)):
            marked += [f"{start_of(piece)}\ue000{at}\ue001", fixed]
        return "".join(marked)


split = _VARYING.split
"""Takes a piece of XML apart: a fixed part, what varies after it, a fixed part …"""


def start_of(varying: str) -> str:
    """How a varying piece starts."""
    return next(start for start in _STARTS if varying.startswith(start))


def expression(pieces: Pieces, wanted: Sequence[int]) -> str:
    """Matches pieces that are written like these, with those that are wanted in its groups."""
    parts = [re.escape(pieces.fixed[0])]
    for at, (piece, fixed) in enumerate(zip(pieces.varying, pieces.fixed[1:], strict=True)):
        start = start_of(piece)
        content = _IN_TEXT if start == ">" else _IN_ATTRIBUTE
        parts += [re.escape(start), f"({content})" if at in wanted else content, re.escape(fixed)]
    return "".join(parts)


def parts_of(text: str) -> list[int | str]:
    """A text with marks: the numbers of what varies, and the texts around them."""
    return [int(part) if at % 2 else part for at, part in enumerate(_MARK.split(text)) if part]


def has_mark(text: str) -> bool:
    """Whether anything varies in a text."""
    return "\ue000" in text


class Probe:
    """Takes what a parser finds in rows."""

    def __init__(self, namespaces: Mapping[str, str]) -> None:
        declared = "".join(f" xmlns{':' * bool(prefix)}{prefix}='{uri}'" for prefix, uri in namespaces.items())
        self._before = f"<o_:document-content xmlns:o_='{_OFFICE}' xmlns:t_='{_TABLE}'{declared}><o_:body>"
        self.rows: list[tuple[Attributes, Sequence[Cell]]] = []
        self.columns = 0

    def parse(self, rows: str) -> bool:
        """Whether this is well-formed, and nothing but rows."""
        document = Document(Structure(self, Styles()))
        try:
            document.feed(f"{self._before}<o_:spreadsheet><t_:table>{rows}")
            document.feed("</t_:table></o_:spreadsheet></o_:body></o_:document-content>")
            document.finish()
        except (expat.ExpatError, ValueError):
            return False
        return not self.columns

    def parse_cells(self, cells: str) -> bool:
        """Whether this is well-formed, and nothing but cells of one row."""
        return self.parse(f"<t_:table-row>{cells}</t_:table-row>") and len(self.rows) == 1

    def begin(self, _: str, *, is_visible: bool) -> None:
        """The table around the rows."""

    def column(self, _: Attributes) -> None:
        """Something that is no row."""
        self.columns += 1

    def row(self, attributes: Attributes, cells: Sequence[Cell]) -> None:
        """A row."""
        self.rows.append((attributes, cells))

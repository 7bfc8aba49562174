"""An answer in XML as the tables and lists that JSON would be, so that the same paths lead through it."""

from typing import Any
from xml.parsers import expat

_DEEPEST, _MOST_ELEMENTS = 100, 50_000
_PAGE = "html"


class _NotAnAnswerError(Exception):
    """It declares something of its own, with which it could grow without end, or is more than an answer ever says."""


def xml_in(text: str) -> dict[str, Any] | None:
    """The XML that a text is: its root by its name, and in it every element by its name, without prefixes.

    An element with others in it is a table, any other one its text; several of one name are a list. Attributes are
    left out. None where it is no XML, or a page.
    """
    tree = _Tree()
    try:
        tree.parser.Parse(text.strip().encode(), True)  # noqa: FBT003  # expat names it only by position
    except (expat.ExpatError, UnicodeEncodeError, _NotAnAnswerError):
        return None
    return None if _PAGE in tree.root else tree.root


class _Tree:
    """Grows while the text is parsed."""

    def __init__(self) -> None:
        self.root: dict[str, Any] = {}
        self._open: list[tuple[dict[str, Any], list[str]]] = [(self.root, [])]
        """The tables that are not closed yet, the root's parent first, and the texts in them."""
        self._elements = 0
        self.parser = expat.ParserCreate("utf-8")
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._refuse

    def _begin(self, _: str, __: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > _MOST_ELEMENTS or len(self._open) > _DEEPEST:
            raise _NotAnAnswerError
        self._open.append(({}, []))

    def _end(self, tag: str) -> None:
        children, texts = self._open.pop()
        parent, name = self._open[-1][0], tag.rpartition(":")[2]
        value: Any = children or "".join(texts).strip()
        if name not in parent:
            parent[name] = value
        elif isinstance(parent[name], list):
            parent[name].append(value)
        else:
            parent[name] = [parent[name], value]

    def _text(self, text: str) -> None:
        self._open[-1][1].append(text)

    def _refuse(self, *_: object) -> None:
        raise _NotAnAnswerError

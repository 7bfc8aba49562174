"""An OpenDocument's XML as elements with the names that everyone knows them by, whatever prefixes its writer chose."""

import codecs
import re
from collections.abc import Iterable
from typing import Protocol
from xml.parsers import expat

from uploader.i18n import Message
from uploader.readers.excel.package import HostileError, NotReadableError

_DEEPEST = 1000
_NAMESPACE = re.compile(r"urn:[\w:]+:xmlns:([a-z]+):1\.0")
_OTHERWISE_CALLED = {"datastyle": "number", "drawing": "draw"}

Attributes = dict[str, str]


class Handler(Protocol):
    """What is told of the elements and their texts."""

    def begin(self, name: str, attributes: Attributes) -> None:
        """An element begins, `table:table-row`."""

    def end(self, name: str) -> None:
        """It ends."""

    def text(self, text: str) -> None:
        """Some text of the innermost element."""


class Document:
    """A parser that takes a document in pieces. Raises HostileError for a document type, and expat's errors."""

    def __init__(self, handler: Handler) -> None:
        self._handler, self._depth = handler, 0
        self._known: dict[str, str] = {}
        self.namespaces: dict[str, str] = {}
        """Prefix -> namespace, as declared so far; "" is the one without a prefix."""
        self.has_one_meaning = True
        """No prefix was declared twice with different meanings."""
        self._fed = self._last_end = 0
        self._parser = parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartNamespaceDeclHandler = self._declared
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = handler.text

    def feed(self, text: str) -> None:
        """Take the next piece."""
        piece = text.encode()
        self._fed += len(piece)
        self._parser.Parse(piece, False)  # noqa: FBT003  # by position only

    def finish(self) -> None:
        """There are no more pieces. Raises ExpatError where some are missing."""
        self._parser.Parse(b"", True)  # noqa: FBT003  # by position only

    def ended_with(self, end_tag: str) -> bool:
        """Whether this end tag is the last of what was fed, and not within a comment or the like."""
        return self._last_end + len(end_tag.encode()) == self._fed

    def _begin(self, name: str, attributes: Attributes) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NotReadableError(Message("damage.unknown"))
        known = self._known
        try:
            named = {known[key]: value for key, value in attributes.items()}
            name = known[name]
        except KeyError:
            named = {self._name(key): value for key, value in attributes.items()}
            name = self._name(name)
        self._handler.begin(name, named)

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._last_end = self._parser.CurrentByteIndex
        self._handler.end(self._known[name])

    def _name(self, name: str) -> str:
        space, _, own = name.rpartition(" ")
        found = _NAMESPACE.fullmatch(space)
        prefix = _OTHERWISE_CALLED.get(found[1], found[1]) if found else space
        return self._known.setdefault(name, f"{prefix}:{own}" if space else own)

    def _declared(self, prefix: str | None, uri: str | None) -> None:
        if self.namespaces.setdefault(prefix or "", uri or "") != (uri or ""):
            self.has_one_meaning = False


def parse(blocks: Iterable[bytes], handler: Handler) -> None:
    """Tell a handler of a whole document. Raises as Document does, and UnicodeDecodeError."""
    document = Document(handler)
    for text in codecs.iterdecode(blocks, "utf-8"):
        document.feed(text)
    document.finish()


def _refuse_doctype(*_: object) -> None:
    raise HostileError(Message("hostile.doctype"))

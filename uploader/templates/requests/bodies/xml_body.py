"""A body of XML: the template's own text, in which values stand as texts and can't begin or end anything."""

from xml.parsers import expat

from uploader.i18n import Message
from uploader.templates.requests.placeholders import parts_of
from uploader.templates.values.faults import FaultError

CONTENT_TYPE = "text/xml; charset=utf-8"
_ESCAPES = str.maketrans({
    "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;",
})  # fmt: skip
"""Also of blanks: in an attribute, or in front of a line break, a reader makes others of them."""
_MARK = "uploader7value"
_OUR_ENCODING = "utf-8"


def in_xml(value: str) -> str:
    """A value as it stands between tags or in an attribute."""
    return value.translate(_ESCAPES)


def check_xml(where: str, text: str) -> None:
    """Raises FaultError where a text is no XML, or has a value in a place where it could not stay one."""
    parts = parts_of(text)
    finder = _Finder()
    try:
        finder.parser.Parse(_MARK.join(parts[::2]), True)  # noqa: FBT003  # expat names it only by position
    except (expat.ExpatError, UnicodeEncodeError) as why:
        raise FaultError(Message("template.fault.not_xml", why=str(why)), where) from why
    if finder.encoding and finder.encoding.lower() != _OUR_ENCODING:
        raise FaultError(Message("template.fault.xml_encoding"), where)
    if finder.found != len(parts) // 2 or finder.is_in_doctype(_MARK):
        raise FaultError(Message("template.fault.xml_place"), where)


class _Finder:
    """Counts the marks that stand between tags and in attributes."""

    def __init__(self) -> None:
        self.found, self.encoding, self._is_raw = 0, "", False
        self._declared: list[str] = []
        parser = expat.ParserCreate(_OUR_ENCODING)
        parser.buffer_text = True
        parser.StartElementHandler = self._element
        parser.CharacterDataHandler = self._text
        parser.StartCdataSectionHandler = lambda: self._raw(begins=True)
        parser.EndCdataSectionHandler = lambda: self._raw(begins=False)
        parser.XmlDeclHandler = self._declaration
        parser.EntityDeclHandler = self._entity
        parser.AttlistDeclHandler = self._attribute
        self.parser = parser

    def _element(self, _: str, attributes: dict[str, str]) -> None:
        self.found += sum(value.count(_MARK) for value in attributes.values())

    def _text(self, text: str) -> None:
        self.found += 0 if self._is_raw else text.count(_MARK)

    def _raw(self, *, begins: bool) -> None:
        self._is_raw = begins

    def is_in_doctype(self, text: str) -> bool:
        """Whether a text is in what the document's type declares, where a reader expands it once more."""
        return any(text in declared for declared in self._declared)

    def _entity(self, *declared: str | int | None) -> None:
        self._declared += [one for one in declared if isinstance(one, str)]

    _attribute = _entity

    def _declaration(self, _: str, encoding: str | None, __: int) -> None:
        self.encoding = encoding or ""

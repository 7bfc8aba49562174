"""What a document's styles say about cells: whether a number's style writes more than the number."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from uploader.readers.excel.ods.document import Attributes
from uploader.readers.excel.ods.shown_numbers import NumberFormat, Section

_DATA_STYLES = {
    f"number:{kind}-style" for kind in ("number", "currency", "percentage", "date", "time", "boolean", "text")
}
_DEEPEST = 20
"""How many styles may stand on each other."""
_CONDITION = re.compile(r"value\(\)\s*(<=|>=|!=|<|>|=)\s*(-?\d+(?:\.\d+)?)")


@dataclass(slots=True)
class _DataStyle:
    kind: str
    section: Section
    is_duration: bool
    otherwise: list[tuple[str, str]] = field(default_factory=list)
    """Conditions, and the styles of the numbers that meet them."""


class Styles:
    """All styles of a document, of whose elements it is told."""

    def __init__(self) -> None:
        self._data: dict[str, _DataStyle] = {}
        self._current: _DataStyle | None = None
        self._part = ""
        """The innermost element of the current data style."""
        self._cells: dict[str, tuple[str, str]] = {}
        """Name of a cell's style -> its data style's, and the one on which it stands."""
        self._name = ""
        self._hidden: set[str] = set()
        self._formats: dict[str, NumberFormat | None] = {}

    def begin(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        self._part = name
        if name in _DATA_STYLES:
            self._begin_data_style(name, attributes)
        elif name == "style:style":
            self._begin_style(attributes)
        elif name == "style:table-properties" and attributes.get("table:display") == "false":
            self._hidden.add(self._name)
        elif self._current is None:
            pass
        elif name == "style:map":
            named = (attributes.get("style:condition", ""), attributes.get("style:apply-style-name", ""))
            self._current.otherwise.append(named)
        elif name.startswith("number:"):
            self._current.section.add(name.removeprefix("number:"), attributes)

    def _begin_data_style(self, kind: str, attributes: Attributes) -> None:
        is_duration = attributes.get("number:truncate-on-overflow") == "false"
        self._current = _DataStyle(kind, Section(is_currency=kind == "number:currency-style"), is_duration)
        self._data[attributes.get("style:name", "")] = self._current

    def _begin_style(self, attributes: Attributes) -> None:
        self._name, self._current = attributes.get("style:name", ""), None
        if attributes.get("style:family") == "table-cell":
            stands_on = attributes.get("style:parent-style-name", "")
            self._cells[self._name] = (attributes.get("style:data-style-name", ""), stands_on)

    def end(self, _: str) -> None:
        """It ends."""

    def text(self, text: str) -> None:
        """Some text of an element."""
        if self._current is not None and self._part.startswith("number:"):
            self._current.section.write(self._part.removeprefix("number:"), text)

    def hides_table(self, name: str) -> bool:
        """Whether tables of this style are hidden."""
        return name in self._hidden

    def is_duration(self, name: str) -> bool:
        """Whether cells of this style show times of more than a day."""
        style = self._data.get(self._data_style(name))
        return style is not None and style.is_duration

    def number_format(self, name: str) -> NumberFormat | None:
        """How cells of this style show numbers; None where that isn't said."""
        if name not in self._formats:
            self._formats[name] = self._made_format(self._data_style(name))
        return self._formats[name]

    def adds_to_texts(self, name: str) -> bool:
        """Whether cells of this style show more than their text."""
        style = self._data.get(self._data_style(name))
        return style is not None and style.kind == "number:text-style" and bool(style.section.literal.strip())

    def _data_style(self, name: str) -> str:
        for _ in range(_DEEPEST):
            data_style, stands_on = self._cells.get(name, ("", ""))
            if data_style or not stands_on:
                return data_style
            name = stands_on
        return ""

    def _made_format(self, name: str) -> NumberFormat | None:
        style = self._data.get(name)
        if style is None or style.kind in {"number:date-style", "number:time-style", "number:boolean-style"}:
            return None
        others = list(self._otherwise(style))
        if style.kind == "number:text-style" and not others:
            return NumberFormat(Section(is_general=True), [])
        return NumberFormat(style.section, others)

    def _otherwise(self, style: _DataStyle) -> Iterator[tuple[str, float, Section]]:
        for condition, name in style.otherwise:
            found, applied = _CONDITION.fullmatch(condition.strip()), self._data.get(name)
            if found and applied:
                yield found[1], float(found[2]), applied.section

"""What a template says of one field: its column's names, what its cells may hold, and what of a cell is sent."""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any, TypeAlias
from unicodedata import normalize

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, model_validator

from uploader.i18n import Message
from uploader.model.unseen import BLANKS, is_seen
from uploader.templates.values.faults import FaultError
from uploader.templates.values.numbers import Characters
from uploader.templates.values.patterns import Regex, whole_match
from uploader.templates.values.texts import TemplateText

_DATES = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S")
"""How the readers write dates."""
_LONGEST_FORMAT = 100
_OTHER_DIGIT = re.compile(r"[^\D0-9]")


def _writes_dates(text: str) -> str:
    moment = datetime(2026, 12, 31)  # noqa: DTZ001  # any day
    try:
        is_whole = len(text) <= _LONGEST_FORMAT and datetime.strptime(moment.strftime(text), text) == moment  # noqa: DTZ007  # it has no zone
    except (ValueError, re.error):
        is_whole = False
    if not is_whole:
        raise FaultError(Message("template.fault.date_format"))
    return text


DateFormat: TypeAlias = Annotated[str, AfterValidator(_writes_dates)]


class Strict(BaseModel):
    """A value out of a template, whole and unchanging; a key that it doesn't know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(Strict):
    """What a template says of one field: its column's names, what its cells may hold, and how to explain it."""

    required: StrictBool = False
    description: TemplateText = Field(default_factory=dict)
    example: str = ""
    aliases: tuple[str, ...] = ()
    heading: Mapping[str, str] = Field(default_factory=dict)
    """What a blank list calls the column, by language, else by the field's name; each is an alias as well."""
    pattern: Regex | None = None
    """A regular expression that a whole cell must match."""
    max_length: Characters | None = None
    """In characters."""
    one_of: tuple[str, ...] | None = None
    trim: StrictBool = True
    """Whether spaces around a cell, and characters that nobody sees there, are left out."""
    date_format: DateFormat | None = None
    """How a date goes out, as strftime writes it: `%d/%m/%Y`. Cells are dates, YYYY-MM-DD, or written so already."""

    @model_validator(mode="before")
    @classmethod
    def _headings_are_aliases(cls, given: Any) -> Any:
        if not (isinstance(given, Mapping) and isinstance(given.get("heading"), Mapping)):
            return given
        aliases = given.get("aliases", ())
        if not isinstance(aliases, list | tuple):  # a mistake, which is told where aliases are checked
            return given
        return {**given, "aliases": [*aliases, *(name for name in given["heading"].values() if name not in aliases)]}

    def sends_as_they_are(self, cells: Collection[str]) -> bool:
        """Whether cells without anything odd, and without outer spaces, are sent as they are."""
        return self.date_format is None and (self.one_of is None or set(cells) <= {"", *self.one_of})

    def meant(self, cell: str) -> str:
        """What of a cell is sent: trimmed, a date as the column wants it, an allowed value as the template spells it.

        A cell that is none of these stays as it is; one in which nothing can be seen is empty, unless `trim` is off.
        """
        text = cell
        if self.trim:
            text = cell.strip(BLANKS) if is_seen(cell) else ""
        if self.one_of is not None:
            text = self._as_allowed(text)
        return text if self.date_format is None else self._dated(text)

    def _as_allowed(self, text: str) -> str:
        """The allowed value that is the same text, though one has accents of their own: `á` in one sign or in two."""
        if self.one_of is None or text.isascii() or text in self.one_of:
            return text
        composed = normalize("NFC", text)
        return next((value for value in self.one_of if normalize("NFC", value) == composed), text)

    def _dated(self, text: str) -> str:
        for written in _DATES:
            try:
                return datetime.strptime(text, written).strftime(self.date_format or "")  # noqa: DTZ007  # it has no zone
            except ValueError:
                continue
        return text

    def is_dated(self, text: str) -> bool:
        """Whether a text that would be sent is a date as the column wants it."""
        if _OTHER_DIGIT.search(text):  # strptime takes the digits of every script
            return False
        try:
            return self.date_format is None or bool(datetime.strptime(text, self.date_format))  # noqa: DTZ007  # no zone
        except ValueError:
            return False

    @cached_property
    def fits_pattern(self) -> Callable[[str], bool]:
        """What says whether a text is one that the pattern matches."""
        return whole_match(self.pattern) if self.pattern is not None else lambda _: True

    def takes(self, cell: str) -> bool:
        """Whether a filled cell passes what the column says of it."""
        return (
            self.is_dated(cell)
            and self.fits_pattern(cell)
            and (self.max_length is None or len(cell) <= self.max_length)
            and (self.one_of is None or cell in self.one_of)
        )

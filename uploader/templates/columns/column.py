"""What a template says of one field: its column's names, what its cells may hold, and what of a cell is sent."""

from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal, TypeAlias
from unicodedata import normalize

from pydantic import (
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    model_validator,
)

from uploader.model.unseen import BLANKS, is_seen
from uploader.templates.columns import numbers
from uploader.templates.columns.dates import DateFormat, dated, is_dated
from uploader.templates.columns.faults import fault_of
from uploader.templates.columns.numbers import DecimalSign
from uploader.templates.columns.reading import Reading
from uploader.templates.columns.words import NamedValues, Value, boolean_of, text_of
from uploader.templates.values.numbers import Characters
from uploader.templates.values.patterns import Regex, whole_match
from uploader.templates.values.strict import Strict
from uploader.templates.values.texts import TemplateText

Empty: TypeAlias = Literal["text", "omit", "null"]
"""What is sent in the place of an empty field: an empty text, nothing at all, or JSON's null."""
_Plain: TypeAlias = StrictStr | StrictBool | StrictInt | StrictFloat


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
    type: Literal["text", "number", "integer", "boolean"] = "text"
    """What a cell is in JSON."""
    sent_as: Literal["text"] | None = None
    """`text`: a cell that is checked as a number or as yes or no, and is a text in JSON all the same."""
    decimal: DecimalSign | None = None
    """The decimal sign of numbers; None where nobody knows it, and only what is no other number with the other fits."""
    values: Annotated[Mapping[str, _Plain], Field(min_length=1)] | None = None
    """What is sent for each text that a cell may be, case, accents and outer spaces aside."""
    list_separator: str | None = Field(default=None, alias="list")
    """What stands between the parts of a cell that holds several; all else that is said holds for each part."""
    empty: Empty | None = None
    """What is sent where a cell is empty; None where the request says it."""
    default: _Plain | None = None
    """What stands in an empty cell, as the template writes it; `filled_in` is what is sent of it."""

    @model_validator(mode="before")
    @classmethod
    def _headings_are_aliases(cls, given: Any) -> Any:
        if not (isinstance(given, Mapping) and isinstance(given.get("heading"), Mapping)):
            return given
        aliases = given.get("aliases", ())
        if not isinstance(aliases, list | tuple):  # a mistake, which is told where aliases are checked
            return given
        known = list(aliases)
        for heading in given["heading"].values():
            if heading not in known:  # two languages may have the same word
                known.append(heading)
        return {**given, "aliases": known}

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Column":
        fault = fault_of(self)
        if fault is not None:
            raise fault
        return self

    @cached_property
    def is_text(self) -> bool:
        """Whether a cell is one text, empty or not."""
        return self.is_untyped and self.list_separator is None and self.default is None

    @cached_property
    def is_untyped(self) -> bool:
        """Whether whatever is sent of a cell is a text."""
        return self.type == "text" and self.values is None

    @property
    def is_number(self) -> bool:
        """Whether cells, or their parts, are numbers."""
        return self.type in ("number", "integer")

    @property
    def is_list(self) -> bool:
        """Whether a cell holds several parts."""
        return self.list_separator is not None

    def when_empty(self, usual: Empty) -> Empty:
        """What is sent where a cell is empty; what is usual, where the column doesn't say it."""
        return self.empty or usual

    def sends_as_they_are(self, cells: Collection[str]) -> bool:
        """Whether cells without anything odd, and without outer spaces, are sent as they are."""
        if self.date_format is not None or not self.is_untyped or self.list_separator is not None:
            return False
        if self.default is not None and "" in cells:
            return False
        return self.one_of is None or set(cells) <= {"", *self.one_of}

    def meant(self, cell: str) -> str:
        """What of a cell is sent: trimmed, a date as the column wants it, an allowed value as the template spells it.

        Numbers are `1250.50`, yes and no `true` and `false`. A cell that is none of these stays as it is; one in which
        nothing can be seen is what the template says of empty ones, and else empty, unless `trim` is off.
        """
        return self._as_text(cell) if self.is_text else self.reading(cell).text

    def reading(self, cell: str) -> Reading:
        """What of a cell is sent, and why it isn't one of the column's type."""
        if not is_seen(cell):
            return Reading(self._as_text(cell) if self.is_text else self.filled_in)
        if self.list_separator is None:
            return self._read(cell)
        parts = [self._read(part.strip(BLANKS)) for part in cell.split(self.list_separator) if is_seen(part)]
        if not parts:
            return Reading(self.filled_in)
        fault = next((part.fault for part in parts if part.fault), "")
        return Reading(self.list_separator.join(part.text for part in parts), fault)

    def parts(self, text: str) -> list[str]:
        """The parts of what is sent of a cell; the whole text, unless the column is one of lists."""
        if self.list_separator is None or not text:
            return [text] if text else []
        return text.split(self.list_separator)

    def typed(self, text: str) -> Value:
        """The value in JSON of what is sent of a cell, or of one of its parts; a text that doesn't fit stays one."""
        if self.is_untyped or self.sent_as == "text" or not self._is_of_type(text):
            return text
        if self.named_values is not None:
            return self.named_values.value_of(text)
        return text == "true" if self.type == "boolean" else numbers.value_of(text)

    @cached_property
    def filled_in(self) -> str:
        """What is sent of an empty cell, or where there is no column."""
        return "" if self.default is None else self.reading_of_default().text

    def reading_of_default(self) -> Reading:
        """What is sent of the default. A number of TOML's own has a point, whatever the cells have."""
        if self.default is None or isinstance(self.default, str):
            return self.reading(self.default) if self.default else Reading("")
        return self.model_copy(update={"decimal": "."}).reading(text_of(self.default))

    def with_decimal(self, decimal: DecimalSign | None) -> "Column":
        """The same column, for cells with that decimal sign; None where they don't show one."""
        return self.model_copy(update={"decimal": decimal, "filled_in": self.filled_in})

    def fits(self, cell: str) -> bool:
        """Whether a filled cell, as a person writes it, passes what the column says of it."""
        if self.is_text:
            return self.takes(cell)
        reading = self.reading(cell)
        return not reading.fault and bool(reading.text) and self.takes(reading.text)

    @cached_property
    def named_values(self) -> NamedValues | None:
        """What is sent for which words; None where cells are no such words."""
        return None if self.values is None else NamedValues(self.values)

    def _read(self, text: str) -> Reading:
        """A cell, or one of its parts, in which something can be seen."""
        if self.named_values is not None:
            return self.named_values.text_of(text)
        if self.type == "text":
            return Reading(self._as_text(text))
        text = text.strip(BLANKS)
        if self.type == "boolean":
            return boolean_of(text)
        read = numbers.integer_of if self.type == "integer" else numbers.number_of
        return read(text, self.decimal)

    def _is_of_type(self, text: str) -> bool:
        """Whether a text is as what is sent of a cell is written, or of one of its parts."""
        if self.named_values is not None:
            return text in self.named_values
        if self.type == "boolean":
            return text in ("true", "false")
        return numbers.is_number(text) and (self.type == "number" or "." not in text)

    def _as_text(self, cell: str) -> str:
        text = cell
        if not is_seen(cell) and (self.trim or self.one_of is not None or self.date_format is not None):
            text = ""
        elif self.trim:
            text = cell.strip(BLANKS)
        if self.one_of is not None:
            text = self._as_allowed(text)
        return text if self.date_format is None else dated(text, self.date_format)

    def _as_allowed(self, text: str) -> str:
        """The allowed value that is the same text, though one has accents of their own: `á` in one sign or in two."""
        if self.one_of is None or text.isascii() or text in self.one_of:
            return text
        composed = normalize("NFC", text)
        return next((value for value in self.one_of if normalize("NFC", value) == composed), text)

    def is_dated(self, text: str) -> bool:
        """Whether a text that would be sent is a date as the column wants it."""
        return self.date_format is None or is_dated(text, self.date_format)

    @cached_property
    def fits_pattern(self) -> Callable[[str], bool]:
        """What says whether a text is one that the pattern matches."""
        return whole_match(self.pattern) if self.pattern is not None else lambda _: True

    def takes(self, cell: str) -> bool:
        """Whether what is sent of a filled cell passes what the column says of it."""
        return self._takes_one(cell) if self.list_separator is None else all(map(self._takes_one, self.parts(cell)))

    def _takes_one(self, text: str) -> bool:
        return (
            (self.is_untyped or self._is_of_type(text))
            and self.is_dated(text)
            and self.fits_pattern(text)
            and (self.max_length is None or len(text) <= self.max_length)
            and (self.one_of is None or text in self.one_of)
        )

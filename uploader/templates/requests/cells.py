"""What the placeholders of one request are filled with, and what becomes of fields that are empty."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from uploader.templates.columns.column import Column, Empty
from uploader.templates.requests.files import NO_FILES, Files
from uploader.templates.requests.placeholders import fill, only_placeholder, placeholders_in


@dataclass(frozen=True, slots=True)
class Cells:
    """The texts that fill a form: of fields, settings and what is built in."""

    values: Mapping[str, str] = field(repr=False)  # with secrets
    columns: Mapping[str, Column]
    """Of the fields; all other names are the same for all rows, or always there."""
    empty: Empty = "text"
    """For columns that don't say it themselves."""
    files: Files = NO_FILES

    def text(self, text: str, write: Callable[[str], str] = str) -> str:
        """A text of the form, filled."""
        return fill(text, self.values, write)

    def json(self, text: str) -> Any:
        """What a text of the form is in JSON: a lone field has its column's type."""
        name = only_placeholder(text)
        column = None if name is None else self.columns.get(name)
        if name is None or column is None:
            return self.text(text)
        value = self.values[name]
        if not value:
            return None if self.empty_of(name) == "null" else value
        return value if column.is_untyped else column.typed(value)

    def fields(self, text: str) -> list[str]:
        """The names of the fields in a text."""
        return [name for name in placeholders_in(text) if name in self.columns]

    def are_left_out(self, text: str) -> bool:
        """Whether a text holds fields, and all of them are left out."""
        names = self.fields(text)
        return bool(names) and all(not self.values[name] and self.empty_of(name) == "omit" for name in names)

    def empty_of(self, name: str) -> Empty:
        """What becomes of a field that is empty."""
        return self.columns[name].when_empty(self.empty)

    def list_in(self, names: Sequence[str]) -> str | None:
        """The one among these fields whose cell holds several parts."""
        return next((name for name in names if name in self.columns and self.columns[name].is_list), None)

    def each_part(self, name: str) -> "list[Cells]":
        """As many as the cell of that field has parts, each with one of them in its place."""
        parts = self.columns[name].parts(self.values[name])
        column = self.columns[name].model_copy(update={"list_separator": None})
        columns = {**self.columns, name: column}
        return [replace(self, values={**self.values, name: part}, columns=columns) for part in parts]

"""A list opened for a template: columns matched, rows examined, bytes hashed; nothing is kept or sent here."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from uploader import columns, validation
from uploader.errors import ListError
from uploader.model import Problem, Row
from uploader.readers import open_list
from uploader.readers.table import Table
from uploader.template import Template

DEFAULT_TEMPLATE = "wolkvox/add_interaction"
_HASHED_AT_ONCE = 1 << 20

_NO_ROWS = "{name} has a header (row {row}: {header}) and no rows below it, so there is nothing to send."


@dataclass(frozen=True, slots=True)
class Reading:
    """Which template, and what was said of how the list is to be read; None leaves it to detection."""

    template: str = DEFAULT_TEMPLATE
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Field -> column, by name or letter."""
    sheet: str | None = None
    header_row: int | None = None
    encoding: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True, slots=True)
class OpenedList:
    """A list that was understood as a table whose columns fit the template."""

    path: Path
    sha256: str
    template: Template
    table: Table
    fields: Mapping[str, int]
    """Which column, from 0, fills which field."""

    def examined(self) -> Iterator[tuple[Row, list[Problem]]]:
        """Every row with all that keeps it from being sent, in the list's order."""
        of_row: dict[int, list[Problem]] = {}
        sent = set(self.fields.values())
        for problem in self.table.problems:
            if problem.column is None or problem.column in sent:
                of_row.setdefault(problem.row, []).append(problem)
        for chunk in self.table.chunks():
            for problem in validation.problems(chunk, self.fields, self.template.columns, self.template.header_fields):
                of_row.setdefault(problem.row, []).append(problem)
            for row in _rows(chunk.itertuples(name=None)):
                yield row, of_row.pop(row.number, [])

    def rows(self) -> Iterator[Row]:
        """Every row, in the list's order."""
        return _rows(chain.from_iterable(chunk.itertuples(name=None) for chunk in self.table.chunks()))

    def values(self, row: Row) -> dict[str, str]:
        """What a row's cells put into the template's fields."""
        return {name: row.cells[position] for name, position in self.fields.items()}

    def is_unchanged(self) -> bool:
        """Whether the file's bytes are still those that were hashed."""
        return sha256_of(self.path) == self.sha256


def _rows(records: Iterable[tuple[object, ...]]) -> Iterator[Row]:
    for number, *cells in records:
        yield Row(int(str(number)), tuple(map(str, cells)))


def opened(path: Path, reading: Reading, template: Template) -> OpenedList:
    """Read the list's shape and match its columns. Raises ListError, or SettingsError where `reading` is wrong."""
    table = open_list(
        path,
        wanted=columns.wanted_names(template.columns),
        sheet=reading.sheet,
        header_row=reading.header_row,
        encoding=reading.encoding,
        delimiter=reading.delimiter,
    )
    sha256 = sha256_of(path)
    fields = columns.matched(table.header, template.columns, reading.mapping)
    if not table.rows:
        names = ", ".join(name for name in table.header if name)
        raise ListError(_NO_ROWS.format(name=path.name, row=table.header_row, header=names))
    return OpenedList(path, sha256, template, table, fields)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, hex. Raises ListError."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while part := file.read(_HASHED_AT_ONCE):
                digest.update(part)
    except OSError as why:
        raise ListError(f"{path} can't be read: {why.strerror or why}.") from why
    return digest.hexdigest()

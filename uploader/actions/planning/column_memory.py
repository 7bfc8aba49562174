"""What a person chose as the columns of a list, for the next list with the same header and the same template.

Only names and places of columns are kept, never a row's cells. What is damaged or fits no longer counts as not there.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from uploader.actions.home.own_files import read_json, write_json
from uploader.readers.table import Table

if TYPE_CHECKING:
    from uploader.templates.template import Template

_FOLDER = "mappings"


@dataclass(frozen=True, slots=True)
class RememberedColumns:
    """Columns that were chosen before."""

    fields: Mapping[str, int]
    """Field -> column, from 0."""
    day: date
    """When the last of them was chosen."""


@dataclass(frozen=True, slots=True)
class ColumnMemory:
    """What is remembered for one header and one template."""

    path: Path
    template: "Template"
    header: tuple[str, ...]

    @classmethod
    def of(cls, home: Path, table: Table, template: "Template") -> Self | None:
        """That of a list; None where its header looks like a row: it may be somebody's data."""
        if not table.has_header():
            return None
        header = _without_end(table.header)
        key = json.dumps([template.name, *header]).encode()
        return cls(home / _FOLDER / f"{hashlib.sha256(key).hexdigest()}.json", template, header)

    def recalled(self) -> RememberedColumns | None:
        """What of it can be used; None if nothing can."""
        kept = read_json(self.path)
        columns = kept.get("columns") if isinstance(kept, dict) else None
        day = _day(kept.get("day")) if isinstance(kept, dict) else None
        if day is None or not isinstance(columns, dict):
            return None
        fields = {field: column["position"] for field, column in columns.items() if self._is_usable(field, column)}
        return RememberedColumns(fields, day) if fields else None

    def _is_usable(self, field: str, column: Any) -> bool:
        if field not in self.template.columns or not isinstance(column, dict):
            return False
        position = column.get("position")
        if not isinstance(position, int) or isinstance(position, bool) or not 0 <= position < len(self.header):
            return False
        return self.header[position] == column.get("name")

    def remember(self, fields: Mapping[str, int], day: date) -> bool:
        """Keep these instead of what was kept; False where they can't be kept."""
        columns = {field: {"position": at, "name": self.header[at]} for field, at in fields.items() if self._has(at)}
        try:
            write_json(self.path, {"template": self.template.name, "day": day.isoformat(), "columns": columns})
        except OSError:  # the list is read all the same, and the next one is asked about
            return False
        return True

    def _has(self, position: int) -> bool:
        """Whether the header has that column: one behind it is there because a row is longer, in this list alone."""
        return position < len(self.header)


def _without_end(header: list[str]) -> tuple[str, ...]:
    """The header's cells to the last one with a name; rows may be longer in one list than in another."""
    width = max((at for at, name in enumerate(header, start=1) if name), default=0)
    return tuple(header[:width])


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None

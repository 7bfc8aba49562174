"""What the shared statements need of an engine's connection.

They are in SQLite's words; `postgres` puts them into its own. Named values are a mapping and `:name`, others a sequence
and `?`. `keyed`, `differ`, `has_cell` and `contains` are functions that each engine has.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

Values: TypeAlias = Sequence[object] | Mapping[str, object]
ALL_ROWS = 2**62
"""As a limit: there are never as many."""


class MalformedError(ValueError):
    """A stored value is not as a journal writes it."""


class Record(Protocol):
    """A row that was found: its values in their order, and by name."""

    def __getitem__(self, at: int | str, /) -> Any:
        """One value."""

    def __iter__(self) -> Iterator[Any]:
        """All of them."""

    def keys(self) -> Iterable[str]:
        """Their names."""


class Found(Protocol):
    """What a statement found."""

    def fetchone(self) -> Any:
        """The next `Record`; None where there is none."""

    def fetchall(self) -> list[Any]:
        """All that are left."""

    def fetchmany(self, size: int, /) -> list[Any]:
        """Some of those that are left."""

    def __iter__(self) -> Iterator[Any]:
        """Each of those that are left."""


class Database(Protocol):
    """An open journal of either engine."""

    def execute(self, statement: str, values: Any = (), /) -> Found:
        """Execute a statement; of what it finds all may be in memory."""

    def executemany(self, statement: str, rows: Iterable[Any], /) -> object:
        """Execute a statement for each."""

    def inserted(self, statement: str, values: Values, /) -> int:
        """The id of the row that `statement` inserts."""

    def now(self, seconds_later: float = 0.0, /) -> str:
        """This instant, or one a while later, by the journal's clock: ISO 8601, UTC, milliseconds."""

    def stream(self, statement: str, values: Any = (), /) -> Found:
        """Execute a statement that finds many rows: memory stays flat."""

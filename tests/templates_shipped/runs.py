"""A list that the real command sends to a stand-in, and what its workbook then says."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.conftest import Command, Ended, environment, sheet_rows, write_csv
from tests.standins import Standin


class Run(NamedTuple):
    """How a run ended."""

    ended: Ended
    lines: Sequence[Mapping[str, Any]]
    """The rows of the workbook."""

    def told(self, *columns: str) -> list[tuple[Any, ...]]:
        """What the workbook has in these columns, row by row."""
        return [tuple(line[column] for column in columns) for line in self.lines]


def sent(
    uploader: Command,
    folder: Path,
    template: str,
    server: Standin,
    rows: Sequence[Mapping[str, str]],
    settings: Mapping[str, str],
) -> Run:
    """`settings` are the environment variables of the template's settings."""
    header = list(dict.fromkeys(name for row in rows for name in row))
    path = write_csv(folder / "list.csv", [[row.get(name, "") for name in header] for row in rows], header)
    words = ("send", path, "-t", template, "--base-url", server.url, "--yes", "--json")
    ended = uploader(*words, env=environment(**settings))
    assert not any(secret in ended.out + ended.err for name, secret in settings.items() if "TOKEN" in name)
    return Run(ended, sheet_rows(folder / "list.results.xlsx"))

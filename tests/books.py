"""Result workbooks opened, changed and saved as people do, and a server of the test's own."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl

from tests.conftest import FIELDS, SHIPPED, Command, Ended, PracticeProcess, environment, interactions, write_csv
from uploader.sandbox import UNKNOWN_ROUTING_POINT
from uploader.templates.catalog import shipped

OURS = ("Status", "Response code", "Response message", "Advice", "HTTP status", "Attempts", "Sent at", "Duration ms")
AWKWARD = (
    "line one\r\nline two\r\n\r\nline four",
    "_x0041_",
    "_x005F_x0041_ and _x000D_",
    "0012300",
    "=1+1",
    "+57 300 123 4567",
    "-5 %",
    "@SUM(A1)",
    "tab\there\tand there",
    "emoji 👩‍👩‍👧 🎉, e\u0301 and ü",
    "12345678901234567890",
    "2024-01-05",
    "TRUE",
    "'quoted",
    "<b>bold</b> &amp; ]]> &#10;",
)
GOOD = "61001"
BAD = (4, 7)
"""The rows that the API rejects at first."""


def refused(count: int = 8, bad: tuple[int, ...] = BAD) -> list[list[str]]:
    """Rows of which some are rejected. The first is row 2, as in a list."""
    rows = interactions(count)
    for number in bad:
        rows[number - 2][6] = UNKNOWN_ROUTING_POINT
    return rows


def two_sheets(path: Path) -> Path:
    """A workbook in which either sheet may be the list."""
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Enero"
    for sheet in (book["Enero"], book.create_sheet("Febrero")):
        for cells in [list(FIELDS), *interactions(3)]:
            sheet.append(cells)
    book.save(path)
    return path


def awkward_rows() -> list[list[str]]:
    """Each awkward text in a row that is accepted, then in one that is rejected."""
    rows = interactions(2 * len(AWKWARD))
    for at, row in enumerate(rows):
        row[4], row[5], row[1] = f"case {at}", AWKWARD[at // 2], AWKWARD[at // 2]
        row[6] = UNKNOWN_ROUTING_POINT if at % 2 else GOOD
    return rows


def copied_template(folder: Path, name: str, **changed: str) -> Path:
    """A copy of the shipped template and its profile, with some text replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    theirs = shipped("templates") / f"{SHIPPED}.toml"
    (folder / "api.toml").write_bytes(theirs.with_name("api.toml").read_bytes())
    text = theirs.read_text(encoding="utf-8")
    for old, new in changed.items():
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


class World(NamedTuple):
    """A folder to send from, and a server whose record shows the effect of each command."""

    uploader: Command
    practice: PracticeProcess
    folder: Path

    def send(self, path: Path, *options: str, **more: str) -> tuple[Ended, list[list[str]]]:
        """How the command ended, and what reached the server meanwhile, as sorted rows of a list."""
        seen = self.practice.from_now_on()
        ended = self.uploader(
            "send", path, "--base-url", self.practice.url, "--json", *options, env=environment(**more)
        )
        return ended, sorted([body[name] for name in FIELDS] for body in seen.bodies())

    def sent(self, rows: list[list[str]], *options: str) -> Path:
        """The result workbook of a list that was sent."""
        ended, came = self.send(write_csv(self.folder / "list.csv", rows), "--no-preflight", *options)
        assert (ended.json["rows"], len(came)) == (len(rows), ended.json["requests"])
        return Path(ended.json["results"])

    @property
    def another_computer(self) -> str:
        """An empty journal, as UPLOADER_HOME."""
        return str(self.folder / "another computer")


@contextmanager
def page(path: Path, sheet: str = "Results") -> Iterator[Any]:
    """A sheet to change. The workbook is saved in place."""
    book = openpyxl.load_workbook(path)
    yield book[sheet]
    book.save(path)


def mend(path: Path, cells: Mapping[tuple[int, str], Any], sheet: str = "Results") -> Path:
    """Change cells, each named by its row's number in the list and its column (the list's own if there are two)."""
    with page(path, sheet) as lines:
        header = [cell.value for cell in lines[1]]
        number = header.index("Row (upload)" if "Row (upload)" in header else "Row")
        of = {line[number].value: line for line in lines.iter_rows(min_row=2)}
        for (row, name), value in cells.items():
            cell = of[row][header.index(name)]
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    return path


def arranged(path: Path, change: Callable[[list[list[Any]]], list[list[Any]]], sheet: str = "Results") -> Path:
    """Rewrite the lines of a sheet, header first, as `change` returns them."""
    with page(path, sheet) as lines:
        changed = change([list(line) for line in lines.iter_rows(values_only=True)])
        lines.delete_rows(1, lines.max_row)
        for at, line in enumerate(changed, start=1):
            for column, value in enumerate(line, start=1):
                lines.cell(at, column, value)
                if isinstance(value, str):
                    lines.cell(at, column).data_type = "s"
    return path


def tamper(path: Path, **values: str) -> Path:
    """Change or add values in the hidden sheet."""
    with page(path, "uploader") as hidden:
        at = {line[0].value: line[1] for line in hidden.iter_rows()}
        for key, value in values.items():
            if key in at:
                at[key].value = value
            else:
                hidden.append([key, value])
    return path


def hidden(path: Path) -> dict[str, str]:
    """The hidden sheet's values, without the digests of the rows."""
    return {
        str(key): str(value or "")
        for key, value in openpyxl.load_workbook(path)["uploader"].iter_rows(values_only=True)
    }


def summary(path: Path) -> dict[str, Any]:
    """The Summary's facts, by name."""
    return {
        str(line[0]): line[1] for line in openpyxl.load_workbook(path)["Summary"].iter_rows(values_only=True) if line[0]
    }

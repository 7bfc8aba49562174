"""What tests share: a world of their own, lists to send, and the real command as a process."""

import csv
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import settings

from tests.waiting import HANG_SECONDS
from uploader.sandbox import TOKEN
from uploader.templates.catalog import Catalog
from uploader.templates.template import Template

# The same examples each time: a run of all tests tells what the change under test did, not what chance did. Others are
# drawn by `pytest --hypothesis-profile=default`, and in the long tests.
settings.register_profile("same", derandomize=True)
settings.load_profile("same")

FIELDS = ("from", "fromname", "to", "toname", "subject", "body", "rp_id")
SHIPPED = "wolkvox/add_interaction"


@pytest.fixture(autouse=True)
def own_world(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test sees the user's home, settings, proxies or language, and none of them sees the test."""
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.upper().startswith(("WOLKVOX", "UPLOADER", "LC_", "LANG")) or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("UPLOADER_HOME", str(home / "uploader"))
    return home / "uploader"


@pytest.fixture(scope="session")
def wolkvox() -> Template:
    return Catalog.of(Path("/nonexistent")).load(SHIPPED)


def interactions(count: int, *, start: int = 1) -> list[list[str]]:
    """Rows for add_interaction whose every cell is different and awkward in its own way."""
    awkward = [
        "plain",
        "añejo ñandú çedilha ã õ",
        'said "yes", then “no”',
        "two\nlines",
        "=1+1",
        "+57 300 123 4567",
        "-5 %",
        "@home",
        "0012300",
        "C:\\path\\new",
        "{{from}} and {{x}}",
        "<b>bold</b> & more",
        "12345678901234567890",
        "emoji 🙂 and ünïcode",
        "tab\there",
        "semi;colon, comma",
    ]
    return [
        [
            f"from{n}@example.com",
            f"Name {n}",
            f"00{n}@example.com",
            "",
            f"{awkward[n % len(awkward)]} {n:05}",
            f"{awkward[(n + 5) % len(awkward)]} #{n}",
            str(61000 + n),
        ]
        for n in range(start, start + count)
    ]


def write_csv(path: Path, rows: Sequence[Sequence[str]], header: Sequence[str] = FIELDS, **how: Any) -> Path:
    how = {"encoding": "utf-8-sig", "delimiter": ",", **how}
    with path.open("w", encoding=how.pop("encoding"), newline="") as file:
        writer = csv.writer(file, **how)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def write_xlsx(path: Path, rows: Sequence[Sequence[Any]], header: Sequence[str] = FIELDS, sheet: str = "List") -> Path:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = sheet
    for row, cells in enumerate([header, *rows], start=1):
        for column, value in enumerate(cells, start=1):
            cell = page.cell(row, column, value)
            if isinstance(value, str):
                cell.data_type = "s"  # text, also where it begins with =
    book.save(path)
    return path


def sheet_rows(path: Path, sheet: str = "Results") -> list[dict[str, Any]]:
    """A sheet of a workbook of ours, as openpyxl reads it: a dict for each row."""
    book = openpyxl.load_workbook(path)
    header, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def accounts_for(workbook: Path, rows: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
    """The result sheet's rows, after checking that it has one line for every row, in order, with the list's own text."""
    lines = sheet_rows(workbook)
    assert [line["Row"] for line in lines] == list(range(2, 2 + len(rows)))
    for line, row in zip(lines, rows, strict=True):
        assert [line[name] or "" for name in FIELDS] == row
    return lines


def everything_written(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The bytes of every file in a folder, and of every part of those that are packages, with their names."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.name, path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as package:
                    yield from ((f"{path.name}/{name}", package.read(name)) for name in package.namelist())


@dataclass(frozen=True)
class Ended:
    """A command that came to its end."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found


Command = Callable[..., Ended]
UPLOADER = shutil.which("uploader", path=str(Path(sys.executable).parent)) or "uploader"


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "WOLKVOX_SERVER": "0042", "WOLKVOX_TOKEN": TOKEN, **more}


@pytest.fixture
def uploader(tmp_path: Path) -> Command:
    """The installed command, run as a process in an empty folder; a traceback on its screen fails the test."""

    def run(*arguments: str | Path, env: dict[str, str] | None = None, cwd: Path = tmp_path) -> Ended:
        ended = subprocess.run(
            [UPLOADER, *map(str, arguments)],
            cwd=cwd,
            env=environment() if env is None else env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=HANG_SECONDS,
            check=False,
        )
        assert "Traceback" not in ended.stderr + ended.stdout, ended.stderr
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    return run


_MEASURED = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, text=True, encoding="utf-8")
said = process.stdout.read()
_, status, usage = os.wait4(process.pid, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
print(said, end="")
"""


def measured(
    *command: str | Path, timeout: float = HANG_SECONDS, codes: Collection[int] = (0,)
) -> tuple[str, float, float]:
    """What a command that ends with one of the codes says, the seconds it computed, and its largest memory in MB.

    A small process starts it: what one as large as the tests starts is counted as no smaller than they are.
    """
    arguments = [sys.executable, "-c", _MEASURED, *map(str, command)]
    ended = subprocess.run(
        arguments, env=environment(), capture_output=True, text=True, encoding="utf-8", check=True, timeout=timeout
    )
    figures, _, said = ended.stdout.partition("\n")
    code, seconds, megabytes = figures.split()
    assert int(code) in codes, (code, said, ended.stderr[-2000:])
    return said.strip(), float(seconds), float(megabytes)


@dataclass(frozen=True)
class PracticeProcess:
    """`uploader sandbox` as a process, and its own record of what it received."""

    url: str
    record: Path
    before: int = 0
    """How many requests at the record's beginning are other tests' affair."""

    def received(self, api: str = "add_interaction") -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in self.record.read_text(encoding="utf-8").splitlines()[self.before :]]
        return [line for line in lines if line["path"].endswith(f"api={api}")]

    def bodies(self) -> list[dict[str, str]]:
        return [json.loads(line["body"]) for line in self.received()]

    def from_now_on(self) -> "PracticeProcess":
        """The same server for a test that shares it with others: what it received until now isn't shown."""
        return replace(self, before=len(self.record.read_text(encoding="utf-8").splitlines()))


def agreed(lines: Sequence[dict[str, Any]], practice: PracticeProcess) -> list[str]:
    """The status of every row of a result sheet, after checking them against the server's own record.

    No row was taken twice; one that was taken is accepted or unknown; one that is accepted was taken. The rows are
    told apart by their sender.
    """
    taken = Counter(json.loads(line["body"])["from"] for line in practice.received() if line["taken"])
    status = {line["from"]: line["Status"] for line in lines}
    assert len(status) == len(lines)
    assert [row for row, times in taken.items() if times > 1] == []
    assert {row: status.get(row) for row in taken if status.get(row) not in {"accepted", "unknown"}} == {}
    assert {row for row, words in status.items() if words == "accepted"} <= set(taken)
    return [line["Status"] for line in lines]


@pytest.fixture
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeProcess]:
    yield from start_practice(tmp_path_factory.mktemp("practice"))


def start_practice(folder: Path, *options: str) -> Iterator[PracticeProcess]:
    record = folder / "record.jsonl"
    command = [UPLOADER, "sandbox", "--port", "0", "--latency", "0.05", "--record", str(record), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().rpartition(" ")[2].strip()
            assert url.startswith("http://127.0.0.1:"), url
            yield PracticeProcess(url, record)
        finally:
            process.terminate()

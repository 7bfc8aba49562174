"""What tests share: an isolated environment, lists to send, and the real command as a process."""

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Protocol

import openpyxl
import pytest
from hypothesis import settings

from tests.postgres.databases import cluster, database, databases, empty_database  # noqa: F401  # fixtures
from tests.waiting import HANG_SECONDS
from tests.warm import CHEAP, Copy, copied
from uploader.journal.locks import naming
from uploader.sandbox import TOKEN
from uploader.templates.catalog import Catalog, shipped
from uploader.templates.template import Template

# The same examples each time, so that a failure comes from the change under test and not from chance. For others, run
# `pytest --hypothesis-profile=default` or the long tests.
settings.register_profile("same", derandomize=True, deadline=None)  # busy machines take their time
settings.load_profile("same")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # so it is in a shell's background job, and no Ctrl-C would come
    signal.signal(signal.SIGINT, signal.default_int_handler)

_WAITING = {"journeys", "web", "team", "postgres", "templates_shipped", "transports"}
"""Folders of tests that wait for processes, time limits and browsers."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first: at the end, the workers share what is short."""
    items.sort(key=lambda item: _WAITING.isdisjoint(item.path.parts))


FIELDS = ("from", "fromname", "to", "toname", "subject", "body", "rp_id")
SHIPPED = "wolkvox/add_interaction"
WOLKVOX = "https://wv{{wolkvox_server}}.wolkvox.com"
"""Where its requests and its token go."""
_NUMBERS = count(1)
"""Of folders."""
API_SECONDS = 0.2
"""How long `api_that_ends_soon` works on a request at the most."""


@pytest.fixture(autouse=True, scope="session")
def cost_of_a_lock() -> Iterator[int]:
    """What making a lock's name costs where the command is used, for the tests that need that."""
    shipped = naming._COST
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(naming, "_COST", CHEAP)
        yield shipped


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder. pytest would look through the folders of all tests before to find a number that is free."""
    name = re.sub(r"\W", "_", request.node.name)[:30]
    path = tmp_path_factory.getbasetemp() / f"{name}{next(_NUMBERS)}"
    path.mkdir(0o700)
    return path


@pytest.fixture(autouse=True)
def own_world(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep each test away from the user's home, settings, proxies and language."""
    home = tmp_path_factory.getbasetemp() / f"home{next(_NUMBERS)}"
    home.mkdir(0o700)
    for name in list(os.environ):
        if name.upper().startswith(("WOLKVOX", "UPLOADER", "PG", "LC_", "LANG")) or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")  # not the developer's own passwords
    monkeypatch.setenv("UPLOADER_HOME", str(home / "uploader"))
    return home / "uploader"


@pytest.fixture(scope="session")
def wolkvox() -> Template:
    return Catalog.of(Path("/nonexistent")).load(SHIPPED)


@pytest.fixture
def api_that_ends_soon(own_world: Path) -> None:
    """The templates of wolkvox, whose requests end after a moment: a place that one without an answer keeps is soon free."""
    own = own_world / "templates" / "wolkvox"
    shutil.copytree(shipped("templates") / "wolkvox", own)
    profile, limit = (own / "api.toml").read_text(encoding="utf-8"), "api_time_limit_seconds = "
    assert f"{limit}60 " in profile
    (own / "api.toml").write_text(profile.replace(f"{limit}60 ", f"{limit}{API_SECONDS} "), encoding="utf-8")


def interactions(count: int, *, start: int = 1) -> list[list[str]]:
    """Rows for add_interaction. Every cell is different, and awkward in its own way."""
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
                cell.data_type = "s"  # text, even if it begins with =
    book.save(path)
    return path


def sheet_rows(path: Path, sheet: str = "Results") -> list[dict[str, Any]]:
    """A sheet of a result workbook as openpyxl reads it, one dict per row."""
    book = openpyxl.load_workbook(path)
    header, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def accounts_for(workbook: Path, rows: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
    """The result sheet's lines, after checking that every row has one, in order and with its own text."""
    lines = sheet_rows(workbook)
    assert [line["Row"] for line in lines] == list(range(2, 2 + len(rows)))
    for line, row in zip(lines, rows, strict=True):
        assert [line[name] or "" for name in FIELDS] == row
    return lines


def everything_written(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every file in a folder, and of every part of zipped ones."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.name, path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as package:
                    yield from ((f"{path.name}/{name}", package.read(name)) for name in package.namelist())


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

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


def begun(
    arguments: Sequence[str | Path],
    environment: Mapping[str, str],
    folder: Path,
    *,
    stdin: int,
    stdout: int,
    stderr: int,
) -> "Copy | subprocess.Popen[bytes]":
    """Start the command with these file descriptors: a copy where one can be made, else the installed one."""
    words = [UPLOADER, *map(str, arguments)]
    copy = copied(words, environment, folder, stdin=stdin, stdout=stdout, stderr=stderr)
    return copy or subprocess.Popen(words, env=environment, cwd=folder, stdin=stdin, stdout=stdout, stderr=stderr)


@pytest.fixture
def uploader(tmp_path: Path) -> Command:
    """The command as a process in an empty folder. A traceback in its output fails the test."""

    def run(*arguments: str | Path, env: dict[str, str] | None = None, cwd: Path = tmp_path) -> Ended:
        with Path(os.devnull).open() as nothing, _text_file() as out, _text_file() as err:
            process = begun(
                arguments, environment() if env is None else env, cwd,
                stdin=nothing.fileno(), stdout=out.fileno(), stderr=err.fileno(),
            )  # fmt: skip
            code = process.wait(HANG_SECONDS)
            said, told = (_whole(stream) for stream in (out, err))
        assert "Traceback" not in told + said, told
        return Ended(code, said, told)

    return run


def _text_file() -> IO[str]:
    return TemporaryFile("w+", encoding="utf-8")


def _whole(stream: IO[str]) -> str:
    stream.seek(0)
    return stream.read()


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
    """A command's standard output, its CPU seconds and its peak memory in MB. It must end with one of the codes.

    A small process starts it, because a child's peak memory counts at least that of its parent.
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
    """`uploader sandbox` as a process, and its record of what it received."""

    url: str
    record: Path
    before: int = 0
    """How many requests at the start of the record belong to other tests."""

    def received(self, api: str = "add_interaction") -> list[dict[str, Any]]:
        whole, _, _ = self.record.read_text(encoding="utf-8").rpartition("\n")  # the last line may be half written
        lines = [json.loads(line) for line in whole.splitlines()[self.before :]]
        return [line for line in lines if line["path"].endswith(f"api={api}")]

    def bodies(self) -> list[dict[str, str]]:
        return [json.loads(line["body"]) for line in self.received()]

    def from_now_on(self) -> "PracticeProcess":
        """The same server without what it has received so far, for a test that shares it."""
        return replace(self, before=len(self.record.read_text(encoding="utf-8").splitlines()))


class Record(Protocol):
    """What an API received."""

    def received(self, api: str = "add_interaction") -> list[dict[str, Any]]: ...


def agreed(lines: Sequence[dict[str, Any]], practice: Record) -> list[str]:
    """The status of every line of a result sheet, after checking them against the API's own record.

    No row was taken twice, every taken row is accepted or unknown, and every accepted row was taken. Rows are
    identified by their sender.
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
    command = ["sandbox", "--port", "0", "--latency", "0.05", "--record", str(record), *options]
    nothing, (out, to_out) = os.open(os.devnull, os.O_RDWR), os.pipe()
    process = begun(command, os.environ, Path.cwd(), stdin=nothing, stdout=to_out, stderr=2)
    os.close(to_out)
    os.close(nothing)
    with open(out, encoding="utf-8") as said:  # noqa: PTH123  # a descriptor
        try:
            url = said.readline().rpartition(" ")[2].strip()
            assert url.startswith("http://127.0.0.1:"), url
            yield PracticeProcess(url, record)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(HANG_SECONDS)

"""While rows are sent nothing but the journal is written, and how they ended is told before the workbook is made."""

import os
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import PracticeProcess, accounts_for, begun, environment, interactions, write_csv
from tests.processes import started
from tests.servers import gated
from tests.waiting import HANG_SECONDS, until

_A_WHILE = 0.3
"""Seconds."""
_JOURNAL = ("journal.db", "journal.db-wal", "journal.db-shm")


def written_files(*folders: Path) -> set[Path]:
    """Without the locks, and the notes beside them of who holds them."""
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return {path for path in files if path.suffix != ".lock" and path.parent.name != "locks"}


def test_while_rows_are_sent_nothing_is_written_but_the_journal(practice: PracticeProcess, tmp_path: Path) -> None:
    rows, home = interactions(20), Path(os.environ["UPLOADER_HOME"])
    path = write_csv(tmp_path / "list.csv", rows)
    with (
        gated(practice, passing=5) as (server, gate),
        started("send", path, "--base-url", server.url, "--json") as run,
    ):
        until(lambda: len(practice.received()) == 7, "five rows answered and two under way")
        meanwhile = written_files(tmp_path, home)
        gate.open()
        assert run.ended().code == 0
    assert {one.name for one in meanwhile - {path}} <= set(_JOURNAL)
    assert home / _JOURNAL[0] in meanwhile
    assert accounts_for(tmp_path / "list.results.xlsx", rows)


def _fill(pipe: int) -> None:
    """Whoever writes there waits from now on for somebody who reads."""
    os.set_blocking(pipe, False)
    with suppress(BlockingIOError):
        while True:
            os.write(pipe, b" ")
    os.set_blocking(pipe, True)


def _is_idle(process: int) -> bool:
    """Whether a process does nothing for a while."""

    def work() -> list[str]:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]

    before = work()
    time.sleep(_A_WHILE)
    return work() == before


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux tells what another process does")
def test_how_it_ended_is_told_before_the_workbook_is_made(practice: PracticeProcess, tmp_path: Path) -> None:
    """Whoever reads what is told doesn't read on for a while: the workbook waits, not the other way round."""
    rows = interactions(6)
    path, workbook = write_csv(tmp_path / "list.csv", rows), tmp_path / "list.results.xlsx"
    reading, told = os.pipe()
    _fill(told)
    with (tmp_path / "errors").open("wb") as errors, Path(os.devnull).open("rb") as nothing:
        process = begun(
            ["send", path, "--base-url", practice.url], environment(), tmp_path,
            stdin=nothing.fileno(), stdout=told, stderr=errors.fileno(),
        )  # fmt: skip
    os.close(told)
    try:
        until(lambda: len(practice.received()) == len(rows), "all rows arrived")
        until(lambda: _is_idle(process.pid), "it waits for its reader")
        assert not workbook.exists()
        with os.fdopen(reading, "rb") as stream:
            said = stream.read().lstrip(b" ").decode()
        assert process.wait(HANG_SECONDS) == 0
    finally:
        process.kill()
    assert "6 accepted" in said
    assert said.index("6 accepted") < said.index(str(workbook))
    assert accounts_for(workbook, rows)

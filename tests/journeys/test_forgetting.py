"""What is forgotten is gone from every file of ours, also where the command is killed meanwhile."""

import json
import os
import random
import shutil
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path

import pytest

from tests.conftest import Command, PracticeProcess, environment, everything_written, interactions, write_csv
from tests.processes import started

KILLS = 10
SEED = 20261126
ROWS = 60


@pytest.fixture
def home(own_world: Path) -> Path:
    return own_world


@pytest.fixture
def path(uploader: Command, practice: PracticeProcess, tmp_path: Path) -> Path:
    """A list that was sent, with its result workbook."""
    path = write_csv(tmp_path / "list.csv", interactions(ROWS))
    assert uploader("send", path, "--base-url", practice.url, "--redact", "to").code == 0
    return path


def traces(path: Path, home: Path) -> list[bytes]:
    """What must not stay: cells, answers, and hashes that anybody can make from the list."""
    cells = {cell for row in interactions(ROWS) for cell in row if len(cell) > 7}
    hashes = {sha256(path.read_bytes()).hexdigest()}
    with closing(sqlite3.connect(home / "journal.db")) as db:
        for table, column in (("row", "fingerprint"), ("attempt", "fingerprint"), ("workbook", "digest")):
            hashes |= {value for (value,) in db.execute(f"SELECT {column} FROM {table}").fetchall()}
        answers = {value for (value,) in db.execute("SELECT message FROM attempt").fetchall()}
    texts = {*cells, *hashes, *answers} - {""}
    return [spelled for text in texts for spelled in {text.encode(), json.dumps(text)[1:-1].encode()}]


def left(home: Path, traces: list[bytes]) -> list[tuple[str, bytes]]:
    return [(name, trace) for name, content in everything_written(home) for trace in traces if trace in content]


def test_nothing_of_it_is_left_in_our_folder(uploader: Command, home: Path, path: Path) -> None:
    found = traces(path, home)
    assert left(home, found)
    assert uploader("history", "forget", "1").code == 0
    assert left(home, found) == []


def is_whole(journal: Path) -> bool:
    """Whether nothing is forgotten; never only some of it is."""
    with closing(sqlite3.connect(journal)) as db:
        ((cells, sent, plain, day),) = db.execute(
            "SELECT (SELECT count(*) FROM row WHERE cells <> '[]'), (SELECT count(*) FROM attempt WHERE cells <> '[]'),"
            " (SELECT count(*) FROM attempt WHERE fingerprint NOT GLOB 'k:*'), forgotten_at IS NULL FROM job"
        ).fetchall()
    assert (cells, sent, plain, day) in {(ROWS, ROWS, ROWS, 1), (0, 0, 0, 0)}
    return bool(day)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_killed_at_any_moment_it_is_done_whole_by_the_next_try_and_nothing_is_sent_twice(
    uploader: Command, practice: PracticeProcess, home: Path, path: Path, tmp_path: Path
) -> None:
    chance, found = random.Random(SEED), traces(path, home)
    forget = ("history", "forget", "1")

    def copy(name: str) -> tuple[Path, Callable[..., int]]:
        own = shutil.copytree(home, tmp_path / name)
        return own, lambda *command: uploader(*command, env=environment(UPLOADER_HOME=str(own))).code

    _, unkilled = copy("unkilled")
    began = time.monotonic()
    assert unkilled(*forget) == 0
    seconds = time.monotonic() - began
    were_whole = Counter[bool]()
    for nth in range(KILLS):
        own, run = copy(f"home {nth}")
        with started(*forget, UPLOADER_HOME=str(own)) as running, suppress(subprocess.TimeoutExpired):
            running.process.wait(seconds * chance.uniform(0.5, 1.1))
        were_whole[is_whole(own / "journal.db")] += 1
        if nth % 2:
            assert run("send", path, "--base-url", practice.url) == 0
        assert run(*forget) == 0
        assert left(own, found) == []
        if nth % 4 == 0:
            assert run("send", path, "--base-url", practice.url) == 0
    taken = Counter(json.loads(line["body"])["from"] for line in practice.received() if line["taken"])
    assert (len(taken), set(taken.values())) == (ROWS, {1})
    print(f"{KILLS} kills while forgetting: {were_whole[True]} before it was kept, {were_whole[False]} after it")

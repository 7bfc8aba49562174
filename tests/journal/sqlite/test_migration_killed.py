"""A migration that is killed, whenever, leaves a journal that the next opening migrates whole."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journal.sqlite.old_journals import asked, content, course, of_version_0_1_0, of_version_2, of_version_4
from uploader.journal.sqlite import SqliteJournal, schema
from uploader.journal.sqlite.upgrade.migration import copy_of

ROOT = Path(__file__).parents[3]
KILLS, MANY_KILLS = 6, 120
"""Of each journal; or at every step, where it has fewer."""
JOURNALS: dict[str, Callable[[Path], Path]] = {
    "version 0.1.0": of_version_0_1_0,
    "version 2": of_version_2,
    "version 4": of_version_4,
    "a course": lambda path: course("course_01", path),
}


def died(path: Path, step: int) -> str:
    """What a process that migrates the journal printed; it was killed if nothing."""
    command = [sys.executable, "-m", "tests.journal.sqlite.dying", str(path), str(step)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == (0 if done.stdout else -9), done.stderr
    return done.stdout


def whole(path: Path) -> list[str]:
    """All that is in a journal of today; keys of jobs and of hashes, which are drawn by chance, are left out."""
    return sorted(re.sub(r"'(k:[0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{16})'", "'key'", line) for line in content(path))


@pytest.mark.parametrize("kind", JOURNALS)
@pytest.mark.parametrize("kills", [KILLS, pytest.param(MANY_KILLS, marks=pytest.mark.long)])
def test_killed_at_any_step_it_is_done_whole_by_the_next_opening(tmp_path: Path, kind: str, kills: int) -> None:
    unkilled = JOURNALS[kind](tmp_path / "unkilled.db")
    steps = int(died(unkilled, 0))
    assert steps > KILLS
    kills = min(kills, steps)
    SqliteJournal(unkilled).close()
    versions = set()
    for nth in range(kills):
        path = JOURNALS[kind](tmp_path / f"{nth}.db")
        assert died(path, 1 + nth * (steps - 1) // (kills - 1)) == ""
        versions.add(asked(path, "PRAGMA user_version")[0][0])
        SqliteJournal(path).close()
        assert whole(path) == whole(unkilled)
        assert not copy_of(path).exists()
    assert schema.VERSION in versions  # killed before the copy was removed
    assert len(versions) == 2

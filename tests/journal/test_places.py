"""Where the journals are, and how the sandbox's journal of version 0.1.0 gets today's name."""

import multiprocessing
import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.journal.builders import NEW, begin, rows
from uploader.errors import JournalError, SettingsError
from uploader.i18n import render
from uploader.i18n.languages import LANGUAGES
from uploader.journal import Server, journal_path, journal_place, open_journal

KEPT = Path(__file__).parents[1] / "data" / "version_0_1_0" / "journal.db"


def old_sandbox(home: Path) -> Path:
    """A `practice.db` whose last words are still in its log, as after kill -9."""
    old = home / "practice.db"
    with open_journal(home / "made.db") as journal:
        begin(journal, journal.stage(NEW, rows(3)))
        for name in ("made.db", "made.db-wal", "made.db-shm"):
            shutil.copyfile(home / name, home / name.replace("made", "practice"))
    (home / "made.db").unlink()
    (home / "practice.db.lock").touch()
    assert (home / "practice.db-wal").stat().st_size
    return old


def test_the_sandbox_has_a_journal_of_its_own(tmp_path: Path) -> None:
    assert journal_path(tmp_path) == tmp_path / "journal.db"
    assert journal_path(tmp_path, sandbox=True) == tmp_path / "sandbox.db"
    assert not list(tmp_path.iterdir())  # to ask makes nothing


def test_the_sandbox_journal_of_version_0_1_0_is_renamed_whole(tmp_path: Path) -> None:
    old_sandbox(tmp_path)
    place = journal_path(tmp_path, sandbox=True)
    assert list(tmp_path.glob("practice.db*")) == []
    with open_journal(place) as journal:
        (job,) = journal.jobs()
        assert job.rows == 3
    assert place.stat().st_mode & 0o777 == 0o600


def test_a_sandbox_journal_of_today_stays(tmp_path: Path) -> None:
    with open_journal(tmp_path / "sandbox.db") as journal:
        begin(journal, journal.stage(NEW, rows(1)))
    shutil.copyfile(KEPT, tmp_path / "practice.db")
    with open_journal(journal_path(tmp_path, sandbox=True)) as journal:
        assert len(journal.jobs()) == 1
    assert (tmp_path / "practice.db").exists()


def test_the_real_journal_never_touches_it(tmp_path: Path) -> None:
    old = old_sandbox(tmp_path)
    journal_path(tmp_path)
    assert old.exists()


def test_it_is_not_renamed_while_somebody_has_it_open(tmp_path: Path) -> None:
    old = old_sandbox(tmp_path)
    with closing(sqlite3.connect(old)) as other:
        other.execute("SELECT count(*) FROM job").fetchone()
        with pytest.raises(JournalError, match=r"Another uploader is using the journal .*practice\.db"):
            journal_path(tmp_path, sandbox=True)
        assert old.exists()
        assert not (tmp_path / "sandbox.db").exists()
    with open_journal(journal_path(tmp_path, sandbox=True)) as journal:
        assert len(journal.jobs()) == 1


def test_one_that_is_damaged_says_so(tmp_path: Path) -> None:
    (tmp_path / "practice.db").write_bytes(b"this is no database, and never was one" * 99)
    with pytest.raises(JournalError, match=r"practice\.db is damaged"):
        journal_path(tmp_path, sandbox=True)


def _open(home: Path) -> None:
    with open_journal(journal_path(home, sandbox=True)) as journal:
        os._exit(0 if len(journal.jobs()) == 1 else 1)
    sys.exit(2)


def test_many_that_find_it_at_once_rename_it_once(tmp_path: Path) -> None:
    old_sandbox(tmp_path)
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_open, args=(tmp_path,)) for _ in range(6)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 6


# A team's journal

ADDRESS = "postgresql://ana@db.example/team"


def settings(home: Path, text: str) -> Path:
    path = home / "settings.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_word_it_is_a_file(tmp_path: Path) -> None:
    assert journal_place(tmp_path, {}) == journal_place(tmp_path, {"UPLOADER_JOURNAL": " "}) == journal_path(tmp_path)
    settings(tmp_path, "")
    assert journal_place(tmp_path, {}) == journal_path(tmp_path)


def test_the_environment_decides_before_the_settings_file(tmp_path: Path) -> None:
    settings(tmp_path, 'journal = "service=team"')
    kept, given = journal_place(tmp_path, {}), journal_place(tmp_path, {"UPLOADER_JOURNAL": ADDRESS})
    assert isinstance(kept, Server)
    assert isinstance(given, Server)
    assert (kept.shown, given.shown) == ("team", "db.example/team")
    assert given.unwritten == tmp_path / "unwritten"


def test_the_sandbox_keeps_its_file(tmp_path: Path) -> None:
    settings(tmp_path, "journal = 4")
    place = journal_place(tmp_path, {"UPLOADER_JOURNAL": ADDRESS}, sandbox=True)
    assert place == tmp_path / "sandbox.db"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('journal = "postgresql://ana:gehe1m@db/team"', "team.password_in_file"),
        ('journal = "host=db password=gehe1m"', "team.password_in_file"),
        ('journal = "gehe1m"', "team.not_an_address"),
        ("journal = 4", "team.settings_wrong"),
        ('jornal = "postgresql://ana:gehe1m@db/team"', "team.settings_wrong"),
        ('journal = "postgresql://ana:gehe1m@db', "team.settings_unreadable"),
        ("journal = postgresql://ana:gehe1m@db", "team.settings_unreadable"),
    ],
)
def test_a_wrong_settings_file_is_refused_and_not_quoted(text: str, code: str, tmp_path: Path) -> None:
    settings(tmp_path, text)
    with pytest.raises(SettingsError) as refused:
        journal_place(tmp_path, {})
    assert refused.value.message.code == code
    assert not [one for one in LANGUAGES if "gehe1m" in render(refused.value.message, one)]


def test_a_settings_file_that_is_no_text_or_no_file(tmp_path: Path) -> None:
    path = settings(tmp_path, "")
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="not valid TOML"):
        journal_place(tmp_path, {})
    path.unlink()
    path.mkdir()
    with pytest.raises(SettingsError, match=r"settings\.toml can't be read"):
        journal_place(tmp_path, {})


def test_a_teams_journal_makes_nothing_here(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match=r"127\.0\.0\.1:1/team can't be reached"):
        open_journal(journal_place(tmp_path, {"UPLOADER_JOURNAL": "postgresql://127.0.0.1:1/team"}))
    assert list(tmp_path.iterdir()) == []

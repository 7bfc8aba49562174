"""A journal that is damaged, in the way or not to be written ends in a sentence, never in another exception."""

import os
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journal.builders import EVER, LOOKED, NEW, OTHER, answered, begin, dispatch, rows, settlement, staged
from tests.journal.sqlite.old_journals import changed
from uploader.errors import JournalError, SettingsError
from uploader.journal import Journal
from uploader.journal.sqlite import SqliteJournal
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Status

VARIANTS = 200
SEED = 20261126
is_administrator = hasattr(os, "geteuid") and os.geteuid() == 0

METHODS: dict[str, Callable[[Journal], object]] = {
    "jobs": lambda journal: journal.jobs(),
    "jobs of a list": lambda journal: journal.jobs(NEW.list_sha256),
    "a job": lambda journal: journal.job(1),
    "a job by its key": lambda journal: journal.job_with_key(NEW.key),
    "the last job": lambda journal: journal.last_sent(NEW.template),
    "sources": lambda journal: journal.sources(1),
    "runs": lambda journal: journal.runs(1),
    "rows": lambda journal: list(journal.rows(1)),
    "rows with a text": lambda journal: list(journal.rows(1, text="cell 7")),
    "counts": lambda journal: journal.count_rows(1, text="cell"),
    "states": lambda journal: journal.row_states(1, list(range(400))),
    "unsent cells": lambda journal: journal.unsent_cells(1, list(range(400))),
    "numbers": lambda journal: journal.row_numbers(1, Status.ACCEPTED),
    "answers": lambda journal: journal.answers(1),
    "attempts": lambda journal: list(journal.attempts(1, with_cells=True)),
    "attempt keys": lambda journal: journal.attempt_keys(1),
    "settlements": lambda journal: journal.settlements(1),
    "waiting": lambda journal: list(journal.waiting(1)),
    "known": lambda journal: list(journal.known_requests(1, ResendPolicy())),
    "prior": lambda journal: journal.find_prior("print 2", ResendPolicy()),
    "perhaps known": lambda journal: journal.perhaps_known(["print 2", "print 3"]),
    "unanswered": lambda journal: journal.unanswered(NEW.destination, EVER),
    "workbooks": lambda journal: journal.workbook_paths(1),
    "hold back": lambda journal: begin(journal, 1).hold_back_known(),
    "send": lambda journal: begin(journal, 1).commit([], [dispatch(200)]),
    "redirect": lambda journal: journal.redirect(1, "https://elsewhere", {}, lambda row: str(row.number)),
    "settle": lambda journal: journal.settle(1, [settlement(4)], LOOKED),
    "redact": lambda journal: journal.add_redacted_columns(1, ["b"]),
    "stage": lambda journal: journal.stage(NEW, [staged(9)], job=1),
    "another list": lambda journal: journal.stage(OTHER, rows(3)),
    "forget": lambda journal: journal.forget([1], everything=False),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal of 300 rows with everything in it."""
    path = tmp_path_factory.mktemp("whole") / "journal.db"
    with SqliteJournal(path) as journal:
        job = journal.stage(replace(NEW, profile_text="title = 'p'"), rows(300))
        answered(begin(journal, job), r2=Status.ACCEPTED, r3=Status.REJECTED, r4=None, r5=None)
        journal.settle(job, [settlement(5)], LOOKED)
        journal.note_workbook(job, "77" * 32, NEW.results_path)
    return path


def use(path: Path) -> int:
    """Use all of a journal; how many methods said that it can't be."""
    refused = 0
    with SqliteJournal(path) as journal:
        for method in METHODS.values():
            try:
                method(journal)
            except (JournalError, SettingsError):
                refused += 1
    return refused


def use_all_of(path: Path) -> None:
    with SqliteJournal(path) as journal:
        for method in METHODS.values():
            method(journal)


def test_a_whole_one_is_used_without_complaint(whole: Path, tmp_path: Path) -> None:
    assert use(shutil.copyfile(whole, tmp_path / "journal.db")) == 0


def test_whichever_bytes_are_damaged_it_ends_in_a_sentence(whole: Path, tmp_path: Path) -> None:
    chance, good = random.Random(SEED), whole.read_bytes()
    refused = 0
    for nth in range(VARIANTS):
        bad = bytearray(good)
        for _ in range(chance.choice([1, 4, 64])):
            bad[chance.randrange(len(bad) if nth % 2 else 4096)] = chance.randrange(256)
        path = tmp_path / "journal.db"
        path.write_bytes(bad)
        try:
            refused += use(path) > 0
        except JournalError:
            refused += 1
        for file in tmp_path.iterdir():
            file.unlink()
    assert refused > VARIANTS // 10


@pytest.mark.parametrize("share", [0.01, 0.3, 0.7, 0.99])
def test_one_that_was_cut_off_ends_in_a_sentence(whole: Path, tmp_path: Path, share: float) -> None:
    path = tmp_path / "journal.db"
    good = whole.read_bytes()
    path.write_bytes(good[: int(len(good) * share)])
    with pytest.raises(JournalError, match="damaged"):
        use_all_of(path)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE row SET status = 'perhaps'",
        "UPDATE row SET cells = '{'",
        "UPDATE row SET cells = '7'",
        "UPDATE row SET cells = x'00ff'",
        "UPDATE job SET header = '['",
        "UPDATE job SET fields = '7'",
        "UPDATE template SET text = x'00'",
        "UPDATE attempt SET cells = ''",
        "UPDATE attempt SET sent_at = 7",
        'UPDATE row SET advice = \'{"code": 7, "facts": []}\'',
    ],
)
def test_a_value_that_can_not_be_ours_ends_in_a_sentence(whole: Path, tmp_path: Path, change: str) -> None:
    assert use(changed(shutil.copyfile(whole, tmp_path / "journal.db"), change)) > 0


@pytest.mark.parametrize("place", ["attempt SET code", "row SET fingerprint", "run SET stopped"])
def test_a_number_where_a_text_belongs_is_that_text(whole: Path, tmp_path: Path, place: str) -> None:
    assert use(changed(shutil.copyfile(whole, tmp_path / "journal.db"), f"UPDATE {place} = 7")) == 0


def test_without_its_log_it_opens_and_knows_what_was_in_the_file(whole: Path, tmp_path: Path) -> None:
    path = shutil.copyfile(whole, tmp_path / "journal.db")
    with SqliteJournal(path) as journal:
        begin(journal, 1).commit([], [dispatch(9)])
        shutil.copyfile(path, tmp_path / "without.db")
    with SqliteJournal(tmp_path / "without.db") as journal:
        assert journal.job(1).counts[Status.UNKNOWN] == 1


def test_a_log_of_nonsense_is_passed_over(whole: Path, tmp_path: Path) -> None:
    path = shutil.copyfile(whole, tmp_path / "journal.db")
    path.with_name("journal.db-wal").write_bytes(random.Random(SEED).randbytes(50_000))
    assert use(path) == 0


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "journal.db").mkdir()
    with pytest.raises(JournalError, match=r"journal\.db can't be used"):
        SqliteJournal(tmp_path / "journal.db")


@pytest.mark.skipif(is_administrator, reason="an administrator may write anywhere")
@pytest.mark.parametrize("mode", [0o000, 0o500])
def test_a_folder_that_may_not_be_written_to_is_told(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    folder.chmod(mode)
    try:
        with pytest.raises(JournalError, match="UPLOADER_HOME"):
            SqliteJournal(folder / "journal.db")
    finally:
        folder.chmod(0o700)

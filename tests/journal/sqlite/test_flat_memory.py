"""What the journal does with a list takes no more memory for a longer one."""

import tracemalloc
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.journal.builders import NEW, OTHER, begin, completion, dispatch, rows
from uploader.journal.sqlite import SqliteJournal
from uploader.model.resend import ResendPolicy

FEW, MANY = 1_000, 4_000
SLACK_BYTES = 200_000


def _send_all(journal: SqliteJournal) -> None:
    ledger = begin(journal, 1)
    page: list[int] = []
    for row, *_ in journal.waiting(1):
        page.append(row.number)
        if len(page) == 50:
            ledger.commit([], [dispatch(number) for number in page])
            ledger.commit([completion(number) for number in page], [])
            page = []


def _sent_before(journal: SqliteJournal, count: int) -> None:
    """Job 2 has the rows that were sent in job 1."""
    _send_all(journal)
    journal.stage(OTHER, rows(count))


def _nothing(journal: SqliteJournal, count: int) -> None:
    """Job 1 waits."""


Work = tuple[Callable[[SqliteJournal, int], None], Callable[[SqliteJournal], object]]
WORK: dict[str, Work] = {
    "sent": (_nothing, _send_all),
    "shown": (_nothing, lambda journal: sum(1 for _ in journal.rows(1))),
    "staged": (_nothing, lambda journal: journal.stage(NEW, rows(journal.last_row_number(1) - 1), job=1)),
    "held back": (_sent_before, lambda journal: begin(journal, 2).hold_back_known()),
    "known": (_sent_before, lambda journal: sum(1 for _ in journal.known_requests(2, ResendPolicy()))),
}


@pytest.mark.parametrize("kind", WORK)
def test_memory_is_flat(tmp_path: Path, kind: str) -> None:
    before, work = WORK[kind]

    def peak(name: str, count: int) -> int:
        with closing(SqliteJournal(tmp_path / name)) as journal:
            journal.stage(NEW, rows(count))
            before(journal, count)
            tracemalloc.start()
            try:
                work(journal)
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    peak("what is made once is made.db", FEW)
    assert peak("many.db", MANY) < peak("few.db", FEW) + SLACK_BYTES

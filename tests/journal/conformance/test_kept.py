"""The values of an answer that a template keeps are stored with it, and shown with the row that it decides."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.journal.builders import (
    ANA,
    EVERYTHING,
    LOOKED,
    NEW,
    OTHER,
    answered,
    begin,
    dispatch,
    result_of,
    rows,
    settlement,
    staged,
    statuses,
)  # fmt: skip
from uploader.journal import Journal, RecoveredRow, RunLedger
from uploader.model import advice
from uploader.model.job import Attempt, RowResult
from uploader.model.outcomes import STATUS_OF, Completion, Outcome, Verdict
from uploader.model.rows import Row, Status

TICKET = {"ticket_id": "0042", "url": "https://x/ñ"}


def answer(
    ledger: RunLedger, number: int, kept: Mapping[str, str], verdict: Verdict = Verdict.ACCEPTED, fingerprint: str = ""
) -> None:
    sent = dispatch(number, fingerprint=fingerprint)
    assert ledger.commit([], [sent]) == {}
    ledger.commit([Completion(sent, Outcome(verdict, advice.NONE, "201", kept=kept), STATUS_OF[verdict])], [])


@pytest.mark.parametrize("verdict", [Verdict.ACCEPTED, Verdict.REJECTED, Verdict.UNKNOWN, Verdict.SLOW_DOWN])
def test_they_are_kept_whatever_the_answer_means(journal: Journal, verdict: Verdict) -> None:
    job = journal.stage(NEW, rows(2))
    answer(begin(journal, job), 2, TICKET, verdict)
    assert [one.kept for one in journal.attempts(job)] == [TICKET]
    assert [one.kept for one in journal.rows(job)] == [TICKET, {}]


def test_half_a_surrogate_pair_costs_no_answer(journal: Journal) -> None:
    job = journal.stage(NEW, rows(1))
    answer(begin(journal, job), 2, {"note": "half \ud83d \x00"})
    assert statuses(journal, job) == {2: Status.ACCEPTED}
    assert result_of(journal, job, 2).kept["note"].startswith("half ")


def test_those_of_the_attempt_that_decides_are_the_row_s(journal: Journal) -> None:
    job = journal.stage(NEW, rows(1))
    answer(begin(journal, job), 2, TICKET)
    journal.stage(NEW, [staged(2, waits=True)], job=job)
    answer(begin(journal, job, EVERYTHING), 2, {"ticket_id": "none"}, Verdict.REJECTED)
    assert result_of(journal, job, 2).kept == TICKET
    assert [one.kept for one in journal.attempts(job)] == [TICKET, {"ticket_id": "none"}]


def test_of_a_row_under_way_again_nothing_is_shown_yet(journal: Journal) -> None:
    job = journal.stage(NEW, rows(1))
    answer(begin(journal, job), 2, TICKET, Verdict.SLOW_DOWN)
    begin(journal, job).commit([], [dispatch(2)])
    assert result_of(journal, job, 2).kept == {}


def test_a_row_that_waits_again_shows_those_of_the_same_request_and_not_those_of_other_cells(journal: Journal) -> None:
    job = journal.stage(NEW, rows(2))
    ledger = begin(journal, job)
    for number in (2, 3):
        answer(ledger, number, {"ticket_id": f"of {number}"}, Verdict.REJECTED)
    journal.stage(NEW, [staged(2), staged(3, fingerprint="edited")], job=job)
    assert [(one.status, one.kept) for one in journal.rows(job)] == [
        (Status.NOT_SENT, {"ticket_id": "of 2"}),
        (Status.NOT_SENT, {}),
    ]


@pytest.mark.parametrize("is_forgotten", [False, True])
def test_a_skipped_row_shows_those_of_the_request_that_was_accepted_before(
    journal: Journal, is_forgotten: bool
) -> None:
    first = journal.stage(NEW, rows(1))
    answer(begin(journal, first), 2, TICKET, fingerprint="same")
    second = journal.stage(OTHER, (staged(number, fingerprint="same") for number in (2, 3)))
    begin(journal, second).hold_back_known()
    if is_forgotten:
        journal.forget([first], everything=False)
    assert list(statuses(journal, second).values()) == [Status.SKIPPED] * 2
    assert [one.kept for one in journal.rows(second)] == [{} if is_forgotten else TICKET] * 2


def test_a_row_that_a_person_closed_has_those_that_its_request_brought(journal: Journal) -> None:
    job = journal.stage(NEW, rows(1))
    answer(begin(journal, job), 2, TICKET, Verdict.UNKNOWN)
    journal.settle(job, [settlement(2)], LOOKED)
    assert (result_of(journal, job, 2).status, result_of(journal, job, 2).kept) == (Status.ACCEPTED, TICKET)


def test_they_are_forgotten_with_the_answers(journal: Journal) -> None:
    job = journal.stage(NEW, rows(2))
    ledger = begin(journal, job)
    answer(ledger, 2, TICKET)
    answer(ledger, 3, TICKET, Verdict.REJECTED)
    journal.forget([job], everything=False)
    assert [one.kept for one in journal.attempts(job)] == [{}] * 2
    assert [one.kept for one in journal.rows(job)] == [{}] * 2


def test_a_text_in_one_finds_its_row(journal: Journal) -> None:
    job = journal.stage(NEW, rows(3))
    ledger = begin(journal, job)
    answer(ledger, 2, TICKET)
    answered(ledger, r3=Status.ACCEPTED)
    assert [one.row.number for one in journal.rows(job, text="X/Ñ")] == [2]
    assert journal.count_rows(job, text="0042") == {Status.ACCEPTED: 1}
    assert journal.count_rows(job, text="ticket_id") == {}


def test_their_columns_and_the_decimal_signs_belong_to_the_job(journal: Journal) -> None:
    job = journal.stage(replace(NEW, kept_columns=["id", "url"], decimals={"x": ","}), rows(1))
    begin(journal, job)
    assert (journal.job(job).kept_columns, journal.job(job).decimals) == (("id", "url"), {"x": ","})
    assert (journal.jobs()[0].kept_columns, journal.jobs()[0].decimals) == (("id", "url"), {"x": ","})


def test_columns_that_the_template_has_no_more_stay_behind_those_that_it_has(journal: Journal) -> None:
    job = journal.stage(replace(NEW, kept_columns=["id", "url"]), rows(1))
    journal.stage(replace(NEW, kept_columns=["url", "state"]), rows(1), job=job)
    assert journal.job(job).kept_columns == ("url", "state", "id")


def recovered(status: Status, **facts: Any) -> RecoveredRow:
    found: dict[str, Any] = {"code": "201", "message": "", "http_status": 200, "attempts": 1, "duration_ms": 7}
    row = Row(2, ("cell 2", "ñ"))
    at = "2026-11-26T09:10:00.000+00:00"
    return RecoveredRow(
        row, RowResult(row=row, status=status, advice=advice.NONE, sent_at=at, **found, **facts), "same"
    )


def test_a_skipped_row_from_elsewhere_has_those_that_only_the_workbook_tells_until_it_is_edited(
    journal: Journal,
) -> None:
    told = recovered(Status.SKIPPED, kept=TICKET)
    told = told._replace(result=replace(told.result, advice=advice.TOLD_BY_WORKBOOK, attempts=0, sent_at=None))
    job = journal.recover(NEW, ANA, [told], [], "99" * 32, path=Path("/mail/list.results.xlsx"))
    assert (result_of(journal, job, 2).kept, list(journal.attempts(job))) == (TICKET, [])
    assert [one.row.number for one in journal.rows(job, text="0042")] == [2]
    journal.stage(NEW, [staged(2, Status.SKIPPED, fingerprint="same", keeps_outcome=True)], job=job)
    assert result_of(journal, job, 2).kept == TICKET
    journal.stage(NEW, [staged(2, Status.SKIPPED, fingerprint="edited")], job=job)
    assert result_of(journal, job, 2).kept == {}


def test_such_a_row_has_those_of_the_request_itself_once_that_is_known(journal: Journal) -> None:
    told = recovered(Status.SKIPPED, kept={"ticket_id": "told"})
    told = told._replace(result=replace(told.result, attempts=0, sent_at=None))
    job = journal.recover(NEW, ANA, [told], [], "99" * 32, path=Path("/mail/list.results.xlsx"))
    other = journal.stage(OTHER, [staged(2, fingerprint="same")])
    answer(begin(journal, other, EVERYTHING), 2, TICKET, fingerprint="same")
    assert result_of(journal, job, 2).kept == TICKET
    journal.forget([job], everything=False)
    journal.forget([other], everything=False)
    assert result_of(journal, job, 2).kept == {}


@pytest.mark.parametrize("has_requests", [False, True])
@pytest.mark.parametrize("status", [Status.ACCEPTED, Status.REJECTED, Status.UNKNOWN])
def test_those_of_a_workbook_from_elsewhere_are_written_down(
    journal: Journal, status: Status, has_requests: bool
) -> None:
    attempt = Attempt(2, 1, "2026-11-26T09:10:00.000+00:00", status, "201", "", 200, 7, None, 0, kept={"id": "old"})
    attempts = [attempt] if has_requests else []
    book = Path("/mail/list.results.xlsx")
    job = journal.recover(NEW, ANA, [recovered(status, kept=TICKET)], attempts, "99" * 32, path=book)
    assert result_of(journal, job, 2).kept == ({"id": "old"} if has_requests else TICKET)
    assert len(list(journal.attempts(job))) == 1

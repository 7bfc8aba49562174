"""What the API answered is counted, listed and searched."""

import pytest

from tests.journal.builders import EVER, NEW, OTHER, begin, completion, dispatch, result_of, rows, staged, statuses
from uploader.i18n import Message
from uploader.journal import MOST_ANSWERS, OTHER_ANSWERS, Journal
from uploader.model import advice
from uploader.model.outcomes import Completion, Outcome, Verdict
from uploader.model.rows import Status
from uploader.model.summary import AnswerCount


def said(number: int, code: str, message: str, verdict: Verdict = Verdict.REJECTED) -> Completion:
    status = Status.REJECTED if verdict is Verdict.REJECTED else Status.ACCEPTED
    return Completion(dispatch(number), Outcome(verdict, advice.NONE, code, message, 200, 7), status)


def answer(journal: Journal, job: int, *completions: Completion) -> None:
    ledger = begin(journal, job)
    for one in completions:
        ledger.commit([], [one.dispatch])
        ledger.commit([one], [])


def test_answers_are_counted_the_most_first(journal: Journal) -> None:
    job = journal.stage(NEW, rows(5))
    answer(journal, job, said(2, "404", "no"), said(3, "404", "no"), said(4, "201", "yes", Verdict.ACCEPTED))
    assert journal.answers(job) == [
        AnswerCount(Status.NOT_SENT, "", "", advice.NOT_ITS_TURN, 2),
        AnswerCount(Status.REJECTED, "404", "no", advice.NONE, 2),
        AnswerCount(Status.ACCEPTED, "201", "yes", advice.NONE, 1),
    ]


def test_invalid_rows_are_one_entry_though_every_row_has_its_own_advice(journal: Journal) -> None:
    job = journal.stage(NEW, [staged(number, Status.INVALID) for number in (2, 3, 4)])
    assert [(one.status, one.advice, one.rows) for one in journal.answers(job)] == [(Status.INVALID, advice.NONE, 3)]


def test_where_each_row_is_answered_in_other_words_only_so_many_are_told_apart(journal: Journal) -> None:
    many = MOST_ANSWERS + 5
    job = journal.stage(NEW, rows(many))
    begin(journal, job).commit([], [dispatch(number) for number in range(2, 2 + many)])
    journal.forget([job], everything=True)
    job = journal.stage(NEW, rows(many))
    ledger = begin(journal, job)
    ledger.commit([], [dispatch(number) for number in range(2, 2 + many)])
    ledger.commit([said(number, "404", f"no {number}") for number in range(2, 2 + many)], [])
    found = journal.answers(job)
    assert (len(found), sum(one.rows for one in found)) == (MOST_ANSWERS + 1, many)
    assert (found[-1].advice, found[-1].rows) == (OTHER_ANSWERS, 5)


def test_the_answer_that_decides_is_counted_and_not_one_of_before(journal: Journal) -> None:
    job = journal.stage(NEW, rows(1))
    answer(journal, job, said(2, "404", "no"))
    journal.stage(NEW, [staged(2)], job=job)
    answer(journal, job, said(2, "201", "yes", Verdict.ACCEPTED))
    assert [(one.code, one.rows) for one in journal.answers(job)] == [("201", 1)]


def test_an_answer_of_any_text_is_kept_as_it_is(journal: Journal) -> None:
    job = journal.stage(NEW, rows(1))
    strange = '"[{\\ \x00 \u2028 😀 \x1b[31m'
    answer(journal, job, said(2, strange, strange))
    found = result_of(journal, job, 2)
    assert found.code == found.message == strange.replace("\0", "\N{SYMBOL FOR NULL}")


def test_half_a_surrogate_pair_in_an_answer_costs_no_answer(journal: Journal) -> None:
    job = journal.stage(NEW, rows(1))
    answer(journal, job, said(2, "201", "half \ud83d of one", Verdict.ACCEPTED))
    assert statuses(journal, job) == {2: Status.ACCEPTED}
    assert result_of(journal, job, 2).message.startswith("half ")


def test_what_is_known_of_an_attempt_is_kept(journal: Journal) -> None:
    job = journal.stage(NEW, rows(2))
    detail = Message("failure.too_late", seconds=75)
    ledger = begin(journal, job)
    ledger.commit([], [dispatch(2), dispatch(3)])
    outcome = Outcome(Verdict.UNKNOWN, advice.NONE, "", "", None, 75_000, detail)
    ledger.commit([Completion(dispatch(2), outcome, Status.UNKNOWN)], [])
    found = [(one.verdict, one.detail, one.duration_ms) for one in journal.attempts(job)]
    assert found == [("unknown", detail, 75_000), ("", None, None)]


@pytest.mark.parametrize("text", ["DONE", "201", "CELL 2"])
def test_a_text_finds_rows_of_this_job_alone(journal: Journal, text: str) -> None:
    job, other = journal.stage(NEW, rows(1)), journal.stage(OTHER, [staged(2, fingerprint="other")])
    for one, fingerprint in ((job, ""), (other, "other")):
        ledger = begin(journal, one)
        ledger.commit([], [dispatch(2, fingerprint=fingerprint)])
        ledger.commit([completion(2)], [])
    assert [[one.row.number for one in journal.rows(each, text=text)] for each in (job, other)] == [[2], [2]]
    assert journal.count_rows(job, text=text) == {Status.ACCEPTED: 1}


def test_a_text_is_found_in_a_message_that_looks_like_json_and_is_none(journal: Journal) -> None:
    job = journal.stage(NEW, rows(2))
    answer(journal, job, said(2, "404", "[error] no such queue"), said(3, "{", '{"half'))
    assert [[one.row.number for one in journal.rows(job, text=text)] for text in ("queue", "half", "{")] == [
        [2],
        [3],
        [3],
    ]


@pytest.mark.parametrize("text", ["%", "_", "'", '"', "\\", "[", ",", "é", "😀"])
def test_any_text_can_be_looked_for(journal: Journal, text: str) -> None:
    job = journal.stage(NEW, [staged(2, cells=("nothing", "to find")), staged(3, cells=(f"with {text} in it", "ñ"))])
    assert [one.row.number for one in journal.rows(job, text=text)] == [3]


def test_half_a_surrogate_pair_can_be_looked_for(journal: Journal) -> None:
    job = journal.stage(NEW, rows(2))
    assert list(journal.rows(job, text="\ud83d")) == []


def test_rows_of_a_status_a_page_and_a_text_are_asked_for_together(journal: Journal) -> None:
    job = journal.stage(NEW, [staged(n, Status.INVALID if n % 2 else Status.NOT_SENT) for n in range(2, 40)])
    found = journal.rows(job, status=Status.INVALID, text="cell 3", after=31, limit=3)
    assert [one.row.number for one in found] == [33, 35, 37]


# What got no answer


def test_requests_without_an_answer_are_known_while_their_run_goes_on(journal: Journal) -> None:
    job = journal.stage(NEW, rows(2))
    ledger = begin(journal, job)
    ledger.commit([], [dispatch(2), dispatch(3)])
    assert len(journal.unanswered(NEW.destination, EVER)) == 2
    ledger.commit([completion(2)], [])
    assert len(journal.unanswered(NEW.destination, EVER)) == 1
    ledger.end(None)
    assert len(journal.unanswered(NEW.destination, EVER)) == 1


@pytest.mark.parametrize(
    ("http_status", "left"),
    [(None, 1), (502, 1), (503, 1), (504, 1), (520, 1), (527, 1), (528, 0), (500, 0), (403, 0), (200, 0)],
)
def test_the_api_may_still_work_on_a_request_without_an_answer_of_its_own(
    journal: Journal, http_status: int | None, left: int
) -> None:
    job = journal.stage(NEW, rows(2))
    ledger = begin(journal, job)
    ledger.commit([], [dispatch(2), dispatch(3)])
    unknown = Outcome(Verdict.UNKNOWN, advice.NONE, http_status=http_status, duration_ms=7)
    ledger.commit([completion(3, Verdict.REJECTED, Status.REJECTED)], [])
    ledger.commit([Completion(dispatch(2), unknown, Status.UNKNOWN)], [])
    assert len(journal.unanswered(NEW.destination, EVER)) == left


def test_requests_of_all_jobs_that_go_there_count(journal: Journal) -> None:
    for new, number in ((NEW, 2), (OTHER, 3)):
        job = journal.stage(new, [staged(number)])
        begin(journal, job).commit([], [dispatch(number)])
    assert len(journal.unanswered(NEW.destination, EVER)) == 2
    assert list(journal.unanswered(NEW.destination, 0)) == []

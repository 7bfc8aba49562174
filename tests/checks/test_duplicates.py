from collections.abc import Iterable, Mapping, Sequence

import pytest

from tests.rendered import sentence
from uploader.checks import repeats
from uploader.checks.checked_list import CheckedRows
from uploader.checks.duplicates import DuplicateCheck
from uploader.model.resend import EARLIER_ROW, PriorRequest, RowPair
from uploader.model.rows import Status
from uploader.readers.pages import Records


def rows(numbers: Sequence[int], cells: Sequence[str]) -> CheckedRows:
    return CheckedRows(Records(numbers, [cells]), [], {"to": cells})


def prior(status: Status, row: int, at: str = "2026-03-05T12:00:00+00:00", job: int = 3) -> PriorRequest:
    return PriorRequest(status, job, row, "march.csv", at)


def test_rows_whose_request_an_earlier_job_made_are_warned_of_and_counted_by_list_day_and_job() -> None:
    known = {
        "a": prior(Status.ACCEPTED, 2),
        "b": prior(Status.ACCEPTED, 3, "2026-03-05T13:30:00+00:00"),
        "c": prior(Status.UNKNOWN, 4),
        "d": prior(Status.ACCEPTED, 9, job=4),
    }

    def find(fields: Mapping[str, Sequence[str]]) -> Iterable[PriorRequest | None]:
        return map(known.get, fields["to"])

    check = DuplicateCheck(find)
    problems = list(check.problems(rows(range(2, 8), ["a", "b", "c", "d", "e", "a"]), {7}))
    assert [(problem.row, problem.column, problem.code, problem.stops) for problem in problems] == [
        (2, None, "accepted_before", False),
        (3, None, "accepted_before", False),
        (4, None, "unknown_before", False),
        (5, None, "accepted_before", False),
    ]
    assert sentence(problems[0].cause) == "the same request was already accepted (march.csv, 2026-03-05, job 3)"
    assert problems[0].facts == problems[1].facts
    assert check.repeated() == []
    assert check.held_back == {Status.SKIPPED: 3, Status.UNKNOWN: 1}
    assert check.prior == {
        prior(Status.ACCEPTED, 0, "2026-03-05"): 2,
        prior(Status.UNKNOWN, 0, "2026-03-05"): 1,
        prior(Status.ACCEPTED, 0, "2026-03-05", job=4): 1,
    }


def test_a_row_equals_the_row_of_its_own_job_that_was_accepted() -> None:
    check = DuplicateCheck(lambda fields: [prior(Status.ACCEPTED, 2)] * len(fields["to"]), job=3)
    problems = list(check.problems(rows([2, 3, 5], ["a", "a", "a"]), (), in_list={2: 2, 3: 3, 5: 2}))
    assert [(problem.row, problem.code) for problem in problems] == [
        (2, "accepted_before"),
        (3, "repeats_row"),
        (5, "accepted_before"),  # the second row of the list is the fifth of the file
    ]
    assert check.prior == {prior(Status.ACCEPTED, 0, "2026-03-05"): 2, EARLIER_ROW: 1}
    assert check.pairs[EARLIER_ROW] == [RowPair(3, 2)]


def test_what_was_never_sent_has_no_day() -> None:
    check = DuplicateCheck(lambda _: [prior(Status.ACCEPTED, 2, at="")])
    (problem,) = check.problems(rows([2], ["a"]), ())
    assert problem.facts["day"] == ""
    assert check.prior == {prior(Status.ACCEPTED, 0, at=""): 1}


@pytest.mark.parametrize("rows_at_once", [100_000, 3])
def test_rows_whose_request_is_that_of_an_earlier_row_name_it_and_come_in_order(
    rows_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats, "_ROWS_AT_ONCE", rows_at_once)
    check = DuplicateCheck()
    first, then = rows(range(2, 7), ["a", "b", "a", "c", "x"]), rows([8, 9, 11, 12], ["b", "a", "d", "x"])
    assert list(check.problems(first, {6})) == list(check.problems(then, ())) == []
    problems = check.repeated()
    assert [(problem.row, problem.column, problem.code, problem.facts, problem.stops) for problem in problems] == [
        (4, None, "repeats_row", {"earlier": 2}, False),
        (8, None, "repeats_row", {"earlier": 3}, False),
        (9, None, "repeats_row", {"earlier": 2}, False),
    ]
    assert sentence(problems[0].cause) == "the row is a duplicate of row 2"
    assert check.held_back == {Status.SKIPPED: 3}


@pytest.mark.parametrize("rows_at_once", [100_000, 7])
def test_a_request_may_stand_in_many_rows(rows_at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "_ROWS_AT_ONCE", rows_at_once)
    check = DuplicateCheck()
    cells = [f"{at % 30}" for at in range(90)]
    assert list(check.problems(rows(range(2, 92), cells), ())) == []
    problems = check.repeated()
    assert [problem.row for problem in problems] == list(range(32, 92))
    assert {(problem.code, len(problem.facts)) for problem in problems} == {("repeated", 0)}, "too many to be named"

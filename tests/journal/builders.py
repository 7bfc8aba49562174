"""Jobs, rows and answers for tests of a journal."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from uploader.i18n import Message
from uploader.journal import Journal, RunLedger, StagedRow
from uploader.model import advice
from uploader.model.http import Request
from uploader.model.job import NewJob, RowResult, Sender, Settlement
from uploader.model.outcomes import Completion, Dispatch, Outcome, Verdict
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Row, Status

NEW = NewJob(
    key="a1" * 16,
    list_path=Path("/lists/list.csv"),
    list_name="list.csv",
    list_sha256="ab" * 32,
    source_sha256="ab" * 32,
    sheet=None,
    header=["a", "b"],
    fields={"x": 0},
    template="wolkvox/add_interaction",
    template_sha256="cd" * 32,
    template_text="title = 'x'",
    profile_text=None,
    destination="https://wv0042.wolkvox.com",
    settings={"wolkvox_server": "0042"},
    results_path=Path("/lists/list.results.xlsx"),
)
OTHER = replace(
    NEW, key="b2" * 16, list_path=Path("/lists/other.csv"), list_name="other.csv", list_sha256="ef" * 32,
    source_sha256="ef" * 32,
)  # fmt: skip
EVER = 1e9
"""Seconds: so long ago nothing was sent yet."""
ANA = Sender("ana", "pc-7", "0.4.0")
EVERYTHING = ResendPolicy(duplicates=True, unknown=True)
LOOKED = Message("text", text="Ana looked.")
TOKEN_REFUSED = Message("text", text="the token")


def begin(journal: Journal, job: int, policy: ResendPolicy | None = None) -> RunLedger:
    return journal.begin_run(job, ANA, policy or ResendPolicy())


def rows(count: int) -> Iterator[StagedRow]:
    return (staged(number) for number in range(2, 2 + count))


def staged(
    number: int, status: Status = Status.NOT_SENT, cells: Sequence[str] = (), *, keeps_outcome: bool = False,
    waits: bool | None = None, fingerprint: str = "",
) -> StagedRow:  # fmt: skip
    return StagedRow(
        Row(number, tuple(cells or (f"cell {number}", "ñ"))),
        status,
        advice.NOT_ITS_TURN,
        fingerprint or f"print {number}",
        waits=status is Status.NOT_SENT if waits is None else waits,
        keeps_outcome=keeps_outcome,
    )


def settlement(row: int, found: str = "arrived") -> Settlement:
    return Settlement(row, found, "2026-11-26T09:30:00.000+00:00", "ana", "pc-7")


def dispatch(number: int, nth: int = 1, fingerprint: str = "", request_id: str = "") -> Dispatch:
    request = Request("POST", "https://x", {}, b"", fingerprint or f"print {number}", request_id)
    return Dispatch(Row(number, ()), request, nth)


def completion(
    number: int,
    verdict: Verdict = Verdict.ACCEPTED,
    status: Status = Status.ACCEPTED,
    said: Message = advice.NONE,
) -> Completion:
    return Completion(dispatch(number), Outcome(verdict, said, "201", "done", 200, 7), status)


def answered(ledger: RunLedger, **numbers: Status | None) -> None:
    """Rows that are sent, by `r` and their number, and their status then; None is without an answer."""
    for name, status in numbers.items():
        number = int(name[1:])
        assert ledger.commit([], [dispatch(number)]) == {}
        if status is not None:
            verdict = {
                Status.ACCEPTED: Verdict.ACCEPTED,
                Status.REJECTED: Verdict.REJECTED,
                Status.UNKNOWN: Verdict.UNKNOWN,
            }[status]
            ledger.commit([completion(number, verdict, status)], [])


def statuses(journal: Journal, job: int) -> dict[int, Status]:
    """Every row's, which is there once, in the list's order."""
    found = [(result.row.number, result.status) for result in journal.rows(job)]
    assert [number for number, _ in found] == sorted({number for number, _ in found})
    states = journal.row_states(job, [number for number, _ in found])
    assert {number: state.status for number, state in states.items()} == dict(found)
    assert journal.count_rows(job) == Counter(dict(found).values())
    return dict(found)


def result_of(journal: Journal, job: int, number: int) -> RowResult:
    return next(journal.rows(job, after=number - 1, limit=1))


def waiting(journal: Journal, job: int) -> list[int]:
    return [one.row.number for one in journal.waiting(job)]

"""Jobs, rows and answers for tests of a journal."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from uploader.i18n import Message
from uploader.journal import Journal, Kept, RunLedger, StagedRow
from uploader.model import advice
from uploader.model.http import Request
from uploader.model.job import NewJob
from uploader.model.outcomes import Completion, Dispatch, Outcome, Verdict
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Row, Status

NEW = NewJob(
    user="ana",
    machine="pc-7",
    list_path=Path("/lists/list.csv"),
    list_sha256="ab" * 32,
    sheet=None,
    header=["a", "b"],
    fields={"x": 1},
    template="wolkvox/add_interaction",
    template_sha256="cd" * 32,
    template_text="title = 'x'",
    profile_text=None,
    destination="https://wv0042.wolkvox.com",
    settings={"wolkvox_server": "0042"},
    version="0.1.0",
    results_path=Path("/lists/list.results.xlsx"),
    account="a1" * 16,
    list_name="list.csv",
    source_sha256="ab" * 32,
)
LOOKED = Message("text", text="Ana looked.")
TOKEN_REFUSED = Message("text", text="the token")


def begin(journal: Journal, job: int, policy: ResendPolicy | None = None) -> RunLedger:
    return journal.begin_run(job, policy or ResendPolicy())


def rows(count: int) -> Iterator[StagedRow]:
    return (staged(number) for number in range(2, 2 + count))


def staged(
    number: int,
    status: Status = Status.NOT_SENT,
    before: int | None = None,
    kept: Kept = Kept.NOT,
    cells: Sequence[str] | None = None,
) -> StagedRow:
    row = Row(number, tuple(cells or (f"cell {number}", "ñ")))
    return StagedRow(row, status, advice.NOT_ITS_TURN, f"print {number}", before, kept)


def dispatch(number: int, nth: int = 1) -> Dispatch:
    return Dispatch(Row(number, ()), Request("POST", "https://x", {}, b"", f"print {number}"), nth)


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
            verdict = {Status.ACCEPTED: Verdict.ACCEPTED, Status.REJECTED: Verdict.REJECTED}[status]
            ledger.commit([completion(number, verdict, status)], [])


def statuses(journal: Journal, job: int) -> dict[int, Status]:
    """Every row's, which is there once, in the list's order."""
    found = [(result.row.number, result.status) for result in journal.results(job)]
    assert [number for number, _ in found] == sorted({number for number, _ in found})
    states = journal.row_states(job, [number for number, _ in found])
    assert {number: state.status for number, state in states.items()} == dict(found)
    return dict(found)

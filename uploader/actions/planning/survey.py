"""Every row of a list, looked at: what is wrong with it, whether its request is known, and whether it goes."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from uploader.actions.planning.known.held_back import HeldBack
from uploader.actions.planning.known.held_rows import HeldCounts
from uploader.actions.planning.known.reconcile import Batch, Reconciliation
from uploader.actions.session import Session
from uploader.checks.checked_list import CheckedRows
from uploader.checks.duplicates import DuplicateCheck, FindPrior
from uploader.model.events import Advanced, phase
from uploader.model.problems import ProblemLog, stopping
from uploader.model.resend import EARLIER_ROW, PriorRequest
from uploader.model.rows import Status


class Survey:
    """What was found of a list's rows; nothing is written, and nothing is decided."""

    def __init__(self, rows: Reconciliation, find_prior: FindPrior | None, id_columns: Iterable[str]) -> None:
        self._rows, self._duplicates = rows, DuplicateCheck(find_prior, rows.job)
        self._invalid = self._going = self._resent = self._asked = 0
        self.problems = ProblemLog()
        """What is wrong with cells and rows."""
        self.known = ProblemLog()
        """Warnings of the rows whose request is known, from an earlier job or an earlier row."""
        self.repeated: frozenset[int] = frozenset()
        """Rows at hand, by position, whose request is that of an earlier row."""
        self.held_counts = HeldCounts()
        """Of rows that keep the outcome that they have."""
        self.ids, self.duplicate_ids = rows_by_id(id_columns), rows_by_id(id_columns)
        """By field and id, the numbers of the rows that have it: of those that go, and of those that are duplicates."""

    def add(self, batch: Batch) -> None:
        """Look at some rows."""
        self.held_counts.as_edited += batch.as_edited
        for held in batch.held:
            self.held_counts.add(held)
        if batch.going is None:
            return
        some = self._rows.opened.checked.check(batch.going)
        asked = self._accepted_before(batch)
        problems = [one for one in (*some.problems, *batch.problems) if one.row not in asked]  # they were sent as valid
        self.problems.extend(problems)
        stopped = stopping(problems)
        self._invalid += len(stopped)
        self._asked += len(asked)
        resent = {at for at, number in batch.numbers.items() if number in batch.before} if batch.before else set[int]()
        resent -= {*stopped, *asked}
        warnings = list(self._duplicates.problems(some, {*stopped, *resent}, asked, batch.numbers))
        self.known.extend(warnings)
        known = {problem.row for problem in warnings}
        self._resent += len(resent)
        self._going += len(some.records.numbers) - len(stopped) - len(known) - len(resent)
        if not self.ids:
            return
        duplicates = {problem.row for problem in warnings if problem.code != "unknown_before"}
        going = set(some.records.numbers).difference(stopped, known, resent)  # what may have arrived stays unknown
        for ids, positions in ((self.ids, going), (self.duplicate_ids, duplicates)):
            _keep_ids(ids, some, batch, positions)

    def _accepted_before(self, batch: Batch) -> Mapping[int, PriorRequest]:
        """The rows, by position, that this very list's job has accepted, and that go only if the person says so."""
        name, asked = self._rows.list_name, set(batch.asked)
        if not asked:
            return {}
        return {
            at: PriorRequest(Status.ACCEPTED, batch.before[number].job, number, name, batch.before[number].at)
            for at, number in batch.numbers.items()
            if number in asked
        }

    def end(self) -> None:
        """No more rows: find those whose request is that of an earlier row, unless they go all the same."""
        if not self._rows.policy.duplicates:
            warnings = self._duplicates.repeated()
            self.known.extend(warnings)
            self.repeated = frozenset(problem.row for problem in warnings)

    def held(self) -> list[HeldBack]:
        """The rows that wait and are held back, by what they have in common."""
        counts = self._duplicates.prior + Counter({EARLIER_ROW: len(self.repeated)})
        return [HeldBack(prior, rows, self._duplicates.pairs[prior]) for prior, rows in counts.items()]

    def counts(self) -> Mapping[Status, int]:
        """The rows by the status that they would have if nothing was sent; those that go are `not sent`."""
        held, stay = self._duplicates.held_back, self.held_counts
        return {
            Status.ACCEPTED: stay[Status.ACCEPTED] + self._asked,
            Status.REJECTED: stay[Status.REJECTED],
            Status.UNKNOWN: held[Status.UNKNOWN] + stay[Status.UNKNOWN],
            Status.INVALID: self._invalid + stay[Status.INVALID],
            Status.SKIPPED: held[Status.SKIPPED] - self._asked + stay[Status.SKIPPED],
            Status.NOT_SENT: self._going - len(self.repeated) + self._resent,
        }


def rows_by_id(columns: Iterable[str]) -> "dict[str, dict[str, array[int]]]":
    """For each of these fields the numbers of the rows that have an id, none yet."""
    return {column: defaultdict(lambda: array("I")) for column in columns}


def _keep_ids(
    ids: "dict[str, dict[str, array[int]]]", some: CheckedRows, batch: Batch, positions: Collection[int]
) -> None:
    for name, rows_of in ids.items():
        for position, value in zip(some.records.numbers, some.fields[name], strict=True):
            if position in positions:
                rows_of[value].append(batch.numbers[position])


def survey_rows(
    rows: Reconciliation, find_prior: FindPrior | None, session: Session, id_columns: Iterable[str] = ()
) -> Survey:
    """Look at every row; `find_prior` knows the requests of earlier jobs, if anything can be known of them."""
    survey = Survey(rows, find_prior, id_columns)
    with phase(session.ui.on_event, "checking", rows.opened.checked.table.rows, rows.opened.path.name):
        for batch in rows.batches():
            session.ui.cancel.check()
            survey.add(batch)
            session.ui.on_event(Advanced(batch.rows))
    survey.end()
    return survey

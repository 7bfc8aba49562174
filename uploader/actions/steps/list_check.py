"""A list, looked at without sending anything: what is wrong with its rows, and how many would be held back."""

from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from uploader.actions.planning.held_rows import HeldCounts
from uploader.actions.planning.known_rows import reconciliation, rows_seen
from uploader.actions.planning.open_list import OpenedList
from uploader.actions.planning.reconcile import Reconciliation
from uploader.actions.planning.route import base_url_of, held_back_since
from uploader.actions.session import Session
from uploader.checks.duplicates import DuplicateCheck, FindPrior
from uploader.errors import JournalError
from uploader.i18n import Message
from uploader.journal import Journal
from uploader.model.events import Advanced, Phase, PhaseEnded
from uploader.model.problems import ProblemLog, stopping
from uploader.model.resend import PriorRequest, ResendPolicy
from uploader.model.rows import Status


@dataclass(frozen=True, slots=True)
class ListCheck:
    """What the checks found."""

    opened: OpenedList
    rows: Reconciliation
    problems: ProblemLog
    counts: Mapping[Status, int]
    """Invalid rows, rows that would be held back, and those that would go, as `not sent`."""
    held_counts: HeldCounts

    @property
    def invalid(self) -> int:
        """How many rows can't be sent."""
        return self.counts[Status.INVALID]

    @property
    def total(self) -> int:
        """How many rows the list has."""
        return sum(self.counts.values())


def check_rows(opened: OpenedList, session: Session, stack: ExitStack) -> ListCheck:
    """Look at every row, without saying where it would go."""
    journal = open_for_looking(opened, session, stack)
    rows = rows_to_look_at(opened, session, journal)
    duplicates = DuplicateCheck(_prior_finder(opened, session, journal))
    problems, held_counts, invalid = ProblemLog(), HeldCounts(), 0
    session.ui.on_event(Phase("checking", opened.checked.table.rows, opened.path.name))
    try:
        for batch in rows.batches():
            session.ui.cancel.check()
            for held in batch.held:
                held_counts.add(held)
            if batch.going is not None:
                some = opened.checked.check(batch.going)
                of_batch = [*some.problems, *batch.problems]
                stopped = stopping(of_batch)
                problems.extend(of_batch)
                problems.extend(duplicates.problems(some, stopped))
                invalid += len(stopped)
                session.ui.on_event(Advanced(len(some.records.numbers)))
    finally:
        session.ui.on_event(PhaseEnded("checking"))
    problems.extend(duplicates.repeated())
    counts = _counts(opened.checked.table.rows, invalid, duplicates.held_back, held_counts)
    return ListCheck(opened, rows, problems, counts, held_counts)


def _counts(total: int, invalid: int, held_back: Counter[Status], stay: HeldCounts) -> Mapping[Status, int]:
    held = {status: held_back[status] + stay[status] for status in (Status.SKIPPED, Status.UNKNOWN)}
    held[Status.SKIPPED] += stay[Status.ACCEPTED]
    return {**held, Status.INVALID: invalid, Status.NOT_SENT: total - invalid - sum(held.values())}


def open_for_looking(opened: OpenedList, session: Session, stack: ExitStack) -> Journal | None:
    """The journal, where there is one that can be read: looking makes none, and does without."""
    try:
        if session.has_journal(sandbox=opened.is_of_sandbox):
            return stack.enter_context(session.journal(sandbox=opened.is_of_sandbox))
    except JournalError as why:
        session.tell(Message("check.not_compared", why=str(why)))
    return None


def rows_to_look_at(opened: OpenedList, session: Session, journal: Journal | None) -> Reconciliation:
    """The rows of a list, and which of them stay, as far as a journal or the workbook at hand says so."""
    return reconciliation(rows_seen(journal, opened), journal, opened, ResendPolicy(), session.home)


def _prior_finder(opened: OpenedList, session: Session, journal: Journal | None) -> FindPrior | None:
    """Finds how a row's request is known; None where nothing can be known.

    Requests are compared as they would be sent with the settings at hand, else with those of the last job.
    """
    template = opened.template
    last = None if journal is None or opened.is_of_sandbox else journal.last_sent(template.name)
    if journal is None or last is None:
        return None
    settings = session.settings_for_looking(template, {}) or session.settings_for_looking(template, last.settings)
    if settings is None:
        return None
    base_url = base_url_of(last, template, settings)
    policy = ResendPolicy(since=held_back_since(template, None, sandbox=False))

    def find_prior(values: Mapping[str, str]) -> PriorRequest | None:
        return journal.find_prior(template.fingerprint(values, settings, base_url), policy)

    return find_prior

"""A list, looked at without sending anything: what is wrong with its rows, and how many would be held back."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

from uploader.actions.planning.destination import base_url_of
from uploader.actions.planning.known.held_back import HeldBack
from uploader.actions.planning.known.held_rows import HeldCounts
from uploader.actions.planning.known.known_rows import known_rows, reconciliation
from uploader.actions.planning.known.prior_requests import priors_of
from uploader.actions.planning.known.reconcile import Reconciliation
from uploader.actions.planning.known.workbooks_beside import results_beside
from uploader.actions.planning.open_list import OpenedList
from uploader.actions.planning.survey import survey_rows
from uploader.actions.session import Session
from uploader.actions.steps.writing import tell_of_other_journal
from uploader.checks.duplicates import FindPrior
from uploader.errors import JournalError
from uploader.i18n import Message
from uploader.journal import Journal
from uploader.model.problems import ProblemLog
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Status


@dataclass(frozen=True, slots=True)
class ListCheck:
    """What the checks found."""

    opened: OpenedList
    rows: Reconciliation
    """To be read while the journal is open by which they were looked at; `rows_again` gives them later."""
    problems: ProblemLog
    """What is wrong with cells and rows."""
    known: ProblemLog
    """Warnings of each row whose request is known, from an earlier job or an earlier row."""
    held: Sequence[HeldBack]
    """The rows that would be held back because their request is known."""
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
    if opened.workbook is None and rows.job is None:
        _tell_of_results_beside(opened, session, journal)
    survey = survey_rows(rows, _prior_finder(opened, session, journal), session)
    return ListCheck(opened, rows, survey.problems, survey.known, survey.held(), survey.counts(), survey.held_counts)


def _tell_of_results_beside(opened: OpenedList, session: Session, journal: Journal | None) -> None:
    """Another computer may have sent rows of the list: what its workbook says counts once the list is sent."""
    for path, manifest in results_beside(opened).items():
        if journal is None or journal.job_with_key(manifest.job_key) is None:
            session.tell(Message("check.results_beside", name=path.name))


def open_for_looking(opened: OpenedList, session: Session, stack: ExitStack) -> Journal | None:
    """The journal, where there is one that can be read: looking makes none, and does without."""
    journal = None
    try:
        if session.has_journal(sandbox=opened.is_of_sandbox):
            journal = stack.enter_context(session.journal(sandbox=opened.is_of_sandbox))
        if not opened.is_of_sandbox:
            tell_of_other_journal(journal, session)
    except JournalError as why:
        session.tell(Message("check.not_compared", why=why.message))
    return journal


@contextmanager
def rows_again(found: ListCheck, session: Session) -> Iterator[Reconciliation]:
    """The rows of a list that was looked at, with the journal at hand once more: its own was let go of by then."""
    with ExitStack() as stack:
        journal, sandbox = None, found.opened.is_of_sandbox
        with suppress(JournalError):  # the person heard it when the list was looked at
            if session.has_journal(sandbox=sandbox):
                journal = stack.enter_context(session.journal(sandbox=sandbox))
        yield rows_to_look_at(found.opened, session, journal)


def rows_to_look_at(opened: OpenedList, session: Session, journal: Journal | None) -> Reconciliation:
    """The rows of a list, and which of them stay, as far as a journal or the workbook at hand says so."""
    sandbox = opened.is_of_sandbox
    known = known_rows(journal, opened, None, sandbox=sandbox)
    return reconciliation(known, journal, opened, ResendPolicy(), session, sandbox=sandbox)


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
    policy = ResendPolicy(since=template.held_back_since())

    return lambda fields: priors_of(template.fingerprints(fields, settings, base_url), journal, policy)

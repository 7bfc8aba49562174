"""What became of a list's rows before: the journal tells, or a result workbook that was written elsewhere.

All jobs of one list, sent with one template to one place, make one account. Its workbooks carry its mark.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from uploader.actions.steps import places
from uploader.actions.steps.reconcile import Reconciliation
from uploader.actions.steps.recover import Fingerprint, RecoveredRows
from uploader.checks.checked_list import CheckedList
from uploader.errors import ListError, SettingsError
from uploader.journal.sqlite import Journal
from uploader.model.job import Job, NewJob, RowState
from uploader.model.resend import ResendPolicy
from uploader.workbooks import reader as ours
from uploader.workbooks import redaction
from uploader.workbooks.manifest import RESULTS
from uploader.workbooks.reader import ResultWorkbook

_SHOWN_ROWS = 20
_OF_SANDBOX = (
    "{name} tells of practice: its rows went to a practice server, not to the API. To practise on, add --sandbox; to "
    "send the rows to the API, send the list itself."
)
_TAKEN_OVER = (
    "The journal of this computer doesn't know all that {name} tells, so what it says counts: {told}. It was written "
    "{where}."
)
_DOUBTFUL = (
    "What became of some rows was changed by hand since the workbook was written, so it is not known: row {numbers}. "
    "They count as unknown, and are not sent unless you say --resend-unknown: look them up first."
)


@dataclass(frozen=True, slots=True)
class Coming:
    """A job that is about to begin."""

    new: NewJob
    fingerprint: Fingerprint
    language: str
    sandbox: bool


@dataclass(frozen=True, slots=True)
class Account:
    """What is known of a list's rows before it is sent now."""

    id: str
    newest: Job | None = None
    """The job that knows all rows; None where the list was never sent."""
    altered: Collection[int] = frozenset()
    """The rows that somebody changed since, as far as only a workbook's own digests tell it."""
    said: str = ""
    """What the person should know of it."""

    def standings(self, journal: Journal | None, numbers: Sequence[int]) -> Mapping[int, RowState]:
        """Where these rows stand; those that are not known are left out."""
        return {} if journal is None or self.newest is None else journal.standings(self.newest.id, numbers)


def known(journal: Journal | None, opened: CheckedList, new: NewJob | None, *, sandbox: bool) -> Account:
    """What the journal knows of a list at hand; nothing is written. `new` is the job that is about to begin, if any.

    A practice server inside is a new one each time, so what an earlier one accepted doesn't count for a list; for a
    workbook that tells of it, it does. Raises SettingsError where a workbook tells of practice and this is none.
    """
    own = opened.own
    if own is not None and own.imprint.account:
        if own.imprint.sandbox and not sandbox:
            raise SettingsError(_OF_SANDBOX.format(name=opened.path.name))
        return Account(own.imprint.account, None if journal is None else journal.newest(own.imprint.account))
    if journal is None or new is None or sandbox:
        return Account(uuid.uuid4().hex)
    same = (job.account for job in journal.jobs(opened.list_sha256) if _goes_the_same_way(job, new))
    account = next(same, None)
    return Account(uuid.uuid4().hex) if account is None else Account(account, journal.newest(account))


def seen(journal: Journal | None, opened: CheckedList, *, sandbox: bool) -> Account:
    """What the journal knows of a list that is only looked at: nobody has said yet where it goes."""
    if opened.own is not None and opened.own.imprint.account:
        return known(journal, opened, None, sandbox=sandbox)
    jobs = [] if journal is None else journal.jobs(opened.list_sha256)
    account = next((job.account for job in jobs if job.template == opened.template.name), "")
    return Account(account, journal.newest(account) if journal is not None and account else None)


def _goes_the_same_way(job: Job, new: NewJob) -> bool:
    def way(one: NewJob) -> tuple[object, ...]:
        return one.template, one.destination, one.settings, one.sheet

    return way(job) == way(new)


def with_workbooks(account: Account, journal: Journal, opened: CheckedList, coming: Coming) -> Account:
    """The account with what a workbook tells that the journal doesn't know: the one at hand, or the list's own.

    The latter counts where the journal doesn't know the list at all.
    """
    own = opened.own
    if own is None or own.imprint.kind != RESULTS:
        beside = places.of_results(opened)
        is_known = account.newest is not None or journal.jobs(opened.list_sha256)
        if coming.sandbox or is_known or not beside.is_file():
            return account
        own = _of_list(beside, opened.list_sha256, coming.new.template)
        if own is None or journal.newest(own.imprint.account) is not None:
            return account
        account = Account(own.imprint.account)
    elif account.newest is not None and journal.knows(account.id, own.imprint.digest):
        return account
    return _taken_over(account, journal, own, coming)


def mended(
    account: Account, journal: Journal | None, opened: CheckedList, repeats: ResendPolicy, home: Path
) -> Reconciliation:
    """The list's rows, to be parted by what is known of them."""
    own, newest = opened.own, account.newest
    redacted = set(newest.redacted if newest else ()) | set(own.imprint.redacted if own else ())
    return Reconciliation(
        opened,
        lambda numbers: account.standings(journal, numbers),
        repeats,
        redaction.of(home, redacted),
        0 if journal is None or newest is None else journal.last_number(newest.id),
        newest is not None,
        account.altered,
    )


def _of_list(path: Path, list_sha256: str, template: str) -> ResultWorkbook | None:
    """The result workbook at `path`, if it is one of that list."""
    imprint = ours.imprint_of(path)
    if imprint is None or (imprint.kind, imprint.list_sha256, imprint.template) != (RESULTS, list_sha256, template):
        return None
    if imprint.sandbox:
        return None
    try:
        return ours.at(path)
    except ListError:
        return None


def _taken_over(account: Account, journal: Journal, own: ResultWorkbook, coming: Coming) -> Account:
    """Write down what a workbook tells that the journal doesn't know."""
    imprint = own.imprint
    retold = RecoveredRows(
        own,
        lambda numbers: account.standings(journal, numbers),
        coming.fingerprint,
        frozenset() if account.newest is None else journal.requests(account.id),
        coming.language,
    )
    job = replace(
        coming.new,
        user=imprint.user,
        machine=imprint.machine,
        list_path=own.path.absolute(),
        list_sha256=imprint.list_sha256,
        sheet=imprint.list_sheet,
        header=retold.header,
        fields=retold.fields,
        account=account.id,
        list_name=imprint.list_name,
        source_sha256="",  # its file is never sent as it is
        redacted=imprint.redacted,
        taken_from=own.path.absolute(),
    )
    journal.take_over(job, retold.rows(), retold.attempts, imprint.digest)
    newest = journal.newest(account.id)
    words = ", ".join(f"{count:,} {status}" for status, count in newest.counts.items() if count) if newest else ""
    where = f"by {imprint.user} on {imprint.machine}" if imprint.machine else "on another computer"
    said = [_TAKEN_OVER.format(name=own.path.name, told=words, where=where)]
    if retold.doubtful:
        numbers = ", ".join(map(str, retold.doubtful[:_SHOWN_ROWS])) + (" …" * (len(retold.doubtful) > _SHOWN_ROWS))
        said.append(_DOUBTFUL.format(numbers=numbers))
    return Account(account.id, newest, frozenset(retold.altered), "\n".join(said))

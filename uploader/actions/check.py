"""The use cases that send nothing: check and preview, and the problems workbook that every check ends in."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from uploader.actions.session import Session
from uploader.actions.steps import find_job, known_rows, places
from uploader.actions.steps.reconcile import HeldCounts, Reconciliation
from uploader.checks import rules
from uploader.checks.checked_list import CheckedList, ReadOptions
from uploader.checks.duplicates import DuplicateCheck
from uploader.cli import progress
from uploader.errors import JournalError, SettingsError, WorkbookError
from uploader.i18n.words import Words
from uploader.journal.sqlite import Journal
from uploader.model.http import Request
from uploader.model.job import Summary
from uploader.model.problems import Problem, ProblemLog
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Row, Status
from uploader.model.settings import Settings
from uploader.workbooks import problems as problems_workbook

_STAYS = {
    Status.ACCEPTED: (
        Words("it was accepted before"),
        Words("--send-duplicates sends it, if its cells were changed since."),
    ),
    Status.SKIPPED: (Words("it was skipped before"), Words("--send-duplicates sends it.")),
    Status.UNKNOWN: (Words("its outcome is unknown"), Words("Look it up; --resend-unknown sends it.")),
}
_NOT_COMPARED = "So it is not known which rows were accepted before."
INVALID = "{invalid} of {rows} can't be sent"


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks found."""

    opened: CheckedList
    findings: ProblemLog
    summary: Summary
    workbook: Path | None
    """Where the problems workbook was written; None where there are no problems, or it could not be written."""


def check(path: Path, how: ReadOptions, around: Session) -> Checked:
    """Run the checks alone: nothing is sent or kept. Problems are also written as a workbook beside the list."""
    began = time.monotonic()
    opened = around.opened(path, how)
    findings = ProblemLog()
    invalid = 0
    with ExitStack() as stack:
        journal = _journal(opened, around, stack)
        mended = _mended(opened, around, journal)
        advance = stack.enter_context(progress.counting(opened.table.rows, around.stream, quiet=around.quiet))
        twins, stood = DuplicateCheck(opened, around, journal), HeldCounts()
        for parted in mended.parted():
            for staying in parted.staying:
                stood.add(staying)
            if parted.going is not None:
                some = opened.examine(parted.going)
                problems = [*some.problems, *parted.problems]
                stopped = rules.stopping(problems)
                findings.extend(problems)
                findings.extend(twins.told(some, stopped))
                invalid += len(stopped)
                advance(len(some.texts.numbers))
        findings.extend(twins.twice())
        for line in stood.changed():
            around.say(line)
        workbook = write_problems(mended, around) if invalid else None
    held_back = {status: twins.held_back[status] + stood[status] for status in (Status.SKIPPED, Status.UNKNOWN)}
    held_back[Status.SKIPPED] += stood[Status.ACCEPTED]
    good = opened.table.rows - invalid - sum(held_back.values())
    counts = {**held_back, Status.INVALID: invalid, Status.NOT_SENT: good}
    summary = Summary(
        path,
        opened.template.name,
        counts=counts,
        seconds=time.monotonic() - began,
        stopped=told_invalid(INVALID, counts) if invalid else None,
        sent=False,
    )
    return Checked(opened, findings, summary, workbook)


def preview(
    path: Path, how: ReadOptions, number: int, around: Session, base_url: str | None
) -> tuple[Request, list[Problem]]:
    """The exact request of one row, secrets masked, and all that is wrong with the row."""
    opened = around.opened(path, how)
    with ExitStack() as stack:
        mended = _mended(opened, around, _journal(opened, around, stack))
        for parted in mended.parted():
            staying = next((one for one in parted.staying if one.position == number), None)
            texts = parted.going if staying is None else mended.alone(staying)
            if texts is None or number not in texts.numbers:
                continue
            some = opened.examine(texts)
            values = next(values for at, values in zip(some.texts.numbers, some.values(), strict=True) if at == number)
            settings = around.settle(opened.template, {})
            opened.template.destination(settings, base_url)
            request = opened.template.build(values, Settings(settings.masked()), base_url)
            problems = [problem for problem in (*some.problems, *parted.problems) if problem.row == number]
            if staying is not None:
                cause, mend = _STAYS[staying.status]
                problems = [Problem(number, None, cause, mend)]
            return request, problems
    raise SettingsError(
        f"{path.name} has no row {number}, or it is blank. Its header is row {opened.table.header_row}."
    )


def told_invalid(words: str, counts: Mapping[Status, int]) -> str:
    """`words` with how many rows are `{invalid}`, of how many `{rows}`."""
    rows = sum(counts.values())
    return words.format(invalid=f"{counts[Status.INVALID]:,}", rows="1 row" if rows == 1 else f"{rows:,} rows")


def _mended(opened: CheckedList, around: Session, journal: Journal | None) -> Reconciliation:
    """The rows of a list, and which of them stay, as far as a journal or the workbook at hand tells it."""
    account = known_rows.seen(journal, opened, sandbox=_is_sandbox(opened))
    return known_rows.mended(account, journal, opened, ResendPolicy(), around.home)


def _journal(opened: CheckedList, around: Session, stack: ExitStack) -> Journal | None:
    """The journal, where there is one that can be read: a check makes none, and does without."""
    sandbox = _is_sandbox(opened)
    if find_job.journal_of(around.home, sandbox=sandbox).exists():
        try:
            return stack.enter_context(find_job.journal_at(around.home, sandbox=sandbox))
        except JournalError as why:
            around.say(f"{why} {_NOT_COMPARED}")
    return None


def _is_sandbox(opened: CheckedList) -> bool:
    return opened.own is not None and opened.own.imprint.sandbox


def write_problems(
    mended: Reconciliation, around: Session, more: Mapping[int, Sequence[Problem]] | None = None
) -> Path | None:
    """The problems workbook beside the list; a folder that can't be written to is said, and no obstacle.

    `more`: what else is wrong, by the row's number in the list.
    """
    besides, opened = more or {}, mended.opened
    target = places.for_problems(opened)

    def rows() -> Iterator[tuple[Row, Sequence[Problem], Sequence[int]]]:
        for parted in mended.parted():
            if parted.going is not None:
                some = opened.examine(parted.going)
                of_row = rules.by_row([*some.problems, *parted.problems])
                for position, row in opened.rows(some.texts, parted.numbers):
                    found = [*of_row.get(position, []), *map(mended.at_hand, besides.get(row.number, []))]
                    yield row, found, opened.faults(problem for problem in found if problem.stops)

    try:
        problems_workbook.write(target, mended.imprint(), opened.header, rows(), around.language, opened.list_column)
    except WorkbookError as why:
        around.say(str(why))
        return None
    return target

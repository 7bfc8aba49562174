"""Verify that a result workbook is as we wrote it, by the digests inside it and those in the journal."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from uploader.actions.session import Session
from uploader.errors import JournalError, SettingsError
from uploader.i18n import Message
from uploader.journal import Journal
from uploader.model.job import Job
from uploader.model.rows import RESULT_COLUMNS, column_named
from uploader.workbooks import redaction
from uploader.workbooks.manifest import (
    MOST_ROWS,
    RESULTS,
    Manifest,
    canonical_text,
    cell_text,
    line_digest,
    total_digest,
)
from uploader.workbooks.reader import open_workbook
from uploader.workbooks.result_workbook import ResultLine, ResultWorkbook
from uploader.workbooks.row_display import DisplayedRow, RowDisplay, zone_of

_EDITED = ("verify.cells_differ", "verify.outcome_differs", "verify.both_differ")
"""The codes of rows whose cells are not as they were written."""


class RowPlace(NamedTuple):
    """Where a difference is."""

    row: str
    """The row's number in the list, as the workbook has it; "" where it has none."""
    line: int = 0
    """Then, the workbook's own row."""


@dataclass(slots=True)
class Verification:
    """What was found."""

    path: Path
    manifest: Manifest
    rows: int = 0
    """How many are in it."""
    differences: dict[RowPlace, Message] = field(default_factory=dict)
    """What is wrong with which row."""
    others: list[Message] = field(default_factory=list)
    """What else is wrong."""
    notes: Sequence[Message] = ()
    """The columns that were added since; they are not verified."""
    knows_list: bool = False
    """Whether the journal of this computer knows the list."""
    later: int | None = None
    """The newest job of the list, if that is a later one."""
    written_at: str | None = None
    """When this computer wrote exactly these rows, ISO 8601 in UTC; None where its journal doesn't know."""

    @property
    def is_as_written(self) -> bool:
        """Whether nothing differs."""
        return not (self.differences or self.others)


def verify(path: Path, session: Session) -> Verification:
    """Compare a result workbook with its digests, and these with the journal.

    Raises ListError or SettingsError where it is not one of ours.
    """
    workbook = open_workbook(path)
    if workbook is None:
        raise SettingsError(Message("verify.not_ours", name=path.name))
    if workbook.manifest.kind != RESULTS:
        raise SettingsError(Message("verify.is_problems", name=path.name))
    workbook = workbook.without_notes()
    found = Verification(
        path, workbook.manifest, notes=[column_named(workbook.header, at) for at in sorted(workbook.notes)]
    )
    if found.notes:
        session.tell(Message("verify.notes", count=len(found.notes), columns=tuple(found.notes)))
    _hold_rows_against_digests(workbook, found)
    _hold_the_rest_against_digests(workbook, found)
    sandbox = workbook.manifest.sandbox
    try:
        if workbook.manifest.account and session.has_journal(sandbox=sandbox):
            with session.journal(sandbox=sandbox) as journal:
                _hold_against_journal(workbook, found, journal, session.home)
    except JournalError as why:
        session.tell(Message("verify.journal_not_read", why=why.message))
    return found


def _hold_rows_against_digests(workbook: ResultWorkbook, found: Verification) -> None:
    written = workbook.manifest.row_digests()
    seen = Counter[int]()
    for line in workbook.lines():
        found.rows += 1
        number = _number(line)
        seen[number] += 1
        if number not in written:
            found.differences[_place(line)] = Message("verify.added")
        elif seen[number] > 1:
            found.differences[_place(line)] = Message("verify.repeated")
        elif (code := _difference(line, written[number])) is not None:
            found.differences[_place(line)] = Message(code)
    for number in written:
        if not seen[number]:
            found.differences[RowPlace(str(number))] = Message("verify.missing")


def _place(line: ResultLine) -> RowPlace:
    return RowPlace(line.number) if line.number else RowPlace("", line.position)


def _number(line: ResultLine) -> int:
    """The row's number in the list; 0 where there is none."""
    return int(line.number) if line.number.isascii() and line.number.isdecimal() else 0


def _hold_the_rest_against_digests(workbook: ResultWorkbook, found: Verification) -> None:
    """Header, digests, and the other sheets."""
    manifest = workbook.manifest
    header = workbook.list_header
    names = [
        workbook.header[workbook.our_columns[column]] if column in workbook.our_columns else ""
        for column in manifest.our_columns
    ]
    columns = [names[0], *header, *names[1:]]
    if total_digest([*columns, *manifest.covered_facts()], manifest.packed_rows) != manifest.digest:
        found.others.append(Message("verify.header_or_digests"))
    for sheet, digest in manifest.other_sheets.items():
        now = workbook.sheet_digest(sheet)
        if now != digest:
            found.others.append(Message("verify.sheet_missing" if now is None else "verify.sheet_edited", sheet=sheet))


def _difference(line: ResultLine, written: tuple[str, str]) -> str | None:
    """The code of what differs in a row from how it was written; None if nothing does."""
    cells, outcome = _digests(line)
    match cells == written[0], outcome == written[1]:
        case True, True:
            return None
        case False, True:
            return "verify.cells_differ"
        case True, False:
            return "verify.outcome_differs"
        case _:
            return "verify.both_differ"


def _digests(line: ResultLine) -> tuple[str, str]:
    return line_digest(line.cells), line_digest([line.our_cells.get(name, "") for name in RESULT_COLUMNS])


def _hold_against_journal(workbook: ResultWorkbook, found: Verification, journal: Journal, home: Path) -> None:
    """Ask the journal when these rows were written, and which of their cells differ from what it has."""
    manifest = workbook.manifest
    newest = journal.job_with_key(manifest.account)
    if newest is None:
        return
    found.knows_list = True
    found.later = newest.id if newest.id > manifest.job else None
    found.written_at = journal.workbook_written_at(newest.id, manifest.digest)
    if found.written_at is not None and not found.differences:
        return
    if found.written_at is None:
        found.others.append(Message("verify.not_written_here"))
    if newest.forgotten_at is None and tuple(newest.header) == tuple(workbook.list_header):
        expected = _expected(newest, manifest, journal, home)
        if found.written_at is None:
            found.differences |= dict(_not_as_in_journal(workbook, expected, found))
        else:
            _name_columns(workbook, expected, found)


def _expected(newest: Job, manifest: Manifest, journal: Journal, home: Path) -> Iterator[DisplayedRow]:
    """The rows as the journal would show them."""
    display = RowDisplay(
        newest.header, zone_of(manifest.zone), redaction.redaction_for(home, manifest.redacted), manifest.language
    )
    return (display.displayed(result, nth % (MOST_ROWS - 1) + 2) for nth, result in enumerate(journal.rows(newest.id)))


def _not_as_in_journal(
    workbook: ResultWorkbook, expected: Iterator[DisplayedRow], found: Verification
) -> Iterator[tuple[RowPlace, Message]]:
    digests: Mapping[int, tuple[str, str]] = {shown.number: shown.digests() for shown in expected}
    for line in workbook.lines():
        if _place(line) not in found.differences and digests.get(_number(line)) != _digests(line):
            yield _place(line), Message("verify.not_as_in_journal")


def _name_columns(workbook: ResultWorkbook, expected: Iterator[DisplayedRow], found: Verification) -> None:
    """Name the columns in which edited rows differ, unless the list was sent again since."""
    wanted = {shown.number: shown for shown in expected if RowPlace(str(shown.number)) in found.differences}
    written = workbook.manifest.row_digests()
    for line in workbook.lines():
        shown = wanted.get(_number(line))
        difference = found.differences.get(_place(line))
        is_edited = difference is not None and difference.code in _EDITED
        if shown is not None and is_edited and shown.digests() == written[shown.number]:
            columns = _columns(line, shown, workbook)
            found.differences[_place(line)] = Message("verify.columns_differ", columns=", ".join(columns))


def _columns(line: ResultLine, shown: DisplayedRow, workbook: ResultWorkbook) -> Sequence[str]:
    """The names of the columns in which a row differs."""
    header = workbook.list_header
    names = [
        workbook.header[workbook.our_columns[column]] if column in workbook.our_columns else column
        for column in RESULT_COLUMNS
    ]
    now = [*line.cells, *(line.our_cells.get(column, "") for column in RESULT_COLUMNS)]
    then = [cell_text(value) for value in (*shown.cells, *shown.outcome)]
    return [
        f"“{name}”"
        for name, one, other in zip([*header, *names], now, then, strict=True)
        if canonical_text(one) != other
    ]

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
from uploader.model.rows import column_named
from uploader.workbooks import redaction
from uploader.workbooks.cell_digests import canonical_text, cell_text
from uploader.workbooks.manifest import MOST_ROWS, RESULTS, Manifest
from uploader.workbooks.read_back.changed_sheets import added_sheets, changed_sheets
from uploader.workbooks.read_back.reader import open_workbook
from uploader.workbooks.read_back.result_workbook import ResultLine, ResultWorkbook
from uploader.workbooks.read_back.row_index import row_number
from uploader.workbooks.results.row_display import DisplayedRow, RowDisplay, zone_of

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
    _tell_what_is_not_verified(workbook, found, session)
    found.others += [*_hidden_sheet(workbook), *_columns_at_hand(workbook), *changed_sheets(workbook)]
    _hold_rows_against_digests(workbook, found)
    sandbox = workbook.manifest.sandbox
    try:
        if workbook.manifest.job_key and session.has_journal(sandbox=sandbox):
            with session.journal(sandbox=sandbox) as journal:
                _hold_against_journal(workbook, found, journal, session.home)
    except JournalError as why:
        session.tell(Message("verify.journal_not_read", why=why.message))
    return found


def _tell_what_is_not_verified(workbook: ResultWorkbook, found: Verification, session: Session) -> None:
    if found.notes:
        session.tell(Message("verify.notes", count=len(found.notes), columns=tuple(found.notes)))
    sheets = added_sheets(workbook)
    if sheets:
        session.tell(Message("verify.sheets_added", count=len(sheets), sheets=tuple(sheets)))
    if workbook.manifest.is_older:
        session.tell(Message("verify.older"))


def _hidden_sheet(workbook: ResultWorkbook) -> Iterator[Message]:
    if not workbook.is_intact:
        yield Message("verify.header_or_digests" if workbook.manifest.is_older else "verify.hidden_sheet")


def _columns_at_hand(workbook: ResultWorkbook) -> Iterator[Message]:
    """The columns that were renamed or deleted; moving them is not a change."""
    yield from (Message("verify.column_renamed", was=was, now=now) for was, now in workbook.renamed_columns())
    gone = [*workbook.gone_columns, *_our_gone_columns(workbook)]
    if gone:
        yield Message("verify.columns_missing", count=len(gone), columns=tuple(f"“{name}”" for name in gone))


def _our_gone_columns(workbook: ResultWorkbook) -> list[str]:
    columns = workbook.manifest.our_columns.items()
    return [name for column, (_, name) in columns if column not in workbook.our_columns]


def _hold_rows_against_digests(workbook: ResultWorkbook, found: Verification) -> None:
    written, is_intact = workbook.manifest.row_digests(), workbook.is_intact
    seen = Counter[int]()
    for line in workbook.lines():
        found.rows += 1
        number = row_number(line.number)
        seen[number] += 1
        if number not in written:
            found.differences[_place(line)] = Message("verify.added" if is_intact else "verify.no_digest")
        elif seen[number] > 1:
            found.differences[_place(line)] = Message("verify.repeated")
        elif (code := _difference(line, written[number], workbook)) is not None:
            found.differences[_place(line)] = Message(code)
    for number in written:
        if not seen[number]:
            found.differences[RowPlace(str(number))] = Message("verify.missing")


def _place(line: ResultLine) -> RowPlace:
    return RowPlace(line.number) if line.number else RowPlace("", line.position)


def _difference(line: ResultLine, written: tuple[str, str], workbook: ResultWorkbook) -> str | None:
    """The code of what differs in a row from how it was written; None if nothing does.

    Cells whose column is gone are not held against each row: that is said once.
    """
    cells, outcome = line.digests()
    match (
        cells == written[0] or bool(workbook.gone_columns),
        outcome == written[1] or bool(_our_gone_columns(workbook)),
    ):
        case True, True:
            return None
        case False, True:
            return "verify.cells_differ"
        case True, False:
            return "verify.outcome_differs"
        case _:
            return "verify.both_differ"


# What the journal knows of it


def _hold_against_journal(workbook: ResultWorkbook, found: Verification, journal: Journal, home: Path) -> None:
    """Ask the journal when these rows were written, and which of their cells differ from what it has."""
    manifest = workbook.manifest
    newest = journal.job_with_key(manifest.job_key)
    if newest is None:
        return
    found.knows_list = True
    found.later = newest.id if newest.id > manifest.job else None
    found.written_at = journal.workbook_written_at(newest.id, manifest.digest)
    if found.written_at is None:
        found.others.append(Message("verify.not_written_here"))
    is_proven = found.written_at is not None and workbook.is_intact
    has_all = not (workbook.gone_columns or _our_gone_columns(workbook))
    header = manifest.list_header or workbook.list_header
    if newest.forgotten_at is None and tuple(newest.header) == tuple(header) and has_all:
        expected = _expected(newest, manifest, journal, home)
        if not is_proven:
            found.differences |= dict(_not_as_in_journal(workbook, expected, found))
        elif found.differences:
            _name_columns(workbook, expected, found)


def _expected(newest: Job, manifest: Manifest, journal: Journal, home: Path) -> Iterator[DisplayedRow]:
    """The rows as the journal would show them."""
    hidden = redaction.redaction_for(home, manifest.redacted)
    zone, kept = zone_of(manifest.zone), manifest.kept_columns
    display = RowDisplay(newest.header, zone, hidden, manifest.language, manifest.face, kept_columns=kept)
    return (display.displayed(result, nth % (MOST_ROWS - 1) + 2) for nth, result in enumerate(journal.rows(newest.id)))


def _not_as_in_journal(
    workbook: ResultWorkbook, expected: Iterator[DisplayedRow], found: Verification
) -> Iterator[tuple[RowPlace, Message]]:
    digests: Mapping[int, tuple[str, str]] = {shown.number: shown.digests() for shown in expected}
    for line in workbook.lines():
        if _place(line) not in found.differences and digests.get(row_number(line.number)) != line.digests():
            yield _place(line), Message("verify.not_as_in_journal")


def _name_columns(workbook: ResultWorkbook, expected: Iterator[DisplayedRow], found: Verification) -> None:
    """Name the columns in which edited rows differ, unless the list was sent again since."""
    wanted = {shown.number: shown for shown in expected if RowPlace(str(shown.number)) in found.differences}
    written = workbook.manifest.row_digests()
    for line in workbook.lines():
        shown = wanted.get(row_number(line.number))
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
        for column in line.outcome_columns
    ]
    now = [*line.cells, *line.outcome()]
    then = [cell_text(value) for value in (*shown.cells, *shown.outcome)]
    return [
        f"“{name}”"
        for name, one, other in zip([*header, *names], now, then, strict=True)
        if canonical_text(one) != other
    ]

"""What a person typed into a workbook of ours that the journal doesn't know: it must not be overwritten."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

from uploader.actions.planning.added_rows import added_rows
from uploader.actions.planning.job_columns import JobColumns
from uploader.errors import ListError
from uploader.i18n import Message, row_numbers
from uploader.journal import Journal
from uploader.model.job import Job, RowState
from uploader.model.rows import RESULT_COLUMNS
from uploader.readers.snapshot import is_file
from uploader.workbooks.manifest import HIDDEN_SHEET, MOST_ROWS, RESULTS, canonical_text, cell_text, line_digest
from uploader.workbooks.reader import manifest_of, open_workbook
from uploader.workbooks.redaction import Redaction, redaction_for, shows
from uploader.workbooks.result_workbook import ResultLine, ResultWorkbook
from uploader.workbooks.row_display import RowDisplay, zone_of

_AT_ONCE = 500


@dataclass(slots=True)
class PersonsWork:
    """What somebody did in a workbook since it was written, as far as nothing else has it."""

    edited: list[int] = field(default_factory=list)
    """The rows of the list whose own cells were edited."""
    outcomes: list[int] = field(default_factory=list)
    """The rows in whose cells of ours something was typed."""
    added: int = 0
    """How many rows were added."""
    sheets: list[str] = field(default_factory=list)
    """The sheets that were added or edited."""
    unreadable: Message | None = None
    """Why nobody knows what is in it."""

    def __bool__(self) -> bool:
        return bool(self.edited or self.outcomes or self.added or self.sheets or self.unreadable)

    def parts(self) -> Iterator[Message]:
        """Where it is, as facts of a sentence."""
        if self.edited:
            yield Message("work.edited", count=len(self.edited), numbers=row_numbers(self.edited))
        if self.outcomes:
            yield Message("work.outcomes", count=len(self.outcomes), numbers=row_numbers(self.outcomes))
        if self.added:
            yield Message("work.added", count=self.added)
        if self.sheets:
            yield Message("work.sheets", count=len(self.sheets), sheets=tuple(self.sheets))


def opened_workbook(path: Path) -> ResultWorkbook:
    """The workbook of ours at `path`. Raises ListError if it can't be read, as then nobody knows what is in it."""
    workbook = open_workbook(path)
    if workbook is None:
        raise ListError(Message("work.not_ours", name=path.name))
    return workbook


def unknown_work(
    workbook: ResultWorkbook, journal: Journal, job: Job | None, redaction: Redaction | None
) -> PersonsWork:
    """What a person did in a workbook that the journal doesn't know of its job."""
    workbook = workbook.without_notes()
    found = PersonsWork(sheets=list(_sheets(workbook)))
    written = workbook.manifest.row_digests()
    columns = JobColumns(workbook.list_header if job is None or not job.header else job.header, workbook.list_header)
    lines, outcomes, added = workbook.lines(), dict[int, ResultLine](), list[Sequence[str]]()
    while some := list(islice(lines, _AT_ONCE)):
        edited: dict[int, ResultLine] = {}
        for line in some:
            number = int(line.number) if line.number.isascii() and line.number.isdecimal() else 0
            if number not in written:
                added.append(line.cells)
                continue
            cells, outcome = written[number]
            if line_digest(line.cells) != cells:
                edited[number] = line
            if line_digest([line.our_cells.get(name, "") for name in RESULT_COLUMNS]) != outcome:
                outcomes[number] = line
        states = journal.row_states(job.id, list(edited)) if job is not None and edited else {}
        found.edited += [
            number
            for number, line in edited.items()
            if not _is_known(line.cells, states.get(number), columns, workbook.list_header, redaction)
        ]
    found.added = _count_unknown(added, columns, max(written, default=0), journal, job)
    found.outcomes = list(_typed(workbook, outcomes, journal, job, redaction))
    return found


def _count_unknown(
    added: Sequence[Sequence[str]], columns: JobColumns, highest: int, journal: Journal, job: Job | None
) -> int:
    """How many of the rows that somebody added the journal doesn't know."""
    if job is None or not added:
        return len(added)
    last = journal.last_row_number(job.id)
    known = Counter(
        {
            cells: len(numbers)
            for cells, numbers in added_rows(partial(journal.row_states, job.id), columns, highest, last).items()
        }
    )
    return (Counter(map(tuple, added)) - known).total()


def _typed(
    workbook: ResultWorkbook, lines: Mapping[int, ResultLine], journal: Journal, job: Job | None,
    redaction: Redaction | None,
) -> Iterator[int]:  # fmt: skip
    """Of the rows whose outcome is not as it was written, those in which that was typed and not only deleted."""
    if job is None or not lines:
        yield from (number for number, line in lines.items() if any(map(str.strip, line.our_cells.values())))
        return
    display = RowDisplay(job.header, zone_of(workbook.manifest.zone), redaction, workbook.manifest.language)
    for nth, result in enumerate(journal.rows(job.id)):
        line = lines.get(result.row.number)
        if line is not None:
            shown = display.displayed(result, nth % (MOST_ROWS - 1) + 2).outcome
            cells = [line.our_cells.get(name, "") for name in RESULT_COLUMNS]
            if any(
                cell.strip() and canonical_text(cell) != cell_text(one) for cell, one in zip(cells, shown, strict=True)
            ):
                yield result.row.number


def corrected_workbook(job: Job, journal: Journal, home: Path, *, sandbox: bool) -> tuple[Path, list[int]] | None:
    """The newest of the job's result workbooks in which somebody corrected rows, and which rows; None if none is.

    One that can't be read counts for nothing here; it is not overwritten either.
    """
    for path in sorted(filter(is_file, {job.results_path, *journal.workbook_paths(job.id)}), key=_written_at):
        manifest = manifest_of(path)
        if manifest is None or (manifest.kind, manifest.account, manifest.sandbox) != (RESULTS, job.key, sandbox):
            continue
        try:
            work = unknown_work(opened_workbook(path), journal, job, redaction_for(home, manifest.redacted))
        except ListError:
            continue
        if work.edited:
            return path, sorted(work.edited)
    return None


def _written_at(path: Path) -> float:
    return -path.stat().st_mtime


def _is_known(
    cells: Sequence[str], state: RowState | None, columns: JobColumns, names: Sequence[str],
    redaction: Redaction | None,
) -> bool:  # fmt: skip
    """Whether the journal has everything that these cells show: as it was read last, or as it was sent."""
    if state is None or not state.cells:
        return False
    versions = [columns.at_hand(state.cells), *([] if state.sent is None else [columns.at_hand(state.sent)])]
    return all(
        any(shows(cell, version[at], name, redaction) for version in versions)
        for at, (cell, name) in enumerate(zip(cells, names, strict=True))
    )


def _sheets(workbook: ResultWorkbook) -> Iterator[str]:
    """The sheets that are not as they were written."""
    rows, others = {name for name, _ in workbook.sheets}, workbook.manifest.other_sheets
    for name in workbook.book.names:
        if name in others:
            if workbook.sheet_digest(name) != others[name]:
                yield name
        elif name not in rows and name != HIDDEN_SHEET:
            yield name

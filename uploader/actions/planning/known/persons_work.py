"""What a person typed into a workbook of ours that the journal doesn't know: it must not be overwritten."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Self

from uploader.actions.planning.known.job_columns import JobColumns, as_known
from uploader.errors import ListError
from uploader.i18n import Message, row_numbers
from uploader.journal import Journal
from uploader.model.job import Job, RowResult, RowState
from uploader.readers.snapshot import is_file, sha256_of
from uploader.workbooks.cell_digests import canonical_text, cell_text
from uploader.workbooks.manifest import HIDDEN_SHEET, MOST_ROWS, RESULTS
from uploader.workbooks.read_back.reader import manifest_of, open_workbook
from uploader.workbooks.read_back.result_workbook import ResultLine, ResultWorkbook
from uploader.workbooks.read_back.row_index import row_number
from uploader.workbooks.redaction import Redaction, redaction_for, shows
from uploader.workbooks.results.row_display import RowDisplay, zone_of

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
    stray: int = 0
    """How many of these are no rows of a list: they have something in columns of ours alone."""
    sheets: list[str] = field(default_factory=list)
    """The sheets that were added, renamed or edited."""
    renamed: list[str] = field(default_factory=list)
    """The names that somebody gave to columns of the list."""
    practised: bool = False
    """Whether rows in it were corrected while practising."""
    unreadable: Message | None = None
    """Why nobody knows what is in it."""

    def __bool__(self) -> bool:
        has_rows = self.edited or self.outcomes or self.added
        return bool(has_rows or self.sheets or self.renamed or self.practised or self.unreadable)

    def beside_rows(self, header: Collection[str]) -> "PersonsWork":
        """Without what was done in the list's own cells: those are at hand, and taken in, as are names in `header`."""
        return replace(self, edited=[], renamed=[name for name in self.renamed if name not in header], added=self.stray)

    @property
    def new_rows(self) -> int:
        """How many rows were added that are rows of a list."""
        return self.added - self.stray

    def parts(self) -> Iterator[Message]:
        """Where it is, as facts of a sentence."""
        if self.edited:
            yield Message("work.edited", count=len(self.edited), numbers=row_numbers(sorted(self.edited)))
        if self.outcomes:
            yield Message("work.outcomes", count=len(self.outcomes), numbers=row_numbers(sorted(self.outcomes)))
        if self.added:
            yield Message("work.added", count=self.added)
        if self.sheets:
            yield Message("work.sheets", count=len(self.sheets), sheets=tuple(self.sheets))
        if self.renamed:
            yield Message("work.renamed", count=len(self.renamed), names=tuple(self.renamed))
        if self.practised:
            yield Message("work.practised")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the rows of a workbook's list besides the workbook."""

    header: Sequence[str]
    """The columns of what is known; empty where nothing is."""
    states: Callable[[Sequence[int]], Mapping[int, RowState]]
    """The state of the rows with these numbers; those that are not known are left out."""
    redaction: Redaction | None
    """Of the workbook."""
    last: int = 0
    """The highest number of a row that is known."""
    results: Callable[[], Iterable[RowResult]] | None = None
    """All rows with their outcomes; None where these are not known."""
    is_edited_again: bool = False
    """Whether rows were read from the workbook after an edit, and edited since: a cell as it was written may be new."""

    @classmethod
    def of_job(cls, journal: Journal, job: Job | None, redaction: Redaction | None, path: Path, digest: str) -> Self:
        """What the journal knows of a job, whose workbook at that path, with that digest, is looked at."""
        if job is None:
            return cls((), lambda _: {}, redaction)
        return cls(
            job.header,
            lambda some: journal.row_states(job.id, some),
            redaction,
            journal.last_row_number(job.id),
            lambda: journal.rows(job.id),
            journal.were_edits_read(job.id, digest) and not _was_read(path, job, journal),
        )


def opened_workbook(path: Path) -> ResultWorkbook:
    """The workbook of ours at `path`. Raises ListError if it can't be read, as then nobody knows what is in it."""
    workbook = open_workbook(path)
    if workbook is None:
        raise ListError(Message("work.not_ours", name=path.name))
    return workbook


def is_as_written(path: Path, job: Job, journal: Journal) -> bool:
    """Whether the file has the bytes with which a result workbook of the job was written here.

    That is quickly seen, and the workbook of a long list is not quickly looked through.
    """
    with suppress(ListError):
        return journal.wrote_file(job.id, sha256_of(path))
    return False


def unknown_work(workbook: ResultWorkbook, known: Known) -> PersonsWork:
    """What a person did in a workbook of ours that nothing else has."""
    return _Look(workbook.without_notes(), known).found()


class _Look:
    """A workbook of ours, looked through for what a person did in it."""

    def __init__(self, workbook: ResultWorkbook, known: Known) -> None:
        self._workbook, self._known = workbook, known
        before = workbook.names_as_written()
        written = {nth: before[at] for nth, at in enumerate(workbook.list_columns) if at in before}
        header = known.header or workbook.list_header
        self._names = as_known(header, workbook.list_header, (), lambda: written)
        self._columns = JobColumns(header, self._names)
        self._written = workbook.manifest.row_digests()
        renamed = [name for _, name in workbook.renamed_columns()]
        self._work = PersonsWork(sheets=list(_sheets(workbook)), renamed=renamed)
        self._outcomes: dict[int, ResultLine] = {}
        self._added = Counter[tuple[str, ...]]()

    def found(self) -> PersonsWork:
        """All that was done."""
        lines = self._workbook.lines()
        while some := list(islice(lines, _AT_ONCE)):
            edited = {line.number: line for line in some if self._is_edited(line)}
            states = self._known.states([int(number) for number in edited]) if edited else {}
            self._work.edited += [
                int(number)
                for number, line in edited.items()
                if not self._is_known(line.cells, states.get(int(number)))
            ]
        self._work.outcomes = list(self._typed())
        self._work.added = self._work.stray + (self._added - self._known_as_added()).total()
        return self._work

    def _known_as_added(self) -> Counter[tuple[str, ...]]:
        """The rows that were added to the workbook and are known by now."""
        known = Counter[tuple[str, ...]]()
        behind = range(max(self._written, default=0) + 1, self._known.last + 1) if self._added else range(0)
        for first in behind[::_AT_ONCE]:
            states = self._known.states(range(first, min(first + _AT_ONCE, behind.stop)))
            known.update(tuple(self._columns.at_hand(state.cells)) for state in states.values())
        return known

    def _is_edited(self, line: ResultLine) -> bool:
        """Whether it is a row of the list whose own cells are not as they were written; what else is new is noted."""
        number = row_number(line.number)
        if number not in self._written:
            if (line.number and not number) or not any(map(str.strip, line.cells)):
                self._work.stray += 1
            elif self._workbook.manifest.own is None:  # a person's own may have lines that are no rows
                self._added[line.cells] += 1
            return False
        cells, outcome = self._written[number]
        here, ours = line.digests()
        if ours != outcome:
            self._outcomes[number] = line
        return here != cells or self._known.is_edited_again

    def _is_known(self, cells: Sequence[str], state: RowState | None) -> bool:
        """Whether all that these cells show is known: as it was read last, or as it was sent and may have arrived."""
        if state is None or not state.cells:
            return False
        sent = state.sent if state.may_have_arrived else None
        versions = [self._columns.at_hand(some) for some in (state.cells, sent) if some is not None]
        return all(
            any(shows(cell, version[at], name, self._known.redaction) for version in versions)
            for at, (cell, name) in enumerate(zip(cells, self._names, strict=True))
        )

    def _typed(self) -> Iterator[int]:
        """Of the rows whose outcome is not as it was written, those in which that was typed and not only deleted."""
        if self._known.results is None or not self._outcomes:
            yield from (
                number for number, line in self._outcomes.items() if any(map(str.strip, line.our_cells.values()))
            )
            return
        manifest = self._workbook.manifest
        zone, redaction = zone_of(manifest.zone), self._known.redaction
        display = RowDisplay(
            self._known.header, zone, redaction, manifest.language, manifest.face, kept_columns=manifest.kept_columns
        )
        for nth, result in enumerate(self._known.results()):
            line = self._outcomes.get(result.row.number)
            if line is not None:
                shown = display.displayed(result, nth % (MOST_ROWS - 1) + 2).outcome
                pairs = zip(line.outcome(), shown, strict=True)
                if any(cell.strip() and canonical_text(cell) != cell_text(one) for cell, one in pairs):
                    yield result.row.number


def corrected_workbook(job: Job, journal: Journal, home: Path, *, sandbox: bool) -> tuple[Path, PersonsWork] | None:
    """The newest of the job's result workbooks in which somebody corrected rows, and what was done; None if none is.

    One that can't be read counts for nothing here; it is not overwritten either.
    """
    own = {job.results_path, *journal.workbook_paths(job.id)}
    return next(corrected_workbooks(own, job, journal, home, sandbox=sandbox), None)


def corrected_workbooks(
    paths: Iterable[Path], job: Job, journal: Journal, home: Path, *, sandbox: bool
) -> Iterator[tuple[Path, PersonsWork]]:
    """Those of the files that are result workbooks of the job in which somebody corrected rows, the newest first."""
    for path in sorted(filter(is_file, paths), key=_written_at):
        if is_as_written(path, job, journal) or _was_read(path, job, journal):
            continue
        manifest = manifest_of(path)
        if manifest is None or (manifest.kind, manifest.job_key, manifest.sandbox) != (RESULTS, job.key, sandbox):
            continue
        try:
            known = Known.of_job(journal, job, redaction_for(home, manifest.redacted), path, manifest.digest)
            work = unknown_work(opened_workbook(path), known)
        except ListError:
            continue
        if work.edited:
            yield path, work


def _was_read(path: Path, job: Job, journal: Journal) -> bool:
    """Whether rows of the job were read from the file as it is."""
    with suppress(ListError):
        return sha256_of(path) in journal.sources(job.id)
    return False


def _written_at(path: Path) -> float:
    return -path.stat().st_mtime


def _sheets(workbook: ResultWorkbook) -> Iterator[str]:
    """The sheets that are not as they were written."""
    rows, others = {name for name, _ in workbook.sheets}, workbook.manifest.other_sheets
    written = workbook.manifest.sheets
    for name in workbook.book.names:
        is_ours = name in others or name in (written or rows) or name == HIDDEN_SHEET
        was_edited = name in others and workbook.sheet_digest(name) != others[name]
        if was_edited or not is_ours or name in workbook.attached:
            yield name

"""The person's own workbook with what became of its rows in columns behind theirs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from uploader.actions.planning.known.job_columns import JobColumns
from uploader.actions.session import Session
from uploader.actions.steps.workbooks.own_workbook import write_copy
from uploader.errors import ListError
from uploader.i18n import Message, row_numbers
from uploader.journal import Journal
from uploader.model.job import Job, RowResult
from uploader.model.rows import RESULT_COLUMNS, Status, column_letter
from uploader.model.workbook_names import list_stem, status_name
from uploader.readers import ListFile, Table, open_file, read_table, table_of
from uploader.readers.snapshot import is_file
from uploader.workbooks.annotate.own_digest import is_untouched
from uploader.workbooks.annotate.workbook import Content, OwnList, OwnRow
from uploader.workbooks.columns import result_columns
from uploader.workbooks.manifest import RESULTS, Manifest
from uploader.workbooks.read_back.reader import recognise
from uploader.workbooks.read_back.result_workbook import ResultWorkbook
from uploader.workbooks.redaction import shows
from uploader.workbooks.results.row_display import RowDisplay
from uploader.workbooks.xlsx.colours import STATUS_FILLS


def write_status_copy(
    journal: Journal, job: Job, session: Session, *, sandbox: bool, at_hand: Path | None = None
) -> Path | Message:
    """Write it beside the list, or over itself where the rows were read from one: its place, or why there is none.

    `at_hand` is the file from which rows were read just now.
    """
    if job.is_in_memory:
        return Message("annotate.no_file")
    if job.redacted:
        return Message("annotate.redacted", count=len(job.redacted), columns=tuple(job.redacted))
    with ExitStack() as stack:
        try:
            source = _source_of(journal, job, at_hand, stack)
            if source is None:
                return Message("annotate.source_changed", path=str(job.list_path), job=job.id)
            return _written(source, journal, job, session, sandbox=sandbox)
        except ListError as why:
            return why.message


@dataclass(frozen=True, slots=True)
class _Source:
    """The person's workbook from which the rows were read last."""

    file: ListFile
    workbook: ResultWorkbook | None
    """Where it is a copy that has columns of ours."""
    table: Table
    columns: JobColumns

    @property
    def header(self) -> Sequence[str]:
        """The names of the list's columns at hand."""
        return [self.table.header[at] for at in self.table.listed]

    def rows(self) -> Iterator[tuple[int, int | None, Sequence[str]]]:
        """Position, number in the list and the list's cells of each row."""
        index = None if self.workbook is None else self.workbook.row_index()
        for records in self.table.texts():
            columns = [records.columns[at] for at in self.table.listed]
            for position, cells in zip(records.numbers, zip(*columns, strict=True), strict=True):
                yield position, position if index is None else index.number(position), cells

    def places(self, job: Job) -> Mapping[int, int]:
        """Which of the list's columns at hand, from 0, is which of the job's; those that are gone are left out."""
        marked = self.columns.at_hand([str(nth) for nth in range(len(job.header))])
        return {int(nth): at for at, nth in enumerate(marked) if nth}


def _source_of(journal: Journal, job: Job, at_hand: Path | None, stack: ExitStack) -> _Source | None:
    """The newest of the files from which rows were read that is as it was then, and no workbook that is all ours."""
    sources = journal.sources(job.id)
    places = [at_hand, *journal.workbook_paths(job.id), *reversed([*sources.values()])]
    for path in dict.fromkeys(places):
        if path is None or not is_file(path):
            continue
        file = stack.enter_context(open_file(path))
        workbook = recognise(file)
        if workbook is not None and workbook.manifest.own is None:
            continue
        if file.sha256 in sources or _is_ours_as_written(file, workbook, job):
            found = _read(file, workbook, job)
            if found is not None:
                return found
    return None


def _is_ours_as_written(file: ListFile, workbook: ResultWorkbook | None, job: Job) -> bool:
    return workbook is not None and workbook.manifest.job_key == job.key and is_untouched(file)


def _read(file: ListFile, workbook: ResultWorkbook | None, job: Job) -> _Source | None:
    """The list in it, as the job has it; None where it is another one by now."""
    if workbook is not None:
        table = table_of(workbook.source(), job.header, workbook.header_row)
    elif file.book is not None and job.sheet is not None and job.sheet not in file.book.names:
        return None
    else:
        table = read_table(file, wanted=job.header, sheet=job.sheet)
    columns = JobColumns(job.header, [table.header[at] for at in table.listed])
    source = _Source(file, workbook, table, columns)
    return source if set(job.fields.values()) <= source.places(job).keys() else None


def _written(source: _Source, journal: Journal, job: Job, session: Session, *, sandbox: bool) -> Path | Message:
    results = {result.row.number: result for result in journal.rows(job.id)}
    rows = list(source.rows())
    elsewhere = _corrected_elsewhere(rows, results, source, job)
    if elsewhere:
        return Message("annotate.corrected_elsewhere", count=len(elsewhere), name=source.file.path.name,
                       numbers=row_numbers(elsewhere), results=str(job.results_path))  # fmt: skip
    sources = journal.sources(job.id)
    display = replace(RowDisplay.of_job(job, None, session.language, session.face), letters=_letters(source, job))
    written = write_copy(
        source.file,
        _wished(source),
        Content(
            place=OwnList(
                sheet=source.table.sheet or "",
                header_row=source.table.header_row,
                listed=source.table.listed,
                rows=source.table.rows,
            ),
            manifest=_manifest(source, job, display, results.values(), sandbox=sandbox),
            columns=result_columns(job.kept_columns),
            rows=_rows(rows, results, source, job, display),
            language=session.language,
            face=session.face,
            times=Message("workbook.times", zone=display.zone_text),
        ),
        lambda other: _is_same(other, job, sandbox=sandbox),
        lambda sha256: sha256 in sources,
        session,
        lambda digest, path: journal.note_workbook(job.id, digest, path),  # before it stands there
    )
    if isinstance(written, Message):
        return written
    path, copied = written
    journal.note_workbook_file(job.id, copied.digest, copied.sha256)
    return path


def _corrected_elsewhere(
    rows: Sequence[tuple[int, int | None, Sequence[str]]], results: Mapping[int, RowResult], source: _Source, job: Job
) -> Sequence[int]:
    """The rows whose cells in the person's workbook are not what is known of them, and those that are not in it."""
    found, seen = [], set[int]()
    for _, number, cells in rows:
        result = None if number is None else results.get(number)
        if result is None:
            continue
        seen.add(result.row.number)
        here = source.columns.of_job(cells)
        if any(
            at not in result.held_back and not shows(here[at], result.row.cells[at], job.header[at], None)
            for at in job.fields.values()
        ):
            found.append(result.row.number)
    return sorted({*found, *(results.keys() - seen)})


def _is_same(other: Manifest, job: Job, *, sandbox: bool) -> bool:
    """Whether it is a copy of the same job; what was really sent is never replaced by what was practised."""
    if other.kind != RESULTS:
        return False
    if other.sandbox and not sandbox:
        return other.list_sha256 == job.list_sha256
    return (other.job_key, other.sandbox) == (job.key, sandbox)


def _wished(source: _Source) -> Path:
    path = source.file.path.absolute()
    if source.workbook is not None and source.workbook.manifest.kind == RESULTS:
        return path
    return path.with_name(status_name(path.stem if source.workbook is None else list_stem(path.stem)))


def _letters(source: _Source, job: Job) -> Sequence[str]:
    """The letter over each of the job's columns in the person's sheet."""
    places = source.places(job)
    return [column_letter(source.table.listed[places[nth]]) if nth in places else "" for nth in range(len(job.header))]


def _rows(
    rows: Sequence[tuple[int, int | None, Sequence[str]]], results: Mapping[int, RowResult], source: _Source, job: Job,
    display: RowDisplay,
) -> Iterator[OwnRow]:  # fmt: skip
    places = source.places(job)
    for position, number, _ in rows:
        result = None if number is None else results.get(number)
        if result is None:
            continue
        shown = display.displayed(result, position)
        at_fault = result.faults if result.status is Status.INVALID else ()
        said = str(shown.outcome[RESULT_COLUMNS.index("Advice")])
        faults = {source.table.listed[places[nth]]: said for nth in at_fault if nth in places}
        yield OwnRow(position, result.row.number, shown.outcome, {0: STATUS_FILLS[result.status]}, faults)


def _manifest(
    source: _Source, job: Job, display: RowDisplay, results: Iterable[RowResult], *, sandbox: bool
) -> Manifest:
    places, header = source.places(job), source.header
    fields = {name: (places[nth], header[places[nth]]) for name, nth in job.fields.items()}
    ids = {result.row.number: result.request_id for result in results if result.request_id}
    return replace(Manifest.of_job(job, fields, sandbox=sandbox, zone=display.zone_text), request_ids=ids)

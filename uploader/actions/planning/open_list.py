"""A list, opened once: its template chosen, a workbook of ours recognised, its columns matched."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from uploader.actions.options import DEFAULT_TEMPLATE, ReadOptions
from uploader.actions.planning.column_choice import fields_of
from uploader.actions.session import Session
from uploader.checks.checked_list import CheckedList, checked_list
from uploader.checks.columns.mapping import wanted_names
from uploader.errors import ListError, SettingsError, SeveralSheetsError, about
from uploader.i18n import Fact, Message
from uploader.model.events import phase
from uploader.model.job import Job
from uploader.model.questions import YES, Choice, Question
from uploader.model.rows import column_named
from uploader.model.workbook_names import list_stem, results_name
from uploader.readers import ListFile, open_file, read_table, refuse_senseless, table_of
from uploader.readers.memory import MemoryList
from uploader.readers.table import Table
from uploader.workbooks.manifest import RESULTS, Manifest
from uploader.workbooks.read_back.answers_as_cells import answer_positions, lost_cells, with_answers
from uploader.workbooks.read_back.own_columns import status_column_of
from uploader.workbooks.read_back.reader import recognise
from uploader.workbooks.read_back.result_workbook import ResultWorkbook

if TYPE_CHECKING:
    from uploader.templates.template import Template

ListSource: TypeAlias = Path | MemoryList
"""A list as it is given: a file, or cells that are in memory already."""


@dataclass(frozen=True, slots=True)
class OpenedList:
    """A list whose columns fit the template, and the workbook of ours that it is read from, if it is one."""

    checked: CheckedList
    workbook: ResultWorkbook | None = None
    remembered_on: date | None = None
    """The day on which columns that it takes were chosen for an earlier list; None where nothing was remembered."""
    answers_of: Manifest | None = None
    """Of a workbook of ours that is a list of its own here: another template takes the values of its answers."""

    @property
    def path(self) -> Path:
        """The file at hand."""
        return self.checked.path

    @property
    def template(self) -> "Template":
        """What its rows are sent with."""
        return self.checked.template

    @property
    def manifest(self) -> Manifest | None:
        """What a workbook of ours says of itself."""
        return None if self.workbook is None else self.workbook.manifest

    @property
    def list_sha256(self) -> str:
        """Of the list as it was first sent."""
        return self.checked.sha256 if self.manifest is None else self.manifest.list_sha256

    @property
    def list_name(self) -> str:
        """The list's file, as it was first sent."""
        return self.path.name if self.manifest is None else self.manifest.list_name

    @property
    def list_sheet(self) -> str | None:
        """The list's sheet, as it was first sent."""
        return self.checked.table.sheet if self.manifest is None else self.manifest.list_sheet

    @property
    def job_key(self) -> str:
        """The key of the job of a workbook's list; "" where nothing was sent yet."""
        return "" if self.manifest is None else self.manifest.job_key

    @property
    def list_stem(self) -> str:
        """What the names of the list's workbooks begin with."""
        if self.answers_of is not None:  # beside the workbook that it was read from, which stays as it is
            return f"{list_stem(self.path.stem)}.{self.template.name.rpartition('/')[2]}"
        return self.path.stem if self.manifest is None else list_stem(self.path.stem)

    @property
    def results_path(self) -> Path:
        """Where its result workbook goes where nobody says otherwise: beside it, or over itself if it is one."""
        manifest, path = self.manifest, self.path
        is_results = manifest is not None and manifest.kind == RESULTS and manifest.own is None
        if is_results and path.suffix.lower() == ".xlsx":
            return path
        return path.with_name(results_name(self.list_stem))

    def cells(self) -> Iterator[Sequence[str]]:
        """The list's cells of each row; none for a workbook, in which rows have other places."""
        for records in self.checked.table.texts() if self.workbook is None else ():
            at_hand = dict(zip(records.numbers, records.numbers, strict=True))
            yield from (row.cells for _, row in self.checked.rows(records, at_hand))

    def names_as_written(self) -> Mapping[int, str]:
        """Of a workbook's columns, from 0, that were renamed since it was written, the names before."""
        before = {} if self.workbook is None else self.workbook.without_notes().names_as_written()
        return {nth: before[at] for nth, at in enumerate(self.checked.listed) if at in before}

    def read_as(self, job: Job | None) -> "OpenedList":
        """The list with the decimal signs of its job, where it is a workbook of ours: its texts are that job's."""
        if self.workbook is None or job is None:
            return self
        return replace(self, checked=self.checked.read_as(job.decimals))

    @property
    def is_of_sandbox(self) -> bool:
        """Whether it is a workbook whose rows went to a sandbox."""
        return self.manifest is not None and self.manifest.sandbox


def open_list(source: ListSource, options: ReadOptions, session: Session) -> OpenedList:
    """The list, opened for a template; what can't be known of it is asked for.

    Raises ListError, TemplateError, or SettingsError where the options are wrong.
    """
    return _open_cells(source, options, session) if isinstance(source, MemoryList) else _open(source, options, session)


def _open_cells(source: MemoryList, options: ReadOptions, session: Session) -> OpenedList:
    for name in ("sheet", "header_row", "encoding", "delimiter"):
        if getattr(options, name) is not None:
            raise SettingsError(Message("frame.is_no_file", option=name))
    template = _template(source.path, None, options, session)
    table = source.table(session.ui.cancel)
    _refuse_our_columns(table, session)
    fields = fields_of(table, None, template, options, session)
    was_ours = status_column_of(table) is not None
    checked = checked_list(source.path, source.sha256, table, template, fields.fields, may_be_numbers=was_ours)
    return OpenedList(checked, remembered_on=fields.remembered_on)


def _open(path: Path, options: ReadOptions, session: Session) -> OpenedList:
    named = options.template or DEFAULT_TEMPLATE
    with (
        about(path, named),
        phase(session.ui.on_event, "reading", 0, str(path)),
        open_file(path, session.ui.cancel) as file,
    ):
        workbook = recognise(file)
        if workbook is None:
            file.begin(options.sheet)
        template = _template(path, None if workbook is None else workbook.manifest, options, session)
        with about(path, template.name):
            workbook, table = _table(file, workbook, template, options, session)
    with about(path, template.name):
        if workbook is not None and _is_of_another(workbook.manifest, template):
            return _open_answers(file, workbook, table, template, options, session)
        if workbook is None:
            _refuse_our_columns(table, session)
        fields = fields_of(table, workbook, template, options, session)
        before = None if workbook is None else workbook.manifest.decimals
        was_ours = workbook is None and status_column_of(table) is not None
        checked = checked_list(path, file.sha256, table, template, fields.fields, before, may_be_numbers=was_ours)
        return OpenedList(checked, workbook, fields.remembered_on)


def _open_answers(
    file: ListFile, workbook: ResultWorkbook, table: Table, template: "Template", options: ReadOptions, session: Session
) -> OpenedList:
    """A result workbook as a list of its own, for another template that takes values of the answers in it.

    Raises SettingsError where it takes none: nobody sends the same rows in another way from there by mistake.
    """
    fields = fields_of(table, None, template, options, session)
    answers = answer_positions(workbook)
    if not set(answers).intersection(fields.fields.values()):
        columns = tuple(workbook.header[at] for at in answers)
        facts = {"name": file.path.name, "template": workbook.manifest.template, "given": template.name}
        raise SettingsError(Message("open.no_answer_taken", **facts, columns=columns))
    required = {at for field, at in fields.fields.items() if template.checked_columns[field].required}
    table.problems.extend(lost_cells(with_answers(workbook), required))
    checked = checked_list(file.path, file.sha256, table, template, fields.fields, may_be_numbers=True)
    return OpenedList(checked, remembered_on=fields.remembered_on, answers_of=workbook.manifest)


def _template(path: Path, manifest: Manifest | None, options: ReadOptions, session: Session) -> "Template":
    """The template that was given, else the one by which a workbook of ours was sent, else the default.

    Another one than that takes a workbook only if there are values of the answers in it.

    Of the workbook's word only what is known here is taken, since a template says where the token goes: a name, or the
    key of a job, whose template the journal has.
    """
    catalog = session.catalog
    if manifest is None:
        return catalog.load(options.template or DEFAULT_TEMPLATE).with_files(options.files)
    if options.template is None and manifest.template not in catalog.names():
        return _template_of_job(path, manifest, session).with_files(options.files)
    template = catalog.load(options.template or manifest.template)
    if _is_of_another(manifest, template) and not manifest.kept_columns:
        facts = {"name": path.name, "template": manifest.template, "given": template.name}
        raise SettingsError(Message("open.other_template", **facts))
    return template.with_files(options.files)


def _template_of_job(path: Path, manifest: Manifest, session: Session) -> "Template":
    """The template of a workbook that has no name here: it was given by its path. Raises SettingsError."""
    from uploader.actions.planning.route import kept_template  # noqa: PLC0415  # takes a while

    job = None
    if manifest.job_key and session.has_journal(sandbox=manifest.sandbox):
        with session.journal(sandbox=manifest.sandbox) as journal:
            job = journal.job_with_key(manifest.job_key)
    if job is None or not job.template_text or job.template != manifest.template:
        with about(path, manifest.template):
            raise SettingsError(Message("open.unknown_template", name=path.name, template=manifest.template))
    return kept_template(job)


def _is_of_another(manifest: Manifest, template: "Template") -> bool:
    """Whether a workbook's rows were sent with another template."""
    return manifest.template != template.name and manifest.template_sha256 != template.sha256


def _table(
    file: ListFile, workbook: ResultWorkbook | None, template: "Template", options: ReadOptions, session: Session
) -> tuple[ResultWorkbook | None, Table]:
    """The table, and the workbook of ours that it comes from: not where the person names a sheet that isn't ours."""
    cancel = session.ui.cancel
    wanted = wanted_names(template.columns)
    if workbook is not None and (options.sheet is None or options.sheet in dict(workbook.sheets)):
        refuse_senseless(file, encoding=options.encoding, delimiter=options.delimiter)
        listed = with_answers(workbook) if _is_of_another(workbook.manifest, template) else workbook
        return workbook, table_of(listed.source(), wanted, workbook.header_row, cancel)
    try:
        return None, _read(file, wanted, options, options.sheet, session)
    except SeveralSheetsError as why:
        sheet = _sheet(file.path, why, session)
        if sheet is None:
            raise
        return None, _read(file, wanted, options, sheet, session)


def _read(file: ListFile, wanted: Sequence[str], options: ReadOptions, sheet: str | None, session: Session) -> Table:
    return read_table(
        file,
        wanted=wanted,
        sheet=sheet,
        header_row=options.header_row,
        encoding=options.encoding,
        delimiter=options.delimiter,
        cancel=session.ui.cancel,
    )


def _refuse_our_columns(table: Table, session: Session) -> None:
    """A workbook of ours without its hidden sheet is not a list: nobody can tell which rows were accepted.

    Raises ListError, unless a person says that all its rows are new. Without the column that says what became of the
    rows it is a list again.
    """
    position = status_column_of(table)
    if position is None:
        return
    facts: Mapping[str, Fact] = {"name": table.path.name, "column": column_named(table.header, position)}
    question = Question("own_columns", facts)
    if session.ui.is_attended:
        session.tell(Message("open.our_columns", **facts))
    if session.decide([question])[question.id] != YES:
        raise ListError(Message("open.our_columns", **facts))


def _sheet(path: Path, why: SeveralSheetsError, session: Session) -> str | None:
    """Which sheet the person says is the list."""
    choices = tuple(Choice(str(number), sheet) for number, sheet in enumerate(why.sheets, start=1))
    question = Question("sheet", {"name": path.name}, choices)
    answer = session.decide([question])[question.id]
    sheet = next((choice.name for choice in choices if choice.key == answer), None)
    if sheet is not None:
        session.tell(Message("read.same_unasked", choices=Message("read.chosen_sheet", sheet=sheet)))
    return sheet

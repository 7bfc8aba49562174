"""Which column of a list fills which field: known, said, chosen before, found by its name, or asked for."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING

from uploader.actions.options import ReadOptions
from uploader.actions.planning.column_memory import ColumnMemory, RememberedColumns
from uploader.actions.planning.other_templates import about_template
from uploader.actions.session import Session
from uploader.checks.checked_list import matched
from uploader.checks.columns.likeness import typed_column
from uploader.checks.columns.mapping import ColumnMatch, MissingColumn
from uploader.i18n import Fact, Message
from uploader.model.questions import NO_COLUMN, Choice, Question
from uploader.model.rows import column_letter, column_named
from uploader.readers.table import Table
from uploader.workbooks.read_back.result_workbook import ResultWorkbook

if TYPE_CHECKING:
    from uploader.templates.template import Template

_SHOWN_EXAMPLE = 40


@dataclass(frozen=True, slots=True)
class FilledFields:
    """Which column fills which field of a list."""

    fields: Mapping[str, int]
    """Field -> column, from 0."""
    remembered_on: date | None = None
    """The day on which some of them were chosen, for an earlier list; None where all are known otherwise."""


def fields_of(
    table: Table, workbook: ResultWorkbook | None, template: "Template", options: ReadOptions, session: Session
) -> FilledFields:
    """Which column fills which field; all that can't be known is asked for together.

    What was chosen for an earlier list counts, where the session remembers it, and what is chosen now is remembered.
    """
    if workbook is not None:
        match = matched(table, template, options.mapping, workbook.mapping())
        return FilledFields(_asked(match, table, template, options, session, workbook.mapping(), is_known=True)[0])
    memory = ColumnMemory.of(session.home, table, template) if session.remembers_mappings else None
    before = None if memory is None else memory.recalled()
    used = None if before is None or options.ignore_remembered else _still_wanted(before, table, template, options)
    known = {} if used is None else used.fields
    if used is not None:
        session.tell(_as_remembered(used, table))
    match = matched(table, template, options.mapping, known)
    fields, asked = _asked(match, table, template, options, session, known)
    chosen = {field: fields[field] for field in (*options.mapping, *asked)}
    is_new = memory is not None and _remember({**known, **chosen}, before, memory, session)
    if chosen and is_new:
        session.tell(Message("read.is_remembered", choices=_choices(asked or chosen, table, fields)))
    elif asked:
        session.tell(Message("read.same_unasked", choices=_choices(asked, table, fields)))
    return FilledFields(fields, None if used is None else used.day)


def _still_wanted(
    before: RememberedColumns, table: Table, template: "Template", options: ReadOptions
) -> RememberedColumns | None:
    """What was chosen before, without what is said otherwise now: another column for a field, or a column's field."""
    given = matched(table, template, options.mapping, before.fields).fields
    taken = {given[field] for field in options.mapping}
    left = {field: at for field, at in before.fields.items() if field not in options.mapping and at not in taken}
    return replace(before, fields=left) if left else None


def _asked(
    match: ColumnMatch,
    table: Table,
    template: "Template",
    options: ReadOptions,
    session: Session,
    known: Mapping[str, int],
    *,
    is_known: bool = False,
) -> tuple[Mapping[str, int], Collection[str]]:
    """Every field's column, and the fields for which the person was asked.

    `is_known`: the list was sent with the template before.
    """
    if not match.missing:
        return match.fields, ()
    about = None if is_known else about_template(match, table, template, options, session)
    if session.ui.is_attended:
        session.tell(match.none_filled(table.header) if match.fills_nothing else None)
        for message in match.lookalikes(table.header, template.columns):
            session.tell(message)
        session.tell(about)
    questions = [_column_question(missing, table, template, match) for missing in match.missing]
    answers = session.decide([one for one in questions if one.choices])
    answered = {one.about: answer for one in questions if (answer := answers.get(one.id)) is not None}
    chosen = {field: answer for field, answer in answered.items() if answer != NO_COLUMN}
    if len(answered) < len(questions) or not chosen:
        raise match.error(table.header, template.columns, about)
    again = matched(table, template, {**options.mapping, **chosen}, known)
    if again.missing:
        raise again.error(table.header, template.columns)
    session.tell(Message("read.filled", columns=_filled(chosen, table, again.fields)))
    return again.fields, chosen


def _remember(
    fields: Mapping[str, int], before: RememberedColumns | None, memory: ColumnMemory, session: Session
) -> bool:
    """Keep what was chosen, if that is anything new; whether it was."""
    if not fields or (before is not None and fields == before.fields):
        return False
    return memory.remember(fields, session.today())


def _as_remembered(used: RememberedColumns, table: Table) -> Message:
    columns = _filled(used.fields, table, used.fields)
    change = Message("read.other_column", field=next(iter(used.fields)))
    return Message("read.remembered", day=used.day.isoformat(), columns=columns, change=change)


def _column_question(missing: MissingColumn, table: Table, template: "Template", match: ColumnMatch) -> Question:
    first = table.first_record()
    choices = tuple(
        Choice(column_letter(at), " ".join(table.header[at].split()), " ".join(first[at].split())[:_SHOWN_EXAMPLE])
        for at in missing.candidates
    )
    if missing.is_optional and choices:
        choices += (Choice(NO_COLUMN, example=Message("ask.no_column")),)
    nearest = NO_COLUMN if missing.is_optional else ""
    facts: Mapping[str, Fact] = {
        "field": missing.field,
        "description": template.columns[missing.field].description,
        "heading": dict(template.columns[missing.field].heading),
        "ambiguous": "yes" if missing.is_ambiguous else "no",
        "nearest": nearest if missing.nearest is None else column_letter(missing.nearest),
        "matched": [f"{field} = {column_letter(at)}" for field, at in match.fields.items()],
    }
    return Question("column", facts, choices, about=missing.field)


def _filled(which: Iterable[str], table: Table, fields: Mapping[str, int]) -> tuple[Message, ...]:
    return tuple(
        Message("read.filled_column", column=column_named(table.header, fields[field]), field=field) for field in which
    )


def _choices(which: Iterable[str], table: Table, fields: Mapping[str, int]) -> Message:
    """The ways to choose the same columns without being asked."""
    choices = [_as_choice(field, table.header, fields[field]) for field in which]
    return reduce(lambda first, second: Message("read.choices", first=first, second=second), choices)


def _as_choice(field: str, header: Sequence[str], position: int) -> Message:
    return Message("read.chosen_column", field=field, column=typed_column(header, position))

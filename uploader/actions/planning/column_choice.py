"""Which column of a list fills which field: known, said, found by its name, or asked for."""

from collections.abc import Mapping, Sequence
from functools import reduce

from uploader.actions.options import ReadOptions
from uploader.actions.session import Session
from uploader.checks.checked_list import matched
from uploader.checks.mapping import ColumnMatch, MissingColumn, typed_column
from uploader.i18n import Fact, Message
from uploader.model.questions import Choice, Question
from uploader.model.rows import column_letter, column_named
from uploader.readers.table import Table
from uploader.templates.template import Template
from uploader.workbooks.read_back.result_workbook import ResultWorkbook

_SHOWN_EXAMPLE = 40


def fields_of(
    table: Table, workbook: ResultWorkbook | None, template: Template, options: ReadOptions, session: Session
) -> Mapping[str, int]:
    """Which column, from 0, fills which field; all that can't be known is asked for together."""
    known = {} if workbook is None else workbook.mapping()
    match = matched(table, template, options.mapping, known)
    if not match.missing:
        return match.fields
    for message in match.lookalikes(table.header, template.columns) if session.ui.is_attended else ():
        session.tell(message)
    questions = [_column_question(missing, table, template, match) for missing in match.missing]
    answers = session.decide([one for one in questions if one.choices])
    chosen = {one.about: answer for one in questions if (answer := answers.get(one.id)) is not None}
    if len(chosen) < len(questions):
        raise match.error(table.header, template.columns)
    again = matched(table, template, {**options.mapping, **chosen}, known)
    if again.missing:
        raise again.error(table.header, template.columns)
    session.tell(Message("read.filled", columns=tuple(_filled(field, table, again.fields) for field in chosen)))
    choices = [_as_choice(field, table.header, again.fields[field]) for field in chosen]
    both = reduce(lambda first, second: Message("read.choices", first=first, second=second), choices)
    session.tell(Message("read.same_unasked", choices=both))
    return again.fields


def _column_question(missing: MissingColumn, table: Table, template: Template, match: ColumnMatch) -> Question:
    first = table.first_record()
    choices = tuple(
        Choice(column_letter(at), " ".join(table.header[at].split()), " ".join(first[at].split())[:_SHOWN_EXAMPLE])
        for at in missing.candidates
    )
    facts: Mapping[str, Fact] = {
        "field": missing.field,
        "description": template.columns[missing.field].description,
        "ambiguous": "yes" if missing.is_ambiguous else "no",
        "nearest": "" if missing.nearest is None else column_letter(missing.nearest),
        "matched": [f"{field} = {column_letter(at)}" for field, at in match.fields.items()],
    }
    return Question("column", facts, choices, about=missing.field)


def _filled(field: str, table: Table, fields: Mapping[str, int]) -> Message:
    return Message("read.filled_column", column=column_named(table.header, fields[field]), field=field)


def _as_choice(field: str, header: Sequence[str], position: int) -> Message:
    return Message("read.chosen_column", field=field, column=typed_column(header, position))

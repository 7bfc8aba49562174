"""The person's own workbook with what is wrong in it marked: cells coloured, notes at them, and columns of ours."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from uploader.actions.planning.known.reconcile import Batch, Reconciliation
from uploader.actions.session import Session
from uploader.actions.steps.workbooks.own_workbook import write_copy
from uploader.actions.steps.workbooks.problem_rows import problem_rows
from uploader.errors import ListError
from uploader.i18n import Message, render
from uploader.model import advice
from uploader.model.problems import Problem
from uploader.model.rows import PROBLEM_COLUMNS, column_letter
from uploader.model.workbook_names import marked_name
from uploader.readers import open_file
from uploader.workbooks.annotate.workbook import Content, OwnList, OwnRow
from uploader.workbooks.manifest import PROBLEMS, Manifest
from uploader.workbooks.xlsx.colours import FAULT

NOTHING_TO_MARK = Message("annotate.nothing_to_mark")


def write_marked_copy(
    rows: Reconciliation, session: Session, more: Mapping[int, Sequence[Problem]] | None = None
) -> Path | Message:
    """Write it beside the list, or over itself where it is one: its place, or why it was not written.

    `more`: what else is wrong, by the row's number in the list.
    """
    checked = rows.opened.checked
    why_not = _why_not(rows)
    if why_not is not None or checked.table.sheet is None:
        return why_not or Message("annotate.no_workbook", name=checked.path.name)
    try:
        with open_file(checked.path, session.ui.cancel) as file:
            if file.sha256 != checked.sha256:
                return Message("staging.list_changed", name=checked.path.name)
            written = write_copy(
                file,
                _wished(rows, session),
                _content(rows, checked.table.sheet, more or {}, session),
                lambda other: _is_same(other, rows.manifest()),
                lambda sha256: sha256 == checked.sha256,
                session,
            )
    except ListError as why:
        return why.message
    return written if isinstance(written, Message) else written[0]


def _why_not(rows: Reconciliation) -> Message | None:
    checked, manifest = rows.opened.checked, rows.opened.manifest
    if checked.table.is_in_memory:
        return Message("annotate.no_file")
    if manifest is not None and manifest.own is None:
        return Message("annotate.all_ours", name=checked.path.name)
    if manifest is not None and manifest.kind != PROBLEMS:
        return Message("annotate.has_status", name=checked.path.name)
    return None


def _is_same(other: Manifest, ours: Manifest) -> bool:
    return (other.kind, other.list_sha256, other.sandbox) == (PROBLEMS, ours.list_sha256, ours.sandbox)


def _wished(rows: Reconciliation, session: Session) -> Path:
    path = rows.opened.path.absolute()
    is_itself = rows.opened.manifest is not None and path.suffix.lower() == ".xlsx" and session.folder is None
    return path if is_itself else (session.folder or path.parent).absolute() / marked_name(rows.opened.list_stem)


def _content(rows: Reconciliation, sheet: str, more: Mapping[int, Sequence[Problem]], session: Session) -> Content:
    table = rows.opened.checked.table
    return Content(
        place=OwnList(sheet=sheet, header_row=table.header_row, listed=table.listed, rows=table.rows),
        manifest=rows.manifest(),
        columns=PROBLEM_COLUMNS,
        rows=_rows(rows, more, session),
        language=session.language,
        face=session.face,
    )


def _rows(rows: Reconciliation, more: Mapping[int, Sequence[Problem]], session: Session) -> Iterator[OwnRow]:
    """All rows, in the order of the sheet."""
    for batch in rows.batches():
        session.ui.cancel.check()
        lines = [*_going(rows, batch, more, session)]
        lines += [
            OwnRow(held.position, held.row.number, ("", ""), was_edited=rows.was_edited(held.row))
            for held in batch.held
        ]
        yield from sorted(lines, key=lambda line: line.position)


def _going(
    rows: Reconciliation, batch: Batch, more: Mapping[int, Sequence[Problem]], session: Session
) -> Iterator[OwnRow]:
    listed = rows.opened.checked.table.listed
    for position, row, found in problem_rows(rows, batch, more):
        stopping, warnings = (
            _sentences([one for one in found if one.stops is stops], session) for stops in (True, False)
        )
        yield OwnRow(
            position,
            row.number,
            (stopping, warnings),
            colours={0: FAULT} if stopping else {},
            faults=_faults(found, listed, session),
            was_edited=rows.was_edited(row),
        )


def _faults(found: Sequence[Problem], listed: Sequence[int], session: Session) -> Mapping[int, str]:
    """What is wrong with which cells of the person's, that keeps the row from being sent."""
    of_cell: dict[int, list[Problem]] = {}
    for one in found:
        if one.stops and one.column in listed and one.column is not None:
            of_cell.setdefault(one.column, []).append(one)
    return {column: _sentences(several, session) for column, several in of_cell.items()}


def _sentences(found: Sequence[Problem], session: Session) -> str:
    """What is wrong, at its cells in the person's sheet."""
    positions, language = {one.column: one.row for one in found}, session.language

    def cell(column: int | None) -> str:
        row = positions[column]
        return render(Message("workbook.row", row=row), language) if column is None else f"{column_letter(column)}{row}"

    return render(advice.of_problems(found), language, cell, face=session.face)

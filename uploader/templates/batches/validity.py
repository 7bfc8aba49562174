"""What keeps rows from sharing a request: each mistake at its key."""

from collections.abc import Iterator, Mapping
from typing import Any

from uploader.i18n import Message
from uploader.templates.batches.form import BatchForm
from uploader.templates.batches.rows_list import rows_list, with_rows
from uploader.templates.columns.column import Column
from uploader.templates.requests.bodies.json_body import own_fields
from uploader.templates.requests.form import REQUEST_ID, RequestForm
from uploader.templates.requests.placeholders import placeholders_in, written
from uploader.templates.values.faults import FaultError

_WHERE = "request.batch"


def check_batch(form: RequestForm, columns: Mapping[str, Column], settings: Mapping[str, Any]) -> None:
    """Raises FaultError where the rows of this form can't share a request."""
    batch = form.batch
    if batch is None:
        return
    if form.json_body is None:
        raise FaultError(Message("template.fault.batch_body"), _WHERE)
    rows = rows_list(form.json_body, batch.rows)
    if rows is None or len(rows) != 1:
        raise FaultError(Message("template.fault.batch_rows"), f"{_WHERE}.rows")
    if form.idempotency_header:
        raise FaultError(Message("template.fault.batch_idempotency"), "request.idempotency_header")
    _check_what_is_shared(form, batch, {*columns, REQUEST_ID} - settings.keys())
    _check_element(rows[0], form, columns)


def _check_what_is_shared(form: RequestForm, batch: BatchForm, of_rows: set[str]) -> None:
    """`of_rows` are the names whose values differ from row to row."""
    shared = form.model_copy(update={"json_body": with_rows(form.json_body, batch.rows, [])})
    for where, text in shared.texts():
        name = next((name for name in placeholders_in(text) if name in of_rows), None)
        if name is not None:
            raise FaultError(Message("template.fault.batch_shared", placeholder=written(name), where=where), _WHERE)


def _check_element(element: Any, form: RequestForm, columns: Mapping[str, Column]) -> None:
    """A row is one element, whatever its cells hold: it is neither repeated nor left out."""
    repeated = next((name for name in own_fields(element) if name in columns and columns[name].is_list), None)
    if repeated is not None:
        fault = Message("template.fault.batch_list", placeholder=written(repeated))
        raise FaultError(fault, f"{_WHERE}.rows")
    if not any(_is_always_sent(columns[name], form) for name in _names_in(element) if name in columns):
        raise FaultError(Message("template.fault.batch_left_out"), f"{_WHERE}.rows")


def _names_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from placeholders_in(value)
    elif isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _names_in(inner)


def _is_always_sent(column: Column, form: RequestForm) -> bool:
    return column.required or column.when_empty(form.empty) != "omit" or column.default is not None

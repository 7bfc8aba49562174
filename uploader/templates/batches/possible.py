"""Bodies whose rows might share a request, though the template doesn't say so."""

from collections.abc import Iterator, Mapping
from typing import Any

from uploader.templates.batches.form import BatchForm
from uploader.templates.batches.validity import check_batch
from uploader.templates.columns.column import Column
from uploader.templates.requests.bodies.json_body import JSON_TEXT
from uploader.templates.requests.form import RequestForm
from uploader.templates.values.faults import FaultError

LIKELY_SIZE = 100
"""What is proposed; nobody but the API's documentation knows it."""
_MENDED_BY_REQUIRED = "template.fault.batch_left_out"


def possible_rows(form: RequestForm, columns: Mapping[str, Column]) -> str | None:
    """Where the list is that may hold the rows of a batch; None where rows can't share a request, or do already."""
    rows = None if form.batch is not None or form.json_body is None else only_list(form.json_body)
    if rows is None or not columns:
        return None
    try:
        check_batch(form.model_copy(update={"batch": BatchForm(size=LIKELY_SIZE, rows=rows)}), columns, {})
    except FaultError as why:
        return rows if why.message.code == _MENDED_BY_REQUIRED else None
    return rows


def only_list(body: Any) -> str | None:
    """The dotted path of the one list of a body, if one table is all that is in it; "" is the body itself."""
    lists = list(_lists(body, ()))
    if len(lists) != 1:
        return None
    path, held = lists[0]
    is_one_table = len(held) == 1 and isinstance(held[0], Mapping) and JSON_TEXT not in held[0]
    return ".".join(path) if is_one_table and not any("." in part for part in path) else None


def _lists(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    """The lists that are in no other one, with their paths."""
    if isinstance(value, list):
        yield path, value
    elif isinstance(value, Mapping) and JSON_TEXT not in value:
        for name, inner in value.items():
            yield from _lists(inner, (*path, name))

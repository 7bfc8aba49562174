"""Preview a row: the exact request that it would make, secrets masked, and its problems."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import quote
from uuid import uuid4

from uploader.actions.options import ReadOptions
from uploader.actions.planning.known.held_rows import HeldRow
from uploader.actions.planning.known.reconcile import Batch
from uploader.actions.planning.open_list import ListSource, OpenedList, open_list
from uploader.actions.session import Session
from uploader.actions.steps.list_check import open_for_looking, rows_to_look_at
from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.model.http import Request
from uploader.model.problems import Problem
from uploader.model.rows import Status
from uploader.model.settings import MASK
from uploader.sending.transports.authorizing import authorization
from uploader.templates.requests.authorization import AUTHORIZATION, shown

_STAYS = {Status.ACCEPTED: "row_accepted", Status.SKIPPED: "row_skipped", Status.UNKNOWN: "row_unknown"}


class PreviewedRow(NamedTuple):
    """A row of a list, as it would be sent."""

    request: Request
    """Secrets are masked."""
    problems: list[Problem]
    header: Sequence[str]
    """Of the file at hand."""


def preview(
    source: ListSource, options: ReadOptions, number: int, session: Session, base_url: str | None
) -> tuple[Request, list[Problem]]:
    """The request of the row with that number in the file at hand, and its problems. Raises an UploaderError."""
    row = preview_row(source, options, number, session, base_url)
    return row.request, row.problems


def preview_row(
    source: ListSource, options: ReadOptions, number: int, session: Session, base_url: str | None
) -> PreviewedRow:
    """The row with that number in the file at hand. Raises an UploaderError."""
    session = replace(session, with_secrets=False)
    opened = open_list(source, options, session)
    with ExitStack() as stack:
        rows = rows_to_look_at(opened, session, open_for_looking(opened, session, stack))
        for batch in rows.batches():
            held = next((one for one in batch.held if one.position == number), None)
            records = batch.going if held is None else rows.alone(held)
            if records is not None and number in records.numbers:
                some = opened.checked.check(records)
                values = dict(zip(some.records.numbers, some.values(), strict=True))[number]
                request = _request(opened, values, session, base_url)
                problems = _problems(number, held, some.problems, batch)
                return PreviewedRow(request, problems, opened.checked.table.header)
    header = opened.checked.table.header_row
    raise SettingsError(Message("preview.no_row", name=opened.path.name, row=number, header=header))


def _request(opened: OpenedList, values: dict[str, str], session: Session, base_url: str | None) -> Request:
    template = opened.template
    settings = session.settings(template, {})
    template.destination(settings, base_url)
    fingerprint = template.fingerprint(values, settings, base_url)
    request = template.build(values, settings, base_url, fingerprint, str(uuid4()))
    headers = dict(request.headers) if template.oauth2 is None else {**request.headers, **authorization()}
    if template.request.basic is not None:
        headers[AUTHORIZATION] = shown(headers[AUTHORIZATION])
    return replace(request, url=request.url.replace(quote(MASK, safe=""), MASK), headers=headers)


def _problems(number: int, held: HeldRow | None, of_rows: list[Problem], batch: Batch) -> list[Problem]:
    if held is not None:
        return [Problem(number, None, _STAYS[held.status])]
    return [problem for problem in (*of_rows, *batch.problems) if problem.row == number]

"""Preview a row: the exact request that it would make, secrets masked, and its problems."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

from uploader.actions.options import DEFAULT_TEMPLATE, ReadOptions
from uploader.actions.planning.known.held_rows import HeldRow
from uploader.actions.planning.known.reconcile import Batch
from uploader.actions.planning.open_list import ListSource, OpenedList, open_list
from uploader.actions.session import Session
from uploader.actions.steps.list_check import open_for_looking, rows_to_look_at
from uploader.actions.steps.previewed_row import PreviewedRow, shown_part
from uploader.errors import EmptyListError, SettingsError
from uploader.i18n import Message
from uploader.model.http import Request
from uploader.model.problems import EXAMPLE_ROW, Problem
from uploader.model.rows import Status
from uploader.model.settings import MASK, Settings
from uploader.sending.transports.authorizing import authorization
from uploader.templates.requests.headers.authorization import AUTHORIZATION, shown
from uploader.templates.requests.placeholders import fill
from uploader.templates.template import Template

_MASK_QUOTED = quote(MASK, safe="")
_STAYS = {Status.ACCEPTED: "row_accepted", Status.SKIPPED: "row_skipped", Status.UNKNOWN: "row_unknown"}


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
    try:
        opened = open_list(source, options, session)
    except EmptyListError as why:
        return _empty_example_row(why, options, number, session, base_url)
    with ExitStack() as stack:
        rows = rows_to_look_at(opened, session, open_for_looking(opened, session, stack))
        for batch in rows.batches():
            held = next((one for one in batch.held if one.position == number), None)
            records = batch.going if held is None else rows.alone(held)
            if records is not None and number in records.numbers:
                some = opened.checked.check(records)
                values = dict(zip(some.records.numbers, some.values(), strict=True))[number]
                problems = _problems(number, held, some.problems, batch)
                _tell_who_shares(opened, session)
                columns = opened.checked.table.header
                return _previewed(opened.template, columns, values, session, base_url, problems, options.files)
    header = opened.checked.table.header_row
    raise SettingsError(Message("preview.no_row", name=opened.path.name, row=number, header=header))


def _empty_example_row(
    empty: EmptyListError, options: ReadOptions, number: int, session: Session, base_url: str | None
) -> PreviewedRow:
    """The example row of a template whose examples are all empty: no list has such a row. Raises EmptyListError."""
    template = session.catalog.load(options.template or DEFAULT_TEMPLATE).with_files(options.files)
    has_example = any(column.example for column in template.columns.values())
    if has_example or number != empty.header_row + 1:
        raise empty
    values = {name: column.meant("") for name, column in template.columns.items()}
    problems = [Problem(number, None, EXAMPLE_ROW)]
    return _previewed(template, empty.header, values, session, base_url, problems, options.files)


def _tell_who_shares(opened: OpenedList, session: Session) -> None:
    """Other rows may be in the same request: it is shown as the row makes it alone."""
    shared = opened.template.request.batch
    session.tell(None if shared is None else Message("preview.shared", count=shared.size))


def _previewed(
    template: Template,
    header: Sequence[str],
    values: dict[str, str],
    session: Session,
    base_url: str | None,
    problems: list[Problem],
    files: Path | None,
) -> PreviewedRow:
    settings, missing = session.settings_for_showing(template)
    if missing:
        session.tell(Message("preview.settings_by_name", count=len(missing), names=missing))
    if base_url is not None or not missing:
        template.destination(settings, base_url)
    pair = template.request.basic
    request_id = str(uuid4())
    parts = template.parts(values, settings.masked(), request_id)
    return PreviewedRow(
        _request(template, values, settings, base_url, request_id),
        problems,
        header,
        is_json=template.request.json_body is not None,
        parts=[shown_part(part, files) for part in parts],
        user=None if pair is None else ":".join(fill(text, settings.masked()) for text in pair),
    )


def _request(
    template: Template, values: dict[str, str], settings: Settings, base_url: str | None, request_id: str
) -> Request:
    fingerprint = template.fingerprint(values, settings, base_url)
    try:
        request = template.build(values, settings, base_url, fingerprint, request_id)
    except OSError:  # a file that can't be read is a problem of the row
        without_body = template.request.model_copy(update={"multipart": None})
        without = template.model_copy(update={"request": without_body})
        request = without.build(values, settings, base_url, fingerprint, request_id)
    headers = dict(request.headers) if template.oauth2 is None else {**request.headers, **authorization()}
    if template.request.basic is not None:
        headers[AUTHORIZATION] = shown(headers[AUTHORIZATION])
    body = request.body.replace(_MASK_QUOTED.encode(), MASK.encode()) if template.request.form else request.body
    return replace(request, url=request.url.replace(_MASK_QUOTED, MASK), headers=headers, body=body)


def _problems(number: int, held: HeldRow | None, of_rows: list[Problem], batch: Batch) -> list[Problem]:
    if held is not None:
        return [Problem(number, None, _STAYS[held.status])]
    return [problem for problem in (*of_rows, *batch.problems) if problem.row == number]

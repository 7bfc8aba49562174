"""Look through a template: what it would send for its example row, and what in it is doubtful."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from uploader.actions.session import Session
from uploader.actions.steps.previewed_row import PreviewedRow, shown_part
from uploader.i18n import Message
from uploader.model.http import Request
from uploader.model.secret_names import names_a_secret
from uploader.model.settings import MASK, Settings
from uploader.templates.batches.possible import possible_rows
from uploader.templates.columns.column import Column
from uploader.templates.requests.headers.authorization import AUTHORIZATION, shown
from uploader.templates.template import Template

__all__ = ["CheckedTemplate", "check_template"]

_REQUEST_ID = "00000000-0000-4000-8000-000000000000"
_REPEATABLE = ("GET", "PUT", "DELETE")
"""What HTTP itself calls idempotent."""


class CheckedTemplate(NamedTuple):
    """A template that can be used, and what to know of it."""

    template: Template
    path: Path
    row: PreviewedRow
    """The example row; secrets are masked. Other settings, and columns of the path, are named by their names where they
    have no value."""
    doubts: tuple[Message, ...]

    @property
    def request(self) -> Request:
        """What the example row would send."""
        return self.row.request


def check_template(name: str, session: Session) -> CheckedTemplate:
    """Raises TemplateError where it can't be used at all."""
    template = session.catalog.load(name)
    return CheckedTemplate(
        template, session.catalog.path(name), _example_row(template, session), tuple(_doubts(template))
    )


def _example_row(template: Template, session: Session) -> PreviewedRow:
    of_path = {name for segment in template.path_segments for name in segment[1::2]}
    values = {
        name: column.meant(column.example) or (f"{{{{{name}}}}}" if name in of_path else "")
        for name, column in template.columns.items()
    }
    plain = {
        name: session.environment.get(setting.environment or "") or setting.sandbox or name
        for name, setting in template.settings.items()
        if not setting.secret
    }
    secret = {name: MASK for name, setting in template.settings.items() if setting.secret}
    settings = Settings(plain, secret)
    try:
        made = template.build(values, settings, None, "", _REQUEST_ID)
    except OSError:  # of its files, which are in a folder that only a list comes with
        without = template.model_copy(update={"request": template.request.model_copy(update={"multipart": None})})
        made = without.build(values, settings, None, "", _REQUEST_ID)
    masked = quote(MASK, safe="")
    body = made.body.replace(masked.encode(), MASK.encode()) if template.request.form else made.body
    headers = {name: shown(value) if name == AUTHORIZATION else value for name, value in made.headers.items()}
    url = made.url.replace(masked, MASK)
    for name in of_path:
        url = url.replace(quote(f"{{{{{name}}}}}", safe=""), f"{{{{{name}}}}}")
    return PreviewedRow(
        replace(made, url=url, body=body, headers=headers),
        [],
        (),
        is_json=template.request.json_body is not None,
        parts=[
            shown_part(part, None, is_looked_for=False)
            for part in template.parts(values, settings.masked(), _REQUEST_ID)
        ],
    )


def _doubts(template: Template) -> Iterator[Message]:
    """What may be meant so, and is mostly forgotten."""
    yield from _doubts_of_columns(template)
    rows = possible_rows(template.request, template.columns)
    if rows is not None:
        yield Message("template_check.possible_batch", table="[request.batch]", rows=rows or "request.json")
    yield from _doubts_of_answers(template)
    for name, setting in template.settings.items():
        if names_a_secret(name) and not setting.secret:
            yield Message("template_check.plain_secret", name=name)
    if template.request.method not in _REPEATABLE and not template.may_repeat:
        yield Message("template_check.not_idempotent")
    silent = tuple(
        str(number)
        for number, rule in enumerate(template.rules, start=1)
        if not rule.advice and rule.means != "accepted"
    )
    if silent:
        yield Message("template_check.no_advice", count=len(silent), rules=silent)


def _doubts_of_columns(template: Template) -> Iterator[Message]:
    without = tuple(name for name, column in template.columns.items() if not column.example)
    if not template.columns:
        yield Message("template_check.no_columns")
    if without:
        yield Message("template_check.no_example", count=len(without), names=without)
    empty_texts = tuple(name for name, column in template.columns.items() if _may_send_empty_text(column, template))
    if empty_texts:
        yield Message("template_check.empty_texts", count=len(empty_texts), names=empty_texts)
    files = _names_of_files(template)
    if files:
        yield Message("template_check.files", count=len(files), names=files, option="--files")


def _doubts_of_answers(template: Template) -> Iterator[Message]:
    answer = template.answer
    if not (answer.code or answer.ok or answer.refused):
        yield Message("template_check.by_status_alone")
    if not answer.message:
        yield Message("template_check.no_message")
    if not answer.columns:
        yield Message("template_check.no_answer_columns")


def _may_send_empty_text(column: Column, template: Template) -> bool:
    """Whether an empty cell would send `""` where the API awaits a number, or true or false."""
    return (
        column.type in ("number", "integer", "boolean")
        and not (column.required or column.is_list)
        and column.default is None
        and column.when_empty(template.request.empty) == "text"
    )


def _names_of_files(template: Template) -> tuple[str, ...]:
    """The columns whose cells name files."""
    parts = template.parts({name: name for name in template.columns}, dict.fromkeys(template.settings, ""))
    return tuple(dict.fromkeys(field for part in parts if part.file is not None for field in part.fields))

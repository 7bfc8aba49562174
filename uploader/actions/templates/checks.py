"""Look through a template: what it would send for its example row, and what in it is doubtful."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from uploader.actions.session import Session
from uploader.i18n import Message
from uploader.model.http import Request
from uploader.model.secret_names import names_a_secret
from uploader.model.settings import MASK, Settings
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
    request: Request
    """Of its example row; secrets are masked, and other settings are named by their names where they have no value."""
    doubts: tuple[Message, ...]


def check_template(name: str, session: Session) -> CheckedTemplate:
    """Raises TemplateError where it can't be used at all."""
    template = session.catalog.load(name)
    return CheckedTemplate(
        template, session.catalog.path(name), _example_request(template, session), tuple(_doubts(template))
    )


def _example_request(template: Template, session: Session) -> Request:
    values = {name: column.meant(column.example) for name, column in template.columns.items()}
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
    return replace(made, url=made.url.replace(masked, MASK), body=body, headers=headers)


def _doubts(template: Template) -> Iterator[Message]:
    """What may be meant so, and is mostly forgotten."""
    answer = template.answer
    without = tuple(name for name, column in template.columns.items() if not column.example)
    if not template.columns:
        yield Message("template_check.no_columns")
    if without:
        yield Message("template_check.no_example", count=len(without), names=without)
    if not (answer.code or answer.ok or answer.refused):
        yield Message("template_check.by_status_alone")
    if not answer.message:
        yield Message("template_check.no_message")
    if not answer.columns:
        yield Message("template_check.no_answer_columns")
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

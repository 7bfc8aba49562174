"""A draft of a template out of an imported request: TOML for a person to read and to try with `preview`.

No secret of the source is ever in it, nor in what is said about it.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from uploader.errors import TemplateError
from uploader.i18n import Message, render
from uploader.templates.importers.draft import toml
from uploader.templates.importers.draft.address import address
from uploader.templates.importers.draft.answer import Proposal, proposal
from uploader.templates.importers.draft.columns import column_lines, setting_lines, unclear_dates
from uploader.templates.importers.draft.columns.descriptions import lines_of
from uploader.templates.importers.draft.fields import Fields
from uploader.templates.importers.draft.headers import Headers, headers_of
from uploader.templates.importers.draft.names import host_of
from uploader.templates.importers.draft.request import batch_lines, body_of, request_lines
from uploader.templates.importers.imported import Auth, ImportedRequest

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_LARGEST = 900_000
"""Bytes; a template has at most 1,000,000."""
_LONGEST_TITLE = 200


class SettingName(NamedTuple):
    """A setting of a draft."""

    name: str
    environment: str
    secret: bool


class Draft(NamedTuple):
    """A template's text, and what to say of it."""

    toml: str
    left_out: tuple[Message, ...]
    """What of the source is not in it, or is otherwise, or is a guess."""
    settings: tuple[SettingName, ...]
    """Those of secrets are among them; their values are dropped."""
    columns: tuple[str, ...]
    name: str
    """The request's, with its folders and without any secret."""
    is_body_broken: bool
    """Whether the body was meant as JSON and can't be read; the first note says so."""


def draft(request: ImportedRequest, language: str = "en") -> Draft:
    """The draft of one request; its comments are in `language`. Raises TemplateError where no template can send it."""
    if request.refusal is not None:
        raise TemplateError(request.refusal)
    if request.method not in METHODS:
        raise TemplateError(Message("import.other_method", method=request.method[:20], methods=METHODS))
    if _characters(request) > _LARGEST:
        raise TemplateError(Message("import.too_large_a_request", most=_LARGEST))
    fields = Fields(request)
    place = address(request.url, fields, request.fields)
    headers = headers_of(request.headers, request.auth or _login(place.login), request.body, fields)
    if place.login and request.auth is not None:
        fields.secret("password", place.login)
    body, notes = body_of(request.body, fields, request)
    fields.name_all()
    notes = [*place.notes, *headers.notes, *notes, *(note.message for note in request.notes)]
    if not fields.columns:
        notes.append(Message("draft.no_columns", example="{{name}}"))
    dates = unclear_dates(fields.columns)
    if dates:
        notes.append(Message("draft.unclear_dates", count=len(dates), names=dates, key="date_format"))
    if headers.left_out:
        notes.insert(0, Message("draft.headers_left_out", names=headers.left_out))
    is_body_broken = request.body is not None and request.body.is_broken_json
    if is_body_broken:
        notes.insert(0, Message("draft.broken_json"))
    answer = proposal(request.answers, [one.name for one in (*fields.columns, *fields.settings)])
    lines = [
        *_head(request, fields, notes, language),
        *request_lines(request.method, fields.write(place.url), headers, body, fields, language),
        *batch_lines(body, headers, fields, language),
        *_oauth2(headers, fields),
        *column_lines(fields, language),
        *setting_lines(fields, language),
        *_answer(answer, language),
    ]
    text = "\n".join(lines) + "\n"
    if len(text.encode()) > _LARGEST:
        raise TemplateError(Message("import.too_large_a_request", most=_LARGEST))
    settings = tuple(SettingName(one.name, one.environment, one.secret) for one in fields.settings)
    columns = tuple(one.name for one in fields.columns)
    return Draft(text, tuple(notes), settings, columns, fields.conceal(request.name), is_body_broken)


def _characters(request: ImportedRequest) -> int:
    """How many a request has at least; a template has all of them but the secrets."""
    counted, waiting = 0, [request.url, *request.headers, request.body.value if request.body else None]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            counted += len(value)
        elif isinstance(value, Mapping):
            waiting += (*value, *value.values())
        elif isinstance(value, list | tuple):
            waiting += value
    return counted


def _login(login: str) -> Auth | None:
    if not login:
        return None
    user, _, password = login.partition(":")
    return Auth("basic", {"user": user, "password": password})


# What it reads as


def _head(request: ImportedRequest, fields: Fields, notes: list[Message], language: str) -> Iterator[str]:
    title = fields.conceal(" ".join(_title(request).split()))[:_LONGEST_TITLE] or "API"
    yield from toml.comment(render(Message("draft.head", command="uploader preview"), language))
    for note in dict.fromkeys(notes):
        yield from toml.comment(f"- {fields.conceal(render(note, language))}")
    lines = lines_of(request.description)
    if lines:
        yield "#"
        for line in fields.conceal("\n".join(lines)).splitlines():
            yield from toml.comment(line) if line.strip() else ["#"]
    yield toml.assignment("title", title)
    if request.documentation:
        yield toml.assignment("documentation", fields.conceal(request.documentation))


def _title(request: ImportedRequest) -> str:
    """What the source calls it, else what it does and where: `POST leads (api.example.com)`."""
    if request.is_named:
        return request.name.rpartition("/")[2]
    words = [request.method, *(word for word in [request.name] if word != request.method)]
    host = host_of(request.url)
    return " ".join([*words, f"({host})"] if host else words)


def _oauth2(headers: Headers, fields: Fields) -> Iterator[str]:
    if headers.identity.oauth2 is not None:
        yield ""
        yield from toml.table("oauth2", {name: fields.write(value) for name, value in headers.identity.oauth2.items()})


def _answer(answer: Proposal, language: str) -> Iterator[str]:
    yield from ("", "[answer]")
    yield from toml.comment(
        render(Message("draft.answer_guessed" if answer.is_guess else "draft.answer_found"), language)
    )
    if answer.code:
        yield toml.assignment("code", answer.code)
    message = answer.message
    yield toml.assignment("message", message[0] if len(message) == 1 else message)
    if answer.error:
        yield toml.assignment("error", answer.error)
    if answer.ok:
        yield toml.assignment("ok", answer.ok)
    if answer.refused:
        yield toml.assignment("refused", list(answer.refused))
    if answer.expected:
        yield from toml.comment(render(Message("draft.answer_expected"), language))
        yield f"# {toml.assignment('expected', answer.expected)}"
    if answer.secrets:
        yield toml.assignment("secrets", list(answer.secrets))
    yield ""
    if answer.columns:
        yield from toml.table("answer.columns", answer.columns)
    else:
        yield from toml.comment(render(Message("draft.answer_columns"), language))
        yield from ("# [answer.columns]", '# new_id = "id"')

"""Requests out of a HAR file, as browsers save what they sent: those that look like an API's."""

import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any

from uploader.errors import TemplateError
from uploader.i18n import Message
from uploader.templates.importers.bodies import ReadBody, body_of
from uploader.templates.importers.called import called
from uploader.templates.importers.imported import Body, ExampleAnswer, ImportedRequest, Note, Part

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_PAGES = re.compile(
    r"(?i)text/(css|html|javascript)|image/|font/|audio/|video/|application/(javascript|x-javascript|font|wasm)"
)
_MOST_ENTRIES = 20_000


def recognises(data: object) -> bool:
    """Whether a document is a HAR file."""
    log = data.get("log") if isinstance(data, Mapping) else None
    return isinstance(log, Mapping) and isinstance(log.get("entries"), list)


def requests_in(data: Mapping[str, Any]) -> list[ImportedRequest]:
    """Its requests but those for pages, images and the like. Raises TemplateError where none is left."""
    entries = data["log"]["entries"][:_MOST_ENTRIES]
    found = [request for entry in entries if isinstance(entry, Mapping) for request in _request(entry)]
    if not found:
        raise TemplateError(Message("import.har.nothing"))
    return found


def _request(entry: Mapping[str, Any]) -> Iterator[ImportedRequest]:
    request = entry.get("request")
    if not isinstance(request, Mapping):
        return
    method, url = _text(request.get("method")).upper(), _text(request.get("url"))
    answer = _table(entry, "response")
    body = _read(request.get("postData"), _headers(request))
    is_page = body.body is None and bool(_PAGES.match(_text(_table(answer, "content").get("mimeType"))))
    if method not in _METHODS or not url.startswith(("http://", "https://")) or is_page:
        return
    yield ImportedRequest(
        called(url, method),
        method,
        url,
        tuple(_headers(request).items()),
        body.body,
        fields=body.fields,
        answers=tuple(_answers(answer)),
        notes=tuple(map(Note, body.notes)),
        refusal=body.refusal,
        is_named=False,
    )


def _headers(request: Mapping[str, Any]) -> dict[str, str]:
    return {_text(one.get("name")): _text(one.get("value")) for one in _list(request, "headers") if one.get("name")}


def _read(posted: Any, headers: Mapping[str, str]) -> ReadBody:
    if not isinstance(posted, Mapping):
        return ReadBody(None)
    stated = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    media_type = stated or _text(posted.get("mimeType"))
    text, parameters = _text(posted.get("text")), _list(posted, "params")
    if text:
        return body_of(text, media_type)
    if not parameters:
        return ReadBody(None)
    if media_type.lower().startswith("multipart/"):
        return ReadBody(Body("multipart", list(map(_part, parameters))))
    return ReadBody(Body("form", [(_text(one.get("name")), _text(one.get("value"))) for one in parameters]))


def _part(parameter: Mapping[str, Any]) -> Part:
    file = _text(parameter.get("fileName"))
    return Part(
        _text(parameter.get("name")),
        file or _text(parameter.get("value")),
        is_file=bool(file),
        type=_text(parameter.get("contentType")),
    )


def _answers(answer: Mapping[str, Any]) -> Iterator[ExampleAnswer]:
    content, status = _table(answer, "content"), answer.get("status")
    text = _text(content.get("text"))
    if isinstance(status, int) and text:
        if content.get("encoding") == "base64":
            try:
                text = b64decode(text).decode("utf-8", "replace")
            except ValueError:
                return
        yield ExampleAnswer(status, text)


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = data.get(name)
    return value if isinstance(value, Mapping) else {}


def _list(data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = data.get(name)
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""

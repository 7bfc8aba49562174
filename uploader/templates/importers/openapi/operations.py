"""The operations of a document, each as a request of its own."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from uploader.errors import TemplateError
from uploader.i18n import Message
from uploader.templates.importers.called import called
from uploader.templates.importers.imported import ExampleAnswer, ImportedRequest, Note
from uploader.templates.importers.openapi.bodies import body_of
from uploader.templates.importers.openapi.examples import MISSING
from uploader.templates.importers.openapi.parameters import parameters_of
from uploader.templates.importers.openapi.references import Document
from uploader.templates.importers.openapi.security import proof_of
from uploader.templates.importers.openapi.servers import server_of
from uploader.templates.importers.openapi.values import Values, example_of

_METHODS = ("get", "post", "put", "patch", "delete")
_MOST_ANSWERS = 4
_LONGEST_ANSWER = 50_000
_LONGEST_NAME = 100


def recognises(data: object) -> bool:
    """Whether a parsed document describes an API as OpenAPI or Swagger does, of whatever version."""
    return isinstance(data, Mapping) and any(
        isinstance(data.get(key), str | float | int) for key in ("openapi", "swagger")
    )


def requests_in(data: Mapping[str, Any]) -> list[ImportedRequest]:
    """Every operation of a document, in its order, each with a name of its own. Raises TemplateError."""
    if "openapi" not in data:
        raise TemplateError(Message("openapi.swagger"))
    if not str(data["openapi"]).startswith("3."):
        raise TemplateError(Message("openapi.version", version=str(data["openapi"])[:20]))
    document = Document(data)
    seen: set[str] = set()
    found = [_named_apart(request, seen) for request in _requests(document)]
    if not found:
        raise TemplateError(Message("openapi.empty"))
    return found


def _requests(document: Document) -> Iterator[ImportedRequest]:
    paths = document.data.get("paths")
    for path, given in paths.items() if isinstance(paths, Mapping) else ():
        item = document.resolved(given)
        for method in _METHODS:
            operation = item.get(method)
            if isinstance(operation, Mapping) and isinstance(path, str):
                yield _request(document, path, item, method, operation)


def _request(
    document: Document, path: str, item: Mapping[str, Any], method: str, operation: Mapping[str, Any]
) -> ImportedRequest:
    server = server_of(operation, item, document.data)
    taken = parameters_of(document, path, _parameters(item, operation))
    proof = proof_of(document, operation)
    carried = body_of(document, operation.get("requestBody"))
    query = "&".join((*taken.query, *proof.query))
    url = f"{server.url}/{taken.path.lstrip('/')}".partition("#")[0]
    own = {name.lower() for name, _ in taken.headers}
    headers = [*(one for one in proof.headers if one[0].lower() not in own), *taken.headers]
    if carried.content_type:
        headers.append(("Content-Type", carried.content_type))
    deprecated = (Note(Message("openapi.note.deprecated")),) if operation.get("deprecated") is True else ()
    return ImportedRequest(
        name=_name(operation, url, method),
        method=method.upper(),
        url=f"{url}?{query}" if query else url,
        headers=tuple(headers),
        body=carried.body,
        auth=proof.auth,
        variables={**server.variables, **taken.variables, **carried.variables, **proof.variables},
        fields={**taken.fields, **carried.fields},
        answers=tuple(_answers(document, operation.get("responses"))),
        description=_text(operation.get("description")) or _text(operation.get("summary")),
        documentation=_address(operation) or _address(document.data),
        notes=(*deprecated, *proof.notes, *taken.notes, *carried.notes),
    )


def _parameters(*holders: Mapping[str, Any]) -> Iterator[Any]:
    for holder in holders:
        given = holder.get("parameters")
        yield from given if isinstance(given, list) else ()


def _name(operation: Mapping[str, Any], url: str, method: str) -> str:
    """Its summary, else its id, else what its address names; its first tag is the folder."""
    tags = operation.get("tags")
    tag = _text(tags[0]) if isinstance(tags, list) and tags else ""
    summary = _text(operation.get("summary"))
    name = summary if 0 < len(summary) <= _LONGEST_NAME else _text(operation.get("operationId"))
    name = name or f"{method.upper()} {called(url, method)}"
    parts = (" ".join(part.replace("/", " ").split()) for part in (tag, name))
    return "/".join(part for part in parts if part)


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _address(holder: Mapping[str, Any]) -> str:
    docs = holder.get("externalDocs")
    url = _text(docs.get("url")) if isinstance(docs, Mapping) else ""
    return url if url.startswith(("https://", "http://")) else ""


def _answers(document: Document, responses: Any) -> Iterator[ExampleAnswer]:
    """Examples of what a success looks like, then of what a no does; nothing of those that are described elsewhere."""
    known = {str(status): one for status, one in responses.items()} if isinstance(responses, Mapping) else {}
    for status in sorted(one for one in known if one[:1] in ("2", "4"))[:_MOST_ANSWERS]:
        number = status.upper().replace("XX", "00")
        if not (number.isdecimal() and len(number) == 3):  # noqa: PLR2004  # an HTTP status
            continue
        try:
            body = _answer(document, document.resolved(known[status]))
        except TemplateError:
            continue
        if len(body) <= _LONGEST_ANSWER:
            yield ExampleAnswer(int(number), body)


def _answer(document: Document, response: Mapping[str, Any]) -> str:
    content = response.get("content")
    for media_type, media in content.items() if isinstance(content, Mapping) else ():
        if "json" in str(media_type).lower():
            read = document.resolved(media)
            example = example_of(document, read)
            if isinstance(example, str):
                return example
            value = Values(document, of_answer=True).value(read.get("schema", {}), "", example)
            return "" if value is MISSING else json.dumps(value, ensure_ascii=False)
    return ""


def _named_apart(request: ImportedRequest, seen: set[str]) -> ImportedRequest:
    name, number = request.name, 1
    while name.casefold() in seen:
        number += 1
        name = f"{request.name} {number}"
    seen.add(name.casefold())
    return request._replace(name=name)

"""A collection's folders and requests, each with what it has from the folders around it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from uploader.errors import TemplateError
from uploader.i18n import Message
from uploader.i18n.rows import some_of
from uploader.templates.importers.imported import (
    Body,
    ExampleAnswer,
    FieldFacts,
    ImportedRequest,
    Note,
    Variable,
)
from uploader.templates.importers.postman.address import Address, address_of
from uploader.templates.importers.postman.auth import Proof, proof_of
from uploader.templates.importers.postman.body import body_of
from uploader.templates.importers.postman.texts import (
    DYNAMIC,
    as_text,
    description_of,
    enabled,
    entries_of,
    facts_of,
    is_disabled,
    placeholders_in,
)
from uploader.templates.importers.postman.variables import Variables

_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_LONGEST_ANSWER, _LONGEST_NAME = 200_000, 1_000


class _Around(NamedTuple):
    """What holds for everything in a folder."""

    folders: tuple[str, ...] = ()
    variables: Variables = Variables()
    proof: Proof = Proof()
    has_scripts: bool = False

    def within(self, folder: Mapping[str, Any], name: str = "") -> "_Around":
        """What holds in a folder of this one."""
        return _Around(
            (*self.folders, name) if name else self.folders,
            self.variables.with_more(folder.get("variable")),
            _proof(folder.get("auth"), self.proof),
            self.has_scripts or _has_scripts(folder),
        )


def recognises(data: object) -> bool:
    """Whether a parsed document is Postman's: a collection of any version, or another of its files."""
    if not isinstance(data, Mapping):
        return False
    inner = data.get("collection", data)
    return isinstance(inner, Mapping) and (_is_collection(inner) or _is_version_1(inner) or _is_environment(inner))


def requests_in(data: Mapping[str, Any]) -> list[ImportedRequest]:
    """Every request of a collection, in its order, each with a name of its own. Raises TemplateError."""
    collection = data.get("collection", data)
    if not isinstance(collection, Mapping) or not _is_collection(collection):
        is_old = isinstance(collection, Mapping) and _is_version_1(collection)
        raise TemplateError(Message("collection.version_1" if is_old else "collection.environment"))
    found = [request for request in _requests(collection, _Around().within(collection)) if request is not None]
    if not any(request.url for request in found):
        raise TemplateError(Message("collection.empty"))
    return _named_apart(found)


def _is_collection(data: Mapping[str, Any]) -> bool:
    return isinstance(data.get("item"), list)


def _is_version_1(data: Mapping[str, Any]) -> bool:
    return isinstance(data.get("requests"), list) or isinstance(data.get("collections"), list)


def _is_environment(data: Mapping[str, Any]) -> bool:
    return "_postman_variable_scope" in data or (isinstance(data.get("values"), list) and "name" in data)


def _requests(folder: Mapping[str, Any], around: _Around) -> Iterator[ImportedRequest | None]:
    for item in folder["item"]:
        if not isinstance(item, Mapping):
            continue
        name = " ".join(as_text(item.get("name"))[:_LONGEST_NAME].replace("/", " ").split())
        if isinstance(item.get("item"), list):
            yield from _requests(item, around.within(item, name))
        else:
            yield _request(item, name, around.within(item))


def _request(item: Mapping[str, Any], name: str, around: _Around) -> ImportedRequest | None:
    given = item.get("request")
    given = {"url": given} if isinstance(given, str) else given
    if not isinstance(given, Mapping):
        return None
    variables, proof = around.variables, _proof(given.get("auth"), around.proof)
    address = address_of(given.get("url"), variables, list(proof.query)) or Address("", {}, {})
    headers = [
        (variables.filled(name), variables.filled(value) if name.lower() == "content-type" else value)
        for name, value in _headers(given.get("header"))
    ]
    content_type = next((value for key, value in headers if key.lower() == "content-type"), "")
    carried = body_of(given.get("body"), content_type, variables)
    if carried.content_type:
        headers.append(("Content-Type", carried.content_type))
    headers = [header for header in proof.headers if header[0].lower() not in _names(headers)] + headers
    method = variables.filled(as_text(given.get("method"))).strip().upper() or "GET"
    facts = {**address.facts, **_header_facts(given.get("header")), **carried.facts}
    texts = [address.url, *(text for header in headers for text in header), *_texts(carried.body)]
    texts += proof.auth.parts.values() if proof.auth else ()
    return ImportedRequest(
        name="/".join((*around.folders, name or f"{method} {address.url.partition('?')[0].rpartition('/')[2]}")),
        method=method,
        url=address.url,
        headers=tuple(headers),
        body=carried.body,
        auth=proof.auth,
        variables=_variables(variables, texts, address.variables, proof.variables),
        fields=facts,
        answers=tuple(_answers(item.get("response"))),
        description=description_of(given.get("description")) or description_of(item.get("description")),
        notes=(*proof.notes, *carried.notes, *_notes(given, around)),
    )


def _proof(given: Any, around: Proof) -> Proof:
    """An `auth` of `null`, or none, is that of the folder around."""
    return proof_of(given) if isinstance(given, Mapping) and given.get("type") != "inherit" else around


def _names(headers: Sequence[tuple[str, str]]) -> set[str]:
    return {name.lower() for name, _ in headers}


def _headers(given: Any) -> list[tuple[str, str]]:
    """Those that are sent; a dash that a word processor made is a hyphen."""
    return [(_DASHES.sub("-", entry.key.strip().rstrip(":")), entry.value.strip()) for entry in enabled(given)]


def _header_facts(given: Any) -> dict[str, FieldFacts]:
    named = ((_DASHES.sub("-", entry.key.strip()), entry) for entry in enabled(given))
    return {f"header.{name}": facts_of(entry) for name, entry in named if entry.description}


def _texts(body: Body | None) -> Iterator[str]:
    """Every text of a body, names too."""
    waiting = [] if body is None else [body.value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += (*value, *value.values())
        elif isinstance(value, list | tuple):
            waiting += value


def _variables(
    known: Variables, texts: Sequence[str], of_path: Mapping[str, Variable], of_proof: Mapping[str, Variable]
) -> dict[str, Variable]:
    return {**known.of_texts(texts), **of_path, **of_proof}


def _answers(given: Any) -> Iterator[ExampleAnswer]:
    """The saved examples; one without a status was saved as it came, which is 200."""
    for one in given if isinstance(given, list) else []:
        if isinstance(one, Mapping):
            code = one.get("code")
            status = code if isinstance(code, int) and 100 <= code < 600 else 200  # noqa: PLR2004  # HTTP's own
            body = as_text(one.get("body"))
            if len(body) <= _LONGEST_ANSWER:
                yield ExampleAnswer(status, body)


def _has_scripts(item: Mapping[str, Any]) -> bool:
    events = item.get("event")
    for event in events if isinstance(events, list) else []:
        script = event.get("script") if isinstance(event, Mapping) else None
        lines = script.get("exec") if isinstance(script, Mapping) else script
        if any(as_text(line).strip() for line in (lines if isinstance(lines, list) else [lines])):
            return True
    return False


def _notes(given: Mapping[str, Any], around: _Around) -> Iterator[Note]:
    if around.has_scripts:
        yield Note(Message("collection.note.scripts"))
    body = given.get("body")
    body = body if isinstance(body, Mapping) else {}
    url = given.get("url")
    lists = (
        url.get("query") if isinstance(url, Mapping) else None,
        given.get("header"),
        body.get(as_text(body.get("mode"))) if body.get("mode") in ("urlencoded", "formdata") else None,
    )
    disabled = [entry.key for one in lists for entry in entries_of(one) if is_disabled(entry) and entry.key]
    if disabled:
        yield Note(Message("collection.note.disabled", names=some_of(disabled)))
    made_up = {name for name in placeholders_in(str(given)) if name.strip() in DYNAMIC}
    if made_up:
        yield Note(Message("collection.note.dynamic", names=some_of(sorted(made_up))))


def _named_apart(requests: Sequence[ImportedRequest]) -> list[ImportedRequest]:
    """The same with names that differ, also where a file system doesn't tell capitals from small letters."""
    seen: set[str] = set()
    numbers: dict[str, int] = {}
    apart = []
    for request in requests:
        plain = request.name.casefold()
        name, number = request.name, numbers.get(plain, 1)
        while name.casefold() in seen:
            number += 1
            name = f"{request.name} {number}"
        seen.add(name.casefold())
        numbers[plain] = number
        apart.append(request._replace(name=name))
    return apart

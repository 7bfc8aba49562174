"""What people have, whichever kind it is: recognised by its content, read into requests, of which some are chosen."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from uploader.errors import TemplateError
from uploader.i18n import Message
from uploader.i18n.message import Fact
from uploader.templates.importers import curl, har, openapi, postman
from uploader.templates.importers.document import data_of
from uploader.templates.importers.draft.address.path import shown_path
from uploader.templates.importers.draft.secrets.values import concealed
from uploader.templates.importers.imported import ImportedRequest

_KINDS = (har, postman, openapi)
_DOCUMENT = re.compile(r"\s*[{\[]|(?:.*\n){0,200}?[ \t]*[\"']?(?:openapi|swagger)[\"']?[ \t]*:", re.MULTILINE)
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_SHOWN = 50


class Source(NamedTuple):
    """The requests of a source."""

    requests: list[ImportedRequest]
    is_recording: bool = False
    """Whether it is a record of what a program sent, of which a person wants one; else a collection, or a command."""


def read(text: str, name: str) -> Source:
    """The requests in a text; `name` is what messages call it. Raises TemplateError where it is of no known kind."""
    if _NO_TEXT.search(text):
        raise TemplateError(Message("import.not_text", name=name))
    if not _DOCUMENT.match(text):
        return Source(curl.requests_in(text))
    data = data_of(text, name)
    for kind in _KINDS:
        if kind.recognises(data):
            return Source(kind.requests_in(data), is_recording=kind is har)
    raise TemplateError(Message("import.unknown_kind", name=name))


def chosen(source: Source, wish: str | None) -> list[ImportedRequest]:
    """The requests that are wanted: that of a number, a name, `METHOD /path` or words; those of a folder; else all.

    Of a record, one: that with a body, if no other has one. Raises TemplateError where it isn't clear which.
    """
    requests = source.requests
    if wish is not None:
        found = _named(requests, wish.strip())
        inside = [] if found else _in_folder(requests, wish)
        return inside or [_one(found or _alike(requests, wish.strip()), requests, wish)]
    if not source.is_recording or len(requests) == 1:
        return requests
    with_body = [request for request in requests if request.body is not None]
    if len(with_body) == 1:
        return with_body
    raise TemplateError(Message("import.which", option="--request", count=len(requests), requests=_listed(requests)))


def _one(found: Sequence[ImportedRequest], requests: Sequence[ImportedRequest], wish: str) -> ImportedRequest:
    if len(found) == 1:
        return found[0]
    if not found:
        raise TemplateError(Message("import.no_such_request", wish=wish, requests=_listed(requests)))
    numbers = [position for position, one in enumerate(requests) if any(one is other for other in found)]
    raise TemplateError(Message("import.several_such", wish=wish, requests=_listed(requests, numbers)))


def _named(requests: Sequence[ImportedRequest], wish: str) -> Sequence[ImportedRequest]:
    """Those of that number, name, or method and path."""
    if wish.isdecimal() and wish.isascii() and 0 < int(wish[:9]) <= len(requests):
        return [requests[int(wish[:9]) - 1]]
    plain, words = wish.casefold(), _words(wish)
    return _first(
        requests,
        lambda one: plain == one.name.casefold(),
        lambda one: plain == one.name.rpartition("/")[2].casefold(),
        lambda one: plain == summary(one).casefold(),
        lambda one: bool(words) and words in (_words(one.name), _words(one.name.rpartition("/")[2])),
    )


def _in_folder(requests: Sequence[ImportedRequest], wish: str) -> list[ImportedRequest]:
    """Those of a folder, and of what is in it, if only one is called so."""
    words = _words(wish)
    folders = {path for one in requests for path in _folders(one)}
    meant = {path for path in folders if words in (_words(path), _words(path.rpartition("/")[2]))} if words else set()
    return [one for one in requests if meant & set(_folders(one))] if len(meant) == 1 else []


def _folders(request: ImportedRequest) -> list[str]:
    """Every folder that a request is in, with those around it."""
    names = request.name.split("/")[:-1]
    return ["/".join(names[:depth]) for depth in range(1, len(names) + 1)]


def _alike(requests: Sequence[ImportedRequest], wish: str) -> Sequence[ImportedRequest]:
    """Those that have the wish as a piece of their name or address, else all of its words."""
    plain, words = wish.casefold(), set(_words(wish))
    return _first(
        requests,
        lambda one: plain in one.name.casefold() or plain in f"{one.method} {one.url}".casefold(),
        lambda one: bool(words) and words <= {*_words(one.name), *_words(summary(one))},
    )


def _first(requests: Sequence[ImportedRequest], *ways: Callable[[ImportedRequest], bool]) -> Sequence[ImportedRequest]:
    """What the first way finds that finds something."""
    return next((found for way in ways if (found := [one for one in requests if way(one)])), [])


def _words(text: str) -> tuple[str, ...]:
    """The words of a name, without accents and capitals."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return tuple(re.findall(r"[^\W_]+", "".join(one for one in plain if not unicodedata.combining(one))))


def _listed(requests: Sequence[ImportedRequest], numbers: Sequence[int] | None = None) -> Fact:
    """As a person chooses among them, by their numbers; no query, which may have a secret. Of many, the folders."""
    shown = range(len(requests)) if numbers is None else numbers
    folders = Counter(one.name.rpartition("/")[0] for one in requests)
    if numbers is None and len(requests) > _SHOWN and len(folders) > 1:
        listed = [f"{name or '/'} ({count})" for name, count in folders.items()]
    else:
        listed = [f"{number + 1} = {called(requests[number])}" for number in shown]
    lines = "".join(f"\n  {line}" for line in listed[:_SHOWN])
    more = len(listed) - _SHOWN
    return Message("rows.more", first=f"{lines}\n  …", count=more) if more > 0 else lines


def called(request: ImportedRequest) -> str:
    """Its name with its method and path, without any secret: who gives no name has the whole address for one."""
    short, name = summary(request), concealed(request.name)
    return short if name.casefold() in short.casefold() else f"{name} ({short})"


def summary(request: ImportedRequest) -> str:
    """Method and path: `POST /v1/contacts`; a secret in it is `***`."""
    return f"{request.method} {unquote(shown_path(request.url)) or '/'}"

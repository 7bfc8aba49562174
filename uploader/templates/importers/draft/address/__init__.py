"""The address of a draft: its host as in the source, the variables of its path and query as columns."""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote

from uploader.errors import TemplateError
from uploader.i18n import Message
from uploader.model.address import is_loopback, origin_of
from uploader.templates.importers.draft.address.path import WITHIN, YOURS, path_parts
from uploader.templates.importers.draft.address.query import query_parts
from uploader.templates.importers.draft.fields import PLACEHOLDER, Field, Fields, Filled
from uploader.templates.importers.imported import FieldFacts


class Address(NamedTuple):
    """The parts of it, to be written one after the other."""

    url: Filled
    login: str
    """Who logs in, as some addresses have it: `user:password`; a secret."""
    notes: tuple[Message, ...]


def address(url: str, fields: Fields, facts: Mapping[str, FieldFacts]) -> Address:
    """What becomes of an address. Raises TemplateError where it is none."""
    url, notes = _with_scheme(url.strip())
    origin = origin_of(url)
    rest = url.removeprefix(origin)
    if not rest.startswith("/"):
        origin, mark, query = origin.partition("?")
        rest = f"/{mark}{query}"
    login, origin = _without_login(origin)
    rest = rest.partition("#")[0]
    path, mark, query = rest.partition("?")
    path = _without_dots(path)
    if any(part in (".", "..") for part in re.split(r"[/\\]", unquote(path))):
        raise TemplateError(Message("import.no_address"))
    parts: list[str | Field] = [*fields.filled(_host(origin), as_setting=True).parts]
    parts += path_parts(path, origin, fields, facts)
    if mark:
        parts += ["?", *query_parts(query, fields, facts)]
    return Address(Filled(tuple(parts)), login, tuple(notes))


def _with_scheme(url: str) -> tuple[str, list[Message]]:
    if "\\" in origin_of(url) or not re.search(r"[\w}]", url):
        raise TemplateError(Message("import.no_address"))
    variable = PLACEHOLDER.match(url)
    if variable is not None:
        rest = url[variable.end() :]
        return (f"https{rest}", []) if rest.startswith("://") else (f"https://{url}", [Message("draft.base_url")])
    scheme, mark, rest = url.partition("://")
    if not mark:
        return f"https://{url}", []
    if scheme.lower() == "http" and not is_loopback(url):
        return f"https://{rest}", [Message("draft.plain_http")]
    if scheme.lower() not in ("http", "https"):
        raise TemplateError(Message("import.other_scheme", scheme=scheme[:20]))
    return f"{scheme.lower()}://{rest}", []


def _without_dots(path: str) -> str:
    """A path without `.` and `..`, which lead to another one, as every browser and curl itself take them."""
    kept: list[str] = []
    for segment in path.split("/")[1:]:
        plain = unquote(segment)
        if plain == ".." and kept:
            kept.pop()
        elif plain not in (".", ".."):
            kept.append(segment)
    return "/" + "/".join(kept)


def _without_login(origin: str) -> tuple[str, str]:
    scheme, _, host = origin.partition("://")
    login, mark, host = host.rpartition("@")
    return (unquote(login) if mark else ""), f"{scheme}://{host}"


def _host(origin: str) -> str:
    origin = WITHIN.sub(r"{{\1}}", re.sub(r"<([\w .-]+)>", r"{{\1}}", origin))
    return YOURS.sub(lambda found: f"{{{{{found[0]}}}}}", origin)

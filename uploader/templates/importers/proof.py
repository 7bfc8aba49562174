"""How a request proves who sends it, as collections and documents say it: what a template has for it."""

import re
from collections.abc import Mapping
from typing import Generic, NamedTuple, TypeVar

from uploader.templates.importers.imported import Auth, Note, Variable

_HTTP = re.compile(r"^http://(?!localhost\b|127\.0\.0\.1\b)", re.IGNORECASE)
_Query = TypeVar("_Query")


class Proof(NamedTuple, Generic[_Query]):
    """What of a request is its proof; what goes into the query is as the source's other parameters are."""

    auth: Auth | None = None
    headers: tuple[tuple[str, str], ...] = ()
    query: tuple[_Query, ...] = ()
    variables: Mapping[str, Variable] = {}
    notes: tuple[Note, ...] = ()


def encrypted(url: str) -> str:
    """An address with https: with plain http, anybody on the way could read a token, so no template asks for one so."""
    return _HTTP.sub("https://", url)

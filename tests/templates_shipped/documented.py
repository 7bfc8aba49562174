"""What a documented request looks like, and how its API answers: the value that the tables of this folder are made of."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Answer(NamedTuple):
    """An answer of the API, and what is right to tell of its row."""

    http_status: int
    body: Any
    """JSON."""
    status: str
    """Of the row."""
    advice: str = ""
    """Words of the advice, in English."""


class Documented(NamedTuple):
    """The request that the example row of a template makes, and the answers that its API documents for it."""

    method: str
    address: str
    """Path and query."""
    body: Any
    """JSON; None where there is none."""
    done: Any
    """The body of the answer that says yes."""
    done_status: int = 201
    kept: Mapping[str, str] = {}
    """What is kept of that answer."""
    hidden: str = ""
    """A secret in that answer, which nothing may show."""
    others: tuple[Answer, ...] = ()

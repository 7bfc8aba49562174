"""What the sandbox must know of a template to answer in the place of its API."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from uploader.sandbox.apis import ReadyAnswer
from uploader.sandbox.faults import Fault

ID_MARK = "{practice-id}"
"""Stands in answers where each row gets an id of its own."""
ACCESS_TOKEN = "practice-access-token"  # noqa: S105  # it opens nothing but this server


@dataclass(frozen=True, slots=True)
class Address:
    """Which requests are meant: their method, path and query, as a template writes them."""

    method: str
    path: re.Pattern[str]
    """Of the whole path as it is sent; its groups are secrets."""
    path_secrets: tuple[str, ...] = field(default=(), repr=False)
    """What must be there, group by group."""
    query: Mapping[str, str] = field(default_factory=dict)
    """What must be there as it is, by name; whatever else is there may be anything."""


@dataclass(frozen=True, slots=True)
class BatchPlaces:
    """Where the rows of one request are: dotted paths in its body and in the answer; "" is the root."""

    rows: str
    answers: str | None


@dataclass(frozen=True, slots=True)
class TemplateAnswers:
    """How the sandbox plays the API of one template."""

    address: Address
    accepted: ReadyAnswer
    refusals: Mapping[Fault, ReadyAnswer]
    contradictory_status: int
    """Of an HTTP answer that has taken the row and doesn't say so."""
    at_once: int
    """Requests at once; one more is refused."""
    secret_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By name in lower case, what must be in the headers that hold secrets."""
    secret_query: Mapping[str, str] = field(default_factory=dict, repr=False)
    body_secrets: tuple[str, ...] = field(default=(), repr=False)
    """What must be somewhere in the body."""
    token: Address | None = None
    """Where access tokens are given."""
    questions: tuple[tuple[Address, ReadyAnswer], ...] = ()
    """What may be asked before the first row."""
    batch: BatchPlaces | None = None

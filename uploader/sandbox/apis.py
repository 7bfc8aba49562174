"""What an API must be for the sandbox to play it: a request comes in, a ready answer goes out. Knows no HTTP."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol
from urllib.parse import unquote_plus

from uploader.sandbox.faults import Fault


@dataclass(frozen=True, slots=True)
class ApiCall:
    """What a request asks, and the body that it brings."""

    method: str
    path: str
    """Decoded, without the query."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Their names in lower case."""
    body: str

    def sent(self) -> Any:
        """The body's JSON; None where it is none, or none that can be read: too deep, numbers of 5,000 digits."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def values(self) -> list[Any]:
        """What may hold a row's values: those of JSON; else the body, or without one the address, decoded."""
        sent = self.sent()
        if isinstance(sent, dict):
            return list(sent.values())
        return sent if isinstance(sent, list) else [unquote_plus(self.body or f"{self.path} {dict(self.query)}")]


class ReadyAnswer(NamedTuple):
    """An answer, before anything goes wrong with it."""

    status: int
    body: Any = None
    """As JSON; None: there is no body."""
    headers: Mapping[str, str] = {}
    message: str = ""
    """What it says to a person, for the record."""
    code: int = 0
    """Its body's code, for the record; 0 where the HTTP status is all."""
    takes_row: bool = False
    """Whether it says that a row was taken."""


class PracticeApi(Protocol):
    """An API that the sandbox plays."""

    used: int
    """Calls that count against the quota."""

    @property
    def secret_headers(self) -> frozenset[str]:
        """The headers that hold secrets, in lower case: their values are never written down."""

    def token_state(self, call: ApiCall) -> str:
        """Whether a request brings the secrets that are right here: `right`, `wrong` or `missing`."""

    def shown(self, call: ApiCall, text: str) -> str:
        """The address or the body of a request as it may be written down."""

    def knows(self, call: ApiCall) -> bool:
        """Whether a request is for this API."""

    def is_row(self, call: ApiCall) -> bool:
        """Whether a request brings a row, with which something may go wrong."""

    def refusal(self, call: ApiCall, at_once: int) -> ReadyAnswer | None:
        """The answer to a request that is refused whatever it asks; None where it is let in."""

    def refusal_by(self, fault: Fault) -> ReadyAnswer | None:
        """The answer to a row that a fault refuses; None for a fault that answers nothing of its own."""

    def answer(self, call: ApiCall) -> ReadyAnswer:
        """The answer to a request that is let in."""

    def contradicted(self, answer: ReadyAnswer) -> ReadyAnswer:
        """An answer under an HTTP status that says something else than it does."""

"""One HTTP request, and what came back: a whole response, or a failure that says whether it may have arrived."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from uploader.i18n import Message

GIVEN_UP_IN_BETWEEN = frozenset({502, 503, 504, *range(520, 528)})
"""What gateways and proxies answer when they wait no longer; the API behind them may work on."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, whole. `fingerprint` (hex) is the same for the same request without its secrets."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes
    fingerprint: str
    request_id: str = ""
    """That of `{{request_id}}`, the same in every retry and no part of the fingerprint; "" where none is used."""
    unsendable: Message | None = None
    """Why it must not leave: it could not be made as it was planned."""
    leaves_by: float | None = field(default=None, compare=False)
    """By `wakeful_seconds`: later, not a byte of it may leave. None: whenever."""


SUCCESSES = range(200, 300)
"""The HTTP statuses that say yes."""


class Response(NamedTuple):
    """What the server said: a whole HTTP answer."""

    http_status: int
    body: bytes
    duration_ms: int
    retry_after_seconds: float = 0.0
    """How long the server asks us to wait before we come again."""
    headers: Mapping[str, str] = MappingProxyType({})
    """Their names in lower case; what came under one name is joined with commas."""


class Arrival(StrEnum):
    """Whether a request without a whole answer may have reached the server: it decides what follows."""

    NEVER = "never"
    """It can't be written as HTTP: sent again it would fail again."""
    NO = "no"
    """Not a byte of it can have arrived, so it may go again."""
    BARRED = "barred"
    """Not a byte of it can have arrived, and none will before a person has changed something."""
    MAYBE = "maybe"
    """It left, or may have left, so it is not sent again."""


@dataclass(frozen=True, slots=True)
class SendFailure:
    """Why no whole answer came. `detail` is a message of ours: a library's text may quote a secret."""

    arrival: Arrival
    detail: Message
    """It has no full stop and may be part of a sentence."""
    duration_ms: int
    quoted: str = field(default="", repr=False)
    """What the server wrote, for the fact `line` of the detail: whoever shows it masks the secrets first."""
    advice: Message | None = None
    """What mends it, where that is not what usually does."""

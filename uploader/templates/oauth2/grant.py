"""What a server answers to the request for an access token: a token, or why there is none."""

from typing import Any, NamedTuple

from uploader.model.http import SUCCESSES, Response
from uploader.templates.answers.places import value_at
from uploader.templates.answers.reading import json_of
from uploader.templates.answers.secrets import as_text

_LIFETIME_SECONDS = 300.0
"""Of a token of which the server doesn't say how long it is good: it is renewed early rather than late."""
_LONGEST_LIFETIME_SECONDS = 86_400.0
_SERVER_ERROR, _TOO_MANY = 500, 429


class Grant(NamedTuple):
    """An access token, and for how many seconds it is good."""

    token: str
    seconds: float


class Denial(NamedTuple):
    """Why there is no token, and whether a later try may get one."""

    said: str
    """By the server, else its HTTP status."""
    is_final: bool


def read_answer(answer: Response) -> Grant | Denial:
    """What the server answered to the request for a token."""
    data = json_of(answer)
    token = as_text(value_at(data, "access_token")).strip()
    if answer.http_status in SUCCESSES and _is_sendable(token):
        return Grant(token, _lifetime(value_at(data, "expires_in")))
    said = [as_text(value_at(data, path)).strip() for path in ("error", "error_description", "message")]
    why = ": ".join(part for part in said if part) or f"HTTP {answer.http_status}"
    is_later = answer.http_status == _TOO_MANY or answer.http_status >= _SERVER_ERROR
    return Denial(why, not is_later)


def _is_sendable(token: str) -> bool:
    return bool(token) and token.isascii() and token.isprintable()


def _lifetime(expires_in: Any) -> float:
    """Seconds; APIs write the number as a text, too."""
    try:
        seconds = float(as_text(expires_in))
    except ValueError:
        return _LIFETIME_SECONDS
    return min(seconds, _LONGEST_LIFETIME_SECONDS) if seconds > 0 else _LIFETIME_SECONDS

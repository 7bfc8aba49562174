"""Requests with an access token: fetched before the first, renewed before it expires, and once where it is refused."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from uploader.model.http import Request, Response, SendFailure
from uploader.model.settings import MASK, Settings
from uploader.sending.transports import Transport

_UNAUTHORIZED = 401
_RENEWED_EARLY = 0.1
"""The part of a token's life that is left when it is renewed: so no request leaves with one that expires on the way."""
_EARLIEST_SECONDS = 60.0


class AccessToken(NamedTuple):
    """A token, and until when it is sent, by the clock of the sending."""

    text: str
    until: float

    @classmethod
    def of(cls, text: str, seconds: float, now: float) -> "AccessToken":
        """One that is good for so many seconds from now on."""
        return cls(text, now + seconds - min(seconds * _RENEWED_EARLY, _EARLIEST_SECONDS))


@dataclass(slots=True)
class AccessTokens:
    """The tokens of a run: in memory alone, and never in a text that is kept."""

    current: AccessToken | None = None
    _seen: Settings = field(default_factory=Settings, init=False)

    def take(self, token: AccessToken) -> AccessToken:
        """From now on this one is sent."""
        self.current = token
        self._seen = Settings({}, {**self._seen.secret, token.text: token.text})
        return token

    def mask(self, text: str) -> str:
        """`text` without any of the tokens, as when a server sends one back."""
        return self._seen.mask(text) if self._seen.secret else text


class AuthorizingTransport:
    """Sends what it is given through `inner`, with the token in the header Authorization.

    `fetch` gets a new one; `clock` gives seconds. A request that was refused for its token (HTTP 401) was not taken: it
    goes again once, with a new token.
    """

    def __init__(
        self,
        inner: Transport,
        tokens: AccessTokens,
        fetch: Callable[[], Coroutine[Any, Any, AccessToken | SendFailure]],
        clock: Callable[[], float],
    ) -> None:
        self._inner, self._tokens, self._fetch, self._clock = inner, tokens, fetch, clock
        self._fetching = asyncio.Lock()

    async def send(self, request: Request) -> Response | SendFailure:
        """Make one attempt; where no token can be had, nothing of the request leaves."""
        token = await self._token(refused=None)
        if isinstance(token, SendFailure):
            return token
        answer = await self._inner.send(_with(request, token))
        if isinstance(answer, SendFailure) or answer.http_status != _UNAUTHORIZED:
            return answer
        renewed = await self._token(refused=token)
        return answer if isinstance(renewed, SendFailure) else await self._inner.send(_with(request, renewed))

    async def _token(self, refused: AccessToken | None) -> AccessToken | SendFailure:
        async with self._fetching:  # of requests that find it old at once, one fetches for all
            current = self._tokens.current
            if current is not None and current is not refused and self._clock() < current.until:
                return current
            fetched = await self._fetch()
            return fetched if isinstance(fetched, SendFailure) else self._tokens.take(fetched)


def authorization(token: str = MASK) -> dict[str, str]:
    """The header that carries a token, or shows that one is sent."""
    return {"Authorization": f"Bearer {token}"}


def _with(request: Request, token: AccessToken) -> Request:
    return replace(request, headers={**request.headers, **authorization(token.text)})

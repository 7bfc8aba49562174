"""The other senders with the same token, or of the same job: what one of them learns and the others heed."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol

from uploader.i18n import Message


class NewsKind(Enum):
    """What one sender has learned from the API."""

    SLOW_DOWN = "slow down"
    """It takes less than comes."""
    PAUSE = "pause"
    """It takes nothing for a while."""
    STOP = "stop"
    """The job's sending has ended, for all who send it."""
    ABANDONED = "abandoned"
    """A request of a sender that is gone left and has no answer: the API may still be working on it."""


@dataclass(frozen=True, slots=True)
class News:
    """What one sender has learned and the others heed."""

    kind: NewsKind
    seconds: float = 0.0
    """Of a slow-down or a pause: for how long from now nothing leaves. Of what was abandoned: how long ago it left."""
    reason: Message | None = None
    """What is waited for, or why it stopped."""


class TokenLimits(NamedTuple):
    """What all senders with one token keep to together."""

    places: int
    """Requests under way at once."""
    seconds_between: float
    """From one start to the next."""
    held_seconds: float
    """How long after its start a request that was given up may hold its place at the API."""


class Teammates(Protocol):
    """The other senders with this token, or of this job; all methods may be called from any thread."""

    def places(self, in_use: int) -> int | None:
        """How many requests may be under way here now, of which `in_use` are; None: as the limits say. Memory only."""
        ...

    def hear(self) -> Sequence[News]:
        """The news since the last call, the oldest first; never one's own. Memory only."""
        ...

    def tell(self, news: News) -> None:
        """Let the others hear it, soon."""
        ...

    def calling(self, wake: Callable[[], None]) -> AbstractContextManager[None]:
        """While the block lasts, `wake` is called, from any thread, when there is news or a place more."""
        ...


class _Alone:
    """Nobody else sends."""

    def places(self, in_use: int) -> int | None:  # noqa: ARG002
        return None

    def hear(self) -> Sequence[News]:
        return ()

    def tell(self, news: News) -> None:
        """Nobody hears it."""

    def calling(self, wake: Callable[[], None]) -> AbstractContextManager[None]:  # noqa: ARG002
        return nullcontext()


ALONE: Teammates = _Alone()

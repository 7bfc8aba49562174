"""What can go wrong with a row request, and with which one it does: pure decisions."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Any, Self, TypeAlias

from uploader.errors import SettingsError
from uploader.i18n import Message


class Fault(StrEnum):
    """What goes wrong with a row request."""

    RESET_BEFORE = "reset-before"
    """The connection is reset before the row is taken."""
    RESET_AFTER = "reset-after"
    """The connection is reset after the row was taken, without a byte of an answer."""
    SILENCE = "silence"
    """The row is taken and no answer ever comes."""
    TRICKLE = "trickle"
    """The row is taken; the answer comes byte by byte, too slowly to end before the time limit."""
    ERROR_500 = "error-500"
    """The row is taken; the answer is HTTP 500 and the text of a PHP program that failed."""
    HTML = "html"
    """The row is taken; the answer is HTTP 200 and a page."""
    HALF_ANSWER = "half-answer"
    """The row is taken; the connection is cut in the middle of the answer."""
    SLOW_DOWN = "slow-down"
    """The row is refused, as one too many at once."""
    RETRY_AFTER = "retry-after"
    """The row is refused with HTTP 429 and Retry-After."""
    QUOTA = "quota"
    """The row is refused, as if the quota were used up."""
    QUOTA_200 = "quota-200"
    """The same, under HTTP 200."""
    MAINTENANCE = "maintenance"
    """The row is refused with HTTP 403 and a text that is documented nowhere."""
    CONTRADICTION = "contradiction"
    """The row is taken; the answer says so under HTTP 400."""
    STOP = "stop"
    """The row is refused, as if the token were wrong."""
    REJECT = "reject"
    """The row is refused, as if one of its values were wrong."""

    @property
    def spares_row(self) -> bool:
        """Whether it comes before the row is looked at, so that the row is never taken."""
        return self in _BEFORE


_BEFORE = frozenset(
    {
        Fault.RESET_BEFORE,
        Fault.SLOW_DOWN,
        Fault.RETRY_AFTER,
        Fault.QUOTA,
        Fault.QUOTA_200,
        Fault.MAINTENANCE,
        Fault.STOP,
        Fault.REJECT,
    }
)
_KINDS = "|".join(Fault)
_MARKER = re.compile(rf"\[practice ({_KINDS})(?: x([0-9]{{1,9}}))?\]")
_EVERY = re.compile(r"[0-9]{1,9}")
_SPAN = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")
_CHANCE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,9})?)%")


@dataclass(frozen=True, slots=True)
class Every:
    """Every nth row request."""

    nth: int

    def meets(self, number: int, _: Callable[[], float]) -> bool:
        """Whether it is the turn of the row request with this number, counted from 1."""
        return number % self.nth == 0


@dataclass(frozen=True, slots=True)
class Span:
    """The row requests from the first to the last number."""

    first: int
    last: int

    def meets(self, number: int, _: Callable[[], float]) -> bool:
        """Whether it is the turn of the row request with this number, counted from 1."""
        return self.first <= number <= self.last


@dataclass(frozen=True, slots=True)
class Chance:
    """A percentage of the row requests, by chance."""

    percent: float

    def meets(self, _: int, random: Callable[[], float]) -> bool:
        """Whether it is a row request's turn; `random` gives 0 to 1."""
        return random() * 100 < self.percent


When: TypeAlias = Every | Span | Chance


@dataclass(frozen=True, slots=True)
class FaultRule:
    """A fault, and which row requests it meets."""

    fault: Fault
    when: When

    @classmethod
    def parsed(cls, text: str) -> Self:
        """The rule in a text `KIND:WHEN`. Raises SettingsError where there is none."""
        kind, _, moment = text.partition(":")
        when = _when(moment)
        if kind not in list(Fault) or when is None:
            raise SettingsError(Message("sandbox.wrong_fault", rule=text, kinds=tuple(Fault)))
        return cls(Fault(kind), when)

    def __str__(self) -> str:
        match self.when:
            case Every(nth):
                return f"{self.fault}:{nth}"
            case Span(first, last):
                return f"{self.fault}:{first}-{last}"
            case Chance(percent):
                return f"{self.fault}:{percent:g}%"


def _when(text: str) -> When | None:
    if _EVERY.fullmatch(text) and int(text):
        return Every(int(text))
    if (span := _SPAN.fullmatch(text)) and 1 <= int(span[1]) <= int(span[2]):
        return Span(int(span[1]), int(span[2]))
    if (chance := _CHANCE.fullmatch(text)) and 0 < float(chance[1]) <= 100:  # noqa: PLR2004
        return Chance(float(chance[1]))
    return None


def _text(value: Any) -> str:
    """Of whatever JSON holds; one that is too deep to be written has none."""
    try:
        return str(value)
    except RecursionError:
        return ""


@dataclass(slots=True)
class Faults:
    """Which fault a row request gets. It counts the requests and draws the lots."""

    rules: tuple[FaultRule, ...]
    seed: int | None
    _requests: int = field(default=0, init=False)
    _bodies: "Counter[str]" = field(default_factory=Counter, init=False)
    """How often each body that has a marker came."""
    _random: Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)  # noqa: S311  # chance that can be repeated, no secret

    def by_rule(self) -> Fault | None:
        """What the rules say of the next row request; to be asked exactly once for each."""
        self._requests += 1
        # Every lot is drawn, whoever comes first: the nth request's luck depends on the seed alone.
        met = [rule.fault for rule in self.rules if rule.when.meets(self._requests, self._random.random)]
        return met[0] if met else None

    def by_marker(self, body: str, values: Iterable[Any]) -> Fault | None:
        """What the row itself says, in one of its values. The first marker whose times are not over."""
        markers = [marker for value in values for marker in _MARKER.findall(_text(value))]
        if not markers:
            return None
        self._bodies[body] += 1
        return next((Fault(kind) for kind, times in markers if not times or self._bodies[body] <= int(times)), None)

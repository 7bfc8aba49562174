"""How many requests may be under way at once: what the API allows, without what others have or it may still work on."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from uploader.model.teammates import Teammates
from uploader.sending.limits import SendLimits
from uploader.sending.scheduling.held_places import HeldPlaces

_ASK_FOR_PLACE_SECONDS = 1.0


@dataclass(slots=True)
class Places:
    """Those of one run. All times are seconds of the caller's clock."""

    limits: SendLimits
    teammates: Teammates

    _held: HeldPlaces = field(init=False)

    def __post_init__(self) -> None:
        self._held = HeldPlaces(self.limits.held_seconds)

    def keep(self, left_at: Iterable[float], now: float) -> None:
        """Requests that left then got no answer: the API may still be working on them."""
        self._held.keep(left_at, now)

    def most(self, now: float, in_flight: int) -> int:
        """How many requests may be under way here, of which `in_flight` are; 0 or less where none may."""
        held = self._held.count(now)
        return self._shared(in_flight + held) - held

    def free_at(self, now: float, in_flight: int) -> float | None:
        """When one more may be under way, where none may now; None where only an answer makes room."""
        at = self._held.until_no_more_than(self._shared(in_flight + self._held.count(now)) - in_flight - 1)
        if at is None and not in_flight:
            return now + _ASK_FOR_PLACE_SECONDS  # the others have them all
        return at

    def _shared(self, in_use: int) -> int:
        places = self.teammates.places(in_use)
        return self.limits.concurrency if places is None else min(places, self.limits.concurrency)

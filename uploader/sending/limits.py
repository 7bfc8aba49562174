"""What holds for a run: the API's limits, and what the person asked for."""

from dataclasses import dataclass

STOP_AFTER = 25


@dataclass(frozen=True, slots=True)
class SendLimits:
    """What holds for a run: the API's limits, and what the person asked for."""

    concurrency: int
    """Requests at once."""
    seconds_between: float = 0.0
    """From one start to the next."""
    held_seconds: float = 0.0
    """How long after its start a request that we gave up may hold its place at the API."""
    stop_after: int = STOP_AFTER
    """Refusals in a row with the same answer."""
    probe_seconds: float | None = None
    """How long to wait before a row tries whether a pause is over; None: a pause ends the run."""
    may_repeat: bool = False
    """A row that may have arrived may be sent again: the API takes it once."""
    first: int | None = None
    """How many rows are sent at the most."""
    batch_size: int = 1
    """Rows in one request at the most."""

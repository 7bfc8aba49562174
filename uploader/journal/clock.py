"""The moments that a journal writes down."""

from datetime import UTC, datetime, timedelta


def now(seconds_later: float = 0.0) -> str:
    """This instant, or one a while later, as a journal writes it: ISO 8601, UTC, milliseconds."""
    return (datetime.now(UTC) + timedelta(seconds=seconds_later)).isoformat(timespec="milliseconds")

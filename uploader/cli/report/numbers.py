"""Numbers as people read them."""

from collections.abc import Mapping

from uploader.model.rows import Status

SHOWN_STATUSES = (
    Status.ACCEPTED,
    Status.REJECTED,
    Status.UNKNOWN,
    Status.INVALID,
    Status.SKIPPED,
    Status.NOT_SENT,
)


def counted(counts: Mapping[Status, int]) -> str:
    """`37 accepted, 3 rejected`: the statuses that occur."""
    return ", ".join(f"{counts[status]:,} {status}" for status in SHOWN_STATUSES if counts.get(status)) or "0 accepted"


def rows_of(count: int) -> str:
    """`1 row`, `3 rows`."""
    return "1 row" if count == 1 else f"{count:,} rows"


def duration(seconds: float) -> str:
    """`3.2 s`, `1 min 15 s`."""
    if seconds < 60:  # noqa: PLR2004
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"

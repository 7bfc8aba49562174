"""A row that is about to leave."""

from typing import NamedTuple


class AskedRow(NamedTuple):
    """A row as it is before it leaves."""

    number: int
    status: str
    advice: str
    attempt: int | None
    settled: str | None
    fingerprint: str | None
    """Of the request that was staged."""
    may_be_known: bool
    """False: `prior.find_prior` finds nothing of its request, and no run has it under way."""

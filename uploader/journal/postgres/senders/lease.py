"""How long a session may be silent until the server ends it, and how often it lets the server hear of it."""

import os
from contextlib import suppress

from uploader.errors import SettingsError
from uploader.i18n import Message

LEASE = "UPLOADER_JOURNAL_LEASE"
"""The environment variable with the seconds of the lease, for tests."""
_SECONDS, _SHORTEST_SECONDS, _LONGEST_SECONDS = 30.0, 0.5, 3_600.0
_BEATS_A_LEASE = 6
_SHORTEST_BEAT_SECONDS, _LONGEST_BEAT_SECONDS = 0.2, 2.0


def lease_seconds() -> float:
    """After how many seconds of silence the server ends a sending session. Raises SettingsError."""
    given = os.environ.get(LEASE, "").strip()
    if not given:
        return _SECONDS
    with suppress(ValueError):
        seconds = float(given)
        if _SHORTEST_SECONDS <= seconds <= _LONGEST_SECONDS:
            return seconds
    raise SettingsError(Message("team.lease", given=given, least=_SHORTEST_SECONDS, usual=round(_SECONDS)))


def seconds_between_beats(lease: float) -> float:
    """From one beat to the next, at the most."""
    return max(_SHORTEST_BEAT_SECONDS, min(lease / _BEATS_A_LEASE, _LONGEST_BEAT_SECONDS))

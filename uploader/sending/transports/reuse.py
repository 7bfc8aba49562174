"""Whether a connection may carry another request: what ends that, and for how long an idle one is trusted."""

import select
import socket
import sys
from dataclasses import dataclass

CLOSING_SECONDS = 0.1
"""How long a server that was asked to close may take. Most close at once; what came behind the answer comes before."""
KEEP_ALIVE_SECONDS = 3.0
"""At the most, and shorter than servers' usual 5 s: a request on a connection that was just closed would be unknown."""
LOOP_TURNS = 10
"""Of the event loop, in which what lies on a socket is read, however slow the machine: waiting would need a time."""
MOST_LINE_BREAKS = 1_000
"""Behind an answer, in bytes; more are not the line breaks of a careless server."""

_UNANNOUNCED_SECONDS = 0.5
"""How long an idle connection is trusted where the server doesn't say how long it keeps one. Some close after 1 s, and
rows that are further apart gain little from a kept connection."""
_MARGIN_SECONDS = 1.0
"""Before the end that the server has announced, which counts in whole seconds; half of that end where it is shorter."""


@dataclass(slots=True)
class Reuse:
    """Whether a connection may carry more than one request; one surplus answer ends that for the whole run."""

    allowed: bool
    closing_seconds: float = CLOSING_SECONDS


def idle_seconds(announced: float | None) -> float:
    """How long a connection may be idle and still carry a request, where its server says how long it keeps one."""
    if announced is None:
        return _UNANNOUNCED_SECONDS
    return announced - min(_MARGIN_SECONDS, announced / 2)


def is_more(behind: bytes | bytearray) -> bool:
    """Whether it is more than the line breaks that some servers write behind an answer."""
    return len(behind) > MOST_LINE_BREAKS or bool(behind.strip(b"\r\n"))


def may_be_readable(connection: socket.socket) -> bool:
    """Whether something may lie on a socket that was not read yet. Windows reads before anybody can look."""
    if sys.platform == "win32":
        return True
    look = select.poll()
    look.register(connection, select.POLLIN)
    return bool(look.poll(0))

"""How far one attempt has come, from what httpcore tells of its steps: whether the request itself may have left."""

import asyncio
from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from uploader.model.wakeful_time import wakeful_seconds
from uploader.sending.leaving import TooLateToLeaveError


class Stage(IntEnum):
    """Steps on the way to the request; before the last one, not a byte of it has left."""

    NOT_SEEN = 0
    """Nothing was told, so nothing is known."""
    WAITING = 1
    """For a free connection. Only for a time-out that says enough: what else fails here is nothing that we know."""
    CONNECTING = 2
    """To the server, or to a proxy."""
    ASKING_PROXY = 3
    """To open the way to the server."""
    IN_TUNNEL = 4
    """On the way that the proxy says it has opened: the connection is being encrypted."""
    LEFT = 5
    """The request is being written, or more."""


class Progress:
    """How far one attempt has come; it bounds how long a proxy may take to open the way, and when a request leaves."""

    def __init__(self, proxy_seconds: float, leaves_by: float | None = None) -> None:
        self.stage = Stage.NOT_SEEN
        self.proxy_status: int | None = None
        """What a proxy answered that was asked to open the way."""
        self._proxy_seconds, self._leaves_by = proxy_seconds, leaves_by
        self._bound: asyncio.Timeout | None = None
        self._deadline: float | None = None

    @property
    def has_surely_not_left(self) -> bool:
        """Whether not a byte of the request is on its way."""
        return Stage.WAITING < self.stage < Stage.LEFT

    def within(self, bound: asyncio.Timeout) -> None:
        """The time limit of the attempt as a whole."""
        self._bound, self._deadline = bound, bound.when()

    async def note(self, event: str, told: Mapping[str, Any]) -> None:
        """What httpcore calls at every step."""
        match event.partition(".")[2]:
            case "connection.awaited":
                self.enter(Stage.WAITING)
            case "connect_tcp.started":
                self.enter(Stage.CONNECTING)
            case "start_tls.started" if self.stage is Stage.ASKING_PROXY:
                self.enter(Stage.IN_TUNNEL)
            case "setup_socks5_connection.started":
                self.enter(Stage.ASKING_PROXY)
            case "send_request_headers.started":
                self.enter(Stage.ASKING_PROXY if told["request"].method == b"CONNECT" else Stage.LEFT)
            case "receive_response_headers.complete" if self.stage is Stage.ASKING_PROXY:
                self.proxy_status = told["return_value"][1]

    def enter(self, stage: Stage) -> None:
        """A step begins. Raises TooLateToLeaveError where the request would leave later than it may."""
        if stage is Stage.LEFT and self._leaves_by is not None and wakeful_seconds() > self._leaves_by:
            raise TooLateToLeaveError
        was_bounded, self.stage = self.stage is Stage.ASKING_PROXY, stage
        if stage is Stage.ASKING_PROXY:
            self._bound_until(asyncio.get_running_loop().time() + self._proxy_seconds)
        elif was_bounded:
            self._bound_until(float("inf"))

    def end_limit(self) -> None:
        """The answer is whole: that came in time, however late it is looked at."""
        if self._bound is not None and not self._bound.expired():
            self._bound.reschedule(None)

    def _bound_until(self, within: float) -> None:
        if self._bound is not None and self._deadline is not None:
            self._bound.reschedule(min(self._deadline, within))

"""What every way of sending must do; each module is one way."""

from typing import Protocol

from uploader.model.http import Request, Response, SendFailure


class Transport(Protocol):
    """Sends requests to one destination."""

    async def send(self, request: Request) -> Response | SendFailure:
        """Make one attempt, bounded in time. Whatever goes wrong on the way comes back as a SendFailure."""
        ...

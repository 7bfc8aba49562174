"""What every way of sending must do, and why an answer that came is not believed; each module is one way of sending."""

from collections.abc import Mapping
from typing import Protocol

from uploader.model.http import Arrival, Request, Response, SendFailure

MAX_ANSWER_BYTES = 1_000_000
"""Bounds an answer as it comes and as it is unpacked."""


class Transport(Protocol):
    """Sends requests to one destination."""

    async def send(self, request: Request) -> Response | SendFailure:
        """Make one attempt, bounded in time. Whatever goes wrong on the way comes back as a SendFailure."""
        ...


class UnaskedAnswerError(Exception):
    """The server wrote before a byte of the request left."""


class MoreThanOneAnswerError(Exception):
    """Something lies behind the answer: neither can be believed."""


class AnswerTooLargeError(Exception):
    """The answer is larger than `MAX_ANSWER_BYTES`, packed or unpacked."""


class UnknownPackingError(Exception):
    """The answer is packed in a way that nobody asked for and that can't be unpacked."""


class BrokenPackingError(Exception):
    """What should be a packed answer is none, or is cut off."""


OWN_FAILURES: Mapping[type[Exception], tuple[Arrival, str]] = {
    UnaskedAnswerError: (Arrival.NO, "The server answered before anything was sent"),
    MoreThanOneAnswerError: (Arrival.MAYBE, "The server sent more than one answer to this request"),
    AnswerTooLargeError: (Arrival.MAYBE, f"The answer is larger than {MAX_ANSWER_BYTES:,} bytes"),
    UnknownPackingError: (Arrival.MAYBE, "The answer is compressed in a way that was not asked for"),
    BrokenPackingError: (Arrival.MAYBE, "The answer could not be unpacked"),
}
"""Could it have arrived, and why there is no usable answer: the failures that every transport knows."""

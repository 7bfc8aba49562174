"""What every transport must do, and why an answer that came is not trusted; each module is one way of sending."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol, Self

from uploader import __version__
from uploader.i18n import Message
from uploader.model.http import Arrival, Request, Response, SendFailure
from uploader.sending.leaving import TooLateToLeaveError

MAX_ANSWER_BYTES = 1_000_000
"""Bounds an answer as it comes and as it is unpacked."""


def always_sent() -> dict[str, str]:
    """Headers of every request that has no other ones of these names."""
    return {"User-Agent": f"uploader/{__version__}", "Accept": "application/json", "Accept-Encoding": "identity"}


class Answer(NamedTuple):
    """A whole answer as it came."""

    status: int
    headers: Mapping[str, str]
    """Their names in lower case; what came under one name is joined with commas."""
    body: bytes | bytearray
    """As it was packed."""

    @classmethod
    def of(cls, status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes | bytearray) -> Self:
        """An answer with the headers as they came, whose names are in lower case."""
        joined: dict[str, str] = {}
        for raw_name, raw_value in headers:
            name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
            joined[name] = f"{joined[name]}, {value}" if name in joined else value
        return cls(status, joined, body)


class Transport(Protocol):
    """Sends requests to one destination."""

    async def send(self, request: Request) -> Response | SendFailure:
        """Make one attempt, bounded in time. Whatever goes wrong on the way comes back as a SendFailure."""
        ...


class UnaskedAnswerError(Exception):
    """The server wrote before a byte of the request left."""


class EarlyAnswerError(Exception):
    """The server said yes to a request of which a part had not left yet."""


class MoreThanOneAnswerError(Exception):
    """More came after the answer: neither can be trusted."""


class MalformedHeadError(Exception):
    """The answer's head is not HTTP. `line` is what is wrong in it, as the server wrote it: it may hold secrets."""

    def __init__(self, line: str) -> None:
        self.line = line
        super().__init__("malformed head")


class AnswerTooLargeError(Exception):
    """The answer is larger than `MAX_ANSWER_BYTES`, compressed or not."""


class UnknownPackingError(Exception):
    """The answer is compressed in a way that nobody asked for and that we can't read."""


class BrokenPackingError(Exception):
    """What should be a compressed answer is not one, or it is cut off."""


OWN_FAILURES: Mapping[type[Exception], tuple[Arrival, Message]] = {
    TooLateToLeaveError: (Arrival.NO, Message("failure.too_late_to_leave")),
    UnaskedAnswerError: (Arrival.NO, Message("failure.unasked_answer")),
    EarlyAnswerError: (Arrival.MAYBE, Message("failure.early_answer")),
    MoreThanOneAnswerError: (Arrival.MAYBE, Message("failure.more_than_one_answer")),
    MalformedHeadError: (Arrival.MAYBE, Message("failure.malformed_head", line="…")),
    AnswerTooLargeError: (Arrival.MAYBE, Message("failure.answer_too_large", bytes=MAX_ANSWER_BYTES)),
    UnknownPackingError: (Arrival.MAYBE, Message("failure.unknown_packing")),
    BrokenPackingError: (Arrival.MAYBE, Message("failure.broken_packing")),
}
"""Whether the request may have arrived, and why there is no usable answer: failures that every transport knows."""

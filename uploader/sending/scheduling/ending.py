"""Why a run ends before its rows do, and which others hear of it."""

from dataclasses import dataclass, field

from uploader.i18n import Message
from uploader.model.outcomes import Stop, Verdict
from uploader.model.teammates import News, NewsKind, Teammates
from uploader.sending.reasons import STOPPED_ELSEWHERE

_HOLDS_FOR_ALL = (Verdict.STOP, Verdict.PAUSE, Verdict.REJECTED, Verdict.UNSENDABLE)
"""The verdicts of stops because of the token or the list; others may be because of this computer or its network."""


def ends_all(stop: Stop) -> bool:
    """Whether the others that send the list end, too: for the same reason, or because one of them has told it."""
    return stop.verdict in _HOLDS_FOR_ALL or stop.reason.code == STOPPED_ELSEWHERE


@dataclass(slots=True)
class Ending:
    """The first sure reason counts, or else the first guess."""

    teammates: Teammates
    stop: Stop | None = field(default=None, init=False)

    @property
    def is_sure(self) -> bool:
        """Whether the run ends for good: after a guess, the person may want it to continue."""
        return self.stop is not None and not self.stop.is_a_guess

    def because(self, stop: Stop, *, is_heard: bool = False) -> None:
        """A reason to end. The others hear of it, unless it was heard of them, or is a guess."""
        if self.stop is None or (self.stop.is_a_guess and not stop.is_a_guess):
            self.stop = stop
            if not (stop.is_a_guess or is_heard):
                self.tell(stop)

    def interrupt(self, reason: Message) -> None:
        """The person wants it."""
        self.because(Stop(reason, None, interrupted=True))

    def tell(self, stop: Stop) -> None:
        """Let the other senders of the list know why it ends for good, if that holds for them, too."""
        if stop.verdict in _HOLDS_FOR_ALL:
            self.teammates.tell(News(NewsKind.STOP, reason=stop.reason))

    def resume(self) -> None:
        """It does not end after all."""
        self.stop = None

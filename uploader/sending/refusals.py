"""Refusals with the same answer, one after the other: so many of them say that the list or the API is wrong."""

from dataclasses import dataclass, field
from typing import TypeAlias

from uploader.model.outcomes import Outcome

_Answer: TypeAlias = tuple[str, str]
"""Its code, and its message with every digit as `#`: what differs in a number alone is the same answer."""


@dataclass(slots=True)
class RefusalStreak:
    """Counts refusals with the same answer; a person may say that one of these answers is all right."""

    count: int = 0
    _answer: _Answer = field(default=("", ""), init=False)
    _tolerated: set[_Answer] = field(default_factory=set, init=False)

    def add(self, outcome: Outcome) -> None:
        """One more refusal."""
        answer = _answer_of(outcome)
        self.count = self.count + 1 if answer == self._answer else 1
        self._answer = answer

    def clear(self) -> None:
        """A row was accepted."""
        self.count = 0

    def is_suspicious(self, limit: int) -> bool:
        """Whether there are so many that nobody has called all right."""
        return self.count >= limit and self._answer not in self._tolerated

    def tolerate(self) -> None:
        """The person says that the last answer is all right: it is counted no more."""
        self.count = 0
        self._tolerated.add(self._answer)


def _answer_of(outcome: Outcome) -> _Answer:
    text = outcome.message or outcome.detail
    return outcome.code, "".join("#" if character.isdigit() else character for character in text)

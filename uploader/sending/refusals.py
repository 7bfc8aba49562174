"""Counts rows in a row that were rejected with the same answer: so many mean that the list or the API is wrong."""

from dataclasses import dataclass, field
from typing import TypeAlias

from uploader.model.outcomes import Outcome

_Answer: TypeAlias = tuple[str, str]
"""Its code, and its message with every digit as `#`: what differs in a number alone is the same answer."""


@dataclass(slots=True)
class RefusalStreak:
    """Counts rejections with the same answer; a person may say that one of these answers is fine."""

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
        """Whether there are so many, and nobody has said that they are fine."""
        return self.count >= limit and self._answer not in self._tolerated

    def tolerate(self) -> None:
        """The person says that the last answer is fine: it no longer counts."""
        self.count = 0
        self._tolerated.add(self._answer)


def _answer_of(outcome: Outcome) -> _Answer:
    text = outcome.message or repr(outcome.detail)
    return outcome.code, "".join("#" if character.isdigit() else character for character in text)

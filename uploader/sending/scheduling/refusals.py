"""Consecutive refusals with the same answer: so many of them say that the list or the API is wrong."""

import re
from dataclasses import dataclass, field
from typing import TypeAlias

from uploader.model.outcomes import Outcome

_NUMBER = re.compile(r"\d+")
_Answer: TypeAlias = tuple[str, str]
"""Its code, and its message with every number as `#`: what differs in a number alone is the same answer."""


@dataclass(slots=True)
class RefusalStreak:
    """Counts rejections with the same answer; a person may say that one of these answers is fine."""

    count: int = 0
    _answer: _Answer = field(default=("", ""), init=False)
    _suspect: _Answer | None = field(default=None, init=False)
    """The answer that stopped the run; others may come while a person is asked about it."""
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

    def suspect(self) -> None:
        """The last answer stops the run."""
        self._suspect = self._answer

    def tolerate(self) -> None:
        """The person wants the run to continue: the answer that stopped it, if one did, is counted no more."""
        self.count = 0
        if self._suspect is not None:
            self._tolerated.add(self._suspect)
        self._suspect = None


def _answer_of(outcome: Outcome) -> _Answer:
    return outcome.code, _NUMBER.sub("#", outcome.message or repr(outcome.detail))

"""How many rows have which status and which answer, in little memory however many answers there are."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from uploader.model import advice
from uploader.model.answers import ANY, AnswerGroup, grouped
from uploader.model.rows import Status
from uploader.model.summary import AnswerCount
from uploader.workbooks.results.row_display import DisplayedRow, RowAnswer

_SHOWN, _MOST_ANSWERS, _MOST_PATTERNS, _CHARACTERS = 50, 2_000, 20, 500
"""How many answers of each status are shown, how many are kept, into how many patterns more fall, how much of each."""
_OWN_ADVICE = (Status.INVALID, Status.SKIPPED)
"""Each of these rows has an advice of its own, so they are counted together."""


class _Pattern(NamedTuple):
    """A group into which further answers fall."""

    first: RowAnswer
    """The answer that stands for the group."""
    message: "re.Pattern[str]"


@dataclass(slots=True)
class AnswerTally:
    """Counts rows by status and answer; what is rare is counted together."""

    statuses: Counter[Status] = field(default_factory=Counter)
    settled: Counter[str] = field(default_factory=Counter)
    """The rows that a person closed, by what they found: `arrived` or `not arrived`."""
    _answers: Counter[RowAnswer] = field(default_factory=Counter)
    _others: Counter[Status] = field(default_factory=Counter)
    _patterns: list[_Pattern] | None = None

    def add(self, row: DisplayedRow) -> None:
        """Count one row."""
        answer = row.answer
        status, message = answer.status, answer.message
        self.statuses[status] += 1
        if row.settled is not None:
            self.settled[row.settled] += 1
        if status in _OWN_ADVICE:
            answer = answer._replace(advice=advice.NONE)
        if len(message) > _CHARACTERS:
            answer = answer._replace(message=message[:_CHARACTERS])
        so_far = self._answers.get(answer, 0)
        if so_far or len(self._answers) < _MOST_ANSWERS:
            self._answers[answer] = so_far + 1
        elif (alike := self._alike(answer)) is not None:
            self._answers[alike] += 1
        else:
            self._others[status] += 1

    def answers(self) -> Iterator[AnswerGroup]:
        """The commonest answers of each status, the most rows first."""
        yield from (group for group, is_common in self._ranked() if is_common)

    def others(self) -> Iterator[tuple[Status, int]]:
        """How many rows of each status have another answer."""
        others = Counter(self._others)
        for group, is_common in self._ranked():
            if not is_common:
                others[group.status] += group.rows
        yield from others.most_common()

    def _ranked(self) -> Iterator[tuple[AnswerGroup, bool]]:
        """Every answer, the most rows first, and whether it is one of the commonest of its status."""
        seen = Counter[Status]()
        for group in self._groups():
            seen[group.status] += 1
            yield group, seen[group.status] <= _SHOWN

    def _groups(self) -> list[AnswerGroup]:
        return grouped(AnswerCount(*answer, rows) for answer, rows in self._answers.most_common())

    def _alike(self, answer: RowAnswer) -> RowAnswer | None:
        """An answer of the group into which this one falls, once there are too many to keep each."""
        if self._patterns is None:
            self._patterns = [_pattern(group) for group in self._groups() if group.example][:_MOST_PATTERNS]
        for first, message in self._patterns:
            is_alike = (first.status, first.code, first.advice) == (answer.status, answer.code, answer.advice)
            if is_alike and message.fullmatch(answer.message):
                return first
        return None


def _pattern(group: AnswerGroup) -> _Pattern:
    parts = map(re.escape, group.message.split(ANY))
    first = RowAnswer(group.status, group.code, group.example[:_CHARACTERS], group.advice)
    return _Pattern(first, re.compile(".+?".join(parts), re.DOTALL))

"""The columns of a list at hand, and those of the job that its rows belong to.

A workbook's columns may have been moved, deleted or added since. A job's columns never move: its header only grows, by
columns that are sent. Others that a person added are notes: they stay in the workbook.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class JobColumns:
    """The columns of a job, and where each of them is in the list at hand."""

    known: Sequence[str]
    """The job's header until now; that of the list at hand where the job is new."""
    here: Sequence[str]
    """The list's own columns in the file at hand, and those that somebody added there; see `as_known`."""
    sent: Collection[int] | None = None
    """Those of them, from 0, that fill fields; None where all of them are the job's."""
    header: Sequence[str] = field(init=False)
    """The job's header from now on."""
    _places: Sequence[int | None] = field(init=False)
    """For each of these columns the one at hand, from 0; None where it is gone."""
    are_alike: bool = field(init=False)
    """Whether all columns at hand are the job's, in its order, and no other is."""

    def __post_init__(self) -> None:
        waiting: dict[str, list[int]] = {}
        for at, name in enumerate(self.here):
            waiting.setdefault(name, []).append(at)
        places = [waiting[name].pop(0) if waiting.get(name) else None for name in self.known]
        added = sorted(at for rest in waiting.values() for at in rest if self.sent is None or at in self.sent)
        object.__setattr__(self, "header", (*self.known, *(self.here[at] for at in added)))
        object.__setattr__(self, "_places", (*places, *added))
        object.__setattr__(self, "are_alike", self._places == tuple(range(len(self.here))))

    def of_job(self, cells: Sequence[str], known: Sequence[str] = ()) -> tuple[str, ...]:
        """A row of the list at hand as the job has it; in columns that are gone with what is `known` of it."""
        others = _filled(known, len(self._places))
        return tuple(others[nth] if at is None else cells[at] for nth, at in enumerate(self._places))

    def at_hand(self, cells: Sequence[str]) -> list[str]:
        """A row of the job as the list at hand has it."""
        if self.are_alike and len(cells) == len(self.here):
            return list(cells)
        found = _filled(cells, len(self._places))
        here = [""] * len(self.here)
        for cell, at in zip(found, self._places, strict=True):
            if at is not None:
                here[at] = cell
        return here

    def fields(self, at_hand: Mapping[str, int]) -> dict[str, int]:
        """Which of the job's columns, from 0, fills which field, where `at_hand` says it of the list at hand."""
        nth_of = {at: nth for nth, at in enumerate(self._places) if at is not None}
        return {name: nth_of[at] for name, at in at_hand.items()}


def as_known(
    known: Sequence[str], here: Sequence[str], sent: Collection[int], written: Callable[[], Mapping[int, str]]
) -> Sequence[str]:
    """The names at hand, but those that somebody gave to columns of the job that are not sent: the job has the old one.

    `written` has the old names, by column at hand; it is only asked where one may have been renamed.
    """
    unknown = [at for at, name in enumerate(here) if at not in sent and name not in known]
    if not unknown or not Counter(known) - Counter(here):
        return here
    before = written()
    return [before.get(at, name) if at in unknown else name for at, name in enumerate(here)]


def _filled(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]

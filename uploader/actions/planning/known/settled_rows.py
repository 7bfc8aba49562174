"""The rows that people closed after looking them up, as the sheet of requests in a result workbook says it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from uploader.i18n.recognise import recognised
from uploader.model.job import RowResult, Settlement
from uploader.model.outcomes import Verdict
from uploader.model.rows import Status

_STATUS = {"arrived": Status.ACCEPTED, "not arrived": Status.NOT_SENT}
"""Of a row, by what a person found."""
_NOBODY_KNOWS = "?"
"""Who it was and where, if somebody edited the sentence that said so."""


class AttemptsLine(NamedTuple):
    """A line of the sheet: a request, or what a person found."""

    row: int
    sent_at: str | None
    """ISO 8601 in UTC; None where nothing was sent."""
    cells: Mapping[str, str]
    """By their columns' names."""


class SettledRows(NamedTuple):
    """What people found."""

    listed: Sequence[Settlement]
    """All of it, in the order of time."""
    standing: Mapping[int, Settlement]
    """By row's number the last of it, unless the API has answered since."""

    def deciding(self, result: RowResult) -> Settlement | None:
        """That by which a row has its status, if it has it by a person's word."""
        found = self.standing.get(result.row.number)
        return found if found is not None and result.status is _STATUS[found.found] else None


def settled_rows(lines: Iterable[AttemptsLine]) -> SettledRows:
    """What people found; the lines are in the order of time."""
    listed, standing, sent = list[Settlement](), dict[int, Settlement](), dict[int, str]()
    for line in lines:
        meaning = line.cells.get("Meaning", "")
        if line.sent_at is not None:
            sent[line.row] = line.sent_at
            before = standing.get(line.row)
            # A refusal of what was sent once more says nothing about what had arrived.
            if before is not None and (before.found == "not arrived" or meaning == Verdict.ACCEPTED):
                del standing[line.row]
        elif meaning in _STATUS:
            settlement = _settlement(line, meaning, sent.get(line.row))
            if settlement is not None:
                listed.append(settlement)
                standing[line.row] = settlement
    return SettledRows(listed, standing)


def _settlement(line: AttemptsLine, found: str, last_sent: str | None) -> Settlement | None:
    """What a line says a person found; where its sentence was edited, it was after the row was sent last."""
    said = recognised(line.cells.get("Detail", ""), f"workbook.settled.{found.replace(' ', '_')}")
    at = None if said is None else _moment(str(said.facts["when"]))
    if said is not None and at is not None:
        return Settlement(line.row, found, at, str(said.facts["who"]), str(said.facts["machine"]))
    return None if last_sent is None else Settlement(line.row, found, last_sent, _NOBODY_KNOWS, _NOBODY_KNOWS)


def _moment(shown: str) -> str | None:
    """A moment as the sentence shows it, `2026-11-26 09:30:00 UTC-05:00`, as the journal writes it."""
    try:
        moment = datetime.fromisoformat(shown.replace(" UTC", ""))
    except ValueError:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")

"""What a workbook of ours that another computer wrote tells of its rows, as this computer's journal is to know it."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice

from uploader.journal.sqlite import RecoveredRow
from uploader.model import advice
from uploader.model.job import Attempt, RowResult, RowState
from uploader.model.rows import RESULT_COLUMNS, ROW_COLUMN, STATUS_COLUMN, Row, Status
from uploader.workbooks import digests
from uploader.workbooks import reader as ours
from uploader.workbooks.reader import ResultLine, ResultWorkbook

_AT_ONCE = 500
_DIGITS = 15
"""Of the longest number that SQLite surely takes."""
_TO_THE_SECOND = len("2026-12-31T23:59:59")

Fingerprint = Callable[[Row, Mapping[str, int]], str]
"""Of the request that a row makes whose fields stand in these columns."""
Made = tuple[int, str, int | None]
"""How one request is known again: its row, when it left (UTC, to the second), and how long its answer took."""


def made(attempt: Attempt) -> Made:
    """How a request is known again."""
    return attempt.row, attempt.sent_at[:_TO_THE_SECOND], attempt.duration_ms


@dataclass(slots=True)
class RecoveredRows:
    """The rows of a workbook and the requests that were made for them, less what is known already."""

    own: ResultWorkbook
    standings: Callable[[Sequence[int]], Mapping[int, RowState]]
    """Where rows stand, as far as the journal knows them."""
    fingerprint: Fingerprint
    known: Collection[Made]
    """The requests that the journal knows."""
    language: str
    header: Sequence[str] = field(init=False)
    """The names of the list's own columns."""
    fields: Mapping[str, int] = field(init=False)
    """Which of them, from 0, fills which field."""
    attempts: Sequence[Attempt] = field(init=False)
    """The requests that the journal doesn't know."""
    altered: set[int] = field(default_factory=set)
    """The rows whose cells somebody changed since."""
    doubtful: list[int] = field(default_factory=list)
    """The rows of which somebody changed what became of them."""
    _news: set[int] = field(init=False)

    def __post_init__(self) -> None:
        own = self.own
        self.header = [own.header[at] for at in own.listed]
        nth_of = {position: nth for nth, position in enumerate(own.listed)}
        self.fields = {name: nth_of[position] for name, position in own.mapping().items()}
        self.attempts = [one for one in _attempts(own) if made(one) not in self.known]
        self._news = {one.row for one in self.attempts}

    def rows(self) -> Iterator[RecoveredRow]:
        """What the workbook tells of each row; of those that the journal knows better, the job that does."""
        written, seen = self.own.imprint.lines(), set[int]()
        lines = self.own.lines()
        while some := list(islice(lines, _AT_ONCE)):
            numbered = {number: line for line in reversed(some) if (number := _whole(line.number))}
            standings = self.standings(list(numbered))
            for number, line in sorted(numbered.items()):
                if number not in seen:
                    seen.add(number)
                    yield self._told(number, line, standings.get(number), written.get(number))

    def _told(
        self, number: int, line: ResultLine, here: RowState | None, written: tuple[str, str] | None
    ) -> RecoveredRow:
        result = self._result(number, line, written)
        is_news = number in self._news and not (here is not None and here.status is Status.ACCEPTED)
        if here is not None and not is_news:
            return result.row, None, here.job, None
        return result.row, result, None, self._fingerprint(result)

    def _result(self, number: int, line: ResultLine, written: tuple[str, str] | None) -> RowResult:
        """What the line says of its row; where somebody changed that, nothing is sure."""
        result = _result(number, line, self.own.imprint.zone)
        if written is not None and digests.of_line(line.cells) != written[0]:
            self.altered.add(number)
            if result.status in (Status.ACCEPTED, Status.UNKNOWN):
                words = f"{result.advice} {advice.of('changed elsewhere', self.language)}"
                result = replace(result, advice=words.strip())
        outcome = digests.of_line([line.ours.get(name, "") for name in RESULT_COLUMNS])
        if written is not None and outcome != written[1]:
            self.doubtful.append(number)
            result = replace(result, status=Status.UNKNOWN, advice=advice.of("changed by hand", self.language))
        return result

    def _fingerprint(self, result: RowResult) -> str | None:
        """Of the request that was made, where the row still has the cells of it."""
        is_settled = result.status in (Status.ACCEPTED, Status.UNKNOWN)
        if not is_settled or result.row.number in self.altered or self.own.imprint.redacted:
            return None
        return self.fingerprint(result.row, self.fields)


def _result(number: int, line: ResultLine, zone: str) -> RowResult:
    """What a workbook's line says of its row."""
    said = line.ours
    status = next((one for one in Status if one == said.get(STATUS_COLUMN, "").strip().casefold()), Status.NOT_SENT)
    return RowResult(
        row=Row(number, line.cells),
        status=status,
        code=said.get("Response code", ""),
        message=said.get("Response message", ""),
        advice=said.get("Advice", ""),
        http_status=_whole(said.get("HTTP status", "")),
        attempts=_whole(said.get("Attempts", "")) or 0,
        sent_at=_moment(said.get("Sent at", ""), zone),
        duration_ms=_whole(said.get("Duration ms", "")),
    )


def _attempts(own: ResultWorkbook) -> Iterator[Attempt]:
    """The requests that a workbook tells of."""
    for line in ours.attempts(own.path):
        number, sent_at = _whole(line.get(ROW_COLUMN, "")), _moment(line.get("Sent at", ""), own.imprint.zone)
        if number is not None and sent_at is not None:
            yield Attempt(
                row=number,
                nth=_whole(line.get("Attempt", "")) or 1,
                sent_at=sent_at,
                meaning=line.get("Meaning", ""),
                code=line.get("Response code", ""),
                message=line.get("Response message", ""),
                http_status=_whole(line.get("HTTP status", "")),
                duration_ms=_whole(line.get("Duration ms", "")),
                detail=line.get("Detail", ""),
                job=0,
            )


def _whole(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else None


def _moment(text: str, zone: str) -> str | None:
    """A moment of the workbook, which is written in its zone, as the journal writes it."""
    try:
        moment = datetime.fromisoformat(f"{text.strip()}{zone if ':' in text else 'T00:00:00' + zone}")
    except ValueError:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")

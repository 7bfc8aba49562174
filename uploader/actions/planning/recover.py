"""The rows of a result workbook from another computer, as this computer's journal imports them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice

from uploader.journal import RecoveredRow
from uploader.model import advice
from uploader.model.job import Attempt, AttemptKey, RowResult, RowState
from uploader.model.rows import MAY_HAVE_ARRIVED, RESULT_COLUMNS, ROW_COLUMN, STATUS_COLUMN, Row, Status
from uploader.workbooks.manifest import line_digest
from uploader.workbooks.result_workbook import ResultLine, ResultWorkbook

_AT_ONCE = 500
_DIGITS = 15
"""Of the longest number that every journal takes."""

FingerprintOf = Callable[[Row, Mapping[str, int]], str]
"""Of the request that a row makes whose fields are in these columns."""


@dataclass(slots=True)
class RecoveredRows:
    """The rows of a workbook and the requests made for them, except what is known already."""

    workbook: ResultWorkbook
    states: Callable[[Sequence[int]], Mapping[int, RowState]]
    """The rows' states, as far as the journal knows them."""
    fingerprint: FingerprintOf
    known: Collection[AttemptKey]
    """The requests that the journal knows."""
    header: Sequence[str] = field(init=False)
    """The names of the list's own columns."""
    fields: Mapping[str, int] = field(init=False)
    """Which of them, from 0, fills which field."""
    attempts: Sequence[Attempt] = field(init=False)
    """The requests that the journal doesn't know."""
    altered: set[int] = field(default_factory=set)
    """The rows whose cells somebody edited since."""
    doubtful: list[int] = field(default_factory=list)
    """The rows whose outcome somebody edited."""
    _news: set[int] = field(init=False)

    def __post_init__(self) -> None:
        workbook = self.workbook
        self.header = workbook.list_header
        nth_of = {position: nth for nth, position in enumerate(workbook.list_columns)}
        self.fields = {name: nth_of[position] for name, position in workbook.mapping().items()}
        self.attempts = [one for one in _attempts(workbook) if one.key not in self.known]
        self._news = {one.row for one in self.attempts}

    def rows(self) -> Iterator[RecoveredRow]:
        """What the workbook says of each row that the journal doesn't know better."""
        written, seen = self.workbook.manifest.row_digests(), set[int]()
        lines = self.workbook.lines()
        while some := list(islice(lines, _AT_ONCE)):
            numbered = {number: line for line in reversed(some) if (number := _whole(line.number))}
            states = self.states(list(numbered))
            for number, line in sorted(numbered.items()):
                if number not in seen:
                    seen.add(number)
                    result = self._result(number, line, written.get(number))
                    if self._is_news(number, states.get(number)):
                        yield RecoveredRow(result.row, result, self._fingerprint(result))

    def _is_news(self, number: int, here: RowState | None) -> bool:
        """Whether the workbook knows more of a row than the journal."""
        return here is None or (number in self._news and here.status is not Status.ACCEPTED)

    def _result(self, number: int, line: ResultLine, written: tuple[str, str] | None) -> RowResult:
        """What the line says of its row; if somebody edited that, the outcome is unknown."""
        result = _result(number, line, self.workbook.manifest.zone)
        if written is not None and line_digest(line.cells) != written[0]:
            self.altered.add(number)
            if result.status in MAY_HAVE_ARRIVED:
                result = replace(result, advice=advice.followed_by(result.advice, advice.CHANGED_ELSEWHERE))
        outcome = line_digest([line.our_cells.get(name, "") for name in RESULT_COLUMNS])
        if written is not None and outcome != written[1]:
            self.doubtful.append(number)
            result = replace(result, status=Status.UNKNOWN, advice=advice.CHANGED_BY_HAND)
        return result

    def _fingerprint(self, result: RowResult) -> str | None:
        """Of the request that was made, where the row still has the cells of it."""
        may_have_arrived = result.status in MAY_HAVE_ARRIVED
        if not may_have_arrived or result.row.number in self.altered or self.workbook.manifest.redacted:
            return None
        return self.fingerprint(result.row, self.fields)


def _result(number: int, line: ResultLine, zone: str) -> RowResult:
    """What a workbook's line says of its row."""
    ours = line.our_cells
    status = next((one for one in Status if one == ours.get(STATUS_COLUMN, "").strip().casefold()), Status.NOT_SENT)
    return RowResult(
        row=Row(number, line.cells),
        status=status,
        code=ours.get("Response code", ""),
        message=ours.get("Response message", ""),
        advice=advice.as_written(ours.get("Advice", "")),
        http_status=_whole(ours.get("HTTP status", "")),
        attempts=_whole(ours.get("Attempts", "")) or 0,
        sent_at=_moment(ours.get("Sent at", ""), zone),
        duration_ms=_whole(ours.get("Duration ms", "")),
    )


def _attempts(workbook: ResultWorkbook) -> Iterator[Attempt]:
    """The requests that a workbook lists."""
    for line in workbook.attempts():
        number, sent_at = _whole(line.get(ROW_COLUMN, "")), _moment(line.get("Sent at", ""), workbook.manifest.zone)
        if number is not None and sent_at is not None:
            yield Attempt(
                row=number,
                nth=_whole(line.get("Attempt", "")) or 1,
                sent_at=sent_at,
                verdict=line.get("Meaning", ""),
                code=line.get("Response code", ""),
                message=line.get("Response message", ""),
                http_status=_whole(line.get("HTTP status", "")),
                duration_ms=_whole(line.get("Duration ms", "")),
                detail=advice.as_written(line["Detail"]) if line.get("Detail") else None,
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

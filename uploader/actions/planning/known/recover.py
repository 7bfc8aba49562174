"""The rows of a result workbook from another computer, as this computer's journal imports them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple, TypeVar

from uploader.actions.planning.known.job_columns import JobColumns
from uploader.actions.planning.known.settled_rows import AttemptsLine, SettledRows, settled_rows
from uploader.i18n import Localized, Message
from uploader.journal import RecoveredRow
from uploader.model import advice
from uploader.model.job import Attempt, AttemptKey, RowResult, RowState, Settlement, SettlementKey
from uploader.model.outcomes import STATUS_OF, Verdict
from uploader.model.rows import MAY_HAVE_ARRIVED, ROW_COLUMN, STATUS_COLUMN, Row, Status
from uploader.workbooks.cell_digests import line_digest
from uploader.workbooks.columns import attempt_columns, kept_cells, shown_names
from uploader.workbooks.read_back.result_workbook import ATTEMPTS_SHEET, ResultLine, ResultWorkbook
from uploader.workbooks.xlsx.display_text import as_displayed

_AT_ONCE = 500
_DANGER = {Status.ACCEPTED: 2, Status.UNKNOWN: 1}
"""How bad it would be to send a row with that status again; of all others, not at all."""
_OfRow = TypeVar("_OfRow", Attempt, AttemptKey)
_DIGITS = 15
"""Of the longest number that every journal takes."""

FingerprintOf = Callable[[Row, Mapping[str, int]], str]
"""Of the request that a row makes whose fields are in these columns."""


class Sending(NamedTuple):
    """How the rows of the list are sent from here."""

    fingerprint: FingerprintOf
    advice: Sequence[Localized]
    """What the template's rules say about answers."""


@dataclass(slots=True)
class RecoveredRows:
    """The rows of a workbook and the requests made for them, except what is known already."""

    workbook: ResultWorkbook
    states: Callable[[Sequence[int]], Mapping[int, RowState]]
    """The rows' states, as far as the journal knows them."""
    sending: Sending
    known: Collection[AttemptKey]
    """The requests that the journal knows."""
    known_settlements: Collection[SettlementKey] = frozenset()
    """What people found, as far as the journal knows it."""
    list_cells: Callable[[], Iterable[Sequence[str]]] = tuple
    """The cells of each row of the list, where that, or a later version, is at hand beside the workbook."""
    job_header: Sequence[str] = ()
    """The columns of what the journal knows; empty where it knows nothing."""
    header: Sequence[str] = field(init=False)
    """The names of the list's own columns."""
    columns: JobColumns = field(init=False)
    """The job's columns, and where they are in the workbook."""
    fields: Mapping[str, int] = field(init=False)
    """Which of them, from 0, fills which field."""
    attempts: Sequence[Attempt] = field(init=False)
    """The requests that the journal doesn't know."""
    settlements: Sequence[Settlement] = field(init=False)
    """What people found who looked rows up, as far as the journal doesn't know it."""
    altered: set[int] = field(default_factory=set)
    """The rows whose cells somebody edited since, and nobody here knows what they were."""
    doubtful: list[int] = field(default_factory=list)
    """The rows whose outcome somebody edited, or that nothing vouches for."""
    _listed: Mapping[int, Sequence[Attempt]] = field(init=False)
    """The requests of each row that the workbook lists."""
    _known: Mapping[int, Collection[AttemptKey]] = field(init=False)
    _list_by_digest: Mapping[str, Sequence[str]] | None = None
    """Made when it is first needed."""
    _settled: SettledRows = field(init=False)

    def __post_init__(self) -> None:
        workbook = self.workbook = self.workbook.without_notes()
        self.header = workbook.list_header
        self.columns = JobColumns(self.job_header or self.header, self.header)
        nth_of = {position: nth for nth, position in enumerate(workbook.list_columns)}
        self.fields = {name: nth_of[position] for name, position in workbook.mapping().items()}
        listed = list(_attempts(workbook))
        self.attempts = [one for one in listed if one.key not in self.known]
        self._listed, self._known = _by_row(listed), _by_row(self.known)
        self._settled = settled_rows(_attempts_lines(workbook))
        self.settlements = [one for one in self._settled.listed if one.key not in self.known_settlements]

    def rows(self) -> Iterator[RecoveredRow]:
        """What the workbook says of each row that the journal doesn't know better."""
        written, seen = self.workbook.manifest.row_digests(), set[int]()
        lines = self.workbook.lines()
        while some := list(islice(lines, _AT_ONCE)):
            numbered = {number: line for line in reversed(some) if (number := _whole(line.number))}
            states = self.states(list(numbered))
            before = self._cells_before(numbered, states, written)
            for number, line in sorted(numbered.items()):
                if number not in seen:
                    seen.add(number)
                    yield from self._row(number, line, states.get(number), written.get(number), before.get(number))
        yield from self._deleted_rows(sorted(written.keys() - seen))

    def _cells_before(
        self, lines: Mapping[int, ResultLine], states: Mapping[int, RowState], written: Mapping[int, tuple[str, str]]
    ) -> Mapping[int, Sequence[str]]:
        """The cells of the rows that somebody edited, as they were written, where the journal or the list has them.

        The edit is then one like any other in a workbook: it is found there, and sent.
        """
        edited = {
            number: written[number][0]
            for number, line in lines.items()
            if number in written and line_digest(line.cells) != written[number][0]
        }
        versions = (
            (number, self.columns.at_hand(cells))
            for number in edited.keys() & states.keys()
            for cells in (states[number].sent, states[number].cells)
            if cells
        )
        before = {number: cells for number, cells in versions if self._digest(cells) == edited[number]}
        listed = ((number, self._cells_in_list(edited[number])) for number in edited.keys() - before.keys())
        return {**{number: cells for number, cells in listed if cells is not None}, **before}

    def _cells_in_list(self, digest: str) -> Sequence[str] | None:
        """The cells of the list's row that has this digest in the workbook; None where none has."""
        if self._list_by_digest is None:
            self._list_by_digest = {self._digest(cells): cells for cells in self.list_cells()}
        return self._list_by_digest.get(digest)

    def _digest(self, cells: Sequence[str]) -> str:
        return line_digest([as_displayed(cell, self.workbook.manifest.language) for cell in cells])

    def _row(
        self,
        number: int,
        line: ResultLine,
        here: RowState | None,
        written: tuple[str, str] | None,
        before: Sequence[str] | None,
    ) -> Iterator[RecoveredRow]:
        result = self._result(number, line, written, before)
        if here is None or self._says_more(result, here):
            yield RecoveredRow(result.row, result, self._fingerprint(result))
        elif (settlement := self._new_settlement(result, here)) is not None:
            yield RecoveredRow(result.row, result, None, settlement)

    def _new_settlement(self, result: RowResult, here: RowState) -> Settlement | None:
        """By what a person found a row that is unknown here has its status in the workbook; None if it hasn't.

        Who found that it had not arrived didn't look for a request that the workbook doesn't list.
        """
        found = self._settled.deciding(result)
        if found is None or found.key in self.known_settlements or here.status is not Status.UNKNOWN:
            return None
        number = result.row.number
        listed = {one.key for one in self._listed.get(number, ())}
        return found if found.found == "arrived" or set(self._known.get(number, ())) <= listed else None

    def _says_more(self, result: RowResult, here: RowState) -> bool:
        """Whether the workbook knows of the row what the journal doesn't.

        Where each knows a request that the other doesn't, two computers sent it: what is worse to send again counts.
        """
        number = result.row.number
        known, listed = set(self._known.get(number, ())), {one.key for one in self._listed.get(number, ())}
        if not listed and result.attempts and result.sent_at:  # the sheet of requests is gone
            listed = {AttemptKey.of(number, result.sent_at, result.duration_ms)}
        if listed <= known or here.status is Status.ACCEPTED:
            return False
        return known <= listed or _DANGER.get(result.status, 0) > _DANGER.get(here.status, 0)

    def _result(
        self, number: int, line: ResultLine, written: tuple[str, str] | None, before: Sequence[str] | None
    ) -> RowResult:
        """What the line says of its row; if somebody edited that, or its digest is missing, the outcome is unknown."""
        result = _result(number, line, self.workbook.manifest.zone, self.sending.advice)
        if before is not None:
            result = replace(result, row=Row(number, tuple(before)))
        elif written is not None and line_digest(line.cells) != written[0]:
            self.altered.add(number)
            if result.status in MAY_HAVE_ARRIVED:
                result = replace(result, advice=advice.followed_by(result.advice, advice.CHANGED_ELSEWHERE))
        if written is None or line_digest(line.outcome()) != written[1]:
            self.doubtful.append(number)
            result = replace(result, status=Status.UNKNOWN, advice=advice.CHANGED_BY_HAND)
        if result.status is Status.SKIPPED:
            result = replace(result, advice=advice.told_elsewhere(result.advice))
        if result.status is Status.UNKNOWN:
            result = replace(result, request_id=self.workbook.manifest.request_ids.get(number, ""))
        settlement = self._settled.deciding(result)
        return result if settlement is None else replace(result, settled=settlement.found)

    def _deleted_rows(self, deleted: Sequence[int]) -> Iterator[RecoveredRow]:
        """The rows that were written and are gone, if they may have arrived: the list may still have them."""
        digest = self.workbook.sheet_digest(ATTEMPTS_SHEET)
        is_whole = digest is not None and digest == self.workbook.manifest.other_sheets.get(ATTEMPTS_SHEET)
        known = self.states(deleted)
        arrived = {
            number: status
            for number in deleted
            if number not in known
            if (status := _worst(self._listed.get(number, ())) if is_whole else Status.UNKNOWN) in MAY_HAVE_ARRIVED
        }
        written = self.workbook.manifest.row_digests() if arrived else {}
        found = {number: self._cells_in_list(written[number][0]) for number in arrived}
        cells = {number: cells for number, cells in found.items() if cells is not None}
        for number, status in arrived.items():
            self.doubtful += [number] if status is Status.UNKNOWN else []
            told = advice.NONE if status is Status.ACCEPTED else advice.CHANGED_BY_HAND
            row = Row(number, tuple(cells.get(number, ("",) * len(self.header))))
            result = _result_of(row, status, told, self._listed.get(number, ()))
            result = replace(result, request_id=self.workbook.manifest.request_ids.get(number, ""))
            yield RecoveredRow(row, result, self._fingerprint(result) if number in cells else None)

    def _fingerprint(self, result: RowResult) -> str | None:
        """Of the request that was made, where the row still has the cells of it."""
        is_known = result.status in (*MAY_HAVE_ARRIVED, Status.SKIPPED)
        if not is_known or result.row.number in self.altered or self.workbook.manifest.redacted:
            return None
        return self.sending.fingerprint(result.row, self.fields)


def _by_row(requests: Iterable[_OfRow]) -> Mapping[int, Sequence[_OfRow]]:
    by_row: dict[int, list[_OfRow]] = defaultdict(list)
    for one in requests:
        by_row[one.row].append(one)
    return by_row


def _worst(attempts: Sequence[Attempt]) -> Status:
    """What became of a row by its requests alone, where sending it again is worst; without an answer, nobody knows."""
    verdicts = {one.verdict for one in attempts}
    statuses = {STATUS_OF[one] for one in Verdict if one in verdicts} | ({Status.UNKNOWN} if "" in verdicts else set())
    return max(statuses, key=lambda status: _DANGER.get(status, 0), default=Status.NOT_SENT)


def _result_of(row: Row, status: Status, told: Message, attempts: Sequence[Attempt]) -> RowResult:
    """The result of a row without a line: that of the request which decides, else of the last one."""
    deciding = [one for one in attempts if one.verdict == status] or list(attempts)[-1:]
    last = deciding[-1] if deciding else None
    return RowResult(
        row=row,
        status=status,
        code="" if last is None else last.code,
        message="" if last is None else last.message,
        advice=told,
        http_status=None if last is None else last.http_status,
        attempts=len(attempts),
        sent_at=None if last is None else last.sent_at,
        duration_ms=None if last is None else last.duration_ms,
        kept={} if last is None else last.kept,
    )


def _result(number: int, line: ResultLine, zone: str, of_rules: Sequence[Localized]) -> RowResult:
    """What a workbook's line says of its row."""
    ours = line.our_cells
    status = next((one for one in Status if one == ours.get(STATUS_COLUMN, "").strip().casefold()), Status.NOT_SENT)
    return RowResult(
        row=Row(number, line.cells),
        status=status,
        code=ours.get("Response code", ""),
        message=ours.get("Response message", ""),
        advice=advice.read_back(ours.get("Advice", ""), of_rules),
        http_status=_whole(ours.get("HTTP status", "")),
        attempts=_whole(ours.get("Attempts", "")) or 0,
        sent_at=_moment(ours.get("Sent at", ""), zone),
        duration_ms=_whole(ours.get("Duration ms", "")),
        kept=kept_cells(ours),
    )


def _attempts(workbook: ResultWorkbook) -> Iterator[Attempt]:
    """The requests that a workbook lists."""
    columns = attempt_columns(workbook.manifest.kept_columns)
    names = dict(zip(columns, shown_names(columns, ()), strict=True))
    for number, sent_at, line in _attempts_lines(workbook):
        if sent_at is not None:
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
                kept=kept_cells({column: line.get(name, "") for column, name in names.items()}),
            )


def _attempts_lines(workbook: ResultWorkbook) -> Iterator[AttemptsLine]:
    """The lines of a workbook's sheet of requests that belong to a row."""
    for line in workbook.attempts():
        number = _whole(line.get(ROW_COLUMN, ""))
        if number is not None:
            yield AttemptsLine(number, _moment(line.get("Sent at", ""), workbook.manifest.zone), line)


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

"""A row as a result workbook shows it: advice in the reader's language, times in one zone, redacted values hidden."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import NamedTuple, Self

from uploader.i18n import Message, render
from uploader.model import advice as advices
from uploader.model.job import Attempt, Job, RowResult, Settlement
from uploader.model.rows import ROW_COLUMN, Status, column_letter, column_named
from uploader.workbooks.cell_digests import CellValue, line_digest
from uploader.workbooks.redaction import Redaction
from uploader.workbooks.xlsx.display_text import all_displayed

_IN_UTC, _TO_THE_SECOND = "+00:00", len("2026-12-31T23:59:59")
"""How every moment of a journal ends, and how much of it a cell shows."""
_MOST_ADVICES = 1_000
"""Of those that are rendered once."""


class RowAnswer(NamedTuple):
    """By what rows are counted that had the same answer."""

    status: Status
    code: str
    message: str
    advice: Message


class DisplayedRow(NamedTuple):
    """A row as the workbook shows it."""

    number: int
    cells: Sequence[str]
    outcome: Sequence[CellValue]
    """In our columns, in their order."""
    answer: RowAnswer
    settled: str | None = None
    """What a person found who settled the row; None if nobody did."""

    def digests(self) -> tuple[str, str]:
        """Of the list's cells, and of ours."""
        return line_digest(self.cells), line_digest(self.outcome)


def held_back(result: RowResult, header: Sequence[str], first: int, redaction: Redaction | None) -> Message:
    """What was edited since the row was sent, and was not sent.

    `header` has the names over the reader's columns; those of the list begin at `first`, from 0.
    """

    def shown(column: int, text: str) -> str:
        if redaction is None or header[first + column] not in redaction.columns:
            return text
        return redaction.hashed(text)

    changes = tuple(
        Message("workbook.edit", column=column_named(header, first + column), text=shown(column, text))
        for column, text in result.held_back.items()
    )
    code = "workbook.held_back_unknown" if result.status is Status.UNKNOWN else "workbook.held_back"
    return Message(code, changes=changes)


@dataclass(frozen=True, slots=True)
class RowDisplay:
    """How rows are shown: in which time zone and language, for whom, and what of them is not."""

    header: Sequence[str]
    zone: timezone
    redaction: Redaction | None
    language: str
    face: str = "cli"
    letters: Sequence[str] | None = None
    """Those over the list's columns; None where `Row` is before them."""
    kept_columns: Sequence[str] = ()
    """Those with values of the answers, by the names that the template gives."""
    _advices: dict[Message, str] = field(default_factory=dict, repr=False, compare=False)
    """As they were rendered: those that name no cell, which are the same in many rows."""

    @classmethod
    def of_job(cls, job: Job, redaction: Redaction | None, language: str, face: str = "cli") -> Self:
        """In the zone that this computer had when the job was made."""
        offset = datetime.fromisoformat(job.created_at).astimezone().utcoffset()
        zone = timezone(offset) if offset else timezone.utc  # noqa: UP017  # one kind of zone
        return cls(job.header, zone, redaction, language, face, kept_columns=job.kept_columns)

    def displayed(self, result: RowResult, line: int) -> DisplayedRow:
        """The row as it is written in that line of its sheet."""
        said = self._advice(result, line)
        said_of_it = (result.code, result.message, said, *self._kept(result.kept))
        code, message, advice, *kept = self._redacted(said_of_it, result.row.cells)
        answer = RowAnswer(
            result.status, code, message, result.advice if advice == said else advices.as_written(advice)
        )
        if result.held_back:
            header = [ROW_COLUMN, *self.header]  # as in the workbook: its letters are those that the reader sees
            advice = f"{advice} {self.text(held_back(result, header, 1, self.redaction))}".strip()
        texts = all_displayed((code, message, advice), self.language)
        numbers = [result.http_status, result.attempts, self.moment(result.sent_at), result.duration_ms]
        cells = all_displayed(self._cells(result), self.language)
        outcome = [result.status, *texts, *numbers, *all_displayed(kept, self.language)]
        return DisplayedRow(result.row.number, cells, outcome, answer, result.settled)

    def attempt_line(self, attempt: Attempt, sent_at: datetime | None) -> Sequence[str | int | datetime | None]:
        """An attempt as it is listed, without the row's redacted values; `sent_at` is its moment for the reader."""
        texts = (attempt.code, attempt.message, self._detail(attempt.detail), *self._kept(attempt.kept))
        code, message, detail, *kept = self._redacted(texts, attempt.cells)
        answer = (attempt.http_status, code, message, attempt.duration_ms, attempt.verdict, detail)
        return [attempt.row, attempt.nth, sent_at, *answer, attempt.job, *kept]

    def settlement_text(self, settlement: Settlement) -> str:
        """Who closed a row, where, when, and what they found."""
        found = settlement.found.replace(" ", "_")
        facts = {"who": settlement.user, "machine": settlement.machine, "when": self.moment_text(settlement.at)}
        return self.text(Message(f"workbook.settled.{found}", **facts))

    def text(self, message: Message) -> str:
        """A sentence of the workbook's own."""
        return render(message, self.language, face=self.face)

    def moment(self, moment: str | None) -> datetime | None:
        """A moment of the journal in the workbook's zone, as Excel keeps times: to the second, without a zone."""
        if moment is None:
            return None
        if moment.endswith(_IN_UTC):
            return datetime.fromisoformat(moment[:_TO_THE_SECOND]) + self.zone.utcoffset(None)
        return datetime.fromisoformat(moment).astimezone(self.zone).replace(tzinfo=None, microsecond=0)

    def moment_text(self, moment: str) -> str:
        """A moment of the journal with the workbook's zone."""
        return f"{self.moment(moment):%Y-%m-%d %H:%M:%S} UTC{self.zone_text}"

    @property
    def zone_text(self) -> str:
        """The zone as the manifest writes it: `-05:00`."""
        return datetime(2000, 1, 1, tzinfo=self.zone).isoformat()[-len("+00:00") :]

    def _advice(self, result: RowResult, line: int) -> str:
        known = self._advices.get(result.advice)
        if known is not None:
            return known
        names_cells = False

        def cell(column: int | None) -> str:
            nonlocal names_cells
            names_cells = True
            if column is None:
                return self.text(Message("workbook.row", row=result.row.number))
            letters = column_letter(1 + column) if self.letters is None else self.letters[column]
            return f"{letters}{line}"

        said = render(result.advice, self.language, cell, face=self.face)
        if not names_cells and len(self._advices) < _MOST_ADVICES:
            self._advices[result.advice] = said
        return said

    def _detail(self, detail: Message | None) -> str:
        """A sentence of ours begins with a capital; what a server said stays as it came."""
        if detail is None:
            return ""
        text = self.text(detail)
        return text if detail.code == "text" else text[:1].upper() + text[1:]

    def _cells(self, result: RowResult) -> Sequence[str]:
        cells = result.row.cells
        return cells if self.redaction is None else self.redaction.redacted_cells(self.header, cells)

    def _kept(self, values: Mapping[str, str]) -> Sequence[str]:
        return [values.get(name, "") for name in self.kept_columns]

    def _redacted(self, texts: Sequence[str], cells: Sequence[str]) -> Sequence[str]:
        if self.redaction is None:
            return texts
        return [self.redaction.redacted_text(text, self.header, cells) for text in texts]


def zone_of(text: str) -> timezone:
    """A zone as the manifest writes it: `-05:00`."""
    sign, hours, minutes = text[:1], text[1:3], text[4:6]
    if not (hours.isdecimal() and minutes.isdecimal()):
        return timezone.utc  # noqa: UP017  # one kind of zone
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if sign == "-" else offset)

"""What became of a list, from the journal alone: every row and every request as plain values."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from uploader.actions.planning.find_job import Which, named_job, remembered
from uploader.actions.session import Session
from uploader.i18n import Message, render
from uploader.journal import Journal
from uploader.model.job import Job, RowResult
from uploader.model.rows import column_letter
from uploader.workbooks import redaction
from uploader.workbooks.columns import attempt_columns, result_columns, shown_names
from uploader.workbooks.redaction import Redaction
from uploader.workbooks.results.row_display import RowDisplay, held_back

Value: TypeAlias = str | int | datetime | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A job whose rows and requests can be looked at."""

    job: Job
    """The newest of its list."""
    session: Session
    sandbox: bool
    face: str = "python"
    """Where its advice is read."""

    @property
    def columns(self) -> Sequence[str]:
        """The names over a row's values: the list's own, then ours as the result workbook calls them."""
        header = self.job.header
        return [*header, *shown_names(result_columns(self.job.kept_columns), header)]

    @property
    def attempt_columns(self) -> Sequence[str]:
        """The names over a request's values, as the result workbook calls them."""
        return shown_names(attempt_columns(self.job.kept_columns), ())

    def rows(self) -> list[tuple[int, Sequence[Value]]]:
        """Every row of the list: its number and, in the order of `columns`, its values. Times are in UTC."""
        with self.session.journal(sandbox=self.sandbox) as journal:
            return list(self.shown(journal.rows(self.job.id)))

    def shown(self, results: Iterable[RowResult]) -> Iterator[tuple[int, Sequence[Value]]]:
        """Each of these rows: its number and, in the order of `columns`, its values."""
        redacted = self._redaction()
        return (self._row(result, redacted) for result in results)

    def attempts(self) -> list[Sequence[Value]]:
        """Every request that was made, in the order of `attempt_columns`."""
        with self.session.journal(sandbox=self.sandbox) as journal:
            return list(self._attempts(journal))

    def _redaction(self) -> Redaction | None:
        return redaction.redaction_for(self.session.home, self.job.redacted)

    def _row(self, result: RowResult, redacted: Redaction | None) -> tuple[int, Sequence[Value]]:
        header, cells = self.job.header, result.row.cells
        kept = [result.kept.get(name, "") for name in self.job.kept_columns]
        texts: Sequence[str] = (result.code, result.message, self._advice(result, redacted), *kept)
        if redacted is not None:
            texts = [redacted.redacted_text(text, header, cells) for text in texts]
            cells = tuple(redacted.redacted_cells(header, cells))
        sent_at = None if result.sent_at is None else datetime.fromisoformat(result.sent_at)
        code, message, advice, *kept = texts
        ours = [str(result.status), code, message, advice, result.http_status, result.attempts, sent_at]
        return result.row.number, [*cells, *ours, result.duration_ms, *kept]

    def _advice(self, result: RowResult, redacted: Redaction | None) -> str:
        """The advice; it names cells as they are in the list."""

        def cell(column: int | None) -> str:
            if column is None:
                return self._text(Message("workbook.row", row=result.row.number))
            return f"{column_letter(column)}{result.row.number}"

        advice = render(result.advice, self.session.language, cell, face=self.face)
        if not result.held_back:
            return advice
        return f"{advice} {self._text(held_back(result, self.job.header, 0, redacted))}".strip()

    def _text(self, message: Message) -> str:
        return render(message, self.session.language, face=self.face)

    def _attempts(self, journal: Journal) -> Iterator[Sequence[Value]]:
        display = RowDisplay.of_job(self.job, self._redaction(), self.session.language, self.face)
        for attempt in journal.attempts(self.job.id, with_cells=bool(self.job.redacted)):
            yield display.attempt_line(attempt, datetime.fromisoformat(attempt.sent_at))


def job_of(which: Which | None, session: Session, *, redact: Sequence[str] = (), sandbox: bool = False) -> Outcome:
    """The job of that number, the last one of that list, or the last of all; with what is redacted besides.

    Raises SettingsError where there is none.
    """
    with session.journal(sandbox=sandbox) as journal:
        job = remembered(named_job(journal, which, session))
        more = redaction.columns_named(redact, job.header)
    return Outcome(replace(job, redacted=tuple(dict.fromkeys([*job.redacted, *more]))), session, sandbox)

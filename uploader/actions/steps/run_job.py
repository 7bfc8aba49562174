"""One delivery of a job: what is held back, what the API says beforehand, the run, and the workbook at its end."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from uploader.actions.check import INVALID, told_invalid, write_problems
from uploader.actions.session import Session
from uploader.actions.steps import find_job, result_file
from uploader.actions.steps.reconcile import Reconciliation
from uploader.checks import rules
from uploader.errors import JournalError
from uploader.journal import locks
from uploader.journal.sqlite import Advice, Journal, RunLedger
from uploader.model import advice
from uploader.model.job import Job, Summary
from uploader.model.outcomes import Stop, Verdict
from uploader.model.problems import Problem, ProblemLog
from uploader.model.resend import PriorRequest, ResendPolicy
from uploader.model.rows import Status
from uploader.sending.sender import Run
from uploader.templates import preflight

_ANYWAY = INVALID + ". Send the others all the same?"
_MEND = "Nothing was sent. Mend the list and send it again, or send the good rows with --skip-invalid."
_PROBLEMS_ARE_IN = "The list's rows with what is wrong in each: {path}"
_PROBLEMS, _WARNINGS = "Problems:", "Warnings:"
_SENDING = "Template {name}, sending to {where}."
_SANDBOX = "a practice server on this computer"
_GOES_ON = "Job {job} of {list} goes on: {left} of {rows} wait."
_NOTHING_WAITS = "Job {job} of {list} is finished: no row waits to be sent."
_REDIRECTED = "Job {job} was begun to {before}; from now on it goes to {after}."
_ACCEPTED_BEFORE = "{rows} accepted before: {list}, {day} (job {job})."
_STAND_EARLIER = "{rows} the same request as an earlier row of this list."
_UNKNOWN_BEFORE = (
    "{rows} sent before without a usable answer: {list}, {day} (job {job}). Not sent again unless you say "
    "--resend-unknown: look them up first."
)
_SKIPPED = "Skipped, because sending them again would make the same case twice:"
_LEFT_ALONE = "Left alone, because they may have arrived:"
_AGAIN = "{rows} would be skipped. Send them all the same?"


@dataclass(slots=True)
class Delivery:
    """One run of one job, from what is known of it to its workbook."""

    journal: Journal
    job: Job
    run: Run
    around: Session
    output: Path
    mended: Reconciliation | None
    """The list, where the job is new."""
    repeats: ResendPolicy = field(default_factory=ResendPolicy)
    """What is sent again although it is known; settled before the run."""

    @property
    def _sandbox(self) -> bool:
        return self.run.sending.sandbox is not None

    @property
    def _counts(self) -> Mapping[Status, int]:
        return self.journal.job(self.job.id).counts

    # Before anything is sent

    def checked(self, findings: ProblemLog) -> Summary | None:
        """Say what the checks found; a summary where that is the end, because nothing may be sent."""
        self._say_findings(findings)
        counts = self.job.counts
        if self.mended is None or not counts[Status.INVALID] or self._goes_on_without(counts, {}):
            return None
        return self._nothing_sent(counts)

    def _say_findings(self, findings: ProblemLog) -> None:
        for title, stops in ((_PROBLEMS, True), (_WARNINGS, False)):
            lines = findings.told(stops=stops)
            for line in [title, *(f"  {line}" for line in lines)] if lines else []:
                self.around.say(line)

    def _goes_on_without(self, counts: Mapping[Status, int], more: Mapping[int, list[Problem]]) -> bool:
        """Write down what is wrong with each row; whether the good rows are sent all the same."""
        workbook = None if self.mended is None else write_problems(self.mended, self.around, more)
        if workbook is not None:
            self.around.say(_PROBLEMS_ARE_IN.format(path=workbook))
        ask = self.around.ask
        return self.run.sending.skip_invalid or (ask is not None and ask(told_invalid(_ANYWAY, counts)))

    def _nothing_sent(self, counts: Mapping[Status, int]) -> Summary:
        if self.mended is not None:
            self.journal.discard(self.job.id)
        self.around.say(_MEND)
        return Summary(
            self.job.list_path,
            self.job.template,
            job=None if self.mended is not None else self.job.id,
            counts=counts,
            stopped=told_invalid(INVALID, counts),
            sent=False,
        )

    # The run

    def carried_out(self) -> Summary:
        """Send what waits, and write the workbook."""
        self._redirect()
        repeats = self.repeats = self._repeats()
        ledger = self.journal.begin_run(self.job.id, repeats, self._advice())
        ledger.hold_back_known(skipped_alone=True)
        waiting = self._waiting(repeats)
        if self.mended is None:
            words = _GOES_ON if waiting else _NOTHING_WAITS
            name, rows = self.job.list_path.name, f"{self.job.rows:,}"
            self.around.say(words.format(job=self.job.id, list=name, left=_rows(waiting), rows=rows))
        requests, stop = 0, None
        if waiting:
            where = _SANDBOX if self._sandbox else self.run.destination
            self.around.say(_SENDING.format(name=self.run.template.name, where=where))
            with self._alone_with_token():
                ledger.hold_back_known()  # what another run had under way is settled by now
                told = self._asked()
                bad = self._bad_ids(told)
                counts = _with_invalid(self._counts, len(bad))
                if bad and not self._goes_on_without(counts, bad):
                    ledger.end(Stop(told_invalid(INVALID, counts), None))
                    return self._nothing_sent(counts)
                language = self.around.language
                ledger.refuse({row: rules.advice(found, language) for row, found in bad.items()})
                stop = told.stop
                self.around.say(told.advice)
                if stop is None:
                    requests, stop = self._sent(ledger, repeats, told)
        summary = self._summed_up(requests, stop)
        if stop is not None and stop.meaning is Verdict.OUT_OF_REACH:
            self.around.say(advice.in_language(self.run.template.hint_out_of_reach, self.around.language))
        around = self.around
        summary = result_file.with_workbook(
            summary, self.journal, self.output, around, job=self.job.id, sandbox=self._sandbox
        )
        try:
            ledger.end(stop)  # not before the workbook stands: a run that dies while it is written is gone on with
        except JournalError as why:
            return replace(summary, stopped=summary.stopped or str(why).rstrip("."))
        return summary

    def _waiting(self, repeats: ResendPolicy) -> int:
        return self.journal.count_waiting(self.job.id, repeats)

    def _sent(self, ledger: RunLedger, repeats: ResendPolicy, told: preflight.ApiFacts) -> tuple[int, Stop | None]:
        around, waiting = self.around, self._waiting(repeats)
        around.say(preflight.plan(told, min(waiting, self.run.sending.first or waiting)))
        rows = self.journal.waiting(self.job.id, repeats)
        return self.run.over(rows, waiting, ledger, around.stream, around.ask, quiet=around.quiet)

    def _redirect(self) -> None:
        """A job that goes elsewhere than it was begun is said to, and its requests become others."""
        run, job = self.run, self.job
        if (run.destination, run.settings.plain) == (job.destination, job.settings):
            return
        if not self._sandbox:  # a practice server inside has another port each time
            before, after = (
                find_job.told_where(job.destination, job.settings),
                find_job.told_where(run.destination, run.settings.plain),
            )
            self.around.say(_REDIRECTED.format(job=job.id, before=before, after=after))
        self.journal.redirect(job.id, run.destination, run.settings.plain, lambda row: run.fingerprint(run.values(row)))

    def _advice(self) -> Advice:
        language = self.around.language
        return Advice(advice.under_way(language), lambda found: advice.earlier(found, language))

    def _repeats(self) -> ResendPolicy:
        """What is sent again; what is known and waits is said, and asked about where somebody is there to answer."""
        template, sandbox = self.run.template, self._sandbox
        since = find_job.held_back_since(template, self.job, sandbox=sandbox)
        repeats = self.run.sending.repeats(template, since)
        counted = Counter(_told_apart(found) for _, found in self.journal.known(self.job.id, repeats))
        for title, standing in ((_SKIPPED, Status.SKIPPED), (_LEFT_ALONE, Status.UNKNOWN)):
            lines = [_told_earlier(found, rows) for found, rows in counted.items() if found.standing is standing]
            for line in [title, *(f"  {line}" for line in lines)] if lines else []:
                self.around.say(line)
        total = sum(rows for found, rows in counted.items() if found.standing is Status.SKIPPED)
        if total and self.around.ask is not None and self.around.ask(_AGAIN.format(rows=_rows(total))):
            return replace(repeats, duplicates=True)
        return repeats

    @contextmanager
    def _alone_with_token(self) -> Iterator[None]:
        if self._sandbox:
            yield
            return
        run, around = self.run, self.around
        name = self.job.list_path.name
        with locks.on_token(around.home, run.destination, run.settings, name, around.say):
            yield

    def _asked(self) -> preflight.ApiFacts:
        """What the API says beforehand."""
        if self.run.sending.no_preflight or not self.run.template.preflight:
            return preflight.ApiFacts()
        return self.run.asked(self.job.fields)

    def _bad_ids(self, told: preflight.ApiFacts) -> dict[int, list[Problem]]:
        """The rows whose ids don't exist, by number; they and those whose ids are switched off are said."""
        found = preflight.problems(told, self._ids(told.known), self.job.fields)
        findings = ProblemLog()
        findings.extend(found if self.mended is None else map(self.mended.at_hand, found))
        self._say_findings(findings)
        return rules.stopping(found)

    def _ids(self, columns: Collection[str]) -> dict[str, dict[str, list[int]]]:
        """By column and id, the rows that have it and were never sent: one that may have arrived stays unknown."""
        found: dict[str, dict[str, list[int]]] = {column: defaultdict(list) for column in columns}
        if columns:
            for row in self.journal.waiting(self.job.id, ResendPolicy()):
                values = self.run.values(row)
                for column, rows_of in found.items():
                    rows_of[values.get(column, "")].append(row.number)
        return found

    def _summed_up(self, requests: int, stop: Stop | None) -> Summary:
        return Summary(
            self.job.list_path,
            self.job.template,
            job=self.job.id,
            counts=self._counts,
            requests=requests,
            answers=self.journal.answers(self.job.id),
            stopped=None if stop is None else stop.reason,
            interrupted=stop is not None and stop.interrupted,
            go_on=self._how_to_go_on(stop),
        )

    def _how_to_go_on(self, stop: Stop | None) -> str:
        """The command that sends the rest as it was meant to be sent."""
        sending, told = self.run.sending, [f"uploader resume {self.job.id}"]
        told += ["--sandbox"] if self._sandbox else []
        told += ["--send-duplicates"] if self.repeats.duplicates else []
        told += ["--resend-unknown"] if sending.resend_unknown else []
        if sending.first is not None and stop is not None:  # the pilot is not over
            told += [f"--first {sending.first}"]
        return " ".join(told)


def _with_invalid(counts: Mapping[Status, int], more: int) -> Mapping[Status, int]:
    """The counts once so many rows that wait are invalid."""
    invalid, waiting = counts[Status.INVALID] + more, counts[Status.NOT_SENT] - more
    return {**counts, Status.INVALID: invalid, Status.NOT_SENT: waiting}


def _told_apart(found: PriorRequest) -> PriorRequest:
    """What is the same for all rows that are told together: job and day; of rows in this list, nothing else."""
    if found.status is Status.SKIPPED:
        return PriorRequest(Status.SKIPPED, 0, 0, "", "")
    return replace(found, row=0, at=f"{datetime.fromisoformat(found.at).astimezone():%Y-%m-%d}" if found.at else "")


def _told_earlier(found: PriorRequest, rows: int) -> str:
    words = {Status.ACCEPTED: _ACCEPTED_BEFORE, Status.UNKNOWN: _UNKNOWN_BEFORE}.get(found.status, _STAND_EARLIER)
    verb = ("is" if rows == 1 else "are") if found.status is Status.SKIPPED else ("was" if rows == 1 else "were")
    return words.format(rows=f"{_rows(rows)} {verb}", job=found.job, list=found.list_name, day=found.at)


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"

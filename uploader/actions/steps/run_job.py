"""A plan, carried out: the rows are sent, every outcome is written down, and the result workbook is made of them."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, replace

from uploader.actions.options import SendOptions
from uploader.actions.planning.plan import Plan
from uploader.actions.planning.route import Route
from uploader.actions.planning.senders import new_run_key, planner_of, senders_of, unknown_at_rest
from uploader.actions.session import Session, sender
from uploader.actions.steps.send_waiting import COME_BACK_SECONDS, WaitingRows
from uploader.errors import JournalError, JournalLostError
from uploader.i18n import Message
from uploader.journal import Journal, RunLedger
from uploader.model import advice
from uploader.model.events import Event, RowDone
from uploader.model.job import Job
from uploader.model.outcomes import Stop, Verdict
from uploader.model.questions import YES, Question
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Status
from uploader.model.summary import AnswerCount, ResumeHint, Summary
from uploader.sending.scheduling.ending import ends_all
from uploader.sending.transports.proxies.failures import NO_WAY

_LEAVE_SOMETHING_TO_DO = (Status.REJECTED, Status.UNKNOWN, Status.INVALID)
_NAMED_ROWS = 10


@dataclass(slots=True)
class _JobRun:
    """One run of one job, whose plan is settled."""

    plan: Plan
    job: Job
    journal: Journal
    options: SendOptions
    session: Session
    share: Callable[[], None]
    """Called before the first row leaves: from then on others may join."""
    joins: bool = False
    """Beside others, who planned it; the workbook is theirs."""
    began: float = 0.0
    """By the session's working time."""
    done: Counter[Status] = field(default_factory=Counter)
    """The rows that this run has brought to their end."""
    sending_seconds: float = 0.0
    """How long it sent."""

    key: str = ""
    """Of the run."""

    def __post_init__(self) -> None:
        self.began = self.session.working.now()

    def carried_out(self) -> Summary:
        """Send what waits, and write the workbook; the summary says how it ended."""
        if not self.joins:
            self._redirect()
            if self.plan.rows is None:
                self.journal.ask_again(self.job.id, self.plan.policy)
        self.key = new_run_key(helps=self.joins)
        ledger = self.journal.begin_run(self.job.id, sender(), self.plan.policy, key=self.key, joins=self.joins)
        with self.journal.locks.hold_run(self.key):  # others see that it lives, and wait for what it has under way
            return self._sent(ledger)

    def _sent(self, ledger: RunLedger) -> Summary:
        if not self.joins:
            ledger.hold_back_known()  # whether they leave is decided anew when they do
            refused = {**self.plan.unknown_ids, **self.plan.refused_duplicates}
            ledger.refuse({row: advice.of_problems(found) for row, found in refused.items()})
        requests, stop, is_gone = 0, self.plan.api.stop, False
        waiting = self.journal.count_waiting(self.job.id, ResendPolicy()).total()
        if waiting and stop is None:
            if self.options.first is None:  # others would send what is to wait until the trial was looked at
                self.share()
            with nullcontext() if self.plan.is_sandbox else self.session.keeps_awake():
                report = self._waiting_rows(ledger).send(waiting)
            requests, stop, is_gone = report.requests, report.stop, report.is_journal_lost
            self.sending_seconds = report.seconds
            if not is_gone:
                with suppress(JournalError):  # why the run ends is known by then
                    self._in_spite_of_losses(ledger, lambda: ledger.note_sending(report.seconds))
            with suppress(JournalError):  # what else reads the journal was idle: where it is lost, it is anew
                self.journal.job(self.job.id)
        try:
            summary = self._summary(requests, stop)
        except JournalError as why:
            if self.journal.is_shared:
                stop = stop or Stop(Message("stop.journal", why=why.message), None)
                return self._ended_without_journal(requests, stop)
            if stop is None or stop.interrupted:
                raise
            raise JournalError(Message("end.stopped_at_the_end", why=stop.reason)) from why
        self._tell_hint(stop)
        self.session.ui.show(summary)
        if self.job.wants_workbook and not self.joins:
            summary = self._with_workbook(summary)
        self._tell_of_results(summary)
        if self.options.annotate and not self.joins:
            self._write_copy()
        return summary if is_gone else self._ended(ledger, stop, summary)

    def _ended_without_journal(self, requests: int, stop: Stop) -> Summary:
        """What this run knows itself: nothing else can be read, and no workbook be made."""
        summary = Summary(
            self.job.list_path,
            self.job.template,
            job=self.job.id,
            run=self.done,
            requests=requests,
            seconds=self.session.working.now() - self.began,
            sending_seconds=self.sending_seconds,
            stopped=stop.reason,
            interrupted=stop.interrupted,
            resume=self._resume_hint(stop),
        )
        self.session.ui.show(summary)
        return summary

    def _tell_of_results(self, summary: Summary) -> None:
        """Who writes the workbook, or what it lacks, where others send the job, too."""
        if not self.joins:
            if summary.others:
                self.session.tell(Message("work.others_continue", job=self.job.id, count=summary.others))
            return
        planner = None
        with suppress(JournalError):
            planner = planner_of(self.job.id, self.journal)
        if planner is not None:
            facts = {"user": planner.user, "machine": planner.machine}
            self.session.tell(Message("work.results_elsewhere", job=self.job.id, **facts))
        else:
            code = "work.results_later" if summary.others else "work.results_now"
            self.session.tell(Message(code, job=self.job.id))

    def _with_workbook(self, summary: Summary) -> Summary:
        from uploader.actions.steps.workbooks.result_file import with_results

        output, sandbox = self.job.results_path, self.plan.is_sandbox
        return with_results(summary, self.journal, output, self.session, sandbox=sandbox)

    def _write_copy(self) -> None:
        from uploader.actions.steps.workbooks.own_workbook import tell_of_copy
        from uploader.actions.steps.workbooks.status_copy import write_status_copy

        job, sandbox = self.journal.job(self.job.id), self.plan.is_sandbox
        at_hand = None if self.plan.rows is None else self.plan.rows.opened.path
        copied = write_status_copy(self.journal, job, self.session, sandbox=sandbox, at_hand=at_hand)
        tell_of_copy(copied, self.session)

    @property
    def _route(self) -> Route:
        """The plan's, for rows as the job has them: their columns may be others in the list at hand."""
        return replace(self.plan.route, fields=self.job.fields)

    def _redirect(self) -> None:
        """A job that goes elsewhere than it was begun: its requests become others. The plan has said so."""
        route, job = self._route, self.job
        if (route.destination, route.settings.plain) == (job.destination, job.settings):
            return
        self.journal.redirect(
            job.id, route.destination, route.settings.plain, lambda row: route.fingerprint(route.values(row))
        )

    def _waiting_rows(self, ledger: RunLedger) -> WaitingRows:
        route, on_event, confirm = self._route, self._on_event, self._confirm
        return WaitingRows(
            self.plan, route, self.job.id, self.journal, ledger, self.options, self.session, on_event, confirm
        )

    def _on_event(self, event: Event) -> None:
        if isinstance(event, RowDone):
            self.done[event.status] += 1
        self.session.ui.on_event(event)

    def _confirm(self, stop: Stop) -> bool:
        """The one question while rows are sent: something looks wrong, and a person may know better."""
        question = Question("go_on", {"reason": stop.reason})
        return self.session.ask([question])[question.id] == YES

    def _summary(self, requests: int, stop: Stop | None) -> Summary:
        unknown = unknown_at_rest(self.job.id, self.journal, besides=self.key) if self.journal.is_shared else None
        job = self.journal.job(self.job.id)
        counts = job.counts
        under_way = 0 if unknown is None else max(0, counts[Status.UNKNOWN] - len(unknown))
        numbers = {
            status: self.journal.row_numbers(self.job.id, status, _NAMED_ROWS)
            for status in _LEAVE_SOMETHING_TO_DO
            if counts.get(status)
        }
        if unknown is not None:
            numbers[Status.UNKNOWN] = unknown[:_NAMED_ROWS]
        return Summary(
            self.job.list_path,
            self.job.template,
            job=self.job.id,
            counts=counts,
            settled=job.settled,
            run=self.done,
            numbers=numbers,
            requests=requests,
            seconds=self.session.working.now() - self.began,
            sending_seconds=self.sending_seconds,
            answers=_at_rest(self.journal.answers(self.job.id), under_way),
            stopped=None if stop is None else stop.reason,
            interrupted=stop is not None and stop.interrupted,
            resume=self._resume_hint(stop),
            under_way=under_way,
            others=self._others(stop) if job.waiting or under_way else 0,
        )

    def _others(self, stop: Stop | None) -> int:
        """How many go on when this run has ended."""
        if not self.journal.is_shared or (stop is not None and ends_all(stop)):
            return 0
        return sum(run.key != self.key for run in senders_of(self.job.id, self.journal))

    def _resume_hint(self, stop: Stop | None) -> ResumeHint:
        """What has to be said again so that the rest goes as it was meant to."""
        return ResumeHint(
            self.job.id,
            sandbox=self.plan.is_sandbox,
            send_duplicates=self.plan.policy.duplicates,
            resend_unknown=self.options.resend_unknown,
            first=self.options.first if stop is not None else None,  # without a stop the pilot is over
            files=self.options.files,
        )

    def _tell_hint(self, stop: Stop | None) -> None:
        """What the template says to look at where the API can't be reached, or doesn't let us in."""
        if stop is not None and stop is self.plan.api.stop:
            self.session.tell(self.plan.api.advice)
        if stop is None or stop.verdict is not Verdict.OUT_OF_REACH:
            return
        hint = self.plan.route.template.hint_out_of_reach
        if _is_by_proxy(stop):
            self.session.tell(Message("proxy.hint"))
        elif hint:
            self.session.tell(advice.from_template(hint))

    def _ended(self, ledger: RunLedger, stop: Stop | None, summary: Summary) -> Summary:
        """Note the run's end; not before the workbook is there: a run that dies while it is written is resumed."""
        try:
            self._in_spite_of_losses(ledger, lambda: ledger.end(stop))
        except JournalError as why:
            return replace(summary, stopped=summary.stopped or Message("stop.journal", why=why.message))
        return summary

    def _in_spite_of_losses(self, ledger: RunLedger, write: Callable[[], None]) -> None:
        """Write it down; where the connection to the journal is lost, once it is back. Raises JournalError."""
        try:
            write()
        except JournalLostError:
            if not ledger.come_back(COME_BACK_SECONDS, self.session.ui.cancel):
                raise
            write()


def _at_rest(answers: Sequence[AnswerCount], under_way: int) -> list[AnswerCount]:
    """Without the rows that others wait for."""
    rest = (one._replace(rows=one.rows - under_way) if one.advice == advice.UNDER_WAY else one for one in answers)
    return [one for one in rest if one.rows > 0]


def _is_by_proxy(stop: Stop) -> bool:
    """Whether the API is out of reach because of the network's proxy: then the template knows nothing that helps."""
    cause = stop.reason.facts.get("why")
    return isinstance(cause, Message) and cause.code == NO_WAY


def run_job(
    job: Job, plan: Plan, journal: Journal, options: SendOptions, session: Session, share: Callable[[], None]
) -> Summary:
    """Carry out a settled plan: send what waits of the job, and write its workbook.

    `share` is called when all is settled: from then on others may send it, too.
    """
    options = replace(options, first=plan.first)  # the person may have wanted a trial, with the plan before them
    return _JobRun(plan, job, journal, options, session, share).carried_out()


def join_job(job: Job, plan: Plan, journal: Journal, options: SendOptions, session: Session) -> Summary:
    """Send what waits of a job beside others, as they have planned it."""
    options = replace(options, first=plan.first)
    return _JobRun(plan, job, journal, options, session, lambda: None, joins=True).carried_out()


def nothing_sent(plan: Plan, stopped: Message, session: Session) -> Summary:
    """The end where nothing may be sent, and why."""
    session.tell(Message("plan.fix_and_send" if stopped.code == "plan.invalid_rows" else "plan.nothing_sent"))
    summary = plan.summary(stopped)
    session.ui.show(summary)
    return summary

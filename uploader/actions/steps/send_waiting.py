"""The rows of a job that wait are sent, beside others who send it, and on after a lost connection to the journal."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain

from uploader.actions.options import SendOptions
from uploader.actions.planning.destination import way_of
from uploader.actions.planning.plan import Plan
from uploader.actions.planning.route import Route
from uploader.actions.session import Session
from uploader.actions.steps.ask_api import abandoned_requests, transport_of
from uploader.actions.steps.wire import Wire
from uploader.errors import JournalError, JournalLostError, SettingsError
from uploader.i18n import Message
from uploader.journal import Journal, RunLedger
from uploader.model.events import Event, RestOfJob, RowDone
from uploader.model.outcomes import Stop
from uploader.model.resend import ResendPolicy
from uploader.model.rows import WaitingRow
from uploader.model.teammates import ALONE
from uploader.sending import own_loop
from uploader.sending.sender import SendReport, send_rows

COME_BACK_SECONDS = 60
"""How long a lost connection to the journal is waited for."""
_NAP_SECONDS = 1.0
_REST_SECONDS = 5.0
"""Between two looks at how many rows are left for all who send the job."""
_PART_FOR_COUNTING = 0.02
"""Of the time, at the most."""


@dataclass(slots=True)
class WaitingRows:
    """What one run of a job sends. `on_event` and `confirm` are as `send_rows` has them."""

    plan: Plan
    route: Route
    job: int
    journal: Journal
    ledger: RunLedger
    options: SendOptions
    session: Session
    on_event: Callable[[Event], None]
    confirm: Callable[[Stop], bool]

    _wire: Wire = field(init=False)
    _is_waiting: bool = field(default=False, init=False)
    """For rows that others have; the person was told."""
    _count_at: float = field(default=0.0, init=False)
    _way: object = field(default=None, init=False)
    """The one that the rows go."""
    _is_gone: bool = field(default=False, init=False)
    """The connection to the journal did not come back."""
    _gone: Stop | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._wire = self.session.wire or Wire()

    def send(self, waiting: int) -> SendReport:
        """Send them until none is left with anybody who sends the job, or something stops the run.

        Where the connection to the journal is lost and doesn't come back, that is how it ends. Raises SettingsError
        where the list is sent another way by then.
        """
        route, options, session, wire = self.route, self.options, self.session, self._wire
        abandoned = [wire.clock() - at for at in self.plan.api.unanswered_at]
        if self.plan.teammates is ALONE:  # they tell of them, too
            abandoned += abandoned_requests(route, self.journal, options)
        else:
            self._way = self._way_now()
        self._count_at = wire.clock() + _REST_SECONDS
        report = send_rows(
            self._taken(),
            self.ledger,
            build=route.new_maker(),
            judge=route.new_judge(),
            open_transport=lambda: transport_of(wire, route, options, options.timeout(route.template)),
            limits=options.limits(route.template),
            on_event=self.on_event if self.plan.teammates is ALONE else self._on_event,
            cancel=session.ui.cancel,
            confirm=self.confirm,
            total=waiting,
            abandoned=abandoned,
            batching=route.new_batching(),
            teammates=self.plan.teammates,
            leave_within_seconds=self.ledger.leave_within_seconds,
            more=self._more,
            clock=wire.clock,
            sleep=wire.sleep,
            random=wire.random,
            run=wire.run,
        )
        return replace(report, stop=self._gone or report.stop, is_journal_lost=True) if self._is_gone else report

    def _taken(self) -> Iterator[WaitingRow]:
        return self.ledger.take(with_request_ids=self.route.template.uses_request_id)

    # What comes after the end

    def _more(self, ended: SendReport) -> Iterator[WaitingRow] | None:
        """The rows with which the run continues, None where it is over."""
        if ended.stop is not None and (ended.stop.interrupted or not ended.is_journal_lost):
            self._tell_what_is_kept()
            return None
        lost = ended.stop.reason if ended.stop is not None else None
        if lost is None and (self.plan.teammates is ALONE or self.options.first is not None):
            return None
        while True:
            if lost is not None and not self._is_journal_back():
                self._gone = Stop(Message("work.journal_gone", count=COME_BACK_SECONDS, job=self.job), None)
                return None
            try:
                rows = self._rows_of_others()
                return iter(()) if rows is None and lost is not None else rows  # with none left, it ends as any other
            except JournalLostError as why:
                lost = why.message

    def _rows_of_others(self) -> Iterator[WaitingRow] | None:
        """Rows that came back from others, or are left after a lost connection; waits while others have some."""
        while True:
            others_have_some = self.ledger.rows_elsewhere()  # before: what comes back then is taken
            rows = self._taken()
            first = next(rows, None)
            if first is not None:
                return chain([first], rows)
            if not others_have_some:
                return None
            self._nap()

    def _nap(self) -> None:
        """Raises CancelledError where the person wants the end."""
        if not self._is_waiting:
            self.session.tell(Message("work.waits_for_others"))
        self._is_waiting = True
        self._sleep()

    def _sleep(self) -> None:
        cancel = self.session.ui.cancel
        self._wire.run(lambda: own_loop.until_cancelled(self._wire.sleep(_NAP_SECONDS), cancel), cancel)

    def _is_journal_back(self) -> bool:
        """Once the connection is back, or can't be waited for any longer.

        Raises SettingsError as `send`, and CancelledError where the person wants the end.
        """
        cancel = self.session.ui.cancel
        self.session.tell(Message("work.journal_lost"))
        while not self.ledger.come_back(COME_BACK_SECONDS, cancel):
            if cancel.is_cancelled or not self.options.wait:
                self._is_gone = True
                self._tell_what_is_kept()
                cancel.check()
                return False
            self._sleep()
        if self._way_now() != self._way:  # meanwhile the list was not ours
            raise SettingsError(Message("work.planned_anew", job=self.job))
        self.session.tell(Message("work.journal_back"))
        return True

    def _way_now(self) -> object:
        with suppress(JournalLostError):  # what reads the journal was idle meanwhile: where it is lost, it is anew
            return way_of(self.journal.job(self.job))
        return way_of(self.journal.job(self.job))

    def _tell_what_is_kept(self) -> None:
        kept = self.ledger.unwritten
        if kept is not None:
            self.session.tell(Message("work.answers_kept", count=kept.answers, path=str(kept.path)))

    # What is told meanwhile

    def _on_event(self, event: Event) -> None:
        """Besides what happens here, how many rows are left for all."""
        self.on_event(event)
        began = self._wire.clock()
        if not isinstance(event, RowDone) or began < self._count_at:
            return
        try:
            self.on_event(RestOfJob(self.journal.count_waiting(self.job, ResendPolicy()).total()))
        except JournalError:  # whoever writes to it notices, and says so
            return
        now = self._wire.clock()
        self._count_at = now + max(_REST_SECONDS, (now - began) / _PART_FOR_COUNTING)

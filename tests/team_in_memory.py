"""Several senders that share a journal, without a server: who has which row is known in this process alone."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from uploader.errors import BusyError, JournalLostError
from uploader.i18n import Message
from uploader.journal.locks import FileLocks, ListHold, Locks, TokenHold
from uploader.journal.protocols import RunLedger
from uploader.journal.sqlite import SqliteJournal
from uploader.model.cancel import CancelToken
from uploader.model.job import Job, Sender
from uploader.model.outcomes import Completion, Dispatch, Stop, Unwritten
from uploader.model.resend import HeldBack, ResendPolicy
from uploader.model.rows import WaitingRow
from uploader.model.teammates import News

CUT = Message("text", text="The connection was cut.")


class Others:
    """Teammates who tell nothing."""

    def places(self, in_use: int) -> int | None:
        return None

    def hear(self) -> Sequence[News]:
        return ()

    def tell(self, news: News) -> None:
        pass

    def calling(self, wake: Callable[[], None]) -> AbstractContextManager[None]:
        return nullcontext()


@dataclass
class Team:
    """The journal of all, who has which row of it, and when its connections are lost."""

    path: Path
    lives: set[str] = field(default_factory=set)
    has: dict[int, str] = field(default_factory=dict)
    """The run that has taken a row, by the row's number."""
    ended: set[int] = field(default_factory=set)
    """Rows that came to their end."""
    is_shared: bool = False
    cuts: dict[int, bool] = field(default_factory=dict)
    """The commits of intents, counted from 1, at which the connection is lost, and whether it comes back."""
    commits: int = 0
    gone_at: int | None = None
    """The commit of intents from which on the journal can't be reached, nor anything be kept here."""
    cuts_at_the_end: int = 0
    """How often the connection is lost, and comes back, once all rows have ended."""
    on_busy: Callable[[], object] = lambda: None
    """Called where a list is held by somebody else."""
    unwritten: Unwritten | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def is_gone(self) -> bool:
        return self.gone_at is not None and self.commits >= self.gone_at

    def journal(self, _: object) -> "TeamJournal":
        return TeamJournal(self)


class TeamJournal(SqliteJournal):
    """A file of SQLite with the locks and ledgers of a team."""

    def __init__(self, team: Team) -> None:
        super().__init__(team.path)
        self.team = team
        self.locks: Locks = TeamLocks(team)

    def job(self, number: int) -> Job:
        if self.team.is_gone:
            raise JournalLostError(CUT)
        return super().job(number)

    def begin_run(  # type: ignore[override]  # a RunLedger, if no SqliteRunLedger
        self, job: int, sender: Sender, policy: ResendPolicy, *, key: str = "", joins: bool = False
    ) -> RunLedger:
        with self.team.lock:
            return TeamLedger(super().begin_run(job, sender, policy, key=key, joins=joins), self, job, key)


class TeamLocks(FileLocks):
    """Those of one computer; but a list can be joined, and a token is shared."""

    def __init__(self, team: Team) -> None:
        super().__init__(team.path.parent, "journal")
        self.team = team

    @contextmanager
    def hold_list(self, list_sha256: str, list_name: str) -> Iterator[ListHold]:
        with ExitStack() as stack:
            try:
                stack.enter_context(super().hold_list(list_sha256, list_name))
            except BusyError:
                self.team.on_busy()
                raise
            yield self

    def share(self) -> None:
        self.team.is_shared = True

    @contextmanager
    def join_list(self, list_sha256: str, list_name: str) -> Iterator[None]:
        yield

    @contextmanager
    def hold_token(self, *_: Any, **__: Any) -> Iterator[TokenHold]:
        yield TokenHold(has_waited=False, teammates=Others())

    @contextmanager
    def hold_run(self, run_key: str) -> Iterator[None]:
        self.team.lives.add(run_key)
        try:
            with super().hold_run(run_key):
                yield
        finally:
            self.team.lives.discard(run_key)


@dataclass
class TeamLedger:
    """The ledger of a run that has its rows for itself."""

    ledger: RunLedger
    journal: TeamJournal
    job: int
    key: str
    leave_within_seconds: float | None = None

    @property
    def team(self) -> Team:
        return self.journal.team

    @property
    def unwritten(self) -> Unwritten | None:
        return self.team.unwritten

    def _is_elsewhere(self, number: int) -> bool:
        return self.team.has.get(number, self.key) in self.team.lives - {self.key}

    def take(self, *, with_request_ids: bool = False) -> Iterator[WaitingRow]:
        while True:
            with self.team.lock:
                waiting = self.journal.waiting(self.job, with_request_ids=with_request_ids)
                mine = [one for one in waiting if self.team.has.get(one.row.number) != self.key]
                free = next((one for one in mine if not self._is_elsewhere(one.row.number)), None)
                if free is None:
                    return
                self.team.has[free.row.number] = self.key
            yield free

    def rows_elsewhere(self) -> bool:
        with self.team.lock:
            return any(self._is_elsewhere(number) for number in self.team.has if number not in self.team.ended)

    def come_back(self, seconds: float, cancel: CancelToken) -> bool:
        self.team.has = {number: key for number, key in self.team.has.items() if key != self.key}
        return not cancel.is_cancelled and self.team.cuts.get(self.team.commits, True)

    def commit(self, completions: Sequence[Completion], dispatches: Sequence[Dispatch]) -> Mapping[int, HeldBack]:
        with self.team.lock:
            self.team.commits += bool(dispatches)
            if self.team.is_gone:
                raise JournalLostError(CUT)
            if dispatches and self.team.commits in self.team.cuts:
                raise JournalLostError(CUT)
            held = self.ledger.commit(completions, dispatches)
            self.team.ended |= {done.dispatch.row.number for done in completions if not done.goes_again}
            return held

    def hold_back_known(self) -> None:
        self.ledger.hold_back_known()

    def refuse(self, advice_of: Mapping[int, Message]) -> None:
        self.ledger.refuse(advice_of)

    def note_sending(self, seconds: float) -> None:
        self._may_be_cut()
        self.ledger.note_sending(seconds)

    def end(self, stop: Stop | None) -> None:
        self._may_be_cut()
        self.ledger.end(stop)

    def _may_be_cut(self) -> None:
        if self.team.cuts_at_the_end:
            self.team.cuts_at_the_end -= 1
            raise JournalLostError(CUT)

"""The places of a token, which all who send with it share: each is a lock, which dies with its holder's session."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg
from psycopg import sql

from uploader.errors import JournalLostError
from uploader.journal.postgres.connecting import Connection
from uploader.journal.postgres.senders.news import NoticeBoard
from uploader.journal.postgres.senders.session import SendingSession
from uploader.model.teammates import News, TokenLimits

SENDS, WAITS = "sends", "waits"
"""How the names of the locks begin of all who send with a token, and of those who want more of its places."""
SETTLING_SECONDS = 0.1
"""How long after it was taken a place may be used. A session that ends lets go of its locks one by one: only then is
it certain that its run is seen to be dead, and what it has left behind is heard of."""
_LISTENING_SECONDS = 5.0
"""And how long it is asked again what was left behind: the end of a session takes its time on a busy server."""
_BEAT_MS = 1_000
_LOOK = sql.SQL("""
BEGIN; SET LOCAL statement_timeout TO {limit}; {tell}
SELECT (SELECT count(DISTINCT pid) FROM holders_of({sends}) pid),
    EXISTS (SELECT FROM holders_of({waits}) pid WHERE pid <> pg_backend_pid()),
    token.told_by, token.not_before,
    extract(epoch FROM token.not_before - clock_timestamp())::float8, token.waits_for,
    (SELECT job.stopped FROM run JOIN job ON job.id = run.job WHERE run.key = {run} AND EXISTS
        (SELECT FROM run AS other WHERE other.job = job.id AND other.token = {token} AND other.stopped = job.stopped)
        ORDER BY run.id DESC LIMIT 1)
FROM (VALUES (1)) AS one LEFT JOIN token ON token.hash = {token};
COMMIT
""")
"""That a job was stopped is news to those with the same token alone: another may be valid, or have a quota left."""


class _Look(NamedTuple):
    """What a look at the database shows of those who send with a token."""

    senders: int
    """We among them."""
    others_wait: bool
    """Whether one of the others has less than its share of the places, and wants more."""
    has_news: bool


class TokenPlaces:
    """The `Teammates` of one who sends with a token: it has at least one of its places.

    `hash` is that of the token. What looks at the database does so with each beat of the session; all else is memory.
    """

    def __init__(self, token: str, limits: TokenLimits, session: SendingSession, run_key: Callable[[], str]) -> None:
        self.hash, self.limits = token, limits
        self._session, self._run_key = session, run_key
        self._board = NoticeBoard(token, uuid4().hex, run_key)
        self._mutex = threading.Lock()
        """Whoever holds it has the numbers that follow."""
        self._mine: list[int] = []
        """The places, by their number from 1."""
        self._allowed = self._promised = self._in_use = self._most_in_use = 0
        """How many may be in use; how many the sender was told last, and has in use; the most since the last look."""
        self._taken_at: float | None = None
        """When places were taken that may not be used yet; times are of the monotonic clock."""
        self._listens_until = 0.0
        self._is_waiting = False
        self._calling = threading.RLock()
        self._wakes: list[Callable[[], None]] = []

    # What the sender asks

    def places(self, in_use: int) -> int | None:
        """How many requests may be under way here now, of which `in_use` are."""
        with self._mutex:
            self._in_use, self._most_in_use = in_use, max(self._most_in_use, in_use)
            self._promised = allowed = self._allowed
            can_give_back = self._taken_at is None and len(self._mine) > max(allowed, in_use)
        if can_give_back:
            self._session.beat_soon()
        # No place comes any more once the session is lost: only who wants to send learns of it.
        return max(1, allowed) if self._session.is_lost else allowed

    def hear(self) -> Sequence[News]:
        """The news since the last call."""
        return self._board.hear()

    def tell(self, news: News) -> None:
        """The others hear of it with their next beats."""
        self._board.tell(news)
        self._session.beat_soon()

    @contextmanager
    def calling(self, wake: Callable[[], None]) -> Iterator[None]:
        """While the block lasts, and no longer, `wake` is called when there is news or another number of places.

        Afterwards only what is in use then is kept from those who wait.
        """
        with self._calling:
            self._wakes.append(wake)
            wake()  # there may be news already
        try:
            yield
        finally:
            with self._calling:
                self._wakes.remove(wake)
            with self._mutex:
                self._promised = 0

    # How places are had

    @property
    def waits(self) -> str:
        """The lock of those who want more places."""
        return self._name(WAITS)

    def take_first(self) -> bool:
        """Whether there are places for us; to be used once we `settle`."""
        with self._session.asking() as connection:
            return self.take_again(connection)

    def settle(self) -> None:
        """The first places may be used: what others have left behind is heard."""
        time.sleep(SETTLING_SECONDS)
        with self._session.asking() as connection:
            self.beat(connection)

    def let_go(self) -> None:
        """None of the places is ours any longer."""
        with suppress(JournalLostError), self._session.asking() as connection:  # a session that is gone holds nothing
            self._wait(is_wanting=False)
            self._give_back(connection, keep=0)

    def tell_all(self) -> None:
        """What is to be told is in the database, unless the connection is lost."""
        if self._board.untold()[0]:
            with suppress(JournalLostError), self._session.asking() as connection:
                self._look(connection)

    def take_again(self, connection: Connection) -> bool:
        """Whether there are places for us in this session, which has none yet."""
        with self._mutex:
            self._mine.clear()
            self._allowed = self._promised = self._in_use = self._most_in_use = 0
        statement = "SELECT count(DISTINCT pid) FROM holders_of(%s) pid"
        ((senders,),) = connection.execute(statement, (self._name(SENDS),)).fetchall()
        return self._take(connection, self._share(int(str(senders))))

    def beat(self, connection: Connection) -> float | None:
        """Tell and hear the news; give places back, or take more."""
        look, now = self._look(connection), time.monotonic()
        is_news = look.has_news
        if self._taken_at is not None or now < self._listens_until:
            is_news |= self._board.notice_abandoned(connection, self.limits.held_seconds)
        if self._taken_at is None or now - self._taken_at >= SETTLING_SECONDS:
            self._taken_at = None
            is_news |= self._is_rebalanced(connection, look)
        if is_news:
            with self._calling:
                for wake in self._wakes:
                    wake()
        return self._pause()

    def _pause(self) -> float | None:
        return None if self._taken_at is None else SETTLING_SECONDS

    def _name(self, kind: str) -> str:
        return f"{kind}:{self.hash}"

    def _share(self, senders: int) -> int:
        return max(1, self.limits.places // max(1, senders))

    def _look(self, connection: Connection) -> _Look:
        """What is in the database, after what is to be told was written there, in one message."""
        count, tell = self._board.untold()
        statement = _LOOK.format(
            limit=_BEAT_MS, tell=tell, sends=self._name(SENDS), waits=self.waits, run=self._run_key(),
            token=self.hash,
        )  # fmt: skip
        try:
            cursor = connection.execute(statement, prepare=False)
        except psycopg.Error:
            connection.rollback()
            raise
        while cursor.description is None:
            cursor.nextset()
        found: Any = cursor.fetchone()
        senders, others_wait, told_by, until, seconds, waits_for, stopped = found
        self._board.told(count)
        is_later = self._board.notice(told_by, until, seconds, waits_for)
        is_stopped = self._board.notice_stop(stopped)
        return _Look(senders, others_wait, is_later or is_stopped)

    def _is_rebalanced(self, connection: Connection, look: _Look) -> bool:
        """Give places back or take more; whether another number than before may be in use.

        While one of the others waits, nobody keeps more than a share, nor more than it uses.
        """
        share = self._share(look.senders)
        with self._mutex:
            before, mine, most = self._allowed, len(self._mine), self._most_in_use
            self._most_in_use = self._in_use
            self._allowed = min(mine, max(1, min(share, most))) if look.others_wait else mine
            keep = max(self._allowed, self._promised, self._in_use)
            is_changed = self._allowed != before
        self._give_back(connection, keep)
        wants = most >= mine
        if wants:
            self._take(connection, (share if look.others_wait else self.limits.places) - mine)
        self._wait(is_wanting=wants and len(self._mine) < share)
        return is_changed

    def _take(self, connection: Connection, wanted: int) -> bool:
        """Whether there are more places for us."""
        if wanted <= 0:
            return False
        statement = "SELECT take_places(%s, %s, %s::integer[], %s)"
        found = connection.execute(statement, (self.hash, self.limits.places, self._mine, wanted)).fetchall()
        with self._mutex:
            self._mine += [int(str(nth)) for (nth,) in found]
        if found:
            self._taken_at = time.monotonic()
            self._listens_until = self._taken_at + _LISTENING_SECONDS
        return bool(found)

    def _give_back(self, connection: Connection, keep: int) -> None:
        """All but so many."""
        with self._mutex:
            names = [f"token:{self.hash}:{nth}" for nth in self._mine[keep:]]
            del self._mine[keep:]
        if names:
            connection.execute("SELECT pg_advisory_unlock(lock_of(name)) FROM unnest(%s::text[]) name", (names,))

    def _wait(self, *, is_wanting: bool) -> None:
        """Let the others know whether we want more."""
        if is_wanting and not self._is_waiting:
            self._is_waiting = self._session.take(self.waits, shared=True)
        elif self._is_waiting and not is_wanting:
            self._session.let_go(self.waits)
            self._is_waiting = False

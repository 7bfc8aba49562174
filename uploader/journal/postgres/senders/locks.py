"""Locks between all who share a team's journal: advisory locks of their sessions."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from uploader.errors import BusyError, JournalLostError
from uploader.i18n import Message
from uploader.journal.locks.naming import hard_to_guess
from uploader.journal.locks.protocol import LONGEST_WAIT_SECONDS, POLL_SECONDS, ListHold, TokenHold
from uploader.journal.postgres.senders.places import SENDS, WAITS, TokenPlaces
from uploader.journal.postgres.senders.session import SendingSession
from uploader.model.cancel import CancelToken
from uploader.model.settings import Settings
from uploader.model.teammates import TokenLimits

LONGEST_PLANNING_SECONDS = 5.0
"""How long one who joins waits for whoever has the list alone."""
QUIET_SECONDS = 3.0
"""How long one waits for a place until it is told: whoever has more than a share gives some back with a beat or two."""
COME_BACK_SECONDS = 60.0
"""How long one who waits for a place waits for a lost connection."""
OURS = "uploader "
"""How the name of a session of ours begins; who it is follows."""
_DIGITS = 32
_MOST_HOLDERS = 3
_SOMEBODY = Message("lock.unknown_holder")


class PostgresLocks:
    """The `Locks` of all who share a team's journal, held by this sender's session."""

    def __init__(self, session: SendingSession) -> None:
        self._session = session
        self._run_key = ""
        self.token: TokenPlaces | None = None
        """The token that is held: intents that are committed meanwhile leave with it."""

    @contextmanager
    def hold_list(self, list_sha256: str, list_name: str) -> Iterator[ListHold]:  # noqa: ARG002  # no name leaves
        """Nobody else sends the same list while the block lasts. Raises BusyError where somebody does."""
        name = _of_list(list_sha256)
        if not self._session.take(name):
            raise BusyError(Message("lock.team_has_list", holder=self._holder(name)))
        try:
            yield _TeamList(self._session, name)
        finally:
            self._session.let_go(name)

    @contextmanager
    def join_list(self, list_sha256: str, list_name: str) -> Iterator[None]:  # noqa: ARG002  # as above
        """The list is sent together with others while the block lasts.

        Raises BusyError where somebody holds it alone for longer than a moment.
        """
        name, latest = _of_list(list_sha256), time.monotonic() + LONGEST_PLANNING_SECONDS
        while not self._session.take(name, shared=True):
            if time.monotonic() >= latest:
                raise BusyError(Message("lock.list_is_planned", holder=self._holder(name)))
            time.sleep(POLL_SECONDS)
        try:
            yield
        finally:
            self._session.let_go(name)

    @contextmanager
    def hold_token(
        self,
        destination: str,
        settings: Settings,
        list_name: str,  # noqa: ARG002  # as above
        *,
        limits: TokenLimits,
        on_wait: Callable[[Message], None],
        cancel: CancelToken,
        longest_wait_seconds: float = LONGEST_WAIT_SECONDS,
    ) -> Iterator[TokenHold]:
        """All who send there with the same token keep to its limits together while the block lasts."""
        token = hard_to_guess(destination, *settings.secret.values(), digits=_DIGITS)
        places = TokenPlaces(token, limits, self._session, lambda: self._run_key)
        with self._shared(f"{SENDS}:{token}"):
            has_waited = False
            if not places.take_first():
                with self._shared(f"{WAITS}:{token}"):
                    has_waited = self._waited_for(places, on_wait, cancel, longest_wait_seconds)
            try:
                cancel.check()
                places.settle()
                self.token = places
                with self._session.beating(places):
                    yield TokenHold(has_waited, places)
            finally:
                self.token = None
                places.let_go()

    @contextmanager
    def hold_run(self, run_key: str) -> Iterator[None]:
        """`is_run_alive` is true of this run while the block lasts, and no longer than its session."""
        name = _of_run(run_key)
        if not self._session.take(name):
            raise BusyError(Message("lock.team_has_list", holder=self._holder(name)))
        self._run_key = run_key
        try:
            yield
        finally:
            if self.token is not None:
                self.token.tell_all()  # as long as it is known of which job
            self._run_key = ""
            self._session.let_go(name)

    def is_run_alive(self, run_key: str) -> bool:
        """Whether the session is there that holds this run."""
        with self._session.asking() as connection:
            found = connection.execute("SELECT is_held(%s)", (_of_run(run_key),)).fetchone()
            return found == (True,)

    @contextmanager
    def _shared(self, name: str) -> Iterator[None]:
        """A lock that others have, too; nobody ever has it alone."""
        self._session.take(name, shared=True)
        try:
            yield
        finally:
            self._session.let_go(name)

    def _waited_for(
        self, places: TokenPlaces, on_wait: Callable[[Message], None], cancel: CancelToken, longest_seconds: float
    ) -> bool:
        """Whether much may have happened until there is a place for us: the person was told, or the session was lost.

        One who waits for hours doesn't fail because the server began anew.
        """
        began, is_told, was_lost = time.monotonic(), False, False
        while True:
            try:
                if places.take_first():
                    return is_told or was_lost
            except JournalLostError:
                was_lost = self._session.come_back(COME_BACK_SECONDS, cancel)
                if not was_lost:
                    cancel.check()
                    raise
            waited = time.monotonic() - began
            if waited >= longest_seconds:
                raise BusyError(Message("lock.still_held", holder=self._holder(f"{SENDS}:{places.hash}")))
            if not is_told and waited >= QUIET_SECONDS:
                is_told = True
                on_wait(Message("lock.waiting", holder=self._holder(f"{SENDS}:{places.hash}")))
            cancel.check()
            time.sleep(POLL_SECONDS)

    def _holder(self, name: str) -> Message:
        """Who else has that lock, as far as that is known."""
        known = [one.removeprefix(OURS) for one in self._session.holders(name) if one.startswith(OURS)]
        return Message("lock.team_holder", who=", ".join(known[:_MOST_HOLDERS])) if known else _SOMEBODY


class _TeamList:
    """A `ListHold`; the list's lock is ours alone until it is shared."""

    def __init__(self, session: SendingSession, name: str) -> None:
        self._session, self._name = session, name

    def share(self) -> None:
        """What is to be sent is settled: from now on others may join."""
        self._session.share(self._name)


def _of_list(sha256: str) -> str:
    return f"list:{hard_to_guess('list', sha256, digits=_DIGITS)}"


def _of_run(run_key: str) -> str:
    return f"run:{run_key}"

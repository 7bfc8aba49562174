"""The session over which a sender's locks and intents go: what is lost with it, and how it comes back."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests.journal.postgres.senders.team import Team, go_on, said
from tests.postgres.cluster import Cluster
from tests.waiting import HANG_SECONDS, until
from uploader.errors import JournalError, JournalLostError, SettingsError
from uploader.journal.postgres.senders.lease import lease_seconds
from uploader.journal.postgres.senders.session import SendingSession
from uploader.model.cancel import CancelToken

WRITE = b"INSERT INTO token (hash) VALUES (%s)"
SHORT, LONGER = 1.5, 3.0
"""Leases of so many seconds; the longer one where none may be missed, however busy the machine is."""


@pytest.fixture
def short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPLOADER_JOURNAL_LEASE", str(SHORT))


def beats() -> int:
    """How many threads beat for a session."""
    return sum(thread.name == "journal beats" for thread in threading.enumerate())


def lost(session: SendingSession) -> None:
    """Wait until it has noticed."""
    until(lambda: session.is_lost, "the session is lost")


@contextmanager
def ending_in(error: type[Exception]) -> Iterator[None]:
    """The block ends so, somewhere in it."""
    with pytest.raises(error):
        yield


def test_a_session_is_opened_when_it_is_used_and_ends_with_its_thread(team: Team) -> None:
    before, session = beats(), team.session()
    assert (team.names_here(), beats()) == ([], before)
    assert session.take("a")
    assert (team.names_here(), beats()) == (["ana@pc-1"], before + 1)
    session.close()
    assert beats() == before
    until(lambda: not team.names_here(), "the server knows of no session")
    with pytest.raises(JournalLostError, match="the journal was closed"):
        session.take("a")
    session.close()


def test_one_that_was_never_used_is_closed(team: Team) -> None:
    session = team.session()
    session.close()
    assert not session.is_lost


@pytest.mark.long
def test_who_has_nothing_to_say_keeps_the_locks(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPLOADER_JOURNAL_LEASE", str(LONGER))
    session, other = team.session(), team.session("eva@pc-2")
    assert session.take("a")
    time.sleep(1.3 * LONGER)
    assert not session.is_lost
    assert not other.take("a")


def test_who_was_halted_for_longer_than_the_lease_has_lost_the_locks_and_hears_of_it(team: Team) -> None:
    script = """
assert session.take("a")
say("held")
input()
try:
    with session.using() as connection:
        connection.execute("SELECT 1")
except Exception as error:
    say(type(error).__name__, session.is_lost)
"""
    ours = team.session()
    with team.process(script, lease=SHORT) as process:
        assert said(process) == "held"
        assert not ours.take("a")
        process.send_signal(signal.SIGSTOP)
        until(lambda: ours.take("a"), "the lock is free")
        process.send_signal(signal.SIGCONT)
        go_on(process)
        assert said(process) == "JournalLostError True"


def test_what_was_committed_while_it_was_halted_counts_as_lost(team: Team) -> None:
    script = """
import os, signal
assert session.take("a")
try:
    with session.using() as connection:
        connection.execute("INSERT INTO token (hash) VALUES ('one')")
        os.kill(os.getpid(), signal.SIGSTOP)  # with the answer in the hand
except Exception as error:
    say(type(error).__name__, session.is_lost)
"""
    ours = team.session()
    with team.process(script, lease=SHORT) as process:
        until(lambda: team.sql("SELECT hash FROM token"), "it is committed")
        until(lambda: ours.take("a"), "the lock is free")
        process.send_signal(signal.SIGCONT)
        assert said(process) == "JournalLostError True"


def test_locks_are_free_as_soon_as_their_holder_is_killed(team: Team) -> None:
    ours = team.session()
    with team.process('assert session.take("a")\nsay("held")\ninput()') as process:
        assert said(process) == "held"
        assert not ours.take("a")
        process.kill()
        until(lambda: ours.take("a"), "the lock is free")


def test_a_session_that_the_server_ended_is_lost_before_and_in_a_block(team: Team) -> None:
    session = team.session()
    assert session.take("a")
    with ending_in(JournalLostError), session.using() as connection:
        team.end_sessions("ana@pc-1")
        connection.execute("SELECT 1")
    assert session.is_lost
    with pytest.raises(JournalLostError), session.using():
        pytest.fail("there is no connection")


def test_a_loss_in_a_transaction_says_nothing_on_the_terminal(team: Team, capfd: pytest.CaptureFixture[str]) -> None:
    script = """
try:
    with session.using() as connection, connection.transaction(), connection.pipeline():
        team.end_sessions("eva@pc-2")
        connection.execute("SELECT 1").fetchall()
except Exception as error:
    say(type(error).__name__)
"""
    with team.process(script) as process:
        assert said(process) == "JournalLostError"
        assert process.wait(HANG_SECONDS) == 0
    assert capfd.readouterr().err == ""


@pytest.mark.usefixtures("short_lease")
def test_it_notices_by_itself_that_it_is_lost(team: Team) -> None:
    session = team.session()
    assert session.take("a")
    team.end_sessions("ana@pc-1")
    lost(session)


@pytest.mark.usefixtures("short_lease")
def test_a_transaction_that_stands_still_is_ended_and_keeps_nothing(team: Team) -> None:
    session = team.session()
    with ending_in(JournalLostError), session.using() as connection, connection.transaction():
        connection.execute(WRITE, ("one",))
        until(lambda: not team.names_here(), "the server ended it")
        connection.execute(WRITE, ("two",))
    assert team.sql("SELECT hash FROM token") == []


def test_an_error_that_is_no_loss_is_passed_on_and_the_locks_stay(team: Team) -> None:
    session, other = team.session(), team.session("eva@pc-2")
    assert session.take("a")
    with pytest.raises(psycopg.errors.DivisionByZero), session.using() as connection:
        connection.execute("SELECT 1 / 0")
    with ending_in(psycopg.errors.QueryCanceled), session.using() as connection, connection.transaction():
        connection.execute("SET LOCAL statement_timeout TO 50")
        connection.execute("SELECT pg_sleep(60)")
    assert not session.is_lost
    assert not other.take("a")


def test_what_can_not_be_asked_about_locks_ends_in_a_sentence(team: Team) -> None:
    team.sql("DROP FUNCTION lock_of CASCADE")
    with pytest.raises(JournalError, match=r"The team's journal can't say who else is sending: .*lock_of"):
        team.session().take("a")


@pytest.mark.parametrize("notices", ["with the next lock", "with the next beat"])
def test_a_session_that_a_pooler_has_others_use_is_lost(team: Team, notices: str) -> None:
    session = team.session()
    assert session.take("a")
    with session.using() as connection:  # it is another's by now
        connection.execute("SET uploader.sender TO 'another'")
    if notices == "with the next lock":
        with pytest.raises(JournalLostError, match="pooler"):
            session.take("b")
    session.beat_soon()
    lost(session)


@pytest.mark.long
def test_beats_wait_for_a_block_and_never_end_up_in_its_transaction(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UPLOADER_JOURNAL_LEASE", str(LONGER))
    session = team.session()
    with session.using() as connection, connection.transaction():
        for nth in range(8):
            connection.execute(WRITE, (str(nth),))
            time.sleep(LONGER / 6)
    assert not session.is_lost
    assert len(team.sql("SELECT hash FROM token")) == 8


def test_the_thread_of_a_session_ends_though_it_is_lost(team: Team) -> None:
    before, session = beats(), team.session()
    assert session.take("a")
    team.end_sessions("ana@pc-1")
    session.beat_soon()
    lost(session)
    session.close()
    assert beats() == before


# Coming back


def test_one_that_is_not_lost_is_there(team: Team) -> None:
    session = team.session()
    assert session.take("a")
    assert session.come_back(0, CancelToken())


def test_it_comes_back_with_the_same_locks(team: Team) -> None:
    session, other, third = team.session(), team.session("eva@pc-2"), team.session("ida@pc-3")
    for name, shared in {"list": True, "run": False, "gone": False}.items():
        assert session.take(name, shared=shared)
    session.let_go("gone")
    team.end_sessions("ana@pc-1")
    session.beat_soon()
    lost(session)
    assert session.come_back(HANG_SECONDS, CancelToken())
    assert not session.is_lost
    with session.using() as connection:
        connection.execute(WRITE, ("one",))
    assert other.take("list", shared=True)
    assert (other.take("run"), third.take("list"), other.take("gone")) == (False, False, True)
    session.let_go("run")
    assert other.take("run")


def test_it_does_not_come_back_while_another_has_what_was_ours(team: Team) -> None:
    session, other = team.session(), team.session("eva@pc-2")
    assert session.take("list")
    assert session.take("run")
    team.end_sessions("ana@pc-1")
    session.beat_soon()
    lost(session)
    assert other.take("list")
    assert not session.come_back(0.2, CancelToken())
    assert session.is_lost
    until(lambda: team.holders("run") == [0], "what it had meanwhile is free")
    other.let_go("list")
    assert session.come_back(HANG_SECONDS, CancelToken())


def test_who_comes_back_ends_the_session_before_that_the_server_still_has(team: Team) -> None:
    session = team.session()
    assert session.take("run")
    with session._lock:
        assert session._connection is not None
        session._lose("the cable was pulled out")  # without a word to the server
    with team.connection("ana@pc-1") as left_behind:
        left_behind.execute("SELECT pg_advisory_lock(lock_of('run'))")
        session._place = tuple(
            left_behind.execute(
                "SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()"
            ).fetchone()
            or ()
        )
        assert session.come_back(HANG_SECONDS, CancelToken())
        with pytest.raises(psycopg.OperationalError):
            left_behind.execute("SELECT 1")


def test_a_process_of_the_server_that_is_somebody_else_s_by_now_is_left_alone(team: Team) -> None:
    session, other = team.session(), team.session("eva@pc-2")
    assert session.take("run")
    assert other.take("another")
    team.end_sessions("ana@pc-1")
    session.beat_soon()
    lost(session)
    session._place = other._place  # a pool gave it away
    assert session.come_back(HANG_SECONDS, CancelToken())
    with other.using() as connection:
        connection.execute("SELECT 1")


def test_coming_back_ends_soon_when_it_is_cancelled(team: Team) -> None:
    session, other, cancel = team.session(), team.session("eva@pc-2"), CancelToken()
    assert session.take("run")
    team.end_sessions("ana@pc-1")
    session.beat_soon()
    lost(session)
    assert other.take("run")
    threading.Timer(0.2, cancel.cancel).start()
    assert not session.come_back(HANG_SECONDS, cancel)


def test_letting_go_in_a_lost_session_is_quiet_and_what_was_let_go_does_not_come_back(team: Team) -> None:
    session = team.session()
    assert session.take("a")
    assert session.take("b")
    team.end_sessions("ana@pc-1")
    session.let_go("a")
    assert session.is_lost
    assert session.come_back(HANG_SECONDS, CancelToken())
    assert team.holders("a", "b") == [0, 1]


def test_while_the_server_is_away_it_does_not_come_back_and_afterwards_it_does(own_cluster: Cluster, own: Team) -> None:
    session = own.session()
    assert session.take("run")
    own_cluster.kill()
    session.beat_soon()
    lost(session)
    assert not session.come_back(0.1, CancelToken())
    own_cluster.start()
    assert session.come_back(HANG_SECONDS, CancelToken())
    assert own.holders("run") == [1]


def test_a_process_that_closes_nothing_ends_at_once_and_its_locks_are_free(team: Team) -> None:
    with team.process('assert session.take("a")\nsay("held")') as process:
        assert said(process) == "held"
        assert process.wait(HANG_SECONDS) == 0
    until(lambda: team.holders("a") == [0], "the lock is free")


def test_a_forked_process_does_not_end_the_session_of_its_parent(team: Team) -> None:
    script = """
import os
assert session.take("a")
child = os.fork()
if not child:
    sys.exit()
os.waitpid(child, 0)
with session.using() as connection:
    connection.execute("SELECT 1")
say("alive")
"""
    with team.process(script) as process:
        assert said(process) == "alive"


@pytest.mark.parametrize("given", ["abc", "0", "-1", "nan", "inf", "0.1"])
def test_a_lease_that_is_none_is_refused(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPLOADER_JOURNAL_LEASE", given)
    with pytest.raises(SettingsError, match="UPLOADER_JOURNAL_LEASE") as refused:
        lease_seconds()
    assert given in str(refused.value)
    monkeypatch.setenv("UPLOADER_JOURNAL_LEASE", " ")
    assert lease_seconds() == 30

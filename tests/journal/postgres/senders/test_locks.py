"""What one of a team holds, the others wait for, join in or are refused."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack

import pytest

from tests.journal.postgres.senders.team import API, SETTINGS, SHA256, Team, go_on, said, token_hash
from tests.waiting import HANG_SECONDS, until
from uploader.errors import BusyError, CancelledError, JournalLostError
from uploader.i18n import Message, render
from uploader.journal.locks import TokenHold
from uploader.journal.postgres.senders import locks as module
from uploader.journal.postgres.senders.locks import PostgresLocks
from uploader.model.cancel import CancelToken
from uploader.model.settings import Settings
from uploader.model.teammates import TokenLimits

ONE = TokenLimits(places=1, seconds_between=0, held_seconds=60)


def token(
    locks: PostgresLocks, on_wait: Callable[[Message], None] = print, *, settings: Settings = SETTINGS,
    cancel: CancelToken | None = None, **how: float,
) -> AbstractContextManager[TokenHold]:  # fmt: skip
    return locks.hold_token(
        API, settings, "list.csv", limits=ONE, on_wait=on_wait, cancel=cancel or CancelToken(), **how
    )  # fmt: skip


@pytest.fixture
def told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUIET_SECONDS", 0.0)


# A list


def test_a_list_is_held_by_one_at_a_time_and_the_others_hear_by_whom(team: Team) -> None:
    ana, eva = team.locks("ana@pc-1"), team.locks("eva@pc-2")
    with ana.hold_list(SHA256, "list.csv"):
        with pytest.raises(BusyError) as busy, eva.hold_list(SHA256, "copy.csv"):
            pytest.fail("it is held")
        with eva.hold_list("cd" * 32, "other.csv"):
            pass
    message = busy.value.message
    told = render(message, "en")
    assert told.startswith("Another uploader (ana@pc-1) is already sending this list. Wait until it")
    assert "To help to send it: uploader work" in told
    assert "uploader work" in render(message, "es")
    assert "--join" not in render(message, "pt", face="page")
    with eva.hold_list(SHA256, "copy.csv"):
        pass


def test_a_list_is_free_when_its_block_fails(team: Team) -> None:
    with pytest.raises(ZeroDivisionError), team.locks().hold_list(SHA256, "list.csv"):
        raise ZeroDivisionError
    with team.locks("eva@pc-2").hold_list(SHA256, "list.csv"):
        pass


def test_a_list_that_a_process_held_is_free_once_that_is_killed(team: Team) -> None:
    ours = team.locks()
    with team.process('with locks.hold_list(SHA256, "l.csv"):\n    say("held")\n    input()') as process:
        assert said(process) == "held"
        with pytest.raises(BusyError, match="eva@pc-2"), ours.hold_list(SHA256, "list.csv"):
            pytest.fail("it is held")
        process.kill()
        until(lambda: free(team, ours), "the list is free")


def free(team: Team, ours: PostgresLocks) -> bool:
    try:
        with ours.hold_list(SHA256, "list.csv"):
            return True
    except BusyError:
        return False


def test_who_is_no_uploader_and_has_the_lock_is_not_named(team: Team) -> None:
    name = module._of_list(SHA256)
    with team.connection() as connection:
        connection.execute("SET application_name TO 'psql'")
        connection.execute("SELECT pg_advisory_lock(lock_of(%s))", (name,))
        with pytest.raises(BusyError) as busy, team.locks().hold_list(SHA256, "list.csv"):
            pytest.fail("it is held")
    assert busy.value.message.facts["holder"] == Message("lock.unknown_holder")


def test_others_join_once_it_is_shared_and_nobody_has_it_alone_until_all_are_gone(team: Team) -> None:
    ana, eva, ida = (team.locks(name) for name in ("ana@pc-1", "eva@pc-2", "ida@pc-3"))
    with ExitStack() as joined:
        with ana.hold_list(SHA256, "list.csv") as hold:
            hold.share()
            hold.share()
            joined.enter_context(eva.join_list(SHA256, "list.csv"))
            joined.enter_context(ida.join_list(SHA256, "list.csv"))
        with pytest.raises(BusyError, match=r"\(eva@pc-2, ida@pc-3\)"), ana.hold_list(SHA256, "list.csv"):
            pytest.fail("two send it")
    with ana.hold_list(SHA256, "list.csv"):
        pass


def test_who_joins_waits_while_the_list_is_planned(team: Team) -> None:
    script = """
with locks.hold_list(SHA256, "l.csv") as hold:
    say("held")
    input()
    hold.share()
    say("shared")
    input()
"""
    joined, ours = threading.Event(), team.locks()

    def join() -> None:
        with ours.join_list(SHA256, "list.csv"):
            joined.set()

    with team.process(script) as process:
        assert said(process) == "held"
        thread = threading.Thread(target=join)
        thread.start()
        assert not joined.wait(0.5)
        go_on(process)
        assert said(process) == "shared"
        assert joined.wait(HANG_SECONDS)
        thread.join()


def test_who_joins_does_not_wait_for_ever(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_PLANNING_SECONDS", 0.3)
    with (
        team.locks("ana@pc-1").hold_list(SHA256, "list.csv"),
        pytest.raises(BusyError, match=r"^Another uploader \(ana@pc-1\) has this list for itself"),
        team.locks("eva@pc-2").join_list(SHA256, "list.csv"),
    ):
        pytest.fail("it is held")


def test_a_list_that_nobody_sends_any_more_is_joined_too(team: Team) -> None:
    with team.locks().join_list(SHA256, "list.csv"):
        pass


# A token


def test_a_token_is_held_without_waiting_where_nobody_has_it(team: Team) -> None:
    ana, eva = team.locks("ana@pc-1"), team.locks("eva@pc-2")
    other = Settings(SETTINGS.plain, {"wolkvox_token": "another token"})
    with token(ana) as hold:
        assert not hold.has_waited
        assert hold.teammates is ana.token
        with token(eva, settings=other) as others:
            assert not others.has_waited
    assert ana.token is None


def test_nothing_of_the_token_is_in_the_database(team: Team) -> None:
    with token(team.locks()) as hold:
        assert hold.teammates.places(0) == 1
        assert "secret" not in token_hash()
        assert len(token_hash()) == 32
        for table in ("pg_locks", "pg_stat_activity", "token", "run", "job"):
            rows = team.sql(f"SELECT t::text FROM {table} t WHERE strpos(t::text, 'secret') > 0")
            assert [row for (row,) in rows if "strpos" not in row] == []


@pytest.mark.usefixtures("told_at_once")
def test_whoever_waits_is_told_once_for_whom_and_gets_it_when_the_other_is_killed(team: Team) -> None:
    heard: list[Message] = []
    ours = team.locks()
    with team.process('with hold_token(places=1):\n    say("held")\n    input()') as process:
        assert said(process) == "held"

        def told(message: Message) -> None:
            heard.append(message)
            threading.Timer(0.8, process.kill).start()  # it looks several times meanwhile, and says nothing more

        with token(ours, told) as hold:
            assert hold.has_waited
    assert [render(message, "en") for message in heard] == [
        "Waiting for another uploader (eva@pc-2), which uses the same server and token. Press Ctrl-C to quit."
    ]


@pytest.mark.usefixtures("told_at_once")
def test_waiting_ends_soon_when_it_is_cancelled_and_leaves_nothing_behind(team: Team) -> None:
    ana, eva, cancel = team.locks("ana@pc-1"), team.locks("eva@pc-2"), CancelToken()
    with token(ana):
        with pytest.raises(CancelledError), token(eva, lambda _: cancel.cancel(), cancel=cancel):
            pytest.fail("it is held by another")
        assert team.holders(f"sends:{token_hash()}", f"waits:{token_hash()}") == [1, 0]
    assert team.holders(f"sends:{token_hash()}") == [0]
    with token(eva) as hold:
        assert not hold.has_waited


@pytest.mark.usefixtures("told_at_once")
def test_who_waits_for_a_place_comes_back_when_its_session_is_lost(team: Team) -> None:
    with team.process('with hold_token(places=1):\n    say("held")\n    input()') as process:
        assert said(process) == "held"

        def told(message: Message) -> None:
            team.end_sessions("ana@pc-1")
            threading.Timer(2, process.kill).start()

        ours = team.locks("ana@pc-1")
        with ours.hold_list(SHA256, "list.csv"), token(ours, told) as hold:
            assert hold.has_waited
            assert team.holders(f"sends:{token_hash()}", f"waits:{token_hash()}") == [1, 0]
            with pytest.raises(BusyError), team.locks("eva@pc-2").hold_list(SHA256, "list.csv"):
                pytest.fail("it is held")


@pytest.mark.usefixtures("told_at_once")
def test_who_waits_for_a_place_and_has_lost_the_list_meanwhile_does_not_send(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "COME_BACK_SECONDS", 0.2)
    ana, eva = team.locks("ana@pc-1"), team.locks("eva@pc-2")
    with ExitStack() as stack, team.process('with hold_token(places=1):\n    say("held")\n    input()') as process:
        assert said(process) == "held"

        def told(message: Message) -> None:
            team.end_sessions("ana@pc-1")
            until(lambda: team.holders(module._of_list(SHA256)) == [0], "the list is free")
            stack.enter_context(eva.hold_list(SHA256, "list.csv"))

        with pytest.raises(JournalLostError), ana.hold_list(SHA256, "list.csv"), token(ana, told):
            pytest.fail("somebody else sends it")


def test_a_place_that_is_free_in_a_moment_is_not_spoken_of(team: Team) -> None:
    heard: list[Message] = []
    ours = team.locks()
    with team.process('with hold_token(places=1):\n    say("held")\n    input()') as process:
        assert said(process) == "held"
        threading.Timer(0.6, process.kill).start()
        with token(ours, heard.append) as hold:
            assert (hold.has_waited, heard) == (False, [])


def test_waiting_has_an_end(team: Team) -> None:
    with (
        token(team.locks("ana@pc-1")),
        pytest.raises(BusyError, match=r"Waited a day for another uploader \(ana@pc-1\)"),
        token(team.locks("eva@pc-2"), longest_wait_seconds=0.3),
    ):
        pytest.fail("it is held by another")


# A run


def test_a_run_lives_as_long_as_its_block(team: Team) -> None:
    ana, eva = team.locks("ana@pc-1"), team.locks("eva@pc-2")
    assert not eva.is_run_alive("a")
    with ana.hold_run("a"):
        assert (ana.is_run_alive("a"), eva.is_run_alive("a"), eva.is_run_alive("b")) == (True, True, False)
        with pytest.raises(BusyError), eva.hold_run("a"):
            pytest.fail("it is another's")
    assert not eva.is_run_alive("a")


def test_a_run_of_another_process_lives_until_that_ends(team: Team) -> None:
    ours = team.locks()
    with team.process('with locks.hold_run("a"):\n    say("held")\n    input()') as process:
        assert said(process) == "held"
        assert ours.is_run_alive("a")
        process.kill()
        until(lambda: not ours.is_run_alive("a"), "the run is dead")

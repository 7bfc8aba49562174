"""The places of a token among all who send with it, and what they tell each other."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest

from tests.journal.postgres.senders.team import API, SETTINGS, Team, go_on, said, token_hash
from tests.waiting import HANG_SECONDS, until
from uploader.i18n import Message
from uploader.journal.postgres.senders.locks import PostgresLocks
from uploader.journal.postgres.senders.places import TokenPlaces
from uploader.model.cancel import CancelToken
from uploader.model.teammates import News, NewsKind, Teammates, TokenLimits

QUOTA = Message("text", text="the quota is spent")


@pytest.fixture(autouse=True)
def beats_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """And a lease that is long enough for a busy machine."""
    monkeypatch.setattr("uploader.journal.postgres.senders.session.seconds_between_beats", lambda lease: 0.1)


@dataclass
class Sender:
    """One who sends with the token, always as much as it may, or as much as it wants."""

    locks: PostgresLocks
    mates: Teammates
    wants: int = 99
    in_use: int = 0
    woken: threading.Event = field(default_factory=threading.Event)
    heard: list[News] = field(default_factory=list)

    def turn(self) -> int:
        """What an engine does: some requests end, others begin; how many are under way then."""
        self.heard += self.mates.hear()
        allowed = self.mates.places(self.in_use)
        assert allowed is not None
        self.in_use = min(self.wants, allowed)
        self.mates.places(self.in_use)
        return self.in_use

    def wake(self) -> None:
        """An engine asks again then."""
        self.woken.set()
        self.mates.places(self.in_use)

    def ended(self, count: int) -> None:
        """So many requests were answered."""
        self.in_use -= count
        self.mates.places(self.in_use)

    def heard_of(self, kind: NewsKind) -> list[News]:
        self.heard += self.mates.hear()
        return [news for news in self.heard if news.kind is kind]


@dataclass
class Office:
    """Several senders in this process, each with its own session."""

    team: Team
    stack: ExitStack

    def sender(self, places: int = 2, name: str = "ana@pc-1", held_seconds: float = 60) -> Sender:
        locks, limits = self.team.locks(name), TokenLimits(places, 0, held_seconds)
        hold = self.stack.enter_context(
            locks.hold_token(API, SETTINGS, "l.csv", limits=limits, on_wait=print, cancel=CancelToken())
        )
        made = Sender(locks, hold.teammates)
        self.stack.enter_context(hold.teammates.calling(made.wake))
        return made

    def in_thread(self, places: int = 2, name: str = "eva@pc-2") -> Callable[[], Sender]:
        """One who may have to wait; gives the sender once it is there."""
        found: list[Sender] = []
        thread = threading.Thread(target=lambda: found.append(self.sender(places, name)))
        thread.start()

        def there() -> Sender:
            thread.join(HANG_SECONDS)
            return found[0]

        return there


@pytest.fixture
def office(team: Team) -> Iterator[Office]:
    with ExitStack() as stack:
        yield Office(team, stack)


def all_turn(*senders: Sender) -> list[int]:
    return [sender.turn() for sender in senders]


def comes_to(senders: Sequence[Sender], in_use: list[int]) -> None:
    """Wait until they have so many requests under way each, with turns as an engine's."""
    until(lambda: all_turn(*senders) == in_use, f"{in_use} under way")


# How many may be under way


def test_who_is_alone_has_all_places_at_once(office: Office) -> None:
    sender = office.sender(places=5)
    assert sender.turn() == 5
    assert office.team.places() == 5


def test_the_places_are_free_at_the_end(office: Office) -> None:
    office.sender(places=3).turn()
    office.stack.close()
    assert office.team.places() == 0
    assert office.team.holders(f"sends:{token_hash()}", f"waits:{token_hash()}") == [0, 0]


def test_one_who_comes_gets_a_share_once_requests_end_and_no_place_is_used_by_two(office: Office) -> None:
    ana = office.sender(places=4)
    assert ana.turn() == 4
    eva = office.in_thread(places=4)
    until(lambda: ana.mates.places(ana.in_use) == 2, "she gives back what is more than her share")
    assert office.team.places() == 4  # all four are under way
    ana.ended(1)
    until(lambda: ana.mates.places(ana.in_use) == 2 and len(places_of(ana)) < 4, "one place is given back")
    there = eva()
    assert there.turn() == 1
    ana.ended(1)
    comes_to([ana, there], [2, 2])
    assert office.team.places() == 4


def places_of(sender: Sender) -> list[int]:
    assert isinstance(sender.mates, TokenPlaces)
    return sender.mates._mine


def test_what_one_does_not_use_is_another_s(office: Office) -> None:
    ana = office.sender(places=6)
    ana.wants = 1
    assert ana.turn() == 1
    eva = office.in_thread(places=6)()
    comes_to([ana, eva], [1, 3])  # its share
    assert office.team.places() <= 6


def test_places_that_nobody_has_are_for_whoever_uses_all_of_theirs(office: Office) -> None:
    ana, eva = office.sender(places=4), office.in_thread(places=4)
    there = eva()
    comes_to([ana, there], [2, 2])
    office.stack.enter_context(there.mates.calling(lambda: None))
    there.locks._session.close()  # as if its computer was switched off
    comes_to([ana], [4])
    assert office.team.places() == 4


def test_of_one_place_the_second_waits_until_the_first_has_ended(office: Office) -> None:
    first = ExitStack()
    ana = Office(office.team, first).sender(places=1)
    eva = office.in_thread(places=1)
    time.sleep(0.5)
    assert (ana.turn(), office.team.places()) == (1, 1)
    first.close()
    assert eva().turn() == 1


def test_the_sender_is_woken_when_it_may_do_more_or_less(office: Office) -> None:
    ana = office.sender(places=2)
    ana.woken.clear()
    eva = office.in_thread(places=2)
    assert ana.woken.wait(HANG_SECONDS)
    assert ana.mates.places(0) == 1
    there = eva()
    ana.in_use = 1
    ana.turn()
    ana.woken.clear()
    there.locks._session.close()
    until(lambda: ana.turn() and ana.woken.is_set(), "there is a place more")
    assert ana.mates.places(1) == 2


def test_nobody_is_woken_after_the_block(office: Office) -> None:
    ana, called = office.sender(places=2), list[bool]()
    with ana.mates.calling(lambda: called.append(True)):
        assert called == [True]  # whoever comes looks for news first
    eva = office.in_thread(places=2)()
    assert ana.mates.places(0) == 1
    assert eva.turn() == 1
    assert called == [True]


def test_who_thinks_about_a_question_keeps_no_more_than_one_place_from_others(office: Office) -> None:
    limits = TokenLimits(2, 0, 60)
    hold = office.team.locks().hold_token(API, SETTINGS, "l.csv", limits=limits, on_wait=print, cancel=CancelToken())
    mates = office.stack.enter_context(hold).teammates
    with mates.calling(lambda: None):
        assert mates.places(2) == 2
        mates.places(0)
    assert office.in_thread()().turn() == 1


def test_with_three_senders_there_are_never_more_under_way_than_places(team: Team) -> None:
    script = """
import random, time
from uploader.model.teammates import TokenLimits
chance = random.Random(int(input()))
for nth in range(2):
    with hold_token(places=2) as hold:
        mates, mine = hold.teammates, []
        with mates.calling(lambda: None), team.connection("counting@pc-0") as counting:
            ends = time.monotonic() + 1.0
            while time.monotonic() < ends:
                allowed = mates.places(len(mine))
                if len(mine) < allowed and chance.random() < 0.7:
                    ((under_way,),) = counting.execute(
                        "INSERT INTO under_way DEFAULT VALUES RETURNING id").fetchall()
                    mine.append(under_way)
                elif mine and chance.random() < 0.5:
                    counting.execute("DELETE FROM under_way WHERE id = %s", (mine.pop(),))
                time.sleep(0.003)
            for one in mine:
                counting.execute("DELETE FROM under_way WHERE id = %s", (one,))
            mates.places(0)
say("done")
"""
    team.sql("CREATE TABLE under_way (id bigserial)")
    with ExitStack() as stack:
        processes = [stack.enter_context(team.process(script, lease=20)) for _ in range(3)]
        for nth, process in enumerate(processes):
            assert process.stdin is not None
            process.stdin.write(f"{nth}\n")
            process.stdin.flush()
        done, most = threading.Event(), 0

        def all_done() -> None:
            for process in processes:
                while (line := said(process)) != "done":
                    assert line.startswith("Message"), line
            done.set()

        threading.Thread(target=all_done).start()
        with team.connection() as looking:
            while not done.wait(0.002):
                ((count,),) = looking.execute("SELECT count(*) FROM under_way").fetchall()
                most = max(most, int(str(count)))
        assert most == 2


def test_after_it_came_back_there_are_places_once_they_have_settled(office: Office) -> None:
    ana = office.sender(places=3)
    assert ana.turn() == 3
    office.team.end_sessions("ana@pc-1")
    session = ana.locks._session
    until(lambda: session.is_lost, "she notices")
    ana.in_use = 0
    assert session.come_back(HANG_SECONDS, CancelToken())
    comes_to([ana], [3])
    assert office.team.places() == 3


def test_who_loses_its_session_while_it_waits_for_a_place_is_let_try_and_so_learns_of_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = office.sender(places=3)
    monkeypatch.setattr("uploader.journal.postgres.senders.places.SETTLING_SECONDS", HANG_SECONDS)
    session = ana.locks._session
    office.team.end_sessions("ana@pc-1")
    until(lambda: session.is_lost, "she notices")
    assert session.come_back(HANG_SECONDS, CancelToken())
    assert ana.mates.places(0) == 0
    office.team.end_sessions("ana@pc-1")
    until(lambda: session.is_lost, "she notices again")
    assert ana.mates.places(0) == 1


def test_who_comes_back_and_finds_no_place_is_given_one_by_those_who_have_more(office: Office) -> None:
    ana, eva = office.sender(places=4), office.in_thread(places=4)()
    comes_to([ana, eva], [2, 2])
    office.team.end_sessions("eva@pc-2")
    session = eva.locks._session
    until(lambda: session.is_lost, "she notices")
    comes_to([ana], [4])
    back = threading.Event()

    def come_back() -> None:
        if session.come_back(HANG_SECONDS, CancelToken()):
            back.set()

    threading.Thread(target=come_back).start()
    until(lambda: ana.mates.places(ana.in_use) == 2, "she is asked for some")
    ana.ended(2)
    assert back.wait(HANG_SECONDS)
    eva.in_use = 0
    comes_to([ana, eva], [2, 2])
    assert office.team.holders(f"waits:{token_hash()}") == [0]


# What others have left behind


def left_behind(team: Team, key: str, ago: float, token: str | None = None, **columns: Any) -> int:
    """A run of the token with a request that left so many seconds ago."""
    run = team.run(team.job(uuid4().hex), key, token_hash() if token is None else token)
    return team.attempt(run, ago, **columns)


@pytest.mark.parametrize(
    ("ago", "columns", "count"),
    [
        (10, {}, 1),
        (70, {}, 0),
        (10, {"verdict": "unknown"}, 1),
        (10, {"verdict": "unknown", "http_status": 504}, 1),
        (10, {"verdict": "unknown", "http_status": 500}, 0),
        (10, {"verdict": "accepted", "taken": "yes"}, 0),
        (10, {"token": "another"}, 0),
        (10, {"token": ""}, 0),
    ],
)
def test_who_takes_a_place_hears_of_requests_whose_run_is_dead(
    office: Office, ago: float, columns: dict[str, Any], count: int
) -> None:
    left_behind(office.team, "dead", ago, **columns)
    with office.team.locks("eva@pc-2").hold_run("alive"):
        left_behind(office.team, "alive", ago, **columns)
        heard = office.sender(held_seconds=60).heard_of(NewsKind.ABANDONED)
    assert len(heard) == count
    for news in heard:
        assert ago <= news.seconds < ago + HANG_SECONDS


def test_rows_that_share_a_request_are_heard_of_once(office: Office) -> None:
    run = office.team.run(office.team.job(), "dead", token_hash())
    first = office.team.attempt(run, 10)
    office.team.attempt(run, 10, beside=first)
    assert len(office.sender().heard_of(NewsKind.ABANDONED)) == 1


def test_who_takes_the_place_of_one_that_was_killed_hears_what_that_had_under_way_and_once(team: Team) -> None:
    script = """
with hold_token(places=2) as hold, locks.hold_run("dead"):
    mates = hold.teammates
    with mates.calling(lambda: None):
        say(mates.places(0))
        input()
"""
    with team.process(script) as process, ExitStack() as stack:
        assert said(process) == "2"
        left_behind(team, "dead", 3)
        left_behind(team, "dead", 1)
        office = Office(team, stack)
        coming = office.in_thread(name="ana@pc-1")
        process.kill()
        ana = coming()
        # Before she may use a place.
        assert sorted(news.seconds > 2.5 for news in ana.heard_of(NewsKind.ABANDONED)) == [False, True]
        left_behind(team, "dead", 1)  # no beat asks again for ever
        until(lambda: ana.turn() == 2, "both places")
        assert len([one for one in ana.heard if one.kind is NewsKind.ABANDONED]) <= 3


# What they tell each other


@pytest.mark.parametrize(
    "news", [News(NewsKind.SLOW_DOWN, 40), News(NewsKind.PAUSE, 3000, QUOTA)], ids=lambda news: news.kind.value
)
def test_what_one_is_told_the_others_hear_also_those_who_come_later_and_not_itself(office: Office, news: News) -> None:
    ana, eva = office.sender(), office.in_thread()()
    eva.woken.clear()
    ana.mates.tell(news)
    assert eva.woken.wait(HANG_SECONDS)
    (heard,) = eva.heard_of(news.kind)
    assert (heard.reason, 0 < heard.seconds <= news.seconds) == (news.reason, True)
    ida = office.in_thread(name="ida@pc-3", places=9)()
    (later,) = ida.heard_of(news.kind)
    assert (later.reason, later.seconds < heard.seconds) == (news.reason, True)
    time.sleep(0.5)
    assert [len(one.heard_of(news.kind)) for one in (ana, eva, ida)] == [0, 1, 1]


def test_a_shorter_pause_is_no_news_and_a_longer_one_is(office: Office) -> None:
    ana, eva, ida = office.sender(), office.in_thread()(), office.in_thread(name="ida@pc-3", places=9)()
    ana.mates.tell(News(NewsKind.PAUSE, 1000, QUOTA))
    until(lambda: len(eva.heard_of(NewsKind.PAUSE)) == 1, "she hears it")
    eva.mates.tell(News(NewsKind.SLOW_DOWN, 10))
    eva.mates.tell(News(NewsKind.PAUSE, 2000, QUOTA))
    until(lambda: len(ana.heard_of(NewsKind.PAUSE)) == 1, "she hears it, too")
    until(lambda: any(news.seconds > 1500 for news in ida.heard_of(NewsKind.PAUSE)), "and the third")
    assert ida.heard_of(NewsKind.SLOW_DOWN) == []


def test_a_pause_that_is_over_is_no_news(office: Office) -> None:
    office.team.sql(
        "INSERT INTO token (hash, not_before, told_by) VALUES (%s, clock_timestamp() - interval '1 s', 'x')",
        token_hash(),
    )
    assert list(office.sender().mates.hear()) == []


def test_the_clock_of_this_computer_does_not_count(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, eva = office.sender(), office.in_thread()()
    true = time.time
    monkeypatch.setattr(time, "time", lambda: true() + 3600)
    ana.mates.tell(News(NewsKind.PAUSE, 50, QUOTA))
    until(lambda: eva.heard_of(NewsKind.PAUSE), "she hears it")
    assert 0 < eva.heard[0].seconds <= 50
    ((seconds,),) = office.team.sql("SELECT extract(epoch FROM not_before - clock_timestamp())::float8 FROM token")
    assert 0 < seconds <= 50


def test_a_stop_is_heard_by_those_of_the_same_job_alone(office: Office) -> None:
    one, another = office.team.job("1"), office.team.job("2")
    for key, job in {"a": one, "b": one, "c": another}.items():
        office.team.run(job, key, token_hash())
    senders = [office.sender(3), office.in_thread(3)(), office.in_thread(3, "ida@pc-3")()]
    for sender, key in zip(senders, "abc", strict=True):
        office.stack.enter_context(sender.locks.hold_run(key))
    ana, eva, ida = senders
    ana.mates.tell(News(NewsKind.STOP, reason=QUOTA))
    until(lambda: eva.heard_of(NewsKind.STOP), "she hears it")
    time.sleep(0.5)
    assert [one.heard_of(NewsKind.STOP) for one in senders] == [[], [News(NewsKind.STOP, reason=QUOTA)], []]
    assert ida.locks._run_key == "c"


def test_a_stop_is_not_heard_by_those_with_another_token(office: Office) -> None:
    job = office.team.job()
    office.team.run(job, "a", "another token")
    office.team.sql("UPDATE run SET stopped = 'the token is refused'")
    office.team.sql("UPDATE job SET stopped = 'the token is refused'")
    office.team.run(job, "b", token_hash())
    ana = office.sender(3)
    office.stack.enter_context(ana.locks.hold_run("b"))
    time.sleep(0.5)
    assert ana.heard_of(NewsKind.STOP) == []


def test_what_is_told_at_the_very_end_is_written(team: Team) -> None:
    team.run(team.job(), "a")
    with ExitStack() as stack:
        ana = Office(team, stack).sender()
        with ana.locks.hold_run("a"):
            ana.mates.tell(News(NewsKind.STOP, reason=QUOTA))
    ((stopped,),) = team.sql("SELECT stopped FROM job")
    assert "the quota is spent" in stopped


def test_what_can_not_be_written_at_once_is_written_later(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uploader.journal.postgres.senders.places._BEAT_MS", 50)
    ana, eva = office.sender(), office.in_thread()()
    with office.team.connection() as busy, busy.transaction():
        busy.execute("INSERT INTO token (hash) VALUES (%s)", (token_hash(),))
        ana.mates.tell(News(NewsKind.PAUSE, 50, QUOTA))
        time.sleep(0.5)
        with ana.locks._session.using() as connection:
            connection.execute("SELECT 1")  # a commit does not wait for it
    until(lambda: eva.heard_of(NewsKind.PAUSE), "she hears it")


def test_reasons_may_hold_any_text(office: Office) -> None:
    evil = Message("text", text="it's \\ '; DROP TABLE token; -- %s {x} \n\"ñ\"")
    ana, eva = office.sender(), office.in_thread()()
    ana.mates.tell(News(NewsKind.PAUSE, 50, evil))
    until(lambda: eva.heard_of(NewsKind.PAUSE), "she hears it")
    assert eva.heard[0].reason == evil


def test_a_sender_in_another_process_hears_it(team: Team) -> None:
    script = """
import time
with hold_token(places=2) as hold:
    say("there")
    heard = []
    while not heard:
        heard = [news for news in hold.teammates.hear()]
        time.sleep(0.01)
    say(heard[0].kind.name, heard[0].reason.facts["text"])
"""
    with team.process(script) as process, ExitStack() as stack:
        assert said(process) == "there"
        Office(team, stack).in_thread(name="ana@pc-1")().mates.tell(News(NewsKind.PAUSE, 50, QUOTA))
        assert said(process) == "PAUSE the quota is spent"
        go_on(process)

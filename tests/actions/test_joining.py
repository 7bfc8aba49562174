"""Several senders of one list: they join it, wait for each other, and go on after a lost connection to the journal."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from tests.books import copied_template
from tests.conftest import interactions, sheet_rows, write_csv
from tests.journal.builders import dispatch
from tests.people import ScriptedUi
from tests.team_in_memory import Team, TeamLedger
from tests.waiting import HANG_SECONDS
from tests.worlds import Api, Ending, World
from uploader.actions.history import history, sendings, sent_by_others, under_way
from uploader.actions.options import ReadOptions, SendOptions
from uploader.actions.planning.senders import new_run_key
from uploader.actions.results import results
from uploader.actions.resume import resume
from uploader.actions.send import send
from uploader.actions.session import Session
from uploader.actions.work import work
from uploader.cli.report import jobs as report
from uploader.cli.report.jobs_json import as_json_array
from uploader.i18n import Message, render
from uploader.model.events import Phase, RestOfJob
from uploader.model.http import Request, Response, SendFailure
from uploader.model.job import Sender
from uploader.model.outcomes import Unwritten
from uploader.model.summary import Summary
from uploader.model.this_computer import machine, user

ROWS = 12


@dataclass
class Computer:
    """One of a team: a home of its own, and the journal that all share."""

    world: World
    team: Team
    open_journal: Callable[[Any], Any] = field(init=False)

    def __post_init__(self) -> None:
        self.open_journal = self.team.journal

    @property
    def session(self) -> Session:
        return replace(self.world.session, open_journal=self.open_journal)

    def ends(self, act: Callable[[], Summary]) -> Ending:
        return self.world._ending(act)

    def sends(self, path: Path, **options: Any) -> Ending:
        return self.ends(lambda: send(path, ReadOptions(), SendOptions(no_preflight=True, **options), self.session))

    def sends_with(self, path: Path, template: str, **options: Any) -> Summary:
        return send(path, ReadOptions(template), SendOptions(no_preflight=True, **options), self.session)

    def resumes(self, which: int | None = None) -> Ending:
        return self.ends(lambda: resume(which, SendOptions(no_preflight=True), self.session))

    def works(self, which: int | None = None, **options: Any) -> Ending:
        return self.ends(lambda: work(which, SendOptions(no_preflight=True, **options), self.session))


@dataclass
class Meeting:
    """An API at which, at a row of the first sender, something happens until it is over."""

    at: int
    happens: Callable[[], object]
    came: list[str] = field(default_factory=list)
    api: Api = field(default_factory=Api)

    def __call__(self, request: Request) -> Response | SendFailure:
        self.came.append(request.body.decode())
        if len(self.came) == self.at:
            self.happens()
        return self.api(request)


@pytest.fixture
def team(tmp_path: Path) -> Team:
    (tmp_path / "shared").mkdir()
    return Team(tmp_path / "shared" / "journal.db")


@pytest.fixture
def first(tmp_path: Path, team: Team) -> Computer:
    return Computer(World(tmp_path / "first"), team)


@pytest.fixture
def second(tmp_path: Path, team: Team) -> Computer:
    return Computer(World(tmp_path / "second"), team)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "list.csv", interactions(ROWS))


def statuses(path: Path) -> Counter[str]:
    return Counter(row["Status"] for row in sheet_rows(path))


def beside(act: Callable[[], Ending]) -> tuple[threading.Thread, list[Ending]]:
    """Begin it in a thread, as another computer does."""
    ended: list[Ending] = []
    thread = threading.Thread(target=lambda: ended.append(act()), daemon=True)
    return thread, ended


@contextmanager
def sending(
    team: Team, job: int = 1, *, user: str = "ana", machine: str = "pc", helps: bool = False, waits_for: int = 0
) -> Iterator[str]:
    """While it lasts, another computer sends the job, and waits for the answer to a row; the key of its run."""
    key = new_run_key(helps=helps)
    with team.journal(team.path) as journal, journal.locks.hold_run(key):
        ledger = journal.begin_run(job, Sender(user, machine, "1"), SendOptions().policy(), key=key, joins=helps)
        if waits_for:
            ledger.commit([], [dispatch(waits_for)])
        yield key


@pytest.mark.parametrize("how", ["work", "work 1", "send --join"])
def test_a_second_computer_joins_each_row_goes_once_and_the_first_writes_the_workbook_at_the_end(
    first: Computer, second: Computer, team: Team, path: Path, how: str
) -> None:
    has_sent, may_end = threading.Event(), threading.Event()
    joins = {
        "work": second.works,
        "work 1": lambda: second.works(1),
        "send --join": lambda: second.sends(path, join=True),
    }
    thread, ended = beside(joins[how])

    def the_second_begins() -> None:
        assert team.is_shared
        thread.start()
        assert has_sent.wait(HANG_SECONDS)

    def the_second_is_slow() -> None:
        has_sent.set()
        assert may_end.wait(HANG_SECONDS)

    def told(message: Message) -> None:
        first.world.ui.told.append(message)
        if message.code == "work.waits_for_others":
            may_end.set()

    first.world.api = Meeting(3, the_second_begins)
    second.world.api = Meeting(2, the_second_is_slow)
    first.world.ui.tell = told  # type: ignore[method-assign]  # the second goes on once the first waits
    of_first = first.sends(path)
    thread.join(HANG_SECONDS)
    (of_second,) = ended
    assert (of_first.code, of_second.code) == (0, 0), (of_first.why, of_second.why)
    assert sorted(of_first.came + of_second.came) == sorted(interactions(ROWS))
    assert (len(of_second.came) >= 2, of_second.json["run"]["accepted"]) == (True, len(of_second.came))
    assert statuses(path.with_name("list.results.xlsx")) == {"accepted": ROWS}
    assert of_second.json["results"] is None
    assert of_second.told("work.results_elsewhere", job=1, user=user(), machine=machine())
    assert of_second.told("work.joins", job=1, list="list.csv", rows=ROWS)
    assert of_second.told("work.sent_by")
    assert not of_first.told("work.results_elsewhere")


def test_who_would_join_a_list_that_another_begins_just_now_joins_it_in_a_moment(
    first: Computer, second: Computer, team: Team, path: Path
) -> None:
    has_seen, may_send = threading.Event(), threading.Event()

    def looked(_: object) -> None:
        if not has_seen.is_set():
            has_seen.set()
            assert may_send.wait(HANG_SECONDS)

    first.world.ui.look = looked  # while it is planned
    thread, ended = beside(lambda: first.sends(path))
    thread.start()
    assert has_seen.wait(HANG_SECONDS)
    team.on_busy = may_send.set
    joined = second.sends(path, join=True)
    thread.join(HANG_SECONDS)
    assert (ended[0].code, joined.code) == (0, 0), (ended[0].why, joined.why)
    assert sorted(ended[0].came + joined.came) == sorted(interactions(ROWS))


def test_a_list_that_nobody_sends_is_sent_as_ever(first: Computer, path: Path) -> None:
    ended = first.sends(path, join=True)
    assert (ended.code, len(ended.came)) == (0, ROWS)
    assert statuses(Path(ended.json["results"])) == {"accepted": ROWS}
    assert not ended.told("work.joins")


@pytest.mark.parametrize("how", ["work", "send --join"])
def test_a_journal_of_ones_own_is_sent_alone(first: Computer, path: Path, how: str) -> None:
    first.open_journal = lambda place: World(place.parent).session.open_journal(place)
    assert first.sends(path, first=2).code == 1
    ended = first.works() if how == "work" else first.sends(path, join=True)
    assert (ended.code, ended.came) == (2, [])
    assert "needs a journal that the team shares" in ended.why


@pytest.mark.parametrize("which", [None, 1])
def test_what_nobody_sends_is_not_worked_on(first: Computer, second: Computer, path: Path, which: int | None) -> None:
    first.sends(path, first=2)
    ended = second.works(which)
    assert (ended.code, ended.came) == (2, [])
    assert ("uploader.resume(1)" in ended.why) == (which is not None), ended.why


def test_of_several_jobs_that_are_sent_the_number_is_wanted(
    first: Computer, second: Computer, team: Team, path: Path, tmp_path: Path
) -> None:
    other = write_csv(tmp_path / "other.csv", interactions(ROWS, start=100))
    first.sends(path, first=2)
    first.sends(other, first=2)
    with sending(team, 1), sending(team, 2):
        ended = second.works()
    assert ended.code == 2
    assert "1 (list.csv, ana on pc), 2 (other.csv, ana on pc)" in ended.why


def test_a_trial_is_for_nobody_to_help_with(first: Computer, team: Team, path: Path) -> None:
    assert (len(first.sends(path, first=2).came), team.is_shared) == (2, False)
    assert (len(first.sends(path).came), team.is_shared) == (ROWS - 2, True)


def test_who_has_the_very_template_at_hand_hears_nothing_of_another(
    first: Computer, second: Computer, team: Team, path: Path, tmp_path: Path
) -> None:
    own = copied_template(tmp_path / "own", "own.toml")
    first.ends(lambda: first.sends_with(path, str(own), first=2))
    with sending(team):
        ended = second.ends(lambda: second.sends_with(path, str(own), join=True))
    assert (ended.told("work.joins", job=1), ended.told("work.template_of_job")) == (True, False)


@pytest.mark.parametrize("rest", ["nobody", "a helper", "who started it"])
def test_a_helper_says_who_writes_the_workbook(
    first: Computer, second: Computer, team: Team, path: Path, rest: str
) -> None:
    first.sends(path, first=2)
    with ExitStack() as started, ExitStack() as helping:
        started.enter_context(sending(team))

        def happens() -> None:
            if rest != "nobody":
                helping.enter_context(sending(team, helps=True, waits_for=12))
            if rest != "who started it":
                started.close()

        second.world.api = Meeting(3, happens)
        ended = second.works()
    codes = {"nobody": "results_now", "a helper": "results_later", "who started it": "results_elsewhere"}
    assert [code for code in codes.values() if ended.told(f"work.{code}", job=1)] == [codes[rest]]
    assert ended.json["under_way"] == (0 if rest == "nobody" else 1)


# Which job is meant


def _as(monkeypatch: pytest.MonkeyPatch, user: str, machine: str) -> None:
    monkeypatch.setattr("uploader.actions.session.user", lambda: user)
    monkeypatch.setattr("uploader.actions.session.machine", lambda: machine)


def test_the_last_job_is_ones_own_and_never_that_of_a_colleague(
    first: Computer, second: Computer, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = write_csv(tmp_path / "other.csv", interactions(ROWS, start=100))
    _as(monkeypatch, "ana", "pc1")
    first.sends(path, first=2)
    _as(monkeypatch, "eva", "pc2")
    for refused in (second.resumes(), second.ends(lambda: results_of(second))):
        assert (refused.code, refused.came) == (2, [])
        assert "1 (list.csv, ana on pc1)" in refused.why
    second.sends(other, first=2)
    _as(monkeypatch, "ana", "pc1")
    written = first.ends(lambda: results_of(first))
    assert written.told("find_job.newest_is_others", job=1, list="list.csv", newest=2)
    resumed = first.resumes()
    assert (resumed.json["job"], len(resumed.came)) == (1, ROWS - 2)
    assert resumed.told("find_job.newest_is_others", job=1, list="list.csv", newest=2)
    _as(monkeypatch, "eva", "pc2")
    resumed = second.resumes()
    assert (resumed.json["job"], resumed.told("find_job.newest_is_others")) == (2, False)


def results_of(computer: Computer) -> Summary:
    job, workbook = results(None, None, computer.session)
    return Summary(job.list_path, job.template, job=job.id, results=workbook)


def test_a_list_that_is_not_here_is_known_by_its_name(
    first: Computer, second: Computer, path: Path, tmp_path: Path
) -> None:
    first.sends(path, first=2)
    ended = second.ends(lambda: work(tmp_path / "elsewhere" / "list.csv", SendOptions(), second.session))
    assert ended.code == 2
    assert "job 1 (list.csv, " in ended.why


def test_who_would_send_elsewhere_does_not_join(first: Computer, second: Computer, team: Team, path: Path) -> None:
    first.sends(path, first=2)
    second.world.given = {"wolkvox_server": "0043"}
    with sending(team):
        ended = second.works(1)
    assert (ended.code, ended.came) == (2, [])
    assert "is being sent to" in ended.why


def test_secrets_are_the_persons_own_and_settings_those_of_the_job(
    first: Computer, second: Computer, team: Team, path: Path
) -> None:
    first.sends(path, first=2)
    second.world.environment = {}
    with sending(team):
        ended = second.works(1)
    assert ended.code == 2
    assert "wolkvox_token" in ended.why
    assert "wolkvox_server" not in ended.why
    second.world.environment = {"WOLKVOX_TOKEN": "0ther-token"}
    with sending(team):
        assert second.works(1).json["accepted"] == ROWS


def test_rows_of_a_sender_that_dies_are_sent_by_one_that_waits(first: Computer, team: Team, path: Path) -> None:
    def told(message: Message) -> None:
        first.world.ui.told.append(message)
        if message.code == "work.waits_for_others":
            team.lives.discard("another")

    def another_takes_some() -> None:
        team.lives.add("another")
        team.has |= dict.fromkeys((9, 10, 11), "another")

    first.world.api = Meeting(3, another_takes_some)
    first.world.ui.tell = told  # type: ignore[method-assign]
    ended = first.sends(path)
    assert ended.code == 0
    assert ended.told("work.waits_for_others")
    assert sorted(ended.came) == sorted(interactions(ROWS))


def test_a_person_may_end_the_wait_for_others(first: Computer, team: Team, path: Path) -> None:
    def told(message: Message) -> None:
        first.world.ui.told.append(message)
        if message.code == "work.waits_for_others":
            first.world.ui.cancel.cancel()

    def another_takes_some() -> None:
        team.lives.add("another")
        team.has |= dict.fromkeys((9, 10, 11), "another")

    first.world.api = Meeting(3, another_takes_some)
    first.world.ui.tell = told  # type: ignore[method-assign]
    ended = first.sends(path)
    assert (ended.code, ended.json["accepted"], ended.json["not_sent"]) == (130, ROWS - 3, 3)


def test_where_a_person_ends_it_the_others_continue_and_that_is_told(first: Computer, team: Team, path: Path) -> None:
    with ExitStack() as stack:

        def another_takes_some() -> None:
            key = stack.enter_context(sending(team, helps=True, waits_for=9))
            team.has |= dict.fromkeys((9, 10, 11), key)
            first.world.ui.cancel.cancel()

        first.world.api = Meeting(3, another_takes_some)
        ended = first.sends(path)
    assert (ended.code, ended.told("work.others_continue", job=1, count=1)) == (130, True)
    assert (ended.json["under_way"], ended.json["unknown"]) == (1, 1)
    assert "1 under way" in ended.screen
    assert "nknown" not in ended.screen
    assert "resume" not in ended.screen


def test_where_the_api_ends_it_for_all_nobody_continues(first: Computer, team: Team, path: Path) -> None:
    team.lives.add("another")
    team.has |= dict.fromkeys((9, 10, 11), "another")
    first.world.api = Api(
        says=lambda row: Response(403, b'{"code": "403", "error": "", "msg": "TOKEN LIMIT EXCEEDED"}', 1)
    )
    ended = first.sends(path)
    assert (ended.code, len(ended.came), ended.told("work.others_continue")) == (4, 1, False)


def test_who_has_another_version_of_the_template_sends_with_that_of_the_job(
    first: Computer, second: Computer, team: Team, path: Path, tmp_path: Path
) -> None:
    own = copied_template(tmp_path / "own", "own.toml")
    first.ends(lambda: first.sends_with(path, str(own), first=2))
    own.write_text("nothing of a template")
    with sending(team):
        ended = second.works(1)
    assert (ended.code, ended.json["accepted"], ended.told("work.template_of_job")) == (0, ROWS, True)


def test_a_trial_waits_for_nobody(first: Computer, team: Team, path: Path) -> None:
    def another_takes_some() -> None:
        team.lives.add("another")
        team.has |= dict.fromkeys((9, 10, 11), "another")

    first.world.api = Meeting(1, another_takes_some)
    ended = first.sends(path, first=2)
    assert (ended.json["accepted"], ended.told("work.waits_for_others")) == (2, False)


def test_how_many_rows_are_left_for_all_is_told_now_and_then(first: Computer, team: Team, path: Path) -> None:
    def another_has_sent_some() -> None:
        with team.journal(team.path) as journal:
            numbers = [one.row.number for one in journal.waiting(1)][-4:]
            journal.begin_run(1, Sender("ana", "pc", "1"), SendOptions().policy()).refuse(
                dict.fromkeys(numbers, Message("text", text="no"))
            )

    first.world.api = Meeting(3, another_has_sent_some)
    ui: ScriptedUi = first.world.ui
    first.sends(path, rate="30/m")
    assert [event.total for event in ui.events if isinstance(event, Phase) and event.name == "sending"] == [ROWS]
    rests = [event.rows for event in ui.events if isinstance(event, RestOfJob)]
    assert rests == sorted(rests, reverse=True)
    assert rests


# The connection to the journal is lost


def test_after_a_lost_connection_that_comes_back_each_row_goes_once(first: Computer, team: Team, path: Path) -> None:
    team.cuts = {3: True, 6: True}
    ended = first.sends(path)
    assert (ended.code, ended.json["accepted"], ended.json["run"]["accepted"]) == (0, ROWS, ROWS)
    assert sorted(ended.came) == sorted(interactions(ROWS))
    codes = [message.code for message in ended.messages if message.code.startswith("work.journal")]
    assert codes == ["work.journal_lost", "work.journal_back"] * 2


def test_a_connection_that_came_back_is_no_reason_to_stop_though_others_have_sent_the_rest(
    first: Computer, team: Team, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def others_have_sent_the_rest(*_: object) -> bool:
        with team.journal(team.path) as journal:
            rest = [one.row.number for one in journal.waiting(1)]
            others = journal.begin_run(1, Sender("ana", "pc", "1"), SendOptions().policy())
            others.refuse(dict.fromkeys(rest, Message("text", text="no")))
        return True

    team.cuts = {3: True}
    monkeypatch.setattr(TeamLedger, "come_back", others_have_sent_the_rest)
    ended = first.sends(path)
    assert (ended.json["not_sent"], ended.json["stopped"]) == (0, None)


def test_a_run_that_comes_back_to_a_list_that_goes_elsewhere_by_now_sends_no_more_of_it(
    first: Computer, team: Team, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def others_send_it_elsewhere(*_: object) -> bool:
        with team.journal(team.path) as journal:
            settings = {**journal.job(1).settings, "wolkvox_server": "0043"}
            journal.redirect(1, "https://wv0043.wolkvox.com", settings, lambda row: f"there {row.number}")
        return True

    team.cuts = {3: True}
    monkeypatch.setattr(TeamLedger, "come_back", others_send_it_elsewhere)
    ended = first.sends(path)
    assert len(ended.came) == 3  # as many as before
    assert "planned job 1 anew" in ended.why


def test_a_connection_that_does_not_come_back_ends_the_run_with_what_is_kept(
    first: Computer, team: Team, path: Path, tmp_path: Path
) -> None:
    team.cuts = {4: False}
    team.unwritten = Unwritten(2, tmp_path / "kept.jsonl")
    ended = first.sends(path)
    assert ended.code == 4
    assert ended.json["stopped"] == (
        "the connection to the team's journal did not come back within 60 seconds, so job 1 is not finished"
    )
    assert "not sent" in ended.screen
    assert ended.told("work.answers_kept", count=2, path=str(tmp_path / "kept.jsonl"))
    assert "uploader journal recover" in render(ended.messages[-1], "en")
    team.cuts, team.unwritten = {}, None
    again = first.world.person(is_attended=False)
    rest = first.sends(path)
    assert (rest.code, len(ended.came) + len(rest.came), again.asked) == (0, ROWS, [])


def test_answers_that_nothing_could_keep_are_told_row_by_row(first: Computer, team: Team, path: Path) -> None:
    team.gone_at = 3
    ended = first.sends(path)
    assert ended.code == 4
    assert len(ended.came) == 3
    assert ended.json["stopped"] == (
        "the journal failed. The connection was cut. The answers to these rows could not be recorded, so write them"
        " down: rows 3, 4 (accepted)"
    )
    assert "This run: " in ended.screen
    assert "whole list" not in ended.screen
    assert "Stopped early: the journal failed." in ended.screen


def test_with_wait_a_connection_is_waited_for_however_long_it_takes(
    first: Computer, team: Team, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, come_back = iter([False, False, True]), TeamLedger.come_back
    monkeypatch.setattr(TeamLedger, "come_back", lambda *given: next(answers) and come_back(*given))
    team.cuts = {4: True}
    ended = first.sends(path, wait=True)
    assert (ended.code, len(ended.came), [*answers]) == (0, ROWS, [])


@pytest.mark.parametrize("wait", [False, True])
def test_a_person_may_end_the_wait_for_the_connection(
    first: Computer, team: Team, path: Path, monkeypatch: pytest.MonkeyPatch, wait: bool
) -> None:
    def away(*_: object) -> bool:
        first.world.ui.cancel.cancel()
        team.gone_at = 1
        return False

    monkeypatch.setattr(TeamLedger, "come_back", away)
    team.cuts = {4: False}
    ended = first.sends(path, wait=wait)
    assert (ended.code, ended.json["run"]["accepted"]) == (130, len(ended.came))
    assert ended.screen.splitlines()[-3] == "Interrupted."
    assert ended.screen.endswith("  uploader resume 1")


def test_a_connection_that_is_lost_at_the_end_loses_nothing(first: Computer, team: Team, path: Path) -> None:
    for cuts in (1, 3):  # where the seconds are noted; and there, once more, and at the end
        team.cuts_at_the_end = cuts
        ended = first.sends(path, send_duplicates=True)
        assert (ended.code, ended.json["accepted"], ended.json["stopped"]) == (0, ROWS, None)
    assert history(first.session)[0].ended_at is not None


# Who sends what


def test_the_history_says_who_sends_what_from_where(first: Computer, second: Computer, path: Path) -> None:
    seen: list[str] = []

    def looked() -> None:
        jobs = history(second.session)
        passing = under_way(jobs, second.session)
        seen.extend(report.jobs(jobs, "en", sent_by_others(jobs, second.session), under_way=passing))
        seen.append(as_json_array(jobs, "en", sendings(jobs, second.session), under_way(jobs, second.session)))

    first.world.api = Meeting(3, looked)
    assert first.sends(path).code == 0
    assert any(line.endswith("so far, sending now") for line in seen)
    assert '"sends_now": true' in seen[-1]
    assert '"under_way": 2' in seen[-1]
    assert seen[1].endswith(f"{ROWS} rows: 1 accepted, {ROWS - 3} not sent, 2 under way (not finished)")
    assert seen[-2] == "1 computer is sending job 1 now."
    jobs = history(first.session)
    assert sent_by_others(jobs, first.session) == {}
    with first.team.journal(first.team.path) as journal:
        journal.begin_run(1, Sender("luis", "pc-2", "1"), SendOptions().policy()).end(None)
    jobs = history(first.session)
    told = list(report.jobs(jobs, "en", sent_by_others(jobs, first.session)))
    assert any(line.endswith("luis on pc-2, 0 requests") for line in told)

"""A computer of a team sends with the team's journal, and only once that knows all that the computer has sent."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from tests.conftest import interactions, write_csv
from tests.journal.postgres.test_copied_history import of_team
from tests.postgres.cluster import Cluster
from tests.postgres.databases import run_sql
from tests.worlds import World
from uploader.actions.history import forget, history, jobs_to_forget, tell_of_other_journal
from uploader.actions.journal.check import check as check_journal
from uploader.actions.journal.copy import copy
from uploader.actions.options import SendOptions
from uploader.actions.resume import resume
from uploader.actions.settle import settle
from uploader.actions.work import work
from uploader.errors import JournalError, SettingsError
from uploader.journal import Server
from uploader.journal.postgres.connecting import connect
from uploader.journal.postgres.copying import Fate
from uploader.journal.postgres.rights import grant


@pytest.fixture
def computer(tmp_path: Path) -> World:
    """With a journal of its own."""
    return World(tmp_path / "a")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "list.csv", interactions(3))


def refusal(act: object) -> str:
    with pytest.raises(SettingsError) as refused:
        act()  # type: ignore[operator]
    return refused.value.message.code


def test_until_the_own_history_is_copied_nothing_is_sent(computer: World, database: Server, path: Path) -> None:
    computer.sent(path)
    joined = of_team(computer, database, "a")
    joined.environment.pop("WOLKVOX_TOKEN")  # for which a person would be asked
    asked = joined.person()
    ended = joined.sends(path, no_preflight=True)
    assert (ended.code, ended.came, asked.asked) == (2, [], [])
    for part in ("1 job ", "uploader journal copy --from sqlite", str(computer.home / "journal.db")):
        assert part in ended.why
    assert joined.resumes().why == ended.why
    assert joined.checks(path).told("team.own_not_copied")
    tell_of_other_journal(joined.session)
    assert asked.told[-1].code == "team.own_not_copied"
    joined = of_team(computer, database, "a")
    copy("sqlite", joined.session, lambda one: None)
    ended = joined.sends(path, no_preflight=True)
    assert (ended.code, ended.came) == (0, [])


def test_who_has_copied_has_joined(computer: World, database: Server, path: Path) -> None:
    computer.sent(path)
    assert computer.sends(path, no_preflight=True).code == 0
    copy("sqlite", of_team(computer, database, "a").session, lambda one: None)
    assert computer.sends(path, no_preflight=True).code == 2


def test_or_moved_away(computer: World, database: Server, path: Path) -> None:
    computer.sent(path, first=1)
    joined = of_team(computer, database, "a")
    assert joined.sends(path, no_preflight=True).code == 2
    (computer.home / "journal.db").rename(computer.home / "old.db")
    assert joined.sends(path, no_preflight=True).code == 0


def test_a_job_that_came_in_by_its_workbook_is_there_with_all_its_sendings(
    computer: World, database: Server, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(4))
    computer.sent(path, first=2)
    ended = of_team(computer, database, "b").sends(path, no_preflight=True, first=1)
    assert (ended.json["accepted"], len(ended.came)) == (3, 1)
    joined = of_team(computer, database, "a")
    (known,) = copy("sqlite", joined.session, lambda one: None)
    assert (known.fate, known.number) == (Fate.KNOWN, 1)
    (computer.home / "settings.toml").write_text('journal = "sqlite"', "utf-8")
    computer.sent(path)  # the last row, with the own journal once more
    (known,) = copy("sqlite", joined.session, lambda one: None)
    assert known.fate is Fate.KNOWN_IN_PART


@pytest.mark.parametrize("keeps_key", [True, False])
def test_what_can_not_be_copied_keeps_nobody_from_sending(
    computer: World, database: Server, path: Path, keeps_key: bool
) -> None:
    computer.sent(path)
    with computer.session.journal() as journal:
        journal.forget([1], everything=False)
    if not keeps_key:
        (computer.home / "journal.key").unlink()
    joined = of_team(computer, database, "a")
    assert joined.sends(path, no_preflight=True).code == (2 if keeps_key else 0)


def test_nor_what_was_forgotten_under_another_key_than_the_teams(
    computer: World, database: Server, path: Path, tmp_path: Path
) -> None:
    other = World(tmp_path / "b", api=computer.api)
    for one in (computer, other):
        one.sent(path)
        with one.session.journal() as journal:
            journal.forget([1], everything=False)
    copy("sqlite", of_team(other, database, "b").session, lambda one: None)
    assert of_team(computer, database, "a").sends(path, no_preflight=True, send_duplicates=True).code == 0
    found = check_journal(of_team(computer, database, "a").session)
    assert found.team is not None
    assert found.team.missing == 0


def test_a_damaged_own_journal_is_no_empty_one(computer: World, database: Server, path: Path) -> None:
    computer.home.mkdir()
    (computer.home / "journal.db").write_bytes(b"no journal" * 999)
    joined = of_team(computer, database, "a")
    ended = joined.sends(path, no_preflight=True)
    assert (ended.code, ended.came) == (4, [])
    assert joined.checks(path).told("journal.damaged")


def test_the_own_journal_does_not_come_back_by_itself(computer: World, database: Server, path: Path) -> None:
    of_team(computer, database, "a").sent(path)
    note = (computer.home / "team.txt").read_text("utf-8")
    assert note == f"{database.shown}\n"
    session = computer.session  # in a new terminal
    ended = computer.sends(path, no_preflight=True)
    assert (ended.code, ended.came) == (2, [])
    for part in (database.shown, str(computer.home / "settings.toml"), "UPLOADER_JOURNAL", 'journal = "sqlite"'):
        assert part in ended.why
    assert computer.resumes().why == ended.why
    for act in (
        lambda: work(None, SendOptions(), session),
        lambda: settle(1, [2], session, arrived=True),
        lambda: jobs_to_forget(["1"], None, session, everything=False),
        lambda: forget([], session, everything=False),
    ):
        assert refusal(act) == "team.left"
    assert computer.checks(path).told("team.left")
    assert check_journal(session).problems
    assert not (computer.home / "journal.db").exists()
    assert computer.sends(path, no_preflight=True).code == 2


def test_but_on_purpose_it_does_and_in_the_sandbox(computer: World, database: Server, path: Path) -> None:
    of_team(computer, database, "a").sent(path)
    settings = computer.home / "settings.toml"
    settings.write_text(f'journal = "{database.conninfo}"', "utf-8")
    assert computer.sends(path, no_preflight=True).code == 0
    settings.write_text('journal = ""', "utf-8")
    ended = computer.sends(path, no_preflight=True)
    assert ended.code == 2
    assert 'journal = "sqlite"' in ended.why
    settings.write_text('journal = "sqlite"', "utf-8")
    other = write_csv(path.with_name("other.csv"), interactions(2, start=9))
    ended = computer.sends(other, no_preflight=True)
    assert (ended.code, len(ended.came)) == (0, 2)
    assert (computer.home / "journal.db").exists()


def test_who_may_only_look_hears_so_before_anything_is_begun(
    computer: World, database: Server, cluster: Cluster, path: Path
) -> None:
    of_team(computer, database, "a").sent(path, first=1)
    reader = f"reader_{uuid4().hex}"
    run_sql(cluster, f"CREATE ROLE {reader} LOGIN")
    with closing(connect(database, name="a test")) as connection:
        grant(connection, None, reader)
    looking = of_team(computer, replace(database, conninfo=f"{database.conninfo} user={reader}"), "b")
    session = looking.session
    for act in (
        lambda: looking.send(path, no_preflight=True),
        lambda: resume(None, SendOptions(), session),
        lambda: work(None, SendOptions(), session),
        lambda: settle(1, [2], session, arrived=True),
        lambda: jobs_to_forget(["1"], None, session, everything=False),
        lambda: forget(history(session), session, everything=False),
    ):
        with pytest.raises(JournalError) as refused:
            act()
        assert refused.value.message.code == "journal_command.may_read"
    assert looking.ui.told == []
    assert not (looking.home / "team.txt").exists()
    assert [job.rows for job in history(session)] == [3]
    assert looking.checks(path).code == 0

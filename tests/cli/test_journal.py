"""`uploader journal`: a team's journal is made, checked and filled; a computer's own is checked and needs no more."""

import json
import sqlite3
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

import pytest

from tests.journal.builders import ANA, NEW, OTHER, answered, begin, dispatch, rows, staged, statuses
from tests.postgres.databases import run_sql
from uploader.cli import run
from uploader.errors import JournalError
from uploader.journal import Server, open_journal
from uploader.journal.postgres import schema
from uploader.journal.postgres.connecting import connect
from uploader.journal.postgres.kept_answers import KeptAnswers
from uploader.journal.sql.endings import Ending
from uploader.journal.sqlite import SqliteJournal
from uploader.journal.stored_messages import stored_advice
from uploader.model import advice
from uploader.model.exit_codes import ExitCode
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Status

Said = pytest.CaptureFixture[str]


@pytest.fixture
def team(empty_database: Any, monkeypatch: pytest.MonkeyPatch) -> Server:
    """An empty database, which the environment names."""
    monkeypatch.setenv("UPLOADER_JOURNAL", empty_database.conninfo)
    return Server.of(empty_database.conninfo)


@pytest.fixture
def made(team: Server, capsys: Said) -> Server:
    """One with a journal in it."""
    assert run(["journal", "init"]) == ExitCode.DONE
    capsys.readouterr()
    return team


def sql(team: Server, statement: str) -> list[Any]:
    with closing(connect(team, name="a test")) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def found(capsys: Said) -> dict[str, Any]:
    out: dict[str, Any] = json.loads(capsys.readouterr().out)
    return out


# On this computer


@pytest.mark.parametrize("command", [["init"], ["migrate"], ["copy", "--from", "sqlite"], ["recover"]], ids=" ".join)
def test_without_a_team_it_says_what_it_would_be_for(command: list[str], capsys: Said, own_world: Path) -> None:
    assert run(["journal", *command]) == ExitCode.NOTHING_SENT
    assert "UPLOADER_JOURNAL" in capsys.readouterr().err
    assert not own_world.exists()


def test_a_check_of_a_computers_own(own_world: Path, capsys: Said) -> None:
    assert run(["journal", "check"]) == ExitCode.DONE
    assert "has not sent anything yet" in capsys.readouterr().out
    assert not own_world.exists()
    with SqliteJournal(own_world / "journal.db") as journal:
        answered(begin(journal, journal.stage(NEW, rows(2))), r2=Status.ACCEPTED)
    assert run(["journal", "check", "--json"]) == ExitCode.DONE
    said = found(capsys)
    assert (said["kind"], said["jobs"], said["exit"]) == ("sqlite", 1, 0)
    assert said["journal"] == str(own_world / "journal.db")
    assert run(["journal", "check"]) == ExitCode.DONE
    assert "The file is whole." in capsys.readouterr().out


def test_a_check_changes_nothing_and_finds_damage(own_world: Path, capsys: Said) -> None:
    path = own_world / "journal.db"
    with SqliteJournal(path) as journal:
        journal.stage(NEW, rows(2000))
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
    whole = path.read_bytes()
    assert run(["journal", "check"]) == ExitCode.DONE
    assert path.read_bytes() == whole
    path.write_bytes(whole[:40_000] + b"\xff" * 60_000 + whole[100_000:])
    assert run(["journal", "check"]) == ExitCode.STOPPED
    assert "is damaged" in capsys.readouterr().err


# A team's


def test_an_empty_database_is_named_as_such_and_made_once(team: Server, capsys: Said) -> None:
    assert run(["journal", "check", "--json"]) == ExitCode.STOPPED
    said = found(capsys)
    assert (said["version"], said["needed"], said["exit"]) == (None, schema.VERSION, 4)
    assert "uploader journal init" in said["problems"][0]
    assert run(["history"]) == ExitCode.STOPPED
    assert "uploader journal init" in capsys.readouterr().err
    assert run(["journal", "init", "--json"]) == ExitCode.DONE
    assert found(capsys)["was"] is None
    assert run(["journal", "init"]) == ExitCode.DONE
    assert "No role was named" in capsys.readouterr().out
    assert run(["journal", "init"]) == ExitCode.DONE
    assert "already" in capsys.readouterr().out


def test_a_role_that_is_not_there_leaves_nothing_half_made(team: Server, capsys: Said) -> None:
    assert run(["journal", "init", "--senders", "nobody_of_that_name"]) == ExitCode.NOTHING_SENT
    assert "nobody_of_that_name" in capsys.readouterr().err
    assert sql(team, "SELECT 1 FROM pg_namespace WHERE nspname = 'uploader'") == []


def test_what_a_check_says_of_a_server(made: Server, capsys: Said) -> None:
    run(["journal", "check", "--json"])
    said = found(capsys)
    assert (said["kind"], said["encoding"], said["jobs"], said["sending"]) == ("postgresql", "UTF8", 0, 0)
    assert said["may_send"] is said["may_change_tables"] is True
    assert abs(said["clock_seconds"]) < 60
    assert said["problems"] == []
    off = sql(made, "SELECT reset_val FROM pg_settings WHERE name = 'fsync'") == [("off",)]
    assert any("fsync=off" in one for one in said["warnings"]) is off
    assert said["exit"] == (1 if said["warnings"] else 0)


def test_senders_may_send_and_readers_may_look(
    made: Server, cluster: Any, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"{kind}_{made.shown.rpartition('_')[2]}" for kind in ("sender", "reader")]
    in_database = made.shown.rpartition("/")[2]
    run_sql(cluster, *(f"CREATE ROLE {name} LOGIN" for name in names))
    run_sql(cluster, f"REVOKE TEMPORARY ON DATABASE {in_database} FROM PUBLIC")  # as careful administrators do
    try:
        assert run(["journal", "init", "--senders", names[0], "--readers", names[1]]) == ExitCode.DONE
        seen = {}
        for name in names:
            monkeypatch.setenv("UPLOADER_JOURNAL", f"{made.conninfo} user={name}")
            capsys.readouterr()
            assert run(["journal", "check", "--json"]) in (ExitCode.DONE, ExitCode.SOME_ROWS_ARE_NOT)
            said = found(capsys)
            seen[name.partition("_")[0]] = (said["may_send"], said["may_change_tables"])
            assert run(["journal", "init", "--senders", name]) == ExitCode.STOPPED
            assert "may not do that" in capsys.readouterr().err
            with open_journal(Server.of(f"{made.conninfo} user={name}")) as journal:
                assert journal.jobs() == []
                if name == names[0]:
                    answered(begin(journal, journal.stage(NEW, rows(2))), r2=Status.ACCEPTED)
                    journal.forget([1], everything=True)
                else:
                    with pytest.raises(JournalError, match="may not do that"):
                        journal.stage(NEW, rows(2))
                    capsys.readouterr()
                    assert run(["history", "forget", "--older-than", "0d", "--yes"]) == ExitCode.STOPPED
                    said_to_reader = capsys.readouterr()
                    assert said_to_reader.out == ""
                    assert "may only look" in said_to_reader.err
        assert seen == {"sender": (True, False), "reader": (False, False)}
    finally:
        run_sql(
            cluster,
            *(statement for name in names for statement in (f"DROP OWNED BY {name}", f"DROP ROLE {name}")),
            database=in_database,
        )


@pytest.mark.parametrize(
    ("version", "said"), [(schema.VERSION + 1, "Update uploader"), (schema.VERSION - 1, "uploader journal migrate")]
)
def test_another_version_is_refused_with_what_mends_it(made: Server, version: int, said: str, capsys: Said) -> None:
    sql(made, f"UPDATE uploader.journal SET version = {version}")
    assert run(["journal", "check"]) == ExitCode.STOPPED
    assert said in capsys.readouterr().out
    for command in (["history"], ["journal", "init"], ["journal", "copy", "--from", "sqlite"]):
        if command[1:2] == ["copy"]:
            continue
        assert run(command) == ExitCode.STOPPED
        assert said in capsys.readouterr().err


def test_migrate_says_that_nothing_is_to_be_done_or_that_it_is_too_old(made: Server, capsys: Said) -> None:
    assert run(["journal", "migrate"]) == ExitCode.DONE
    assert "Nothing was changed" in capsys.readouterr().out
    sql(made, f"UPDATE uploader.journal SET version = {schema.VERSION + 1}")
    assert run(["journal", "migrate"]) == ExitCode.STOPPED
    assert "Update uploader" in capsys.readouterr().err


def missing(capsys: Said) -> int:
    run(["journal", "check", "--json"])
    return int(found(capsys)["missing"])


def test_a_computers_history_is_told_by_its_new_numbers(made: Server, own_world: Path, capsys: Said) -> None:
    with SqliteJournal(own_world / "journal.db") as journal:
        answered(begin(journal, journal.stage(NEW, rows(2))), r2=Status.ACCEPTED)
    assert missing(capsys) == 1
    assert run(["journal", "check"]) == ExitCode.SOME_ROWS_ARE_NOT
    assert "uploader journal copy --from sqlite" in capsys.readouterr().out
    assert run(["journal", "copy", "--from", "sqlite"]) == ExitCode.DONE
    assert "Job 1 (list.csv) is now job 1." in capsys.readouterr().out
    assert missing(capsys) == 0
    other = own_world / "other.db"
    with SqliteJournal(other) as journal:
        answered(begin(journal, journal.stage(OTHER, [staged(7)])), r7=Status.ACCEPTED)
    assert run(["journal", "copy", "--from", str(other), "--json"]) == ExitCode.DONE
    (one,) = found(capsys)["jobs"]
    assert one == {"was": 1, "former": [], "job": 2, "list": "other.csv", "rows": 1, "fate": "copied"}
    assert run(["journal", "copy", "--from", "sqlite"]) == ExitCode.DONE
    assert "was there already, as job 1" in capsys.readouterr().out
    assert run(["journal", "copy", "--from", str(own_world / "none.db")]) == ExitCode.NOTHING_SENT
    assert "none.db" in capsys.readouterr().err


def test_a_check_counts_who_sends_right_now(made: Server, capsys: Said) -> None:
    with open_journal(made) as journal:
        ledger = journal.begin_run(journal.stage(NEW, rows(2)), ANA, ResendPolicy(), key="a run")
        for lives, count in ((True, 1), (False, 0)):
            with journal.locks.hold_run("a run") if lives else nullcontext():
                run(["journal", "check", "--json"])
                said = found(capsys)
                assert (said["jobs"], said["sending"]) == (1, count)
        ledger.end(None)


def test_recover_writes_what_was_kept_here_and_says_what_stays(made: Server, own_world: Path, capsys: Said) -> None:
    assert run(["journal", "recover", "--json"]) == ExitCode.DONE
    assert found(capsys) == {"answers": 0, "files": 0, "left": [], "exit": 0}
    with open_journal(made) as journal:
        job = journal.stage(NEW, rows(2))
        journal.begin_run(job, ANA, ResendPolicy(), key="f0").commit([], [dispatch(2)])
    ((attempt, of_run),) = sql(made, "SELECT id, run FROM uploader.attempt")
    answer = ("yes", "accepted", "201", "done", 200, 7, "", "")
    ending = Ending(2, attempt, *answer, str(Status.ACCEPTED), stored_advice(advice.NONE), None)
    kept = KeptAnswers(own_world / "unwritten", made.shown)
    kept.keep("f0", of_run, job, [ending], {})
    kept.keep("f1", 999, 999, [ending], {})
    assert run(["journal", "recover"]) == ExitCode.STOPPED
    out = capsys.readouterr().out
    assert "1 answer was written" in out
    assert "f1.jsonl" in out
    assert [path.name for path in (own_world / "unwritten").iterdir()] == ["f1.jsonl"]
    with open_journal(made) as journal:
        assert statuses(journal, job) == {2: Status.ACCEPTED, 3: Status.NOT_SENT}

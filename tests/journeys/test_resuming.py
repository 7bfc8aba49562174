"""A job that goes on: after a stop, from the journal alone, elsewhere, for a part; and what becomes of its customer data."""

import json
import os
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import (
    Command,
    PracticeProcess,
    environment,
    interactions,
    sheet_rows,
    start_practice,
    write_csv,
)
from tests.waiting import HANG_SECONDS
from uploader.sandbox.server import NEW_DAY_PATH

ROWS = 30


@pytest.fixture
def scarce(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeProcess]:
    """A practice server that takes 12 requests a day."""
    yield from start_practice(tmp_path_factory.mktemp("scarce"), "--quota", "12")


def new_day(practice: PracticeProcess) -> None:
    urllib.request.urlopen(
        urllib.request.Request(practice.url + NEW_DAY_PATH, method="POST"), timeout=HANG_SECONDS
    ).close()


def taken(practice: PracticeProcess) -> list[str]:
    return [json.loads(line["body"])["from"] for line in practice.received() if line["taken"]]


def statuses(path: Path) -> Counter[str]:
    return Counter(row["Status"] for row in sheet_rows(path))


def stopped(uploader: Command, practice: PracticeProcess, path: Path) -> None:
    ended = uploader("send", path, "--base-url", practice.url, "--no-preflight", "--json")
    assert (ended.code, ended.json["accepted"], ended.json["not_sent"]) == (4, 12, ROWS - 12)


@pytest.mark.parametrize("command", [["resume"], ["resume", "1"], ["resume", "list.csv"], ["send", "list.csv"]])
def test_what_is_left_goes_the_next_day(
    uploader: Command, scarce: PracticeProcess, tmp_path: Path, command: list[str]
) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(ROWS))
    stopped(uploader, scarce, path)
    for day in range(1, 3):
        new_day(scarce)
        more = [] if command[0] == "resume" else ["--base-url", scarce.url]
        ended = uploader(*command, *more, "--no-preflight", "--json")
        assert ended.json["job"] == 1
        assert ended.json["accepted"] == min(ROWS, 12 * (day + 1))
        assert "Resuming job 1 (list.csv)" in ended.err
    assert ended.code == 0
    assert sorted(taken(scarce)) == sorted(row[0] for row in interactions(ROWS))
    assert statuses(tmp_path / "list.results.xlsx") == {"accepted": ROWS}
    assert uploader("resume").code == 2
    assert "No job is unfinished" in uploader("resume").err


@pytest.mark.parametrize("what", ["moved", "edited", "deleted with its folder"])
def test_resume_needs_nothing_but_the_journal(
    uploader: Command, scarce: PracticeProcess, tmp_path: Path, what: str
) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    path = write_csv(folder / "list.csv", interactions(ROWS))
    stopped(uploader, scarce, path)
    new_day(scarce)
    results = folder / "list.results.xlsx"
    if what == "moved":
        path.rename(folder / "moved.csv")
    elif what == "edited":
        write_csv(path, interactions(ROWS, start=500))
    else:
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
        results = tmp_path / "list.results.xlsx"
    ended = uploader("resume", "--no-preflight", "--json")
    assert ("was changed since" if what == "edited" else "is no longer there") in ended.err
    assert (ended.json["accepted"], ended.json["results"]) == (24, str(results))
    assert sorted(taken(scarce)) == sorted(row[0] for row in interactions(24))
    assert statuses(results) == {"accepted": 24, "not sent": 6}


def test_a_template_that_was_changed_since_does_not_change_the_job(
    uploader: Command, scarce: PracticeProcess, tmp_path: Path, own_world: Path
) -> None:
    mine = own_world / "templates" / "wolkvox"
    mine.mkdir(parents=True)
    shipped = Path(__file__).parents[2] / "templates" / "wolkvox"
    for name in ("api.toml", "add_interaction.toml"):
        (mine / name).write_text((shipped / name).read_text(encoding="utf-8"), encoding="utf-8")
    path = write_csv(tmp_path / "list.csv", interactions(ROWS))
    stopped(uploader, scarce, path)
    (mine / "add_interaction.toml").write_text("title = 'broken", encoding="utf-8")
    new_day(scarce)
    ended = uploader("resume", "--no-preflight", "--json")
    assert ended.json["accepted"] == 24


def test_the_rest_may_go_elsewhere_and_that_is_said(
    uploader: Command, scarce: PracticeProcess, practice: PracticeProcess, tmp_path: Path
) -> None:
    stopped(uploader, scarce, write_csv(tmp_path / "list.csv", interactions(ROWS)))
    ended = uploader("resume", "--base-url", practice.url, "--set", "wolkvox_server=0077", "--json")
    assert f"was started with {scarce.url} (wolkvox_server 0042)" in ended.err
    assert f"will go to {practice.url} (wolkvox_server 0077)" in ended.err
    assert ended.code == 0
    assert {line["headers"]["wolkvox_server"] for line in practice.received()} == {"0077"}
    assert sorted(taken(scarce) + taken(practice)) == sorted(row[0] for row in interactions(ROWS))
    again = uploader("resume", "1", "--json")
    assert (again.code, again.json["requests"], again.json["accepted"]) == (0, 0, ROWS)
    assert "There is nothing left to send" in again.err


def test_what_was_held_back_is_decided_anew_where_the_rest_goes(
    uploader: Command, scarce: PracticeProcess, practice: PracticeProcess, tmp_path: Path
) -> None:
    first, second = interactions(4), [*interactions(ROWS), interactions(1, start=9)[0]]
    assert uploader("send", write_csv(tmp_path / "first.csv", first), "--base-url", scarce.url).code == 0
    new_day(scarce)
    path = write_csv(tmp_path / "second.csv", second)
    ended = uploader("send", path, "--base-url", scarce.url, "--no-preflight", "--json")
    assert (ended.json["skipped"], ended.json["accepted"], ended.json["not_sent"]) == (5, 12, ROWS + 1 - 17)
    ended = uploader("resume", "--base-url", practice.url, "--json")
    assert (ended.json["skipped"], ended.json["accepted"]) == (1, ROWS)  # the other server never saw the first four
    assert {row[0] for row in first} <= set(taken(practice))


def test_the_environment_does_not_redirect_a_job(uploader: Command, scarce: PracticeProcess, tmp_path: Path) -> None:
    stopped(uploader, scarce, write_csv(tmp_path / "list.csv", interactions(ROWS)))
    new_day(scarce)
    ended = uploader("resume", "--no-preflight", env=environment(WOLKVOX_SERVER="9999"))
    assert "from now on" not in ended.err
    assert {line["headers"]["wolkvox_server"] for line in scarce.received()} == {"0042"}


def test_another_list_template_or_destination_is_another_job(
    uploader: Command, scarce: PracticeProcess, practice: PracticeProcess, tmp_path: Path
) -> None:
    rows = interactions(ROWS)
    path = write_csv(tmp_path / "list.csv", rows)
    stopped(uploader, scarce, path)
    elsewhere = uploader("send", path, "--base-url", practice.url, "--json", "--first", "1")
    assert elsewhere.json["job"] == 2
    mapped = uploader("send", path, "--base-url", practice.url, "--json", "--map", "toname=fromname", "--first", "1")
    assert mapped.json["job"] == 3
    write_csv(path, rows[:-1])
    changed = uploader("send", path, "--base-url", practice.url, "--json")
    assert changed.json["job"] == 4
    assert (changed.json["skipped"], changed.json["accepted"]) == (1, ROWS - 2)


def test_a_pilot_sends_some_and_the_rest_goes_on(uploader: Command, practice: PracticeProcess, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", [*interactions(3), *interactions(ROWS)])  # three stand twice
    ended = uploader("send", path, "--base-url", practice.url, "--first", "5", "--json")
    assert (ended.code, ended.json["stopped"]) == (1, None)
    assert (ended.json["accepted"], ended.json["skipped"], ended.json["not_sent"]) == (5, 3, ROWS - 5)
    assert f"To go on with the {ROWS - 5} rows that are left: uploader resume 1" in ended.err
    assert uploader("resume", "--json").json["accepted"] == ROWS
    assert sorted(taken(practice)) == sorted(row[0] for row in interactions(ROWS))


def test_the_command_that_is_told_sends_the_rest_as_it_was_meant(
    uploader: Command, scarce: PracticeProcess, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(ROWS))
    wrong = environment(WOLKVOX_TOKEN="wrong")
    ended = uploader("send", path, "--base-url", scarce.url, "--first", "5", env=wrong)
    assert f"To go on with the {ROWS} rows that are left: uploader resume 1 --first 5\n" in ended.out
    uploader("resume", "1", "--first", "5")
    other = write_csv(tmp_path / "other.csv", interactions(ROWS + 1))
    ended = uploader("send", other, "--base-url", scarce.url, "--send-duplicates", "--resend-unknown")
    assert "left: uploader resume 2 --send-duplicates --resend-unknown\n" in ended.out


def test_an_older_version_of_a_list_is_said_to_be_one(
    uploader: Command, scarce: PracticeProcess, practice: PracticeProcess, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(ROWS))
    stopped(uploader, scarce, path)
    write_csv(path, interactions(ROWS - 1))
    assert uploader("send", path, "--base-url", practice.url).code == 0
    new_day(scarce)
    ended = uploader("resume", "1", "--no-preflight")
    assert "was changed and sent later, as job 2. Job 1 is older" in ended.err


def test_practice_goes_on_with_practice(uploader: Command, tmp_path: Path, own_world: Path) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(8))
    assert uploader("send", path, "--sandbox", "--first", "3").code == 1
    ended = uploader("resume", "--sandbox", "--json")
    assert (ended.code, ended.json["accepted"], ended.json["requests"]) == (0, 8, 5)
    again = uploader("send", path, "--sandbox", "--json")  # a new practice server has accepted nothing yet
    assert (again.json["accepted"], again.json["skipped"]) == (8, 0)
    assert not (own_world / "journal.db").exists()


def customer_data(home: Path) -> set[str]:
    data = b"".join(path.read_bytes() for path in home.glob("*.db*"))
    return {row[0] for row in interactions(ROWS) if row[0].encode() in data}


def test_forgetting_deletes_customer_data_and_keeps_what_is_known(
    uploader: Command, practice: PracticeProcess, tmp_path: Path, own_world: Path
) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(ROWS))
    assert uploader("send", path, "--base-url", practice.url).code == 0
    assert len(customer_data(own_world)) == ROWS
    shown = uploader("history", "forget", "1")
    assert (shown.code, "Hashes stay" in shown.out, "Deleted." in shown.out) == (0, True, True)
    assert customer_data(own_world) == set()
    assert "(forgotten on" in uploader("history").out
    assert "was forgotten on" in uploader("results", "1").err
    again = uploader("send", path, "--base-url", practice.url, "--json")
    assert (again.json["skipped"], len(taken(practice))) == (ROWS, ROWS)
    assert {line["Status"] for line in sheet_rows(tmp_path / "list.results.xlsx")} == {"accepted"}

    assert uploader("history", "forget", "1", "2", "--everything").code == 0
    assert customer_data(own_world) == set()
    assert "Nothing was sent" in uploader("history").out
    (tmp_path / "list.results.xlsx").unlink()  # what stands in it would count
    assert uploader("send", path, "--base-url", practice.url, "--json").json["accepted"] == ROWS


def test_jobs_are_forgotten_by_age(uploader: Command, practice: PracticeProcess, tmp_path: Path) -> None:
    uploader("send", write_csv(tmp_path / "list.csv", interactions(2)), "--base-url", practice.url)
    assert "No such job is left" in uploader("history", "forget", "--older-than", "90d").out
    assert "Deleted." in uploader("history", "forget", "--older-than", "0d").out
    for wrong in (["--older-than", "soon"], [], ["77"]):
        ended = uploader("history", "forget", *wrong)
        assert ended.code == 2, wrong


def test_a_journal_of_the_first_version_goes_on(
    uploader: Command, practice: PracticeProcess, tmp_path: Path, own_world: Path
) -> None:
    import sqlite3  # noqa: PLC0415  # nothing else in this file looks into the journal

    path = write_csv(tmp_path / "list.csv", interactions(6))
    assert uploader("send", path, "--base-url", practice.url, "--first", "2").code == 1
    db = sqlite3.connect(own_world / "journal.db")
    later = {
        "job": ("forgotten_at", "account", "list_name", "source_sha256", "redacted", "taken_from"),
        "row": ("before", "kept", "faults"),
    }
    db.executescript("DROP TABLE template; DROP TABLE workbook; DROP INDEX job_by_account; PRAGMA user_version = 1;")
    for table, columns in later.items():
        for column in columns:
            db.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    db.commit()
    db.close()
    ended = uploader("resume", "--json")
    assert (ended.code, ended.json["accepted"], len(taken(practice))) == (0, 6, 6)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="an administrator may write anywhere")
def test_a_folder_that_can_not_be_written_to_is_told_before_anything_is_sent(
    uploader: Command, practice: PracticeProcess, tmp_path: Path
) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    path = write_csv(folder / "list.csv", interactions(3))
    folder.chmod(0o500)
    ended = uploader("send", path, "--base-url", practice.url)
    folder.chmod(0o700)
    assert (ended.code, practice.received()) == (2, [])
    assert "-o" in ended.err


def test_an_api_that_takes_a_request_once_gets_it_again_until_it_answers(
    uploader: Command, practice: PracticeProcess, tmp_path: Path
) -> None:
    shipped = Path(__file__).parents[2] / "templates" / "wolkvox"
    (tmp_path / "api.toml").write_text((shipped / "api.toml").read_text(encoding="utf-8"), encoding="utf-8")
    text = (shipped / "add_interaction.toml").read_text(encoding="utf-8")
    text = text.replace("[request]\n", '[request]\nidempotency_header = "X-Case"\n', 1)
    text = text.replace("[request.json]", '[request.headers]\nX-Case = "{{from}}"\n[request.json]', 1)
    (tmp_path / "once.toml").write_text(text, encoding="utf-8")
    rows = interactions(8)
    rows[0][4] = "[practice reset-after x1] first"
    rows[3][4] = "[practice half-answer x2] fourth"
    rows[5][4] = "[practice error-500 x1] sixth"
    ended = uploader(
        "send", write_csv(tmp_path / "list.csv", rows), "-t", "once.toml", "--base-url", practice.url, "--json"
    )
    assert (ended.code, ended.json["accepted"], ended.json["requests"]) == (0, 8, 12)
    times = Counter(line["headers"]["x-case"] for line in practice.received())
    assert [times[row[0]] for row in rows] == [2, 1, 1, 3, 1, 2, 1, 1]

"""The same request, again: in a copy, in another list, in the same list, from two runs at once."""

import json
import time
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.conftest import (
    FIELDS,
    Command,
    PracticeProcess,
    environment,
    interactions,
    sheet_rows,
    write_csv,
    write_xlsx,
)
from tests.processes import started
from tests.servers import gated
from tests.waiting import until

ROWS = 20


def taken(practice: PracticeProcess) -> Counter[str]:
    return Counter(json.loads(line["body"])["from"] for line in practice.received() if line["taken"])


def each_once(*lists: list[list[str]]) -> Counter[str]:
    return Counter({row[0] for rows in lists for row in rows})


def test_no_list_copy_or_other_list_sends_a_row_again(
    uploader: Command, practice: PracticeProcess, tmp_path: Path
) -> None:
    rows, more = interactions(ROWS), interactions(5, start=100)
    path = write_csv(tmp_path / "list.csv", rows)
    to = ("--base-url", practice.url, "--json")
    assert uploader("send", path, *to).json["accepted"] == ROWS
    for _ in range(2):
        again = uploader("send", path, *to)
        assert (again.code, again.json["skipped"], again.json["requests"]) == (0, ROWS, 0)
    renamed = path.rename(tmp_path / "enero (copia).csv")
    again = uploader("send", renamed, *to)
    assert (again.code, again.json["skipped"]) == (0, ROWS)
    backwards = [list(reversed(row)) for row in [*rows, *more]]
    copy = write_xlsx(tmp_path / "copia.xlsx", backwards, header=list(reversed(FIELDS)))
    again = uploader("send", copy, *to)
    assert (again.code, again.json["skipped"], again.json["accepted"]) == (0, ROWS, 5)
    assert f"{ROWS} rows were accepted before: list.csv" in again.err
    other = write_csv(tmp_path / "other.csv", [rows[3], *interactions(2, start=200), more[1]])
    again = uploader("send", other, *to)
    assert (again.json["skipped"], again.json["accepted"]) == (2, 2)
    assert taken(practice) == each_once(rows, more, interactions(2, start=200))
    skipped = sheet_rows(tmp_path / "other.results.xlsx")[0]
    accepted = sheet_rows(tmp_path / "list.results.xlsx")[3]
    assert "list.csv, row 5 (job 1)" in skipped["Advice"]
    evidence = ("Response code", "Response message", "HTTP status", "Sent at", "Duration ms")
    assert [skipped[name] for name in evidence] == [accepted[name] for name in evidence]
    assert (skipped["Status"], skipped["Attempts"]) == ("skipped", 0)


def test_a_row_that_stands_twice_is_sent_once_and_says_which_row_it_equals(
    uploader: Command, practice: PracticeProcess, tmp_path: Path
) -> None:
    rows = interactions(ROWS)
    path = write_csv(tmp_path / "list.csv", [*rows, rows[4], rows[0], rows[4]])
    checked = uploader("check", path)
    assert checked.code == 0
    assert "The same request stands in an earlier row, 3 times: row 22, row 23, row 24." in checked.out
    assert "20 rows can be sent.\n3 rows would be held back: 3 skipped, 0 left alone." in checked.out
    ended = uploader("send", path, "--base-url", practice.url, "--json")
    assert "3 rows are the same request as an earlier row of this list." in ended.err
    assert (ended.code, ended.json["accepted"], ended.json["skipped"]) == (0, ROWS, 3)
    lines = {line["Row"]: line for line in sheet_rows(tmp_path / "list.results.xlsx")}
    assert [lines[number]["Status"] for number in (6, 2, 22, 23, 24)] == ["accepted"] * 2 + ["skipped"] * 3
    assert [lines[number]["Advice"].split(" of ")[0] for number in (22, 23, 24)] == ["Row 6", "Row 2", "Row 6"]
    assert taken(practice) == each_once(rows)
    ended = uploader("resume", "1", "--send-duplicates", "--json")
    assert (ended.json["accepted"], ended.json["requests"]) == (ROWS + 3, 3)


def test_the_check_says_what_was_accepted_before_and_asks_and_connects_to_nothing(
    uploader: Command, practice: PracticeProcess, tmp_path: Path
) -> None:
    rows = interactions(ROWS)
    rows[7][4] = "[practice error-500] with a fault"
    path = write_csv(tmp_path / "list.csv", rows)
    uploader("send", path, "--base-url", practice.url)
    before = len(practice.record.read_text(encoding="utf-8").splitlines())
    bare = {name: value for name, value in environment().items() if not name.startswith("WOLKVOX")}
    other = write_csv(tmp_path / "other.csv", [*interactions(3, start=50), *rows])
    told = uploader("check", other, env=bare)
    assert told.code == 0
    assert f"The same request was accepted before (list.csv, {time.strftime('%Y-%m-%d')}, job 1), 19 times" in told.out
    assert "The same request was sent before without a usable answer" in told.out
    assert "row 12" in told.out
    assert len(practice.record.read_text(encoding="utf-8").splitlines()) == before


def test_a_list_can_be_checked_though_the_journal_is_damaged(
    uploader: Command, tmp_path: Path, own_world: Path
) -> None:
    own_world.mkdir(parents=True)
    (own_world / "journal.db").write_bytes(b"this is no database, and never was one" * 99)
    ended = uploader("check", write_csv(tmp_path / "list.csv", interactions(3)))
    assert (ended.code, "All 3 rows can be sent." in ended.out) == (0, True)
    assert "is damaged" in ended.err
    assert "it is not known which rows were accepted before" in ended.err


def test_send_duplicates_and_resend_unknown_send_what_they_say(
    uploader: Command, practice: PracticeProcess, tmp_path: Path
) -> None:
    rows = interactions(6)
    rows[2][4] = "[practice reset-after x1] once"
    rows[4][6] = "99999"
    path = write_csv(tmp_path / "list.csv", rows)
    to = ("--base-url", practice.url, "--json")
    first = uploader("send", path, *to)
    assert [first.json[status] for status in ("accepted", "unknown", "rejected")] == [4, 1, 1]
    again = uploader("send", path, *to)
    assert [again.json[status] for status in ("skipped", "unknown", "rejected", "requests")] == [4, 1, 1, 1]
    assert "1 row was sent before without a usable answer" in again.err
    third = uploader("send", path, *to, "--resend-unknown")
    assert [third.json[status] for status in ("accepted", "skipped", "rejected", "requests")] == [1, 4, 1, 1]
    assert third.json["job"] == again.json["job"]  # it goes on: an unknown row was left
    fourth = uploader("send", path, *to)
    assert [fourth.json[status] for status in ("skipped", "unknown", "rejected")] == [5, 0, 1]
    fifth = uploader("send", path, *to, "--send-duplicates")
    assert [fifth.json[status] for status in ("accepted", "rejected", "requests")] == [5, 1, 6]
    assert taken(practice) == Counter({**dict.fromkeys((row[0] for row in rows), 2), rows[2][0]: 3, rows[4][0]: 0})


def test_a_template_may_let_a_request_go_again_after_some_days(
    uploader: Command, practice: PracticeProcess, tmp_path: Path
) -> None:
    shipped = Path(__file__).parents[2] / "templates" / "wolkvox"
    (tmp_path / "api.toml").write_text((shipped / "api.toml").read_text(encoding="utf-8"), encoding="utf-8")
    text = (shipped / "add_interaction.toml").read_text(encoding="utf-8")
    for days, accepted in ((30, 0), (0, 4)):
        (tmp_path / f"after{days}.toml").write_text(f"duplicates_within_days = {days}\n{text}", encoding="utf-8")
        path = write_csv(tmp_path / f"list{days}.csv", interactions(4))
        if days:
            uploader("send", path, "--base-url", practice.url)
        ended = uploader("send", path, "--base-url", practice.url, "-t", f"after{days}.toml", "--json")
        assert (ended.json["accepted"], ended.json["skipped"]) == (accepted, 4 - accepted)


def test_a_list_that_goes_to_another_destination_is_said_to(
    uploader: Command, practice: PracticeProcess, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(4))
    uploader("send", path, "--base-url", practice.url)
    ended = uploader("send", path, "--base-url", practice.url, env=environment(WOLKVOX_SERVER="42"))
    assert f"4 rows of this list were accepted by {practice.url} (wolkvox_server 0042) (job 1)" in ended.err
    assert (ended.code, len(practice.received())) == (0, 8)


def test_a_row_that_somebody_looked_up_is_settled(uploader: Command, practice: PracticeProcess, tmp_path: Path) -> None:
    rows = interactions(5)
    rows[1][4] = "[practice reset-after x1] it arrived"
    rows[3][4] = "[practice reset-before x1] it did not"
    path = write_csv(tmp_path / "list.csv", rows)
    to = ("--base-url", practice.url, "--json")
    assert uploader("send", path, *to).json["unknown"] == 2
    copy = write_csv(tmp_path / "copy.csv", [*rows, *interactions(1, start=50)])
    assert uploader("send", copy, *to).json["unknown"] == 2
    assert "2 accepted" not in uploader("settle", "1", "--row", "3", "--arrived").out
    ended = uploader("settle", "1", "--row", "5", "--not-arrived")
    assert "4 accepted, 1 not sent, of 5 rows" in ended.out
    assert "`uploader resume 1` sends what waits" in ended.out
    assert uploader("resume", "1", "--json").json["accepted"] == 5
    copied = uploader("resume", "2", "--json").json
    assert (copied["accepted"], copied["skipped"], copied["unknown"]) == (1, 5, 0)
    assert taken(practice) == each_once(rows, interactions(1, start=50))
    assert "it had arrived" in sheet_rows(tmp_path / "list.results.xlsx")[1]["Advice"]
    for wrong in (["1", "--row", "2", "--arrived"], ["9", "--row", "3", "--arrived"], ["1", "--row", "3"]):
        assert uploader("settle", *wrong).code == 2


def has_list(home: Path, name: str) -> bool:
    """Whether a run holds a list of that name, by the note beside its lock."""
    for note in (home / "locks").glob("list-*.json"):
        with suppress(FileNotFoundError):  # it is let go of meanwhile
            if f'"{name}"' in note.read_text(encoding="utf-8"):
                return True
    return False


@pytest.mark.parametrize("moment", ["at once", "the list is held", "rows are under way", "all is done"])
def test_two_runs_of_the_same_list_send_each_row_once(
    practice: PracticeProcess, tmp_path: Path, own_world: Path, moment: str
) -> None:
    rows = interactions(30)
    path = write_csv(tmp_path / "list.csv", rows)
    with gated(practice, passing=5 if moment == "rows are under way" else len(rows)) as (server, gate):
        send = ("send", path, "--base-url", server.url, "--json")
        with started(*send) as first:
            if moment == "the list is held":
                until(lambda: first.is_over or has_list(own_world, "list.csv"), "a lock on the list")
            elif moment == "rows are under way":
                until(lambda: len(practice.received()) == 7, "five rows answered and two under way")
            elif moment == "all is done":
                first.ended()
            with started(*send) as second:
                if moment == "rows are under way":
                    second.ended()
                    gate.open()
                both = [first.ended(), second.ended()]
    for ended in both:
        if ended.code == 4:
            assert "This list is being sent by another uploader" in ended.err
            assert ended.json["accepted"] == 0
    if moment == "rows are under way":
        assert [ended.code for ended in both] == [0, 4]
    elif moment == "all is done":
        assert [(ended.code, ended.json["skipped"]) for ended in both] == [(0, 0), (0, len(rows))]
    assert 0 in [ended.code for ended in both]
    assert taken(practice) == each_once(rows)


def test_two_lists_with_the_same_token_go_one_after_the_other(practice: PracticeProcess, tmp_path: Path) -> None:
    one, two = interactions(80), interactions(25, start=500)
    lists = [write_csv(tmp_path / "one.csv", one), write_csv(tmp_path / "two.csv", two)]
    with (
        gated(practice, passing=1) as (server, gate),
        started("send", lists[0], "--base-url", server.url, "--json") as first,
    ):
        until(practice.received, "a row of the first list")
        with started("send", lists[1], "--base-url", server.url, "--json") as second:
            second.says("Waiting for another uploader (one.csv, since")
            gate.open()
            assert first.ended().code == 0
            ended = second.ended()
    assert (ended.code, ended.json["accepted"]) == (0, 25)
    assert taken(practice) == each_once(one, two)
    order = [json.loads(line["body"])["from"] for line in practice.received()]
    assert set(order[:80]) == {row[0] for row in one}


def test_a_lock_dies_with_its_process(uploader: Command, practice: PracticeProcess, tmp_path: Path) -> None:
    rows = interactions(30)
    path = write_csv(tmp_path / "list.csv", rows)
    with (
        gated(practice, passing=1) as (server, gate),
        started("send", path, "--base-url", server.url) as first,
    ):
        until(practice.received, "a row")
        first.kill()
        gate.open()
        again = uploader("resume", "--json")
    assert again.code in (0, 1)
    assert again.json["accepted"] + again.json["unknown"] == 30
    assert set(taken(practice).values()) == {1}


def test_two_first_starts_at_once_work(practice: PracticeProcess, tmp_path: Path) -> None:
    lists = [write_csv(tmp_path / f"{nth}.csv", interactions(5, start=nth * 100)) for nth in range(3)]
    with ExitStack() as stack:
        send = ("--base-url", practice.url, "--json")
        runs = [
            stack.enter_context(started("send", path, *send, WOLKVOX_SERVER=f"00{nth}"))
            for nth, path in enumerate(lists)
        ]
        assert [run.ended().code for run in runs] == [0, 0, 0]
    assert sum(taken(practice).values()) == 15

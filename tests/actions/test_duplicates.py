"""The same request, again: in a copy, in another list, in the same list."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from tests.books import copied_template
from tests.conftest import FIELDS, interactions, sheet_rows, write_csv, write_xlsx
from tests.worlds import World
from uploader.actions.options import ReadOptions
from uploader.actions.settle import settle
from uploader.errors import SettingsError
from uploader.i18n import row_numbers
from uploader.model.rows import Status

ROWS = 20


def each_once(*lists: list[list[str]]) -> Counter[str]:
    return Counter({row[0] for rows in lists for row in rows})


def taken(world: World) -> Counter[str]:
    return Counter({row: times for row, times in world.api.taken().items() if times})


def test_no_list_copy_or_other_list_sends_a_row_again(world: World, tmp_path: Path) -> None:
    rows, more = interactions(ROWS), interactions(5, start=100)
    path = write_csv(tmp_path / "list.csv", rows)
    assert world.sends(path).json["accepted"] == ROWS
    for _ in range(2):
        again = world.sends(path)
        assert (again.code, again.json["accepted"], again.json["requests"]) == (0, ROWS, 0)
    renamed = path.rename(tmp_path / "enero (copia).csv")
    again = world.sends(renamed)
    assert (again.code, again.json["accepted"]) == (0, ROWS)
    backwards = [list(reversed(row)) for row in [*rows, *more]]
    copy = write_xlsx(tmp_path / "copia.xlsx", backwards, header=list(reversed(FIELDS)))
    again = world.sends(copy)
    assert (again.code, again.json["skipped"], again.json["accepted"]) == (0, ROWS, 5)
    assert f"{ROWS} rows were accepted on" in again.screen
    assert "(list.csv, job 1): rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 10 more." in again.screen
    other = write_csv(tmp_path / "other.csv", [rows[3], *interactions(2, start=200), more[1]])
    again = world.sends(other)
    assert (again.json["skipped"], again.json["accepted"]) == (2, 2)
    assert taken(world) == each_once(rows, more, interactions(2, start=200))
    skipped = sheet_rows(tmp_path / "other.results.xlsx")[0]
    accepted = sheet_rows(tmp_path / "list.results.xlsx")[3]
    assert "(list.csv, row 5, job 1)" in skipped["Advice"]
    evidence = ("Response code", "Response message", "HTTP status", "Sent at", "Duration ms")
    assert [skipped[name] for name in evidence] == [accepted[name] for name in evidence]
    assert (skipped["Status"], skipped["Attempts"]) == ("skipped", 0)


def test_a_row_that_stands_twice_is_sent_once_and_says_which_row_it_equals(world: World, tmp_path: Path) -> None:
    rows = interactions(ROWS)
    path = write_csv(tmp_path / "list.csv", [*rows, rows[4], rows[0], rows[4]])
    checked = world.checks(path)
    assert checked.code == 0
    assert "Row 22 equals row 6.\n  Row 23 equals row 2.\n  Row 24 equals row 6." in checked.screen
    assert "20 rows can be sent.\n3 rows would be held back: 3 skipped." in checked.screen
    ended = world.sends(path)
    assert "Row 22 equals row 6.\n  Row 23 equals row 2.\n  Row 24 equals row 6." in ended.screen
    assert (ended.code, ended.json["accepted"], ended.json["skipped"]) == (0, ROWS, 3)
    lines = {line["Row"]: line for line in sheet_rows(tmp_path / "list.results.xlsx")}
    assert [lines[number]["Status"] for number in (6, 2, 22, 23, 24)] == ["accepted"] * 2 + ["skipped"] * 3
    assert [lines[number]["Advice"].split(" of ")[0] for number in (22, 23, 24)] == [
        f"Duplicate: same request as row {row}" for row in (6, 2, 6)
    ]
    assert taken(world) == each_once(rows)
    ended = world.resumes("1", send_duplicates=True)
    assert (ended.json["accepted"], ended.json["requests"]) == (ROWS + 3, 3)


def test_the_check_says_what_was_accepted_before_and_asks_and_connects_to_nothing(world: World, tmp_path: Path) -> None:
    rows = interactions(ROWS)
    rows[7][4] = "[practice error-500] with a fault"
    days = {f"{datetime.now().astimezone():%Y-%m-%d}"}
    world.sends(write_csv(tmp_path / "list.csv", rows))
    days.add(f"{datetime.now().astimezone():%Y-%m-%d}")
    other = write_csv(tmp_path / "other.csv", [*interactions(3, start=50), *rows])
    bare = replace(world, environment={})
    told = bare.checks(other)
    assert told.code == 0
    assert any(f"19 rows were accepted on {day} (list.csv, job 1): rows 5, 6," in told.screen for day in days)
    assert "Row 12 was sent on" in told.screen
    assert (bare.transport.requests, bare.ui.asked) == ([], [])


def test_a_list_can_be_checked_though_the_journal_is_damaged(world: World, tmp_path: Path) -> None:
    world.home.mkdir(parents=True)
    (world.home / "journal.db").write_bytes(b"this is no database, and never was one" * 99)
    ended = world.checks(write_csv(tmp_path / "list.csv", interactions(3)))
    assert (ended.code, "All 3 rows can be sent." in ended.screen) == (0, True)
    assert "is damaged" in ended.screen
    assert ended.told("check.not_compared")


def test_send_duplicates_and_resend_unknown_send_what_they_say(world: World, tmp_path: Path) -> None:
    rows = interactions(6)
    rows[2][4] = "[practice reset-after x1] once"
    rows[4][6] = "99999"
    path = write_csv(tmp_path / "list.csv", rows)
    first = world.sends(path)
    assert [first.json[status] for status in ("accepted", "unknown", "rejected")] == [4, 1, 1]
    again = world.sends(path)
    assert [again.json[status] for status in ("accepted", "unknown", "rejected", "requests")] == [4, 1, 1, 1]
    assert again.told("held.unknown", count=1, numbers=row_numbers([4]))
    third = world.sends(path, resend_unknown=True)
    assert [third.json[status] for status in ("accepted", "unknown", "rejected", "requests")] == [5, 0, 1, 1]
    assert third.json["job"] == again.json["job"]  # it goes on: an unknown row was left
    fourth = world.sends(path)
    assert [fourth.json[status] for status in ("accepted", "unknown", "rejected")] == [5, 0, 1]
    fifth = world.sends(path, send_duplicates=True)
    assert [fifth.json[status] for status in ("accepted", "rejected", "requests")] == [5, 1, 6]
    assert taken(world) == {**dict.fromkeys((row[0] for row in rows if row is not rows[4]), 2), rows[2][0]: 3}


def test_a_template_may_let_a_request_go_again_after_some_days(world: World, tmp_path: Path) -> None:
    for days, accepted in ((30, 0), (0, 4)):
        template = copied_template(tmp_path, f"after{days}.toml")
        text = template.read_text(encoding="utf-8")
        template.write_text(f"duplicates_within_days = {days}\n{text}", encoding="utf-8")
        path = write_csv(tmp_path / f"list{days}.csv", interactions(4))
        if days:
            world.sends(path)
        ended = world.sends(path, ReadOptions(template=str(template)))
        assert (ended.json["accepted"], ended.json["skipped"]) == (accepted, 4 - accepted)


def test_a_list_that_goes_to_another_destination_is_said_to(world: World, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(4))
    world.sends(path)
    ended = replace(world, environment={**world.environment, "WOLKVOX_SERVER": "42"}).sends(path)
    before = "https://wv0042.wolkvox.com (wolkvox_server 0042)"
    assert ended.told("plan.other_destination", count=4, before=before, job=1)
    assert (ended.code, len(world.api.received())) == (0, 8)


def test_a_row_that_somebody_looked_up_is_settled(world: World, tmp_path: Path) -> None:
    rows = interactions(5)
    rows[1][4] = "[practice reset-after x1] it arrived"
    rows[3][4] = "[practice reset-before x1] it did not"
    assert world.sends(write_csv(tmp_path / "list.csv", rows)).json["unknown"] == 2
    copy = write_csv(tmp_path / "copy.csv", [*rows, *interactions(1, start=50)])
    assert world.sends(copy).json["unknown"] == 2
    settle(1, [3], world.session, arrived=True)
    job = settle(1, [5], world.session, arrived=False)
    assert {status: count for status, count in job.counts.items() if count} == {
        Status.ACCEPTED: 4,
        Status.NOT_SENT: 1,
    }
    assert world.resumes("1").json["accepted"] == 5
    copied = world.resumes("2").json
    assert (copied["accepted"], copied["skipped"], copied["unknown"]) == (1, 5, 0)
    assert taken(world) == each_once(rows, interactions(1, start=50))
    assert "the API had received it" in sheet_rows(tmp_path / "list.results.xlsx")[1]["Advice"]
    for job_number, row in ((1, 2), (9, 3)):
        with pytest.raises(SettingsError):
            settle(job_number, [row], world.session, arrived=True)

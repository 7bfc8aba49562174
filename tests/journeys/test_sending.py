"""Whole runs: the real command as a process against the practice server as a process, judged by the server's own record."""

import json
import os
import re
import signal
import subprocess
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from tests.books import mend
from tests.conftest import (
    FIELDS,
    UPLOADER,
    Command,
    PracticeProcess,
    accounts_for,
    environment,
    everything_written,
    interactions,
    sheet_rows,
    start_practice,
    write_csv,
    write_xlsx,
)
from tests.processes import started
from tests.servers import gated
from tests.terminals import on_a_terminal
from tests.waiting import HANG_SECONDS, until
from uploader.sandbox import TOKEN, UNKNOWN_ROUTING_POINT

LIST_COLUMNS = slice(1, 1 + len(FIELDS))


def as_bodies(rows: list[list[str]]) -> list[dict[str, str]]:
    return [dict(zip(FIELDS, row, strict=True)) for row in rows]


@pytest.mark.parametrize("kind", ["cp1252", "xlsx"])
def test_every_row_is_sent_as_it_stands_in_the_list(
    uploader: Command, practice: PracticeProcess, tmp_path: Path, kind: str
) -> None:
    rows = interactions(40)
    if kind == "xlsx":
        path = write_xlsx(tmp_path / "mi lista.xlsx", rows)
    else:
        rows = [[cell.replace("🙂", "–") for cell in row] for row in rows]
        path = write_csv(tmp_path / "mi lista.csv", rows, encoding="cp1252", delimiter=";")

    ended = uploader("send", path, "--base-url", practice.url, "--yes", "--json")

    assert ended.code == 0, ended.err
    received = practice.received()
    assert sorted(practice.bodies(), key=str) == sorted(as_bodies(rows), key=str)
    assert max(request["at_once"] for request in received) == 2
    for request in received:
        assert (request["method"], request["path"]) == ("POST", "/api/v2/configuration.php?api=add_interaction")
        assert request["token"] == "right"
        assert request["headers"]["wolkvox_server"] == "0042"
        assert request["headers"]["content-type"] == "application/json"
    assert ended.json == {
        "job": 1,
        "list": str(path),
        "template": "wolkvox/add_interaction",
        "rows": 40,
        "accepted": 40,
        "rejected": 0,
        "unknown": 0,
        "invalid": 0,
        "skipped": 0,
        "not_sent": 0,
        "under_way": 0,
        "accepted_by_a_person": 0,
        "run": {"accepted": 40, "rejected": 0, "unknown": 0, "invalid": 0, "skipped": 0, "not_sent": 0},
        "requests": 40,
        "seconds": ended.json["seconds"],
        "sending_seconds": ended.json["sending_seconds"],
        "results": str(tmp_path / "mi lista.results.xlsx"),
        "stopped": None,
        "exit": 0,
    }
    for line in accounts_for(tmp_path / "mi lista.results.xlsx", rows):
        assert (line["Status"], line["Response code"], line["HTTP status"], line["Attempts"]) == (
            "accepted",
            "201",
            201,
            1,
        )
        assert line["Response message"].startswith(
            f"{line['rp_id']} routing point was executed and assigned to agent ("
        )
    assert len(sheet_rows(tmp_path / "mi lista.results.xlsx", "Attempts")) == 40


def test_a_wrong_token_costs_one_request(uploader: Command, practice: PracticeProcess, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(40))
    ended = uploader(
        "send", path, "--base-url", practice.url, "--json", env=environment(WOLKVOX_TOKEN="another-token-77")
    )
    assert ended.code == 4
    assert len(practice.received()) == 0  # it is found out before the first row
    assert (ended.json["not_sent"], ended.json["requests"]) == (40, 0)
    assert "PLEASE VALIDATE TOKEN" in ended.json["stopped"]
    assert "token" in ended.err
    lines = accounts_for(tmp_path / "list.results.xlsx", interactions(40))
    assert {line["Status"] for line in lines} == {"not sent"}
    assert "another-token-77" not in ended.err + ended.out

    again = ("send", path, "--base-url", practice.url, "--json", "--no-preflight")
    ended = uploader(*again, env=environment(WOLKVOX_TOKEN="another-token-77"))
    assert (ended.code, len(practice.received())) == (4, 1)
    first, *others = accounts_for(tmp_path / "list.results.xlsx", interactions(40))
    assert (first["Status"], first["Response code"]) == ("not sent", "403")
    assert {line["Status"] for line in others} == {"not sent"}
    assert uploader("send", path, "--base-url", practice.url).code == 0
    in_any_order = [json.dumps(body, sort_keys=True) for body in practice.bodies()[1:]]
    assert sorted(in_any_order) == sorted(json.dumps(body, sort_keys=True) for body in as_bodies(interactions(40)))


def test_the_token_is_written_nowhere(
    uploader: Command, practice: PracticeProcess, tmp_path: Path, own_world: Path
) -> None:
    rows = interactions(6)
    rows[1][6] = UNKNOWN_ROUTING_POINT
    path = write_csv(tmp_path / "list.csv", rows)
    shown = [
        uploader("send", path, "--base-url", practice.url),
        uploader("preview", path, "--row", "2"),
        uploader("preview", path, "--row", "2", "--curl"),
        uploader("history"),
        uploader("results"),
    ]
    assert [ended.code for ended in shown] == [1, 0, 0, 0, 0]
    for ended in shown:
        assert TOKEN not in ended.out + ended.err
    written = [
        *everything_written(tmp_path),
        *everything_written(own_world),
        *everything_written(practice.record.parent),
    ]
    assert len(written) > 15
    assert [name for name, data in written if TOKEN.encode() in data] == []


def test_practice_keeps_to_itself(uploader: Command, tmp_path: Path, own_world: Path) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(4))
    ended = uploader("send", path, "--sandbox", env={**os.environ})  # no settings are needed
    assert ended.code == 0
    assert (own_world / "sandbox.db").exists()
    assert not (own_world / "journal.db").exists()
    assert "No jobs yet" in uploader("history").out
    assert "4 rows: 4 accepted" in uploader("history", "--sandbox").out
    assert uploader("results", "--sandbox", "-o", "again.xlsx").code == 0
    accounts_for(tmp_path / "again.xlsx", interactions(4))


@pytest.mark.usefixtures("api_that_ends_soon")
def test_the_commands_end_as_it_is_promised(uploader: Command, practice: PracticeProcess, tmp_path: Path) -> None:
    """Each with its exit code, and the object of --json also where nothing was sent."""
    rows = interactions(4)
    rows[1][6] = ""
    rows[2][4] = "[practice reset-after x1] it arrived"
    rows[3][4] = "[practice reset-before x1] it did not"
    path = write_csv(tmp_path / "list.csv", rows)
    checked = uploader("check", path, "--json")
    assert (checked.code, checked.json["invalid"], checked.json["exit"]) == (2, 1, 2)
    shown = uploader("preview", path, "--row", "2")
    assert shown.code == 0
    assert shown.out.startswith("POST https://wv0042.wolkvox.com/api/v2/configuration.php?api=add_interaction\n")
    assert "wolkvox-token: ***" in shown.out
    assert json.loads(shown.out[shown.out.index("{\n") :]) == as_bodies(rows)[0]
    assert uploader("preview", path, "--row", "3").code == 2
    send = ("send", path, "--base-url", practice.url, "--json")
    refused = uploader(*send)
    assert (refused.code, refused.json["job"], refused.json["exit"]) == (2, None, 2)
    assert practice.received() == []
    assert uploader("resume").code == 2

    ended = uploader(*send, "--skip-invalid")
    assert (ended.code, ended.json["unknown"]) == (1, 2)
    for wrong in (["2", "--arrived"], ["4"], ["4", "--arrived", "--not-arrived"]):
        assert uploader("settle", "1", "--row", *wrong).code == 2, wrong
    assert uploader("settle", "9", "--row", "4", "--arrived").code == 2
    assert uploader("settle", "1", "--row", "4", "--arrived").code == 0
    settled = uploader("settle", "1", "--row", "5", "--not-arrived")
    assert (settled.code, "uploader resume 1" in settled.out) == (0, True)
    ended = uploader("resume", "1", "--json")
    assert (ended.code, ended.json["accepted"], ended.json["requests"]) == (1, 3, 1)

    book = tmp_path / "list.results.xlsx"
    assert uploader("verify", book).code == 0
    mend(book, {(2, "Status"): "rejected"})
    assert uploader("verify", book).code == 1
    assert uploader("verify", path).code == 2
    assert uploader("results", "1", "-o", "again.xlsx").code == 0
    assert (uploader("history").code, uploader("history", "forget", "1").code) == (0, 0)
    assert uploader("results", "1").code == 2


def test_the_demo_needs_nothing_and_shows_a_failure(uploader: Command, tmp_path: Path) -> None:
    ended = uploader("demo", env={**os.environ})
    assert ended.code == 1
    assert "24 rows: 22 accepted, 2 rejected." in ended.out
    lines = sheet_rows(tmp_path / "interactions.results.xlsx")
    assert Counter(line["Status"] for line in lines) == {"accepted": 22, "rejected": 2}
    assert [path.name for path in tmp_path.iterdir()] == ["interactions.results.xlsx"]


def test_a_blank_list_is_filled_in_and_sent(uploader: Command, practice: PracticeProcess, tmp_path: Path) -> None:
    assert uploader("blank", "wolkvox/add_interaction", "-o", "mine.xlsx").code == 0
    ended = uploader("send", tmp_path / "mine.xlsx", "--base-url", practice.url)
    assert ended.code == 2
    assert "example row" in ended.err
    book = openpyxl.load_workbook(tmp_path / "mine.xlsx")
    for column, text in enumerate(interactions(1)[0], start=1):
        book.worksheets[0].cell(2, column).value = text
    book.save(tmp_path / "mine.xlsx")
    assert uploader("send", tmp_path / "mine.xlsx", "--base-url", practice.url).code == 0
    assert practice.bodies() == as_bodies(interactions(1))


def test_advice_follows_the_persons_language(uploader: Command, practice: PracticeProcess, tmp_path: Path) -> None:
    rows = interactions(2)
    rows[1][6] = UNKNOWN_ROUTING_POINT
    path = write_csv(tmp_path / "list.csv", rows)
    uploader("send", path, "--base-url", practice.url, env=environment(LANG="es_CO.UTF-8"))
    assert "Corríjalo en esta fila" in sheet_rows(tmp_path / "list.results.xlsx")[1]["Advice"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux alone has a device that is always full")
def test_a_reader_that_has_read_enough_changes_nothing(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(2))
    for ways_out in ("--json | true", "2>&1 | true", ">&- 2>&-", "--json > /dev/full", "2> /dev/full"):
        shell = f"'{UPLOADER}' send '{path}' --sandbox {ways_out}; exit ${{PIPESTATUS[0]}}"
        ended = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, timeout=HANG_SECONDS, check=False)
        assert ended.returncode == 0, (ways_out, ended.stderr)
        assert "Error" not in ended.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no way to send another process a Ctrl-C of its own")
@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_an_interrupted_run_waits_for_its_answers_and_writes_the_workbook(
    practice: PracticeProcess, tmp_path: Path, how: str
) -> None:
    rows = interactions(60)
    path = write_csv(tmp_path / "list.csv", rows)
    with (
        gated(practice, passing=3) as (server, gate),
        started("send", path, "--base-url", server.url, "--json") as run,
    ):
        until(lambda: len(practice.received()) == 5, "three rows answered and two under way")
        run.process.send_signal(getattr(signal, how))
        run.says("Interrupted")
        gate.open()
        ended = run.ended()
    assert ended.code == 130, ended.err
    assert len(practice.received()) == 5
    assert (ended.json["accepted"], ended.json["unknown"], ended.json["not_sent"]) == (5, 0, 55)
    assert (ended.json["stopped"], ended.json["exit"]) == ("interrupted", 130)
    statuses = Counter(line["Status"] for line in accounts_for(tmp_path / "list.results.xlsx", rows))
    assert statuses == {"accepted": 5, "not sent": 55}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_after_a_kill_every_row_is_accounted_for(uploader: Command, practice: PracticeProcess, tmp_path: Path) -> None:
    rows = interactions(60)
    path = write_csv(tmp_path / "list.csv", rows)
    with (
        gated(practice, passing=5) as (server, _),
        started("send", path, "--base-url", server.url, "--json") as run,
    ):
        until(lambda: len(practice.received()) == 7, "five rows answered and two under way")
        run.kill()
    assert "not finished" in uploader("history").out
    assert uploader("results", path).code == 0
    lines = accounts_for(tmp_path / "list.results.xlsx", rows)
    received = {body["from"] for body in practice.bodies()}
    by_status = {
        status: {line["from"] for line in lines if line["Status"] == status} for status in ("accepted", "unknown")
    }
    assert by_status["accepted"] <= received
    assert received <= by_status["accepted"] | by_status["unknown"]
    assert len(by_status["unknown"]) == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals in Python")
def test_a_terminal_sees_the_bar_move(tmp_path: Path) -> None:
    code, shown = on_a_terminal(["demo"], cwd=tmp_path, env={**os.environ, "TERM": "xterm", "COLUMNS": "120"})
    assert code == 1
    assert "24/24" in shown
    assert shown.count("\r") > 10
    assert "22 accepted, 2 rejected" in shown


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals in Python")
def test_on_a_terminal_the_settings_and_the_invalid_rows_are_asked_about(
    practice: PracticeProcess, tmp_path: Path
) -> None:
    rows = interactions(3)
    rows[1][6] = ""
    path = write_csv(tmp_path / "list.csv", rows)
    command = ["send", str(path), "--base-url", practice.url]
    settings = [("wolkvox_server: ", "no server"), ("wolkvox_server: ", "wv0042"), ("wolkvox_token: ", TOKEN)]
    no_workbook = ("[y/N]: ", "n")
    code, shown = on_a_terminal(command, [*settings, no_workbook, ("[y/N]: ", "n")], env={**os.environ})
    assert (code, practice.received()) == (2, [])
    assert list(tmp_path.glob("*.xlsx")) == []
    assert TOKEN not in shown
    assert "“no server” is not a valid wolkvox_server" in shown
    code, shown = on_a_terminal(command, [*settings, no_workbook, ("[y/N]: ", "y")], env={**os.environ})
    assert (code, len(practice.received())) == (1, 2)
    assert "1 of 3 rows can't be sent. Send the others anyway?" in shown
    settings = [("wolkvox_server [0042]: ", "no server"), ("wolkvox_server [0042]: ", ""), ("wolkvox_token: ", TOKEN)]
    good = [no_workbook, ("[y/N]: ", "y")]
    code, shown = on_a_terminal(command, [*settings, *good, ("anyway? [y/N]: ", "n")], env={**os.environ})
    assert (code, len(practice.received())) == (1, 2)
    assert "2 rows were accepted on" in shown
    code, shown = on_a_terminal(command, [*settings, *good, ("anyway? [y/N]: ", "y")], env={**os.environ})
    assert (code, len(practice.received())) == (1, 4)
    code, shown = on_a_terminal([*command, "--yes"], env={**os.environ})
    assert (code, len(practice.received())) == (2, 4)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals in Python")
@pytest.mark.parametrize(("answers", "code", "sent"), [("n", 4, 4), ("y", 1, 12)])
def test_on_a_terminal_alike_refusals_are_asked_about(
    practice: PracticeProcess, tmp_path: Path, answers: str, code: int, sent: int
) -> None:
    rows = [[*row[:6], UNKNOWN_ROUTING_POINT] for row in interactions(12)]
    path = write_csv(tmp_path / "list.csv", rows)
    command = ["send", str(path), "--base-url", practice.url, "--stop-after", "4", "--concurrency", "1"]
    question = "4 rows in a row were rejected for the same reason"
    ended, shown = on_a_terminal(command, [(question, ""), ("[y/N]: ", answers)][1:], env=environment())
    assert question in shown
    assert (ended, len(practice.received())) == (code, sent)
    assert ("To send the remaining 8 rows" in shown) is (answers == "n")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals in Python")
def test_a_terminal_sees_a_countdown_while_a_pause_is_waited_for(tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "templates" / "wolkvox"
    profile = (shipped / "api.toml").read_text(encoding="utf-8").replace("probe_seconds = 900", "probe_seconds = 4")
    (tmp_path / "api.toml").write_text(profile, encoding="utf-8")
    (tmp_path / "mine.toml").write_text((shipped / "add_interaction.toml").read_text("utf-8"), encoding="utf-8")
    path = write_csv(tmp_path / "list.csv", interactions(8))
    for practice in start_practice(tmp_path, "--fault", "quota:4-5"):
        command = ["send", str(path), "--base-url", practice.url, "--wait", "-t", str(tmp_path / "mine.toml")]
        code, shown = on_a_terminal(command, env=environment())
        assert code == 0, shown
        assert "The API is not taking requests at the moment: TOKEN LIMIT EXCEEDED. Next try in 0:04." in " ".join(
            shown.split()
        )
        assert re.search(r"rows/s, next try in 0:0\d", shown)
        assert len([line for line in practice.received() if line["taken"]]) == 8


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals in Python")
def test_on_a_terminal_it_is_asked_which_of_several_jobs_goes_on(
    uploader: Command, practice: PracticeProcess, tmp_path: Path
) -> None:
    for nth in (1, 2):
        path = write_csv(tmp_path / f"{nth}.csv", interactions(4, start=nth * 10))
        assert uploader("send", path, "--base-url", practice.url, "--first", "1").code == 1
    code, shown = on_a_terminal(["resume"], [("0 for none of these): ", "1")], env=environment())
    assert "Several jobs are unfinished. Which one do you want to resume?" in shown
    assert "3 of 4 rows not sent yet" in shown
    assert code == 0
    assert sorted(body["from"] for body in practice.bodies()[2:]) == sorted(row[0] for row in interactions(3, start=11))
    code, shown = on_a_terminal(["resume"], env=environment())  # one is left: nothing to ask
    assert (code, len(practice.received())) == (0, 8)

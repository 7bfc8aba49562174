"""Whole runs: what is sent, what the workbook says of it, and what is said to the person."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from tests.apis import SandboxApi
from tests.conftest import FIELDS, accounts_for, interactions, sheet_rows, write_csv, write_xlsx
from tests.worlds import SERVER, World, sandboxed
from uploader.actions.history import history
from uploader.actions.options import ReadOptions, SandboxConfig
from uploader.actions.results import results
from uploader.cli.report import jobs as report
from uploader.errors import SettingsError
from uploader.sandbox import UNKNOWN_ROUTING_POINT


def as_bodies(rows: list[list[str]]) -> list[dict[str, str]]:
    return [dict(zip(FIELDS, row, strict=True)) for row in rows]


@pytest.mark.parametrize("kind", ["csv", "semicolon", "cp1252", "xlsx"])
def test_every_row_is_sent_as_it_stands_in_the_list(world: World, tmp_path: Path, kind: str) -> None:
    rows = interactions(40)
    if kind == "xlsx":
        path = write_xlsx(tmp_path / "mi lista.xlsx", rows)
    elif kind == "cp1252":
        rows = [[cell.replace("🙂", "–") for cell in row] for row in rows]
        path = write_csv(tmp_path / "mi lista.csv", rows, encoding="cp1252", delimiter=";")
    else:
        path = write_csv(tmp_path / "mi lista.csv", rows, delimiter=";" if kind == "semicolon" else ",")

    ended = world.sends(path)

    assert ended.code == 0, ended.why
    received = world.api.received()
    assert sorted(world.api.bodies(), key=str) == sorted(as_bodies(rows), key=str)
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


def test_the_first_row_goes_alone(world: World, tmp_path: Path) -> None:
    assert world.sends(write_csv(tmp_path / "list.csv", interactions(6))).code == 0
    assert world.api.bodies()[0]["from"] == "from1@example.com"
    assert [request["at_once"] for request in world.api.received()[:3]] == [1, 1, 2]


def test_a_rejected_row_carries_the_apis_own_code_and_message(world: World, tmp_path: Path) -> None:
    rows = interactions(10)
    for number in (2, 7):
        rows[number][6] = UNKNOWN_ROUTING_POINT
    ended = world.sends(write_xlsx(tmp_path / "list.xlsx", rows))
    assert ended.code == 1
    assert "10 rows: 8 accepted, 2 rejected." in ended.screen
    lines = accounts_for(tmp_path / "list.results.xlsx", rows)
    refused = [line for line in lines if line["Status"] == "rejected"]
    assert [line["Row"] for line in refused] == [4, 9]
    for line in refused:
        assert (line["Response code"], line["Response message"]) == ("404", "ROUTING POINT 99999 NOT FOUND")
        assert "routing point" in line["Advice"]
    assert Counter(request["code"] for request in world.api.received()) == {201: 8, 404: 2}


def test_an_invalid_row_stops_everything_before_anything_is_sent(world: World, tmp_path: Path) -> None:
    rows = interactions(10)
    rows[2][6] = ""
    rows[5][0] = "  "
    path = write_csv(tmp_path / "list.csv", rows)

    ended = world.sends(path)
    assert ended.code == 2
    assert world.api.lines == []
    assert "“rp_id” is empty in 1 row: G4." in ended.screen
    assert "“from” is empty in 1 row: A7." in ended.screen
    assert (ended.json["invalid"], ended.json["not_sent"], ended.json["job"]) == (2, 8, None)
    assert not (tmp_path / "list.results.xlsx").exists()
    problems = sheet_rows(tmp_path / "list.problems.xlsx", "Problems")
    assert [line["Row"] for line in problems if line["Problem"]] == [4, 7]

    ended = world.sends(path, skip_invalid=True)
    assert (ended.code, ended.json["accepted"], ended.json["invalid"]) == (1, 8, 2)
    lines = accounts_for(tmp_path / "list.results.xlsx", rows)
    assert [line["Row"] for line in lines if line["Status"] == "invalid"] == [4, 7]
    assert "“rp_id” is empty" in lines[2]["Advice"]
    assert lines[2]["Attempts"] == 0
    assert len(world.api.received()) == 8


def test_the_checks_alone_send_nothing(world: World, tmp_path: Path) -> None:
    rows = interactions(12)
    good = write_csv(tmp_path / "good.csv", rows, header=["De", "x", "PARA", "ToName", "Asunto", "Mensaje", "Rp Id"])
    bare = replace(world, environment={})
    ended = bare.checks(good)
    assert ended.code == 0
    assert "“De” (A)" in ended.screen
    assert "All 12 rows can be sent." in ended.screen
    assert "Columns that are not sent: “x” (B)." in ended.screen
    for row in rows:
        row[6] = ""
    ended = bare.checks(write_xlsx(tmp_path / "bad.xlsx", rows))
    assert (ended.code, ended.json["invalid"], ended.json["rows"]) == (2, 12, 12)
    assert "“rp_id” is empty in 12 rows: G2, G3, G4, G5, G6, G7, G8, G9, G10, G11 and 2 more." in ended.screen
    assert (tmp_path / "bad.problems.xlsx").is_file()
    assert list(tmp_path.glob("*.results.xlsx")) == []
    assert bare.transport.requests == []


def test_a_column_that_is_missing_is_named_with_the_nearest(world: World, tmp_path: Path) -> None:
    header = ["from", "fromname", "to", "toname", "subjet line", "body", "rp_id"]
    path = write_csv(tmp_path / "list.csv", interactions(3), header=header)
    ended = world.sends(path)
    assert (ended.code, world.api.lines) == (2, [])
    assert (
        "The list has no column for the field subject. Found: from in “from” (A), fromname in “fromname” (B)"
        in ended.why
    )
    assert 'mapping={"subject": "subjet line"}' in ended.why
    assert world.sends(path, ReadOptions(mapping={"subject": "subjet line"})).code == 0


@pytest.mark.parametrize("name", ["empty.csv", "empty.xlsx", "binary.csv", "half.xlsx", "missing.csv", "folder"])
def test_what_is_no_list_is_a_sentence_and_exit_2(world: World, tmp_path: Path, name: str) -> None:
    whole = write_xlsx(tmp_path / "whole.xlsx", interactions(40)).read_bytes()
    contents = {
        "empty.csv": b"",
        "empty.xlsx": b"",
        "binary.csv": bytes(range(256)) * 9,
        "half.xlsx": whole[: len(whole) // 2],
    }
    if name in contents:
        (tmp_path / name).write_bytes(contents[name])
    elif name == "folder":
        (tmp_path / name).mkdir()
    for ended in (world.sends(tmp_path / name), world.checks(tmp_path / name)):
        assert ended.code == 2
        assert name in ended.why
        assert ended.json["exit"] == 2


def test_a_preview_shows_exactly_what_is_sent(world: World, tmp_path: Path) -> None:
    rows = interactions(5)
    path = write_xlsx(tmp_path / "list.xlsx", rows)
    request = replace(world, environment={"WOLKVOX_SERVER": SERVER}).preview(path, 4)
    assert (request.method, request.url) == (
        "POST",
        "https://wv0042.wolkvox.com/api/v2/configuration.php?api=add_interaction",
    )
    assert request.headers["wolkvox-token"] == "***"
    assert world.transport.requests == []
    world.sends(path)
    (sent,) = [one for one in world.transport.requests if one.body == request.body]
    assert (sent.method, sent.url) == (request.method, request.url)
    assert {**sent.headers, "wolkvox-token": "***"} == request.headers
    assert as_bodies(rows)[2] in world.api.bodies()


def test_a_workbook_of_another_list_is_left_alone(world: World, tmp_path: Path) -> None:
    first, second = interactions(3), interactions(4, start=50)
    assert world.sends(write_csv(tmp_path / "list.csv", first)).code == 0
    before = (tmp_path / "list.results.xlsx").read_bytes()
    ended = world.sends(write_csv(tmp_path / "list.csv", second))
    assert ended.json["results"] == str(tmp_path / "list.results-2.xlsx")
    assert ended.told("result_file.kept")
    assert (tmp_path / "list.results.xlsx").read_bytes() == before
    accounts_for(tmp_path / "list.results-2.xlsx", second)
    world.sends(tmp_path / "list.csv", send_duplicates=True)
    assert len(list(tmp_path.glob("*.xlsx"))) == 2


def test_practice_never_replaces_the_record_of_a_real_run(world: World, tmp_path: Path) -> None:
    path, workbook = write_csv(tmp_path / "list.csv", interactions(3)), tmp_path / "list.results.xlsx"
    practising = replace(world, environment={}, is_wired=True)
    sandbox = SandboxConfig(latency_seconds=0)
    practising.sends(path, sandbox=sandbox)
    world.sends(path)  # a real run does replace practice
    real = workbook.read_bytes()
    where = [row[1] for row in openpyxl.load_workbook(workbook)["Summary"].iter_rows(values_only=True)]
    assert "https://wv0042.wolkvox.com" in where
    ended = practising.sends(path, sandbox=sandbox)
    assert ended.told("result_file.kept_by_sandbox", target="list.results-2.xlsx")
    assert workbook.read_bytes() == real
    practising.sends(path, sandbox=sandbox)
    assert len(list(tmp_path.glob("*.xlsx"))) == 2


def test_practising_an_edited_list_again_says_what_the_workbook_there_has(world: World, tmp_path: Path) -> None:
    practising, sandbox = replace(world, environment={}, is_wired=True), SandboxConfig(latency_seconds=0)
    practising.sends(write_csv(tmp_path / "list.csv", interactions(3)), sandbox=sandbox)
    before = (tmp_path / "list.results.xlsx").read_bytes()
    ended = practising.sends(write_csv(tmp_path / "list.csv", interactions(4)), sandbox=sandbox)
    assert ended.told("result_file.kept_practice", target="list.results-2.xlsx")
    assert not ended.told("result_file.kept_by_sandbox")
    assert (tmp_path / "list.results.xlsx").read_bytes() == before


def test_history_and_results_tell_of_every_job(world: World, tmp_path: Path) -> None:
    one, two = write_csv(tmp_path / "one.csv", interactions(3)), write_csv(tmp_path / "two.csv", interactions(2))
    for path in (one, two):
        world.sends(path)
    told = "\n".join(report.jobs(history(world.session), "en"))
    assert told.index("two.csv") < told.index("one.csv")
    assert "3 rows: 3 accepted" in told
    (tmp_path / "one.results.xlsx").unlink()
    assert results("1", None, world.session)[0].id == 1
    accounts_for(tmp_path / "one.results.xlsx", interactions(3))
    elsewhere = tmp_path / "elsewhere.xlsx"
    assert world.sends(two, output=elsewhere).code == 0
    elsewhere.unlink()
    assert results(str(two), None, world.session)[1] == elsewhere  # where it was written before
    two.write_text("changed", encoding="utf-8")
    with pytest.raises(SettingsError, match="was changed after it was sent as job 2"):
        results(str(two), None, world.session)
    one.rename(tmp_path / "renamed.csv")
    job, path = results(str(tmp_path / "renamed.csv"), tmp_path / "x.xlsx", world.session)
    assert (job.id, path.exists()) == (1, True)


@pytest.mark.parametrize(
    ("language", "missing", "refused", "stray"),
    [
        ("pt", "I3: “rp_id” está vazio. Preencha a célula.", "ponto de roteamento", "linha 4"),
        ("es", "I3: “rp_id” está vacío. Complete la celda.", "punto de enrutamiento", "fila 4"),
        ("en", "I3: “rp_id” is empty. Fill in the cell.", "routing point", "row 4"),
    ],
)
def test_what_is_wrong_with_a_row_follows_the_language(
    world: World, tmp_path: Path, language: str, missing: str, refused: str, stray: str
) -> None:
    rows = [["A", *row] for row in interactions(3)]
    rows[0][7], rows[1][7], rows[2][1:] = UNKNOWN_ROUTING_POINT, "", ["Total"] + [""] * 6
    path = write_csv(tmp_path / "list.csv", rows, header=("Kind", *FIELDS))
    world.language = language
    world.sends(path, no_preflight=True, skip_invalid=True)
    sent, invalid, total = sheet_rows(tmp_path / "list.results.xlsx")
    assert (sent["Status"], invalid["Status"], total["Status"]) == ("rejected", "invalid", "invalid")
    assert refused in sent["Advice"]
    assert invalid["Advice"] == missing
    assert stray in total["Advice"]
    problems = sheet_rows(tmp_path / "list.problems.xlsx", "Problems")
    assert problems[1]["Problem"] == missing.replace("I3", "K3")  # each workbook names its own cells
    assert problems[2]["Problem"].startswith(stray)


def test_a_rate_is_kept(world: World, tmp_path: Path) -> None:
    assert world.sends(write_csv(tmp_path / "list.csv", interactions(9)), rate="5/s").code == 0
    assert world.clock.now >= 8 * 0.2


def test_more_at_once_is_what_the_person_says(own_world: Path, tmp_path: Path) -> None:
    world = sandboxed(own_world, SandboxApi())
    ended = world.sends(write_csv(tmp_path / "list.csv", interactions(20)), concurrency=1)
    assert ended.code == 0
    assert {request["at_once"] for request in world.api.received()} == {1}
    ended = world.sends(write_csv(tmp_path / "other.csv", interactions(20, start=50)), concurrency=4)
    assert (ended.code, ended.json["accepted"]) == (0, 20)  # the API refuses the third at once; the row goes again
    assert ended.json["requests"] == len(world.api.received()) - 20 > 20
    assert world.transport.most_in_flight == 4

"""A job that is resumed: after a stop, from the journal alone, elsewhere, in part; and what becomes of its data."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.apis import SandboxApi
from tests.books import copied_template, mend
from tests.conftest import FIELDS, interactions, sheet_rows, write_csv
from tests.worlds import World, sandboxed
from uploader.actions.history import files_with_data, forget, history, is_confirmed, jobs_to_forget
from uploader.actions.options import ReadOptions, SandboxConfig
from uploader.actions.results import results
from uploader.cli.report import jobs as report
from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.model.http import Arrival, SendFailure
from uploader.model.rows import Status

ROWS = 30
ELSEWHERE = "https://api.example.com"


@pytest.fixture
def world(own_world: Path) -> World:
    """Its API takes 12 requests a day; another one, elsewhere, takes all."""
    world = sandboxed(own_world, SandboxApi.with_faults(quota=12))
    world.elsewhere[ELSEWHERE] = SandboxApi()
    return world


def taken(api: SandboxApi) -> list[str]:
    return sorted(api.taken().elements())


def senders(count: int) -> list[str]:
    return sorted(row[0] for row in interactions(count))


def statuses(path: Path) -> Counter[str]:
    return Counter(row["Status"] for row in sheet_rows(path))


def stopped(world: World, path: Path) -> Path:
    ended = world.sends(path, no_preflight=True)
    assert (ended.code, ended.json["accepted"], ended.json["not_sent"]) == (4, 12, ROWS - 12)
    return path


@pytest.mark.parametrize("how", ["resume", "resume 1", "resume list.csv", "send list.csv"])
def test_what_is_left_goes_the_next_day(world: World, tmp_path: Path, how: str) -> None:
    path = stopped(world, write_csv(tmp_path / "list.csv", interactions(ROWS)))
    for day in range(1, 3):
        world.api.new_day()
        if how.startswith("send"):
            ended = world.sends(path, no_preflight=True)
        else:
            which = {"resume": None, "resume 1": "1", "resume list.csv": path}[how]
            ended = world.resumes(which, no_preflight=True)
        assert ended.json["job"] == 1
        assert ended.json["accepted"] == min(ROWS, 12 * (day + 1))
        assert ended.told("plan.resuming", job=1, list="list.csv")
    assert ended.code == 0
    assert taken(world.api) == senders(ROWS)
    assert statuses(tmp_path / "list.results.xlsx") == {"accepted": ROWS}
    ended = world.resumes()
    assert ended.code == 2
    assert "No job is unfinished" in ended.why


@pytest.mark.parametrize("what", ["moved", "edited", "deleted with its folder"])
def test_resume_needs_nothing_but_the_journal(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "lists"
    folder.mkdir()
    path = stopped(world, write_csv(folder / "list.csv", interactions(ROWS)))
    world.api.new_day()
    results_path = folder / "list.results.xlsx"
    if what == "moved":
        path.rename(folder / "moved.csv")
    elif what == "edited":
        write_csv(path, interactions(ROWS, start=500))
    else:
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
        results_path = tmp_path / "list.results.xlsx"
    ended = world.resumes(no_preflight=True)
    assert ended.told("resume.list_was_edited" if what == "edited" else "resume.list_is_gone", path=str(path))
    assert (ended.json["accepted"], ended.json["results"]) == (24, str(results_path))
    assert taken(world.api) == senders(24)
    assert statuses(results_path) == {"accepted": 24, "not sent": 6}


def test_a_template_that_was_changed_since_does_not_change_the_job(world: World, tmp_path: Path) -> None:
    mine = world.home / "templates" / "wolkvox"
    template = copied_template(mine, "add_interaction.toml")
    stopped(world, write_csv(tmp_path / "list.csv", interactions(ROWS)))
    template.write_text("title = 'broken", encoding="utf-8")
    world.api.new_day()
    assert world.resumes(no_preflight=True).json["accepted"] == 24


def test_the_rest_may_go_elsewhere_and_that_is_said(world: World, tmp_path: Path) -> None:
    stopped(world, write_csv(tmp_path / "list.csv", interactions(ROWS)))
    ended = replace(world, given={"wolkvox_server": "0077"}).resumes(base_url=ELSEWHERE)
    before = "https://wv0042.wolkvox.com (wolkvox_server 0042)"
    assert ended.told("plan.redirected", job=1, before=before, after=f"{ELSEWHERE} (wolkvox_server 0077)")
    assert ended.code == 0
    there = world.elsewhere[ELSEWHERE]
    assert {line["headers"]["wolkvox_server"] for line in there.received()} == {"0077"}
    assert sorted(taken(world.api) + taken(there)) == senders(ROWS)
    again = world.resumes("1")
    assert (again.code, again.json["requests"], again.json["accepted"]) == (0, 0, ROWS)
    assert again.told("plan.nothing_left", job=1)


def test_what_was_held_back_is_decided_anew_where_the_rest_goes(world: World, tmp_path: Path) -> None:
    first, second = interactions(4), [*interactions(ROWS), interactions(1, start=9)[0]]
    assert world.sends(write_csv(tmp_path / "first.csv", first)).code == 0
    world.api.new_day()
    ended = world.sends(write_csv(tmp_path / "second.csv", second), no_preflight=True)
    assert (ended.json["skipped"], ended.json["accepted"], ended.json["not_sent"]) == (5, 12, ROWS + 1 - 17)
    ended = world.resumes(base_url=ELSEWHERE)
    assert (ended.json["skipped"], ended.json["accepted"]) == (1, ROWS)  # the other server never saw the first four
    assert {row[0] for row in first} <= set(taken(world.elsewhere[ELSEWHERE]))


def test_the_environment_does_not_redirect_a_job(world: World, tmp_path: Path) -> None:
    stopped(world, write_csv(tmp_path / "list.csv", interactions(ROWS)))
    world.api.new_day()
    other = replace(world, environment={**world.environment, "WOLKVOX_SERVER": "9999"})
    ended = other.resumes(no_preflight=True)
    assert len(ended.came) > 12
    assert not ended.told("plan.redirected")
    assert {line["headers"]["wolkvox_server"] for line in world.api.received()} == {"0042"}
    assert {line["host"] for line in world.api.received()} == {"https://wv0042.wolkvox.com"}


def test_another_list_template_or_destination_is_another_job(world: World, tmp_path: Path) -> None:
    rows = interactions(ROWS)
    path = stopped(world, write_csv(tmp_path / "list.csv", rows))
    elsewhere = world.sends(path, base_url=ELSEWHERE, first=1)
    assert elsewhere.json["job"] == 2
    mapped = world.sends(path, ReadOptions(mapping={"toname": "fromname"}), base_url=ELSEWHERE, first=1)
    assert mapped.json["job"] == 2  # what is sent of a row may change; the row stays the same
    write_csv(path, rows[:-1])
    changed = world.sends(path, base_url=ELSEWHERE)
    assert changed.json["job"] == 3
    assert (changed.json["skipped"], changed.json["accepted"]) == (1, ROWS - 2)


def test_a_pilot_sends_some_and_the_rest_is_resumed(world: World, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", [*interactions(3), *interactions(ROWS)])  # three stand twice
    ended = world.sends(path, base_url=ELSEWHERE, first=5)
    assert (ended.code, ended.json["stopped"]) == (1, None)
    assert (ended.json["accepted"], ended.json["skipped"], ended.json["not_sent"]) == (5, 3, ROWS - 5)
    assert f"To send the remaining {ROWS - 5} rows:\n  uploader resume 1" in ended.screen
    assert world.resumes().json["accepted"] == ROWS
    assert taken(world.elsewhere[ELSEWHERE]) == senders(ROWS)


def test_the_command_that_is_told_sends_the_rest_as_it_was_meant(world: World, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(ROWS))
    wrong = replace(world, environment={**world.environment, "WOLKVOX_TOKEN": "wrong"})
    ended = wrong.sends(path, first=5)
    assert f"To send the remaining {ROWS} rows:\n  uploader resume 1 --first 5" in ended.screen
    world.resumes("1", first=5)
    other = write_csv(tmp_path / "other.csv", interactions(ROWS + 1))
    ended = world.sends(other, send_duplicates=True, resend_unknown=True)
    assert "rows:\n  uploader resume 2 --send-duplicates --resend-unknown\n" in f"{ended.screen}\n"


def test_an_older_version_of_a_list_is_said_to_be_one(world: World, tmp_path: Path) -> None:
    path = stopped(world, write_csv(tmp_path / "list.csv", interactions(ROWS)))
    write_csv(path, interactions(ROWS - 1))
    assert world.sends(path, base_url=ELSEWHERE).code == 0
    world.api.new_day()
    assert world.resumes("1", no_preflight=True).told("plan.sent_later", path=str(path), later=2, job=1)


def test_practice_goes_on_with_practice(world: World, tmp_path: Path) -> None:
    practising = replace(world, environment={}, is_wired=True)
    sandbox = SandboxConfig(latency_seconds=0)
    path = write_csv(tmp_path / "list.csv", interactions(8))
    assert practising.sends(path, sandbox=sandbox, first=3).code == 1
    ended = practising.resumes(sandbox=sandbox)
    assert (ended.code, ended.json["accepted"], ended.json["requests"]) == (0, 8, 5)
    again = practising.sends(path, sandbox=sandbox)  # whatever port it has, a sandbox is the same place
    assert (again.json["accepted"], again.json["requests"]) == (8, 0)
    assert not (world.home / "journal.db").exists()


def customer_data(home: Path) -> set[str]:
    data = b"".join(path.read_bytes() for path in home.glob("*.db*"))
    return {row[0] for row in interactions(ROWS) if row[0].encode() in data}


def forgotten(world: World, *numbers: int, older_than: str | None = None, everything: bool = False) -> list[str]:
    """What is said of the jobs that are forgotten."""
    jobs = jobs_to_forget(numbers, older_than, world.session, everything=everything)
    said = list(report.to_forget(jobs, files_with_data(jobs, world.session), "en", everything=everything))
    assert is_confirmed(world.session)
    forget(jobs, world.session, everything=everything)
    return said


def shown(world: World) -> str:
    return "\n".join(report.jobs(history(world.session), "en"))


def test_forgetting_deletes_customer_data_and_keeps_what_is_known(world: World, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(ROWS))
    assert world.sends(path, base_url=ELSEWHERE).code == 0
    assert len(customer_data(world.home)) == ROWS
    said = forgotten(world, 1)
    assert "Keyed hashes" in said[-1]
    named = {str(tmp_path / name) for name in ("list.csv", "list.results.xlsx")}
    assert named <= {line.strip().replace("\N{NO-BREAK SPACE}", " ") for line in said}
    assert customer_data(world.home) == set()
    assert "(data deleted on" in shown(world)
    with pytest.raises(SettingsError, match="were deleted on"):
        results("1", None, world.session)
    again = world.sends(path, base_url=ELSEWHERE)
    assert (again.json["accepted"], len(taken(world.elsewhere[ELSEWHERE]))) == (ROWS, ROWS)
    assert {line["Status"] for line in sheet_rows(tmp_path / "list.results.xlsx")} == {"accepted"}

    forgotten(world, 1, everything=True)
    assert customer_data(world.home) == set()
    assert "No jobs yet" in shown(world)
    (tmp_path / "list.results.xlsx").unlink()  # what stands in it would count
    assert world.sends(path, base_url=ELSEWHERE).json["accepted"] == ROWS


def test_jobs_are_forgotten_by_age(world: World, tmp_path: Path) -> None:
    world.sends(write_csv(tmp_path / "list.csv", interactions(2)))
    assert "No such job is left" in forgotten(world, older_than="90d")[0]
    assert customer_data(world.home) != set()
    assert "Keyed hashes" in forgotten(world, older_than="0d")[-1]
    assert customer_data(world.home) == set()
    wrong: Sequence[tuple[list[int], str | None]] = [([], "soon"), ([], None), ([77], None)]
    for numbers, older_than in wrong:
        with pytest.raises(SettingsError):
            jobs_to_forget(numbers, older_than, world.session, everything=False)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="an administrator may write anywhere")
def test_a_folder_that_can_not_be_written_to_is_told_before_anything_is_sent(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    path = write_csv(folder / "list.csv", interactions(3))
    folder.chmod(0o500)
    ended = world.sends(path)
    folder.chmod(0o700)
    assert (ended.code, world.api.received()) == (2, [])
    assert "-o" in ended.why


def test_an_api_that_takes_a_request_once_gets_it_again_until_it_answers(world: World, tmp_path: Path) -> None:
    template = copied_template(
        tmp_path,
        "once.toml",
        **{
            "[request]\n": '[request]\nidempotency_header = "X-Case"\n',
            "[request.json]": '[request.headers]\nX-Case = "{{from}}"\n[request.json]',
        },
    )
    rows = interactions(8)
    rows[0][4] = "[practice reset-after x1] first"
    rows[3][4] = "[practice half-answer x2] fourth"
    rows[5][4] = "[practice error-500 x1] sixth"
    path = write_csv(tmp_path / "list.csv", rows)
    ended = world.sends(path, ReadOptions(template=str(template)), base_url=ELSEWHERE)
    assert (ended.code, ended.json["accepted"], ended.json["requests"]) == (0, 8, 12)
    times = Counter(line["headers"]["x-case"] for line in world.elsewhere[ELSEWHERE].received())
    assert [times[row[0]] for row in rows] == [2, 1, 1, 3, 1, 2, 1, 1]


def test_the_rest_of_a_list_goes_as_its_edited_workbook_has_it(own_world: Path, tmp_path: Path) -> None:
    world = sandboxed(own_world)
    rows = interactions(4)
    path = write_csv(tmp_path / "list.csv", rows)
    book = Path(world.sends(path, first=2, no_preflight=True).json["results"])
    mend(book, {(5, "body"): "mended"})
    assert [row[0] for row in world.sends(book, no_preflight=True, first=1).came] == [rows[2][0]]
    ended = world.resumes(path, no_preflight=True)
    assert [row[FIELDS.index("body")] for row in ended.came] == ["mended"]


def test_what_a_template_may_repeat_is_left_of_a_job_too(own_world: Path, tmp_path: Path) -> None:
    world = sandboxed(own_world, SandboxApi())
    own = copied_template(tmp_path / "own", "add.toml", **{'method = "POST"': 'method = "POST"\nidempotent = true'})
    read = ReadOptions(template=str(own))
    path = write_csv(tmp_path / "list.csv", interactions(3))
    world.api = lambda _: SendFailure(Arrival.MAYBE, Message("failure.cut_while_reading"), 1)
    assert world.sends(path, read, no_preflight=True).json["unknown"] > 0
    world.api = SandboxApi()
    ended = world.resumes(no_preflight=True)
    assert (ended.code, ended.json["accepted"]) == (0, 3)


def test_what_another_version_of_the_template_sent_is_not_repeated_by_itself(own_world: Path, tmp_path: Path) -> None:
    """A key that it has since could not tell the API that it has the request already."""
    world = sandboxed(own_world, SandboxApi())
    repeating = {'method = "POST"': 'method = "POST"\nidempotent = true'}
    read = ReadOptions(template=str(copied_template(tmp_path / "own", "add.toml")))
    path = write_csv(tmp_path / "list.csv", interactions(2))
    world.api = lambda _: SendFailure(Arrival.MAYBE, Message("failure.cut_while_reading"), 1)
    assert world.sends(path, read, no_preflight=True).json["unknown"] == 2
    copied_template(tmp_path / "own", "add.toml", **repeating)
    world.api = SandboxApi()
    for _ in range(2):  # the job's own template is the new one by then
        ended = world.sends(path, read, no_preflight=True)
        assert (ended.json["unknown"], ended.json["requests"]) == (2, 0)
    ended = world.sends(path, read, no_preflight=True, resend_unknown=True)
    assert (ended.code, ended.json["accepted"]) == (0, 2)


def test_rows_that_wait_again_are_counted_once_in_the_plan(own_world: Path, tmp_path: Path) -> None:
    world = sandboxed(own_world)
    path = write_csv(tmp_path / "list.csv", interactions(4))
    world.api = lambda _: SendFailure(Arrival.MAYBE, Message("failure.cut_while_reading"), 1)
    assert world.sends(path, no_preflight=True, first=2).json["unknown"] == 2
    world.api = SandboxApi()
    (plan,) = world.resumes("1", no_preflight=True, resend_unknown=True).plans
    assert {status: rows for status, rows in plan.counts.items() if rows} == {Status.NOT_SENT: 4}

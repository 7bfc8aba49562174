"""One list in two steps by the real command: an API creates things, and another request takes the ids it gave out."""

import json
import threading
from pathlib import Path

import pytest

from tests.conftest import Command, Ended, sheet_rows, write_csv
from tests.processes import started
from tests.standins import Asked, Said, Standin, standing_in
from tests.tickets import templates
from tests.waiting import until

ROWS = [["printer", "a"], ["screen", "b"], ["mouse", "c"]]
ONCE = """
title = "Create once"
[request]
method = "POST"
url = "https://tickets.example/tickets"
idempotency_header = "Idempotency-Key"
[request.headers]
Idempotency-Key = "{{request_id}}"
[request.json]
subject = "{{subject}}"
[columns.subject]
required = true
[answer]
code = "status"
[answer.columns]
ticket_id = "ticket.id"
"""


def creates(asked: Asked) -> Said:
    if asked.method == "PUT":
        return Said(200, {"status": 200, "message": "updated", "version": 2})
    number = {"printer": "0041", "screen": "0042", "mouse": "0043"}[asked.json["subject"]]
    return Said(201, {"status": 201, "message": "created", "ticket": {"id": number, "link": ""}})


def updates(api: Standin) -> list[tuple[str, str]]:
    return sorted((one.path, one.json["note"]) for one in api.asked if one.method == "PUT")


def test_the_second_step_takes_the_ids_of_the_first_and_nothing_goes_twice(uploader: Command, tmp_path: Path) -> None:
    create, update = templates(tmp_path / "templates")
    path, book = write_csv(tmp_path / "list.csv", ROWS, ["subject", "note"]), tmp_path / "list.results.xlsx"

    def step(listed: Path, template: str, *more: str) -> Ended:
        return uploader("send", listed, "-t", template, "--base-url", api.url, "--json", *more)

    with standing_in(creates) as api:
        assert step(path, create).code == 0
        checked = uploader("check", book, "-t", update, "--map", "id=ticket_id", "--json")
        assert (checked.code, checked.json["rows"]) == (0, 3), checked.err
        for _ in range(2):
            ended = step(book, update, "--map", "id=ticket_id")
            assert (ended.code, ended.json["accepted"]) == (0, 3), ended.err
        second = Path(ended.json["results"])
        assert step(second, update).code == 0
        assert step(path, create).code == 0
    assert updates(api) == [("/tickets/0041", "a"), ("/tickets/0042", "b"), ("/tickets/0043", "c")]
    assert len(api.asked) == 6
    assert second.name == "list.update.results.xlsx"
    assert [line["ticket_id"] for line in sheet_rows(second)] == ["0041", "0042", "0043"]
    shown = uploader("results", "1", "-o", tmp_path / "again.xlsx")
    assert (shown.code, [line["ticket_id"] for line in sheet_rows(tmp_path / "again.xlsx")]) == (
        0,
        ["0041", "0042", "0043"],
    )
    assert [uploader("verify", one).code for one in (book, second, tmp_path / "again.xlsx")] == [0, 0, 0]


def test_preview_shows_the_second_request_with_its_id(uploader: Command, tmp_path: Path) -> None:
    create, update = templates(tmp_path / "templates")
    path = write_csv(tmp_path / "list.csv", ROWS, ["subject", "note"])
    with standing_in(creates) as api:
        uploader("send", path, "-t", create, "--base-url", api.url)
    book = tmp_path / "list.results.xlsx"
    shown = uploader("preview", book, "-t", update, "--map", "id=ticket_id", "--row", "3")
    assert shown.code == 0, shown.err
    assert "PUT https://tickets.example/tickets/0042" in shown.out


@pytest.mark.parametrize("dies", [True, False])
def test_a_row_that_may_have_arrived_goes_again_with_the_id_that_it_had(
    uploader: Command, tmp_path: Path, dies: bool
) -> None:
    template = tmp_path / "once.toml"
    template.write_text(ONCE, encoding="utf-8")
    path = write_csv(tmp_path / "list.csv", ROWS, ["subject", "note"])
    command: list[str | Path] = ["send", path, "-t", template, "--json", "--concurrency", "1", "--base-url"]
    may_go_on = threading.Event()

    def second_comes_late(asked: Asked) -> Said:
        if len(api.asked) == 2 and dies:
            may_go_on.wait(60)
        return Said(500, {}) if len(api.asked) == 2 and not dies else creates(asked)

    with standing_in(second_comes_late) as api:
        with started(*command, api.url) as run:
            until(lambda: len(api.asked) == 2 or run.is_over, "the second row")
            if dies:
                run.kill()
                may_go_on.set()
            else:
                run.ended()
        ended = uploader(*command, api.url)
    assert (ended.code, ended.json["accepted"]) == (0, 3), ended.err
    ids = [(json.loads(one.body)["subject"], one.headers["idempotency-key"]) for one in api.asked]
    assert len({subject for subject, _ in ids}) == len(set(ids)) == 3, "the same row, the same id; another row, another"
    assert sum(subject == "screen" for subject, _ in ids) == 2
    assert [line["ticket_id"] for line in sheet_rows(tmp_path / "list.results.xlsx")] == ["0041", "0042", "0043"]

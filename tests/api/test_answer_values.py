"""Values of the answers in Python: columns of texts in both DataFrames, and the next step without a workbook."""

from pathlib import Path

import pytest

import uploader
from tests.conftest import write_csv
from tests.standins import Asked, Said, standing_in
from tests.tickets import templates
from uploader.model.rows import ATTEMPT_COLUMNS, RESULT_COLUMNS


def creates(asked: Asked) -> Said:
    if asked.method == "PUT":
        return Said(200, {"status": 200, "version": 2})
    if asked.json["subject"] == "screen":
        return Said(400, {"status": 400, "message": "no"})
    return Said(201, {"status": 201, "ticket": {"id": "0041", "link": "x"}})


def test_rows_and_attempts_have_them_and_a_frame_of_them_is_the_next_list(
    tmp_path: Path, own_world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    create, update = templates(tmp_path / "templates")
    path = write_csv(tmp_path / "list.csv", [["printer", "a"], ["screen", "b"]], ["subject", "note"])
    with standing_in(creates) as api:
        first = uploader.send(path, template=create, base_url=api.url)
        created = first.rows[first.rows["ticket_id"] != ""][["ticket_id", "note"]]
        second = uploader.send(created, template=update, mapping={"id": "ticket_id"}, base_url=api.url)
    assert list(first.rows.columns) == ["subject", "note", *RESULT_COLUMNS, "ticket_id", "link"]
    assert list(first.attempts.columns) == [*ATTEMPT_COLUMNS, "ticket_id", "link"]
    assert first.rows["ticket_id"].tolist() == first.attempts["ticket_id"].tolist() == ["0041", ""]
    assert (second.exit_code, [one.path for one in api.asked if one.method == "PUT"]) == (0, ["/tickets/0041"])
    assert second.rows["version"].tolist() == ["2"]
    assert uploader.results("list.csv").rows["ticket_id"].tolist() == ["0041", ""]

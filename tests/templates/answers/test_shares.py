"""The answer to a batch, as each of its rows sees it."""

import json
from typing import Any

import pytest

from uploader.model.http import Response
from uploader.templates.answers.reading import json_of
from uploader.templates.answers.shares import answers_of

HEADERS = {"content-type": "application/json; charset=utf-16", "location": "/1"}


def shares(data: Any, path: str, count: int) -> list[Any] | None:
    found = answers_of(Response(200, json.dumps(data).encode("utf-16"), 7, 1.5, HEADERS), path, count)
    if found is not None:
        assert {(one.http_status, one.duration_ms, one.retry_after_seconds) for one in found} == {(200, 7, 1.5)}
        assert all(one.headers["location"] == "/1" for one in found)
    return None if found is None else [json_of(one) for one in found]


def test_each_row_has_its_own_element_as_if_it_had_been_sent_alone() -> None:
    data = {"ok": True, "records": [{"id": "rec1", "ñ": 1}, {"id": "rec2"}]}
    assert shares(data, "records", 2) == [
        {"ok": True, "records": [{"id": "rec1", "ñ": 1}]},
        {"ok": True, "records": [{"id": "rec2"}]},
    ]
    assert shares([{"id": 1}, {"error": "no"}], "", 2) == [[{"id": 1}], [{"error": "no"}]]
    assert shares({"data": [{"items": [1, 2]}, "beside"]}, "data.0.items", 2) == [
        {"data": [{"items": [1]}, "beside"]},
        {"data": [{"items": [2]}, "beside"]},
    ]


@pytest.mark.parametrize("path", ["", "records", "records.0", "records.5.x", "count", "count.x"])
def test_where_no_list_of_that_length_stands_no_row_has_an_answer_of_its_own(path: str) -> None:
    assert shares({"records": [{"id": 1}], "count": 1}, path, 2) is None


def test_what_stands_beside_the_list_is_not_copied_without_end() -> None:
    data = {"records": [{}] * 10_000, "beside": "x" * 20_000}
    assert shares(data, "records", 10_000) is None


def test_an_answer_that_is_no_json_has_no_shares() -> None:
    assert answers_of(Response(502, b"<html>", 1), "records", 1) is None

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import FIELDS
from uploader.errors import SettingsError
from uploader.sandbox import IDLE_ROUTING_POINT, RECORD_PATH, TOKEN, UNKNOWN_ROUTING_POINT, Practice, running

ADD = "/api/v2/configuration.php?api=add_interaction"
BODY = {name: f"value of {name}" for name in FIELDS} | {"rp_id": "61196"}


@pytest.fixture
def url() -> Iterator[str]:
    with running(Practice(latency_seconds=0)) as address:
        yield address


def post(url: str, body: Any = BODY, token: str | None = TOKEN, path: str = ADD) -> tuple[int, dict[str, Any]]:
    headers = {} if token is None else {"wolkvox-token": token}
    answer = httpx.post(
        url + path, content=body if isinstance(body, bytes) else json.dumps(body), headers=headers, timeout=20
    )
    return answer.status_code, answer.json()


def test_it_takes_an_interaction_as_the_api_does(url: str) -> None:
    status, answer = post(url)
    assert status == 201
    assert answer["code"] == "201"
    assert answer["error"] is None
    assert answer["msg"].startswith("61196 routing point was executed and assigned to agent (")


@pytest.mark.parametrize(
    ("how", "code", "message"),
    [
        ({"token": None}, 401, "PLEASE ENTER THE WOLKVOX-TOKEN"),
        ({"token": "wrong"}, 403, "PLEASE VALIDATE TOKEN"),
        ({"body": {**BODY, "to": ""}}, 400, "SOME PARAMETERS ARE REQUIRED"),
        ({"body": b"no json"}, 400, "SOME PARAMETERS ARE REQUIRED"),
        ({"body": b"[]"}, 400, "SOME PARAMETERS ARE REQUIRED"),
        ({"body": {**BODY, "rp_id": UNKNOWN_ROUTING_POINT}}, 404, f"ROUTING POINT {UNKNOWN_ROUTING_POINT} NOT FOUND"),
        ({"path": ADD + "x"}, 400, "THE API YOU WANT TO CONSULT DOES NOT EXIST"),
        ({"path": "/elsewhere.php?api=add_interaction"}, 400, "THE API YOU WANT TO CONSULT DOES NOT EXIST"),
    ],
)
def test_it_refuses_as_the_api_documents(url: str, how: dict[str, Any], code: int, message: str) -> None:
    status, answer = post(url, **how)
    assert (status, answer["code"], answer["msg"]) == (code, str(code), message)
    assert answer["error"]


def test_a_third_request_at_once_is_refused() -> None:
    with running(Practice(latency_seconds=0.5)) as url, ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: post(url), range(3)))
    assert sorted(status for status, _ in answers) == [201, 201, 403]
    assert "EXCEEDS THE LIMIT OF SIMULTANEOUS REQUESTS PER TOKEN (2)" in {answer["msg"] for _, answer in answers}


def test_the_quota_is_kept() -> None:
    with running(Practice(latency_seconds=0, quota=3)) as url:
        answers = [post(url) for _ in range(4)]
    assert [status for status, _ in answers] == [201, 201, 201, 403]
    assert answers[-1][1]["msg"] == "TOKEN LIMIT EXCEEDED"


def test_it_answers_slowly_where_it_should() -> None:
    with running(Practice(latency_seconds=0.3)) as url:
        began = time.monotonic()
        post(url)
        assert time.monotonic() - began >= 0.3


def test_token_info_tells_what_is_left(url: str) -> None:
    post(url)
    headers = {"wolkvox-token": TOKEN}
    info = httpx.get(url + "/api/v2/information.php?api=token_info", headers=headers).json()
    assert info["data"][0]["token_use_today"] == "2"
    assert info["data"][0]["available_consumption_options"] == "4998"


def test_routing_points_are_listed_and_looked_up(url: str) -> None:
    def points(query: str = "") -> list[dict[str, str]]:
        path = f"/api/v2/information.php?api=routing_points{query}"
        data: list[dict[str, str]] = httpx.get(url + path, headers={"wolkvox-token": TOKEN}).json()["data"]
        return data

    assert [point["rp_id"] for point in points("&routing=70707")] == ["70707"]
    assert points(f"&routing={UNKNOWN_ROUTING_POINT}") == []
    assert {point["rp_id"]: point["interaction_active"] for point in points()}[IDLE_ROUTING_POINT] == "no"


def test_everything_that_was_received_is_on_record_but_never_a_token(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    with running(Practice(latency_seconds=0, record=record)) as url:
        post(url)
        post(url, token="a-real-token-by-mistake")
        served = httpx.get(url + RECORD_PATH).text
    kept = record.read_text(encoding="utf-8")
    assert served == kept
    assert TOKEN not in kept
    assert "a-real-token" not in kept
    first, second = map(json.loads, kept.splitlines())
    assert json.loads(first["body"]) == BODY
    assert (first["method"], first["path"], first["token"], first["code"], first["at_once"]) == (
        "POST",
        ADD,
        "right",
        201,
        1,
    )
    assert (second["token"], second["code"]) == ("wrong", 403)


def test_it_listens_on_loopback_alone(url: str) -> None:
    assert url.startswith("http://127.0.0.1:")


def test_a_port_that_is_taken_and_a_record_that_can_not_be_written_are_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"Port {port}.*--port"), running(Practice(port=port)):
            raise AssertionError("it should not run")
    with pytest.raises(SettingsError, match="record"), running(Practice(record=tmp_path / "no" / "record")):
        raise AssertionError("it should not run")

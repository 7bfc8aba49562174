import json
import re
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import FIELDS, PracticeProcess, start_practice
from tests.waiting import HANG_SECONDS, until
from uploader.cli import run
from uploader.errors import SettingsError
from uploader.i18n import Message, render
from uploader.sandbox import IDLE_ROUTING_POINT, TOKEN, UNKNOWN_ROUTING_POINT, Fault, FaultRule, SandboxConfig
from uploader.sandbox.server import NEW_DAY_PATH, RECORD_PATH, running

ADD = "/api/v2/configuration.php?api=add_interaction"
# One for all: making it takes longer than a request, and nothing here is asked by TLS.
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
POINTS = "/api/v2/information.php?api=routing_points"
BODY = {name: f"value of {name}" for name in FIELDS} | {"rp_id": "61196"}


@pytest.fixture
def url() -> Iterator[str]:
    with running(SandboxConfig(latency_seconds=0)) as address:
        yield address


def post(url: str, body: Any = BODY, token: str | None = TOKEN, path: str = ADD) -> tuple[int, dict[str, Any]]:
    headers = {} if token is None else {"wolkvox-token": token}
    answer = httpx.post(
        url + path,
        content=body if isinstance(body, bytes) else json.dumps(body),
        headers=headers,
        timeout=HANG_SECONDS,
        verify=PLAIN,
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


@pytest.mark.parametrize("at_once", [2, 1])
def test_one_more_than_may_be_under_way_at_once_is_refused(at_once: int) -> None:
    """Those that are let in stay under way for as long as it takes."""
    with running(SandboxConfig(latency_seconds=0, at_once=at_once)) as url, ExitStack() as stack:
        for number in range(1, at_once + 1):
            stack.enter_context(sent(url, marked("[practice silence]")))
            until(lambda: len(record(url)) == number, "a request on record")  # noqa: B023  # it is called before the next
        status, answer = post(url)
        assert [line["taken"] for line in record(url)] == [*[True] * at_once, False]
    assert (status, answer["msg"]) == (403, f"EXCEEDS THE LIMIT OF SIMULTANEOUS REQUESTS PER TOKEN ({at_once})")


def test_the_quota_is_kept() -> None:
    with running(SandboxConfig(latency_seconds=0, quota=3)) as url:
        answers = [post(url) for _ in range(4)]
    assert [status for status, _ in answers] == [201, 201, 201, 403]
    assert answers[-1][1]["msg"] == "TOKEN LIMIT EXCEEDED"


def test_a_new_day_has_its_whole_quota_again() -> None:
    with running(SandboxConfig(latency_seconds=0, quota=1)) as url:
        before = [post(url)[0] for _ in range(2)]
        day = httpx.post(url + NEW_DAY_PATH, timeout=HANG_SECONDS)
        after = [post(url)[0] for _ in range(2)]
        assert (before, after) == ([201, 403], [201, 403])
        assert (day.status_code, day.json()) == (200, {"quota": 1, "used": 0})
        assert [line["code"] for line in record(url)] == [201, 403, 201, 403]


def test_it_answers_slowly_where_it_should() -> None:
    with running(SandboxConfig(latency_seconds=0.3)) as url:
        began = time.monotonic()
        post(url)
        assert time.monotonic() - began >= 0.3


def test_token_info_tells_what_is_left(url: str) -> None:
    post(url)
    headers = {"wolkvox-token": TOKEN}
    info = httpx.get(url + "/api/v2/information.php?api=token_info", headers=headers, timeout=HANG_SECONDS).json()
    assert info["data"][0]["token_use_today"] == "2"
    assert info["data"][0]["available_consumption_options"] == "4998"


def points(url: str, routing: str = "") -> dict[str, str]:
    """The routing points that are listed, or the one that is looked up, and whether their interactions are on."""
    path = POINTS + (f"&routing={routing}" if routing else "")
    data = httpx.get(url + path, headers={"wolkvox-token": TOKEN}, verify=PLAIN, timeout=HANG_SECONDS).json()["data"]
    return {point["rp_id"]: point["interaction_active"] for point in data}


def test_routing_points_are_looked_up(url: str) -> None:
    assert points(url, "70707") == {"70707": "yes"}
    assert points(url, UNKNOWN_ROUTING_POINT) == {}
    assert points(url, IDLE_ROUTING_POINT) == {IDLE_ROUTING_POINT: "no"}


def test_all_numbers_can_not_be_listed(url: str) -> None:
    answer = httpx.get(url + POINTS, headers={"wolkvox-token": TOKEN}, verify=PLAIN, timeout=HANG_SECONDS).json()
    assert (answer["data"], answer["msg"]) == ([], "0 records were found")


def test_only_the_routing_points_that_were_given_are_known() -> None:
    given = ("61197", IDLE_ROUTING_POINT, UNKNOWN_ROUTING_POINT)
    with running(SandboxConfig(latency_seconds=0, routing_points=given)) as url:
        assert points(url) == {"61197": "yes", IDLE_ROUTING_POINT: "no", UNKNOWN_ROUTING_POINT: "yes"}
        assert points(url, "61197") == {"61197": "yes"}
        assert points(url, "61196") == {}
        assert post(url, {**BODY, "rp_id": "61197"})[0] == 201
        assert post(url, {**BODY, "rp_id": "61196"})[1]["msg"] == "ROUTING POINT 61196 NOT FOUND"


def test_everything_that_was_received_is_on_record_but_never_a_token(tmp_path: Path) -> None:
    record = tmp_path / "record.jsonl"
    with running(SandboxConfig(latency_seconds=0, record=record)) as url:
        post(url)
        post(url, token="a-real-token-by-mistake")
        served = httpx.get(url + RECORD_PATH, verify=PLAIN, timeout=HANG_SECONDS).text
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
        with pytest.raises(SettingsError, match=f"port {port}: .* Choose another"), running(SandboxConfig(port=port)):
            raise AssertionError("it should not run")
    with pytest.raises(SettingsError, match="record"), running(SandboxConfig(record=tmp_path / "no" / "record")):
        raise AssertionError("it should not run")


def record(url: str) -> list[dict[str, Any]]:
    return [
        json.loads(line) for line in httpx.get(url + RECORD_PATH, verify=PLAIN, timeout=HANG_SECONDS).text.splitlines()
    ]


def marked(words: str, **others: str) -> dict[str, str]:
    """A row that says what goes wrong with it."""
    return {**BODY, "subject": f"Before {words} behind", **others}


def sent(url: str, body: dict[str, str]) -> socket.socket:
    """A connection on which a row's whole request was sent, and nothing read yet."""
    content = json.dumps(body).encode()
    host, _, port = url.removeprefix("http://").partition(":")
    connection = socket.create_connection((host, int(port)), timeout=HANG_SECONDS)
    head = f"POST {ADD} HTTP/1.1\r\nHost: {host}\r\nwolkvox-token: {TOKEN}\r\nContent-Length: {len(content)}\r\n\r\n"
    connection.sendall(head.encode() + content)
    return connection


def received(connection: socket.socket) -> bytes:
    """All that comes until the connection ends in peace."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def used(url: str) -> int:
    """The quota that is used up; asking takes one itself."""
    info = httpx.get(
        url + "/api/v2/information.php?api=token_info",
        headers={"wolkvox-token": TOKEN},
        verify=PLAIN,
        timeout=HANG_SECONDS,
    ).json()
    return int(info["data"][0]["token_use_today"]) - 1


def statuses(url: str, number: int, body: dict[str, str] = BODY) -> list[int]:
    return [post(url, body)[0] for _ in range(number)]


@pytest.mark.parametrize(("fault", "taken"), [(Fault.RESET_BEFORE, False), (Fault.RESET_AFTER, True)])
def test_a_reset_is_a_reset_and_no_answer(url: str, fault: Fault, taken: bool) -> None:
    with sent(url, marked(f"[practice {fault}]")) as connection, pytest.raises(ConnectionResetError):
        received(connection)
    [line] = record(url)
    assert (line["fault"], line["taken"], line["code"]) == (fault, taken, 201)
    assert used(url) == int(taken)


@pytest.mark.parametrize("fault", [Fault.SILENCE, Fault.TRICKLE])
def test_an_answer_that_does_not_come_in_time_holds_its_place_though_its_sender_has_left(fault: Fault) -> None:
    with running(SandboxConfig(latency_seconds=0, at_once=1, time_limit_seconds=0.8)) as url:
        with sent(url, marked(f"[practice {fault}]")):
            until(lambda: record(url), "a request on record")
        held = record(url)[0]  # on record while it is held
        until(lambda: post(url)[0] == 201, "its place is free again")
        lines = record(url)
        assert used(url) == 2
    assert (held["fault"], held["taken"], held["code"]) == (fault, True, 201)
    *refused, accepted = lines[1:]
    assert {line["message"] for line in refused} == {"EXCEEDS THE LIMIT OF SIMULTANEOUS REQUESTS PER TOKEN (1)"}
    assert {(line["fault"], line["taken"]) for line in refused} == {(None, False)}
    assert accepted["at"] - held["at"] >= 0.79


def test_silence_ends_with_the_time_limit_and_without_a_byte() -> None:
    with running(SandboxConfig(latency_seconds=0, time_limit_seconds=0.4)) as url:
        began = time.monotonic()
        with sent(url, marked("[practice silence]")) as connection:
            assert received(connection) == b""
        assert time.monotonic() - began >= 0.4


def test_a_trickle_is_a_head_and_then_too_few_bytes() -> None:
    with running(SandboxConfig(latency_seconds=0, time_limit_seconds=1)) as url:
        began = time.monotonic()
        with sent(url, marked("[practice trickle]")) as connection:
            head, _, body = received(connection).partition(b"\r\n\r\n")
        assert time.monotonic() - began >= 1
    assert head.startswith(b"HTTP/1.1 201 ")
    assert int(re.findall(rb"Content-Length: (\d+)", head)[0]) > 50
    assert len(body) <= 5
    assert body == b'{"code'[: len(body)]


def test_a_long_time_limit_is_too_short_for_a_trickle_too() -> None:
    """At five bytes a second a whole answer would take half a minute; the API's limit is a minute."""
    sandbox = SandboxConfig(latency_seconds=0, time_limit_seconds=60)
    with running(sandbox) as url, sent(url, marked("[practice trickle]")) as connection:
        began = time.monotonic()
        head = connection.recv(65536)
        assert len(connection.recv(1) + connection.recv(1)) == 2
        a_byte = (time.monotonic() - began) / 2
    assert a_byte * int(re.findall(rb"Content-Length: (\d+)", head)[0]) > 60


def test_a_trickle_s_head_comes_while_its_place_is_held() -> None:
    sandbox = SandboxConfig(latency_seconds=0, at_once=1, time_limit_seconds=3600)
    with running(sandbox) as url, sent(url, marked("[practice trickle]")) as connection:
        assert connection.recv(65536).startswith(b"HTTP/1.1 201 ")
        assert post(url)[0] == 403


def seconds_to_stop() -> float:
    """How long a server takes that holds two requests, the sender of one of which has left."""
    with running(SandboxConfig(latency_seconds=0, time_limit_seconds=3600)) as url:
        silent, left = sent(url, marked("[practice silence]")), sent(url, marked("[practice trickle]"))
        left.close()
        until(lambda: len(record(url)) == 2, "two requests on record")
        began = time.monotonic()
    ended = time.monotonic()
    with silent:
        assert received(silent) == b""
    return ended - began


def test_stopping_does_not_wait_for_what_is_held() -> None:
    """Were they waited for, it would take a second each time; on a busy machine it may take as long for once."""
    assert any(seconds_to_stop() < 0.9 for _ in range(30))


def test_half_an_answer_is_cut_off(url: str) -> None:
    with sent(url, marked("[practice half-answer]")) as connection:
        head, _, body = received(connection).partition(b"\r\n\r\n")
    length = int(re.findall(rb"Content-Length: (\d+)", head)[0])
    assert head.startswith(b"HTTP/1.1 201 ")
    assert len(body) == length // 2
    [line] = record(url)
    whole = json.dumps({"code": "201", "error": None, "msg": line["message"]}).encode()
    assert len(whole) == length
    assert whole.startswith(body)
    assert (line["fault"], line["taken"], line["code"], used(url)) == ("half-answer", True, 201, 1)


@pytest.mark.parametrize(
    ("fault", "status", "code", "taken", "words"),
    [
        (Fault.SLOW_DOWN, 403, 403, False, "EXCEEDS THE LIMIT OF SIMULTANEOUS REQUESTS PER TOKEN (2)"),
        (Fault.RETRY_AFTER, 429, 429, False, "TRY AGAIN LATER"),
        (Fault.QUOTA, 403, 403, False, "TOKEN LIMIT EXCEEDED"),
        (Fault.QUOTA_200, 200, 403, False, "TOKEN LIMIT EXCEEDED"),
        (Fault.MAINTENANCE, 403, 403, False, "THE SERVICE IS UNDER MAINTENANCE"),
        (Fault.CONTRADICTION, 400, 201, True, "61196 routing point was executed"),
        (Fault.STOP, 403, 403, False, "PLEASE VALIDATE TOKEN"),
    ],
)
def test_a_fault_that_is_an_answer(url: str, fault: Fault, status: int, code: int, taken: bool, words: str) -> None:
    answer = httpx.post(
        url + ADD,
        json=marked(f"[practice {fault}]"),
        headers={"wolkvox-token": TOKEN},
        verify=PLAIN,
        timeout=HANG_SECONDS,
    )
    assert (answer.status_code, answer.json()["code"]) == (status, str(code))
    assert answer.json()["msg"].startswith(words)
    assert (answer.json()["error"] is None) is taken
    assert answer.headers.get("Retry-After") == ("1" if fault is Fault.RETRY_AFTER else None)
    [line] = record(url)
    assert (line["fault"], line["taken"], line["code"]) == (fault, taken, code)
    assert line["message"] == answer.json()["msg"]
    assert used(url) == int(taken)


@pytest.mark.parametrize(("fault", "status"), [(Fault.ERROR_500, 500), (Fault.HTML, 200)])
def test_a_fault_that_is_a_page(url: str, fault: Fault, status: int) -> None:
    answer = httpx.post(
        url + ADD,
        json=marked(f"[practice {fault}]"),
        headers={"wolkvox-token": TOKEN},
        verify=PLAIN,
        timeout=HANG_SECONDS,
    )
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/html; charset=utf-8")
    assert answer.text.startswith("<")
    [line] = record(url)
    assert (line["fault"], line["taken"], line["code"], line["message"]) == (fault, True, status, answer.text)
    assert used(url) == 1


@pytest.mark.parametrize("fault", [fault for fault in Fault if not fault.spares_row])
def test_a_row_that_is_refused_anyway_is_not_taken_by_a_fault(fault: Fault) -> None:
    with running(SandboxConfig(latency_seconds=0, time_limit_seconds=0.1)) as url:
        with sent(url, marked(f"[practice {fault}]", rp_id=UNKNOWN_ROUTING_POINT)):
            until(lambda: record(url), "a request on record")
        [line] = record(url)
        assert (line["fault"], line["taken"]) == (fault, False)


def test_the_tables_of_kinds_are_whole() -> None:
    """Every kind is in the documents, with the truth on whether the row is taken, and in the command's help."""
    told = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (yes|no) \|", told, re.MULTILINE)
    assert rows == [(fault, "no" if fault.spares_row else "yes") for fault in Fault]
    assert ", ".join(Fault) in render(Message("help.command.sandbox"), "en")


@pytest.mark.parametrize(
    ("rule", "refused"),
    [
        ("slow-down:1", [1, 2, 3, 4, 5, 6, 7]),
        ("slow-down:3", [3, 6]),
        ("slow-down:2-4", [2, 3, 4]),
        ("slow-down:5-5", [5]),
        ("slow-down:100%", [1, 2, 3, 4, 5, 6, 7]),
        ("slow-down:0.000001%", []),
    ],
)
def test_an_option_says_which_row_requests_go_wrong(rule: str, refused: list[int]) -> None:
    with running(SandboxConfig(latency_seconds=0, faults=(FaultRule.parsed(rule),))) as url:
        assert statuses(url, 7) == [403 if number in refused else 201 for number in range(1, 8)]
        assert [line["number"] for line in record(url) if line["fault"]] == refused


def test_only_row_requests_are_counted_and_go_wrong_those_that_are_refused_included() -> None:
    with running(SandboxConfig(latency_seconds=0, faults=(FaultRule.parsed("error-500:2"),))) as url:
        assert used(url) == 0
        assert post(url, token="wrong")[0] == 403
        assert points(url) == {}
        assert post(url, path=ADD + "x")[0] == 400
        with pytest.raises(ValueError, match=r"Expecting value"):
            post(url)
        assert [line["fault"] for line in record(url)] == [None, None, None, None, "error-500"]
        assert [line["taken"] for line in record(url)] == [False, False, False, False, True]


def test_a_refused_request_gets_no_fault() -> None:
    with running(SandboxConfig(latency_seconds=0, quota=1, faults=(FaultRule.parsed("html:2-9"),))) as url:
        assert post(url)[0] == 201
        assert post(url)[1]["msg"] == "TOKEN LIMIT EXCEEDED"
        assert post(url, marked("[practice reset-before]"), token=None)[0] == 401
        assert [line["fault"] for line in record(url)] == [None] * 3


def lots(seed: int | None, *rules: str) -> list[str | None]:
    """What 40 row requests got."""
    faults = tuple(map(FaultRule.parsed, rules))
    with (
        running(SandboxConfig(latency_seconds=0, faults=faults, seed=seed)) as url,
        httpx.Client(verify=PLAIN, timeout=HANG_SECONDS) as client,
    ):
        for _ in range(40):
            client.post(url + ADD, json=BODY, headers={"wolkvox-token": TOKEN})
        return [line["fault"] for line in record(url)]


def test_chance_is_repeatable_with_a_seed() -> None:
    first = lots(7, "stop:40%")
    assert set(first) == {None, "stop"}
    assert lots(7, "stop:40%") == first
    assert lots(8, "stop:40%") != first
    # What comes first takes nothing from the luck of the rest.
    expected = ["quota" if number % 2 == 0 else lot for number, lot in enumerate(first, start=1)]
    assert lots(7, "quota:2", "stop:40%") == expected


def test_the_first_option_that_meets_a_request_acts() -> None:
    with running(SandboxConfig(latency_seconds=0, faults=tuple(map(FaultRule.parsed, ("stop:2", "quota:1"))))) as url:
        statuses(url, 2)
        assert [line["fault"] for line in record(url)] == ["quota", "stop"]


def test_a_row_comes_before_options_and_may_go_wrong_a_few_times_only() -> None:
    other = marked("[practice quota x2]", to="another@example.com")
    with running(SandboxConfig(latency_seconds=0, faults=(FaultRule.parsed("stop:4-5"),))) as url:
        statuses(url, 4, marked("[practice quota x2]"))
        statuses(url, 3, other)
        assert [line["fault"] for line in record(url)] == ["quota", "quota", None, "stop", "quota", "quota", None]
        assert [line["taken"] for line in record(url)] == [False, False, True, False, False, False, True]


def test_a_row_that_says_it_without_a_number_goes_wrong_every_time(url: str) -> None:
    assert statuses(url, 4, marked("[practice maintenance]")) == [403] * 4


@pytest.mark.parametrize("words", ["[practice nothing]", "[practice]", "practice stop", "[practice stop x]", "[stop]"])
def test_other_words_of_a_row_are_text(url: str, words: str) -> None:
    assert post(url, marked(words))[0] == 201


@pytest.mark.parametrize(
    "words", ["", "stop", "stop:", "stop:0", "stop:x", "stop:-1", "stop:3-2", "stop:0-2", "stop:0%", "stop:101%",
              "stop:%", "stop:1.5", "stop:٣", "nope:1", "STOP:1", ":1"]
)  # fmt: skip
def test_a_wrong_fault_is_refused_with_the_kinds(
    words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unwritable = str(tmp_path / "no" / "record")  # where it was taken, this would be what is refused
    assert run(["sandbox", "--port", "0", "--record", unwritable, "--fault", "html:1", "--fault", words]) == 2
    told = capsys.readouterr().err
    assert f"“{words}” is not a valid fault" in told
    assert all(fault in told for fault in Fault)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--at-once", "0"], "--at-once: 0 is too small"),
        (["--time-limit", "0"], "--time-limit: 0 is too small"),
        (["--time-limit", "nan"], "--time-limit: “nan” is not a number"),
        (["--time-limit", "inf"], "--time-limit: “inf” is not a number"),
        (["--latency", "nan"], "--latency: “nan” is not a number"),
        (["--seed", "luck"], "--seed: “luck” is not a whole number"),
        (["--routing-point", "1,2"], "--routing-point: “1,2” is not a routing point"),
    ],
)
def test_wrong_options_are_refused(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["sandbox", "--port", "0", "--record", str(tmp_path / "no" / "record"), *arguments]) == 2
    assert words in " ".join(capsys.readouterr().err.split())


@pytest.fixture
def told_everything(tmp_path: Path) -> Iterator[PracticeProcess]:
    options = ["--at-once", "1", "--time-limit", "0.3", "--routing-point", "61196", "--routing-point", "61197"]
    faults = ["--fault", "silence:1-1", "--fault", "html:3", "--fault", "stop:50%", "--seed", "3"]
    yield from start_practice(tmp_path, *options, *faults)


def test_the_command_hands_everything_on(told_everything: PracticeProcess) -> None:
    url = told_everything.url
    began = time.monotonic()
    with sent(url, BODY) as connection:
        assert received(connection) == b""
    assert 0.3 <= time.monotonic() - began < 59  # not the minute that it lasts if nothing is said
    assert list(points(url)) == ["61196", "61197"]
    for _ in range(20):
        httpx.post(url + ADD, json=BODY, headers={"wolkvox-token": TOKEN}, verify=PLAIN, timeout=HANG_SECONDS)
    got = [line["fault"] for line in told_everything.received()]
    assert (got[0], got[2]) == ("silence", "html")
    assert got[1:] == lots(3, "html:3", "stop:50%")[1:21]
    until(lambda: is_refused_beside_another(told_everything), "one at once is enough")


def is_refused_beside_another(practice: PracticeProcess) -> bool:
    """Whether a request was refused because of another one, if it came before that one's time limit."""
    before = len(practice.received())
    with sent(practice.url, marked("[practice silence]")):
        until(lambda: len(practice.received()) > before, "a request on record")
        answer = httpx.post(
            practice.url + ADD, json=BODY, headers={"wolkvox-token": TOKEN}, verify=PLAIN, timeout=HANG_SECONDS
        )
    return "PER TOKEN (1)" in answer.text

"""The network around the answers: proxies that open no way or can't be understood, kept connections, PHP warnings."""

import asyncio
import json
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import Command, Ended, environment, everything_written, interactions, sheet_rows, write_csv
from tests.servers import Handler, serving
from uploader.sandbox import TOKEN

API = "https://api.example.com"
TAKEN = json.dumps({"code": "201", "error": None, "msg": "taken"}).encode()
PASSWORD = "pr0xyw0rd"


async def read_row(reader: asyncio.StreamReader) -> str:
    """The next row's sender."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    row: str = json.loads(await reader.readexactly(length))["from"]
    return row


def proxy_that_says(said: bytes, asked: list[bytes]) -> Handler:
    """A proxy that answers CONNECT so and stays open."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            asked.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(said)
            await writer.drain()
            await reader.read()
        writer.close()

    return handler


def sent_through(uploader: Command, proxy: str, tmp_path: Path, **more: str) -> Ended:
    path = write_csv(tmp_path / "list.csv", interactions(2))
    address = proxy.replace("//", f"//user:{PASSWORD}@")
    send = ("send", path, "--base-url", API, "--no-preflight", "--json")
    return uploader(*send, env=environment(HTTPS_PROXY=address, **more))


def test_rows_are_not_sent_where_the_proxy_answers_with_a_page_of_its_own(uploader: Command, tmp_path: Path) -> None:
    asked: list[bytes] = []
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 18\r\n\r\n<html>Login</html>"
    with serving(proxy_that_says(page, asked)) as (url, _):
        ended = sent_through(uploader, url, tmp_path)
    assert (ended.code, ended.json["not_sent"], ended.json["unknown"]) == (4, 2, 0)
    assert "did not open the way" in ended.json["stopped"]
    assert "HTTPS_PROXY" in ended.err  # and not what helps where the API itself is out of reach
    assert "server number" not in ended.err
    assert all(head.startswith(b"CONNECT") for head in asked)
    assert len(asked) > 1  # it was tried again
    details = {line["Detail"] for line in sheet_rows(tmp_path / "list.results.xlsx", "Attempts")}
    assert all("did not open the way" in detail for detail in details)


def test_a_proxy_that_wants_a_password_stops_the_run_at_once(uploader: Command, tmp_path: Path) -> None:
    asked: list[bytes] = []
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with serving(proxy_that_says(refusal, asked)) as (url, _):
        ended = sent_through(uploader, url, tmp_path, NO_PROXY="localhost,[::1],fe80::/10")
    assert (ended.code, ended.json["not_sent"], len(asked)) == (4, 2, 1)
    assert "user name and password" in ended.json["stopped"]
    assert PASSWORD not in ended.out + ended.err


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "all_proxy"])
@pytest.mark.parametrize(
    "value",
    [f"http://user:{PASSWORD}#ss@127.0.0.1:8872", "http=127.0.0.1:8872;https=127.0.0.1:8872", "http://127.0.0.1:port"],
)
def test_a_proxy_that_can_not_be_used_is_bad_input(
    uploader: Command, tmp_path: Path, variable: str, value: str
) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(1))
    for more in ((), ("--no-preflight",)):
        ended = uploader("send", path, "--base-url", API, *more, env=environment(**{variable: value}))
        assert (ended.code, variable in ended.err) == (2, True), ended.err
        assert PASSWORD not in ended.out + ended.err
    assert not any(PASSWORD.encode() in written for _, written in everything_written(tmp_path))


def kept_connections(own_world: Path) -> None:
    """Let the templates of wolkvox keep connections."""
    profile = own_world / "templates" / "wolkvox" / "api.toml"
    text = profile.read_text(encoding="utf-8")
    assert "[limits]\n" in text
    profile.write_text(text.replace("[limits]\n", "[limits]\nkeep_alive = true\n"), encoding="utf-8")


@pytest.mark.usefixtures("api_that_ends_soon")
@pytest.mark.parametrize("announced", [b"Keep-Alive: timeout=1\r\n", b""])
def test_rows_a_second_apart_survive_a_server_that_keeps_connections_for_a_second(
    uploader: Command, own_world: Path, tmp_path: Path, announced: bytes
) -> None:
    kept_connections(own_world)
    taken: Counter[str] = Counter()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError, TimeoutError):
            while True:
                taken[await asyncio.wait_for(read_row(reader), 1.0)] += 1
                writer.write(b"HTTP/1.1 201 X\r\n%bContent-Length: %d\r\n\r\n%b" % (announced, len(TAKEN), TAKEN))
                await writer.drain()
        writer.close()

    path = write_csv(tmp_path / "list.csv", interactions(4))
    with serving(serve) as (url, _):
        ended = uploader("send", path, "--base-url", url, "--no-preflight", "--json", "--rate", "1/s")
    assert (ended.code, ended.json["accepted"], ended.json["unknown"]) == (0, 4, 0)
    assert set(taken.values()) == {1}


def test_a_warning_among_the_headers_is_named_without_the_token(uploader: Command, tmp_path: Path) -> None:
    warning = f"<br />\n<b>Warning</b>:  Cannot modify header information, key {TOKEN} in api.php on line 7<br />\n"

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await read_row(reader)
            writer.write(b"HTTP/1.1 201 X\r\n%bContent-Length: 2\r\n\r\n{}" % warning.encode())
            await writer.drain()
        writer.close()

    path = write_csv(tmp_path / "list.csv", interactions(1))
    with serving(serve) as (url, _):
        ended = uploader("send", path, "--base-url", url, "--no-preflight", "--json")
    assert ended.json["unknown"] == 1
    (attempt,) = sheet_rows(tmp_path / "list.results.xlsx", "Attempts")
    assert "<b>Warning</b>: Cannot modify header information, key *** in api.php" in attempt["Detail"]
    assert not any(TOKEN.encode() in written for _, written in everything_written(tmp_path))

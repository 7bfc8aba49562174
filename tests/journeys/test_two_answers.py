"""A server that writes more than one answer to a request: no row gets another row's, and none is called what it is not."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import cycle
from pathlib import Path

import pytest

from tests.conftest import Command, environment, interactions, sheet_rows, write_csv
from tests.servers import serving

TAKEN = {"code": "201", "error": None, "msg": "61001 routing point was executed and assigned to agent (1001)"}
REFUSED = {"code": "404", "error": "NOT FOUND", "msg": "ROUTING POINT 99999 NOT FOUND"}
PAGE = b"<html>Fatal error</html>"


def http(status: int, body: object) -> bytes:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return f"HTTP/1.1 {status} X\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content


SECOND_ANSWERS = [
    http(201, TAKEN) + http(400, REFUSED),
    http(404, REFUSED) + http(201, TAKEN),
    http(500, PAGE) + http(201, TAKEN),
    b"HTTP/1.1 204 No Content\r\n\r\n" + json.dumps(TAKEN).encode(),
]


class TwoAnswers:
    """Takes every row but each fourth, and to every other row it writes two answers. The connection stays open."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self._turns = cycle(range(8))
        self._second = cycle(SECOND_ANSWERS)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
                )
                row = json.loads(await reader.readexactly(length))["from"]
                writer.write(self.answer(row))
                await writer.drain()
        writer.close()

    def answer(self, row: str) -> bytes:
        turn = next(self._turns)
        if turn % 4 == 2:
            return http(404, REFUSED)
        self.taken[row] += 1
        return http(201, TAKEN) if turn % 2 == 0 else next(self._second)


@pytest.fixture
def server() -> Iterator[tuple[str, TwoAnswers]]:
    behaviour = TwoAnswers()
    with serving(behaviour.handle) as (url, _):
        yield url, behaviour


@pytest.mark.usefixtures("api_that_ends_soon")
@pytest.mark.parametrize("at_once", [1, 2, 50])
def test_no_row_gets_anothers_answer(
    uploader: Command, server: tuple[str, TwoAnswers], tmp_path: Path, at_once: int
) -> None:
    url, behaviour = server
    path = write_csv(tmp_path / "list.csv", interactions(32))
    send = ("send", path, "--base-url", url, "--no-preflight", "--json", "--concurrency", str(at_once))
    ended = uploader(*send, env=environment())
    for _ in range(16):  # with many at once their answers may bring five unknown rows together, which ends a run
        ended = uploader(*send, env=environment()) if ended.json["not_sent"] else ended
    assert (ended.json["not_sent"], ended.code in (1, 4)) == (0, True), ended.err
    status = {line["from"]: line["Status"] for line in sheet_rows(tmp_path / "list.results.xlsx")}
    assert Counter(status.values()) == {"accepted": 8, "rejected": 8, "unknown": 16}
    assert [row for row, times in behaviour.taken.items() if times > 1] == []
    assert {row for row, word in status.items() if word == "accepted"} <= set(behaviour.taken)
    assert {row for row, word in status.items() if word == "rejected"}.isdisjoint(behaviour.taken)

"""The API's limit of simultaneous requests, counted by an API that works on after it has cut the connection."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import API_SECONDS, Command, interactions, sheet_rows, write_csv
from tests.servers import serving

AT_ONCE = 2
BODY = json.dumps({"code": "201", "error": None, "msg": "executed"}).encode()
BAD_GATEWAY = b"HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 2\r\n\r\n{}"


class WorksOn:
    """Every third row gets no answer of its own, and is worked on all the same."""

    def __init__(self) -> None:
        self.at_work = 0
        self.most_at_work = 0
        self.unanswered: set[str] = set()
        self.came: Counter[str] = Counter()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            assert length is not None
            row = json.loads(await reader.readexactly(int(length[1])))["from"]
            writer.write(await self.worked_on(row))
            await writer.drain()
        writer.close()

    async def worked_on(self, row: str) -> bytes:
        """The answer, or what comes instead while the work goes on."""
        self.came[row] += 1
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        if len(self.came) % 3:
            await asyncio.sleep(API_SECONDS / 2)
            self.at_work -= 1
            return b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY
        self.unanswered.add(row)
        asyncio.get_running_loop().call_later(API_SECONDS, self.is_done)
        return b"" if len(self.came) % 2 else BAD_GATEWAY

    def is_done(self) -> None:
        self.at_work -= 1


@pytest.fixture
def server() -> Iterator[tuple[str, WorksOn]]:
    behaviour = WorksOn()
    with serving(behaviour.handle) as (url, _):
        yield url, behaviour


@pytest.mark.usefixtures("api_that_ends_soon")
def test_the_api_never_works_on_more_at_once_than_it_allows_whatever_it_cuts(
    uploader: Command, server: tuple[str, WorksOn], tmp_path: Path
) -> None:
    url, api = server
    rows = interactions(30)
    ended = uploader(
        "send", write_csv(tmp_path / "list.csv", rows), "--base-url", url, "--no-preflight", "--json", "--quiet"
    )
    assert ended.code == 1, ended.err
    assert api.most_at_work == AT_ONCE
    assert set(api.came.values()) == {1}
    status = {line["from"]: line["Status"] for line in sheet_rows(tmp_path / "list.results.xlsx")}
    assert status == {row[0]: "unknown" if row[0] in api.unanswered else "accepted" for row in rows}

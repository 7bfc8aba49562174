"""httpcore asks which library of coroutines it runs in, a dozen times a request: the answer is at hand each time."""

import asyncio
import sys
from collections.abc import Sequence
from types import ModuleType

import pytest

from tests.sending.transports.test_conformance import AS_LONG_AS_IT_TAKES, Server, pooled, request
from tests.sending.transports.test_idle_connections import keeps
from uploader.model.http import Response


class Finder:
    """Finds nothing, and notes what is looked for."""

    def __init__(self) -> None:
        self.looked_for: list[str] = []

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        self.looked_for.append(name)


async def send_some(requests: int) -> list[Response | object]:
    async with (
        Server(keeps()).running() as server,
        pooled(server.url, 1, AS_LONG_AS_IT_TAKES, keep_alive=True) as transport,
    ):
        return [await transport.send(request(server.url, number)) for number in range(requests)]


def test_no_request_through_httpcore_looks_for_a_module_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    asyncio.run(send_some(1))  # whatever is there is imported now
    finder = Finder()
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    answers = asyncio.run(send_some(3))
    assert all(isinstance(answer, Response) for answer in answers)
    assert finder.looked_for == []

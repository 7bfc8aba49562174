"""What requests leave behind that only Python's collector takes away: it must come before that is much."""

import asyncio
import gc

import pytest

from tests.sending.transports.test_conformance import (
    AS_LONG_AS_IT_TAKES,
    Handler,
    Opened,
    Server,
    answer,
    request,
    says,
    transports,
)
from uploader import cli

REQUESTS = 40
MOST_CONNECTIONS = 2_000
"""Of which something is left at any time. Each takes about a kilobyte."""


@transports
@pytest.mark.parametrize("handler", [says(answer(200)), says(answer(200, length=100))], ids=["answered", "cut"])
def test_what_is_left_of_connections_is_collected_in_time(opened: Opened, handler: Handler) -> None:
    async def left_behind() -> int:
        async with (
            Server(handler).running() as server,
            opened(server.url, 1, AS_LONG_AS_IT_TAKES, closing_seconds=AS_LONG_AS_IT_TAKES) as transport,
        ):
            await transport.send(request(server.url))
            gc.collect()
            for _ in range(REQUESTS):
                await transport.send(request(server.url))
            return gc.collect()

    gc.disable()
    try:
        objects = asyncio.run(left_behind())
    finally:
        gc.enable()
    assert MOST_CONNECTIONS * max(objects, REQUESTS) >= cli.MADE_BETWEEN_COLLECTIONS * REQUESTS

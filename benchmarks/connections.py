"""Compares one request per connection with kept connections: same local server, alternating, in one run.

    python benchmarks/connections.py [--requests 300] [--times 7] [--at-once 2]

Prints the median seconds of each way, plain and with TLS (the self-signed certificate of the tests), and their
ratio. The server answers at once and runs in a process of its own; a real API takes far longer to answer, and its
network far longer for the round trips: one for TCP and one for TLS 1.3 on each new connection.
"""

import argparse
import asyncio
import contextlib
import multiprocessing
import ssl
import statistics
import time
from multiprocessing.connection import Connection
from pathlib import Path

from uploader.model.http import Request, Response
from uploader.sending.transports import opening

CERTIFICATE = Path(__file__).parent.parent / "tests" / "data" / "self_signed.pem"
BODY = b'{"name": "Ana", "phone": "573001234567"}'
ANSWER = b'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 13\r\n%b\r\n{"code": 201}'


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError, EOFError):
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(len(BODY))
            closes = b"connection: close" in head.lower()
            writer.write(ANSWER % (b"Connection: close\r\n" if closes else b""))
            if closes:
                break
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


def run_server(tell: Connection) -> None:
    async def go() -> None:
        certified = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        certified.load_cert_chain(CERTIFICATE)
        servers = [await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls) for tls in (None, certified)]
        tell.send([server.sockets[0].getsockname()[1] for server in servers])
        await asyncio.Event().wait()

    asyncio.run(go())


def trusting() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


async def seconds(url: str, requests: int, at_once: int, keep_alive: bool) -> float:
    request = Request("POST", f"{url}/x", {"Content-Type": "application/json"}, BODY, "")
    rest = iter(range(requests))

    async with opening.opened(url, at_once, 60, keep_alive, trusting()) as transport:

        async def send_some() -> None:
            for _ in rest:
                reply = await transport.send(request)
                if not isinstance(reply, Response):
                    raise SystemExit(reply.detail)

        began = time.perf_counter()
        await asyncio.gather(*(send_some() for _ in range(at_once)))
        return time.perf_counter() - began


def compare(url: str, requests: int, at_once: int, times: int) -> None:
    taken: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(times):
        for keep_alive, runs in taken.items():
            runs.append(asyncio.run(seconds(url, requests, at_once, keep_alive)))
    kept, single = (statistics.median(runs) for runs in taken.values())
    added = (single - kept) / requests * at_once * 1000
    ratios = [one / other for one, other in zip(taken[False], taken[True], strict=True)]
    print(
        f"{url.partition(':')[0]:6}{kept:9.2f} s kept{single:9.2f} s one each"
        f"{statistics.median(ratios):7.2f} times ({min(ratios):.2f} to {max(ratios):.2f}),"
        f" {added:.2f} ms more a request"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--at-once", type=int, default=2)
    chosen = parser.parse_args()
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=run_server, args=(theirs,), daemon=True)
    server.start()
    plain, tls = ours.recv()
    print(f"{chosen.requests} requests, {chosen.at_once} at once, medians of {chosen.times}")
    compare(f"http://127.0.0.1:{plain}", chosen.requests, chosen.at_once, chosen.times)
    compare(f"https://127.0.0.1:{tls}", chosen.requests, chosen.at_once, chosen.times)
    server.terminate()


if __name__ == "__main__":
    main()

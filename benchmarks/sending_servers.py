"""Two servers on loopback that count what arrives: nginx, which answers at once, and ours, which answers late.

Both take `POST /rows?number=N` and answer 201 with the same JSON to everything; each runs in processes of its own and
keeps connections open without end. Ours is a bare asyncio protocol that writes the same bytes each time, on uvloop
where that is installed, so that it is not what limits a sender.
"""

import asyncio
import contextlib
import importlib.util
import multiprocessing
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import parse_qs

BODY = b'{"code": "201", "msg": "created"}'
ANSWER = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
_NUMBER = re.compile(rb"[?&]number=(\d+)")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
_MOST_SECONDS_TO_START = 10

NGINX = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    log_format arrived "$msec $request_time $args";
    access_log {folder}/arrived.log arrived buffer=1m;
    keepalive_requests 1000000000;
    keepalive_timeout 3600s;
    default_type application/json;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location / {{ return 201 '{body}'; }}
    }}
}}
"""


@dataclass(slots=True)
class Arrived:
    """What a server was sent, filled when it has ended: of each request its number, arrival and answer."""

    numbers: "array[int]" = field(default_factory=lambda: array("q"))
    """0 where the address had none."""
    began: "array[float]" = field(default_factory=lambda: array("d"))
    ended: "array[float]" = field(default_factory=lambda: array("d"))

    def add(self, number: int, began: float, ended: float) -> None:
        self.numbers.append(number)
        self.began.append(began)
        self.ended.append(ended)

    @property
    def seconds(self) -> float:
        """From the first arrival to the last answer."""
        return max(self.ended) - min(self.began) if self.numbers else 0.0

    def pace(self, first: float, last: float) -> float:
        """Requests a second between two shares of all, such as 0.9 and 1.0, by their answers."""
        moments = sorted(self.ended)
        begin, end = int(first * (len(moments) - 1)), int(last * (len(moments) - 1))
        return (end - begin) / max(moments[end] - moments[begin], 0.001)

    def mistake(self, rows: int) -> str:
        """What is wrong, where not every number from 1 to `rows` arrived exactly once."""
        counts = Counter(self.numbers)
        twice = sorted(number for number, count in counts.items() if count > 1)
        lost = sorted(set(range(1, rows + 1)) - set(counts))
        wrong = [f"{len(some)} {what}, such as {some[0]}" for what, some in (("twice", twice), ("lost", lost)) if some]
        return "; ".join(wrong) or ("" if len(self.numbers) == rows else f"{len(self.numbers)} arrived, not {rows}")


@contextlib.contextmanager
def nginx(arrived: Arrived) -> Iterator[str]:
    """Its address; `arrived` is filled at the end."""
    with tempfile.TemporaryDirectory(prefix="nginx-") as folder:
        port = _free_port()
        Path(folder, "nginx.conf").write_text(NGINX.format(folder=folder, port=port, body=BODY.decode()))
        command = [shutil.which("nginx") or "nginx", "-c", f"{folder}/nginx.conf", "-p", folder, "-e", "stderr"]
        server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGQUIT)  # the orderly end, which writes the log's last lines
            server.wait()
            for line in Path(folder, "arrived.log").read_text(encoding="ascii").splitlines():
                ended, took, query = line.split(" ", 2)
                arrived.add(int(parse_qs(query).get("number", ["0"])[0]), float(ended) - float(took), float(ended))


def _free_port() -> int:
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        return int(any_port.getsockname()[1])


def _wait_for(port: int) -> None:
    """Until it listens; its own log doesn't count a connection without a request."""
    until = time.monotonic() + _MOST_SECONDS_TO_START
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise SystemExit("nginx doesn't start")


@contextlib.contextmanager
def late_server(latency: float, arrived: Arrived) -> Iterator[str]:
    """The address of ours, which answers so many seconds after a request; `arrived` is filled at the end."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(theirs, latency), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        ours.send(None)
        arrived.numbers, arrived.began, arrived.ended = ours.recv()
        process.join()


def _run(tell: Connection, latency: float) -> None:
    if importlib.util.find_spec("uvloop"):
        import uvloop  # type: ignore[import-not-found,unused-ignore]

        uvloop.install()
    arrived = asyncio.run(_serve(tell, latency))
    tell.send((arrived.numbers, arrived.began, arrived.ended))


async def _serve(tell: Connection, latency: float) -> Arrived:
    loop, arrived, over = asyncio.get_running_loop(), Arrived(), asyncio.Event()
    server = await loop.create_server(lambda: _Late(loop, latency, arrived), "127.0.0.1", 0, backlog=4096)
    tell.send(server.sockets[0].getsockname()[1])

    def wait_for_end() -> None:
        tell.recv()
        loop.call_soon_threadsafe(over.set)

    threading.Thread(target=wait_for_end, daemon=True).start()
    await over.wait()
    server.close()
    return arrived


class _Late(asyncio.Protocol):
    """One connection, on which one request follows another."""

    def __init__(self, loop: asyncio.AbstractEventLoop, latency: float, arrived: Arrived) -> None:
        self._loop, self._latency, self._arrived = loop, latency, arrived
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, blank, body = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head) if blank else None
        if length is None or len(body) < int(length[1]):
            return
        self._received = b""
        number = _NUMBER.search(head)
        self._loop.call_later(
            self._latency, self._answer, int(number[1]) if number else 0, time.time(), _CLOSE.search(head) is not None
        )

    def _answer(self, number: int, began: float, closes: bool) -> None:
        self._transport.write(ANSWER)
        self._arrived.add(number, began, time.time())
        if closes:
            self._transport.close()

"""The server: requests in, answers or faults out, all of it on record."""

import asyncio
import json
import os
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO

from aiohttp import web

from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.sandbox.config import SandboxConfig
from uploader.sandbox.faults import Fault, Faults
from uploader.sandbox.wolkvox import TOKEN, Api, ApiAnswer, ApiCall, is_taken

HOST = "127.0.0.1"
RECORD_PATH = "/practice/record"
NEW_DAY_PATH = "/practice/new-day"

_LARGEST_BODY = 32 * 1024 * 1024
_TRICKLE_SECONDS = 0.2
_TOO_SLOW = 1.2
"""How much longer than the time limit a trickled answer would take as a whole."""
_RETRY_AFTER = {"Retry-After": "1"}
_LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""A connection that is closed with this is reset."""

_STATUS = {Fault.QUOTA_200: 200, Fault.CONTRADICTION: 400}
"""The HTTP status of answers whose status is not the body's code."""
_PAGES: dict[Fault | None, ApiAnswer] = {
    Fault.ERROR_500: {
        "code": 500,
        "msg": "<br />\n<b>Fatal error</b>:  Uncaught mysqli_sql_exception in <b>configuration.php</b> on line "
        "<b>214</b><br />\n",
    },
    Fault.HTML: {
        "code": 200,
        "msg": "<!DOCTYPE html>\n<html><head><title>wolkvox</title></head><body><h1>Welcome</h1></body></html>\n",
    },
}
"""Answers that are no JSON: the HTTP status and the page."""


@dataclass(frozen=True, slots=True)
class _Decision:
    """What becomes of a request."""

    answer: ApiAnswer
    """What is answered, or would have been."""
    fault: Fault | None = None
    taken: bool = False
    """Whether the row counts as accepted here."""
    let_in: bool = True
    """Whether it was worked on, which takes its time."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        code = int(self.answer["code"])
        return code if self.fault is None else _STATUS.get(self.fault, code)


@dataclass(slots=True)
class _Server:
    """The server's state, and what it does with requests."""

    config: SandboxConfig
    record: IO[bytes]
    api: Api = field(init=False)
    faults: Faults = field(init=False)
    in_flight: int = 0
    received: int = 0
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.api = Api(self.config)
        self.faults = Faults(self.config.faults, self.config.seed)

    def app(self) -> web.Application:
        app = web.Application(client_max_size=_LARGEST_BODY)
        app.router.add_get(RECORD_PATH, self._show_record)
        app.router.add_post(NEW_DAY_PATH, self._begin_day)
        app.router.add_route("*", "/{path:.*}", self._answer)
        app.on_shutdown.append(self._stop)
        return app

    async def _stop(self, _: web.Application) -> None:
        self.stopping.set()

    async def _show_record(self, _: web.Request) -> web.Response:
        self.record.seek(0)
        return web.Response(body=self.record.read(), content_type="application/x-ndjson")

    async def _begin_day(self, _: web.Request) -> web.Response:
        self.api.used = 0
        return web.json_response({"quota": self.config.quota, "used": self.api.used})

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        try:
            body = (await request.read()).decode("utf-8", "replace")
        except ConnectionError:  # its sender left, or was killed, before all of it was here
            return _cut(request)
        ends = asyncio.get_running_loop().time() + self.config.time_limit_seconds
        self.in_flight += 1
        try:
            decision = self._decide(request, ApiCall(request.method, request.path, request.query, body))
            # What was received is on record before it is answered, whatever becomes of the connection.
            self._note(request, body, decision)
            if decision.let_in:
                await asyncio.sleep(self.config.latency_seconds)
            return await self._done(request, decision, ends)
        finally:
            self.in_flight -= 1

    def _decide(self, request: web.Request, call: ApiCall) -> _Decision:
        by_rule = self.faults.by_rule() if call.is_row else None
        refusal = self.api.refusal(request.headers.get("wolkvox-token"), self.in_flight)
        if refusal is not None:
            return _Decision(refusal, let_in=False)
        fault = (self.faults.by_marker(call.body, call.sent()) or by_rule) if call.is_row else None
        if fault is not None and fault.spares_row:
            return _Decision(self.api.refusal_by(fault) or self.api.answer(call), fault, let_in=False)
        self.api.used += 1
        answer = self.api.answer(call)
        return _Decision(_PAGES.get(fault, answer), fault, taken=is_taken(answer))

    async def _done(self, request: web.Request, decision: _Decision, ends: float) -> web.StreamResponse:
        """The answer. A fault that breaks the connection has broken it when this comes back."""
        match decision.fault:
            case Fault.RESET_BEFORE | Fault.RESET_AFTER:
                return _reset(request)
            case Fault.SILENCE:
                await self._until(ends)
                return _cut(request)
            case Fault.TRICKLE:
                return await self._trickled(request, decision, ends)
            case Fault.HALF_ANSWER:
                return await _halved(request, decision)
            case Fault.ERROR_500 | Fault.HTML:
                return web.Response(text=decision.answer["msg"], status=decision.status, content_type="text/html")
        headers = _RETRY_AFTER if decision.fault is Fault.RETRY_AFTER else None
        return web.json_response(decision.answer, status=decision.status, headers=headers, dumps=_json)

    async def _trickled(self, request: web.Request, decision: _Decision, ends: float) -> web.StreamResponse:
        body = _json(decision.answer).encode()
        pause = max(_TRICKLE_SECONDS, self.config.time_limit_seconds * _TOO_SLOW / len(body))
        response = _begun(decision, body)
        dripping = asyncio.create_task(_drip(request, response, body, pause))
        await self._until(ends)
        dripping.cancel()
        await asyncio.wait({dripping})
        _cut(request)
        return response

    async def _until(self, moment: float) -> None:
        """Hold a request's place until then, whoever is still there; only the server's own end comes earlier."""
        with suppress(TimeoutError):
            async with asyncio.timeout_at(moment):
                await self.stopping.wait()

    def _note(self, request: web.Request, body: str, decision: _Decision) -> None:
        """One JSON line for a request. Instead of the token it says whether it was right."""
        self.received += 1
        headers = {name.lower(): value for name, value in request.headers.items()}
        token = headers.pop("wolkvox-token", None)
        line = {
            "number": self.received,
            "at": round(time.monotonic() - self.started, 3),
            "at_once": self.in_flight,
            "method": request.method,
            "path": request.path_qs,
            "headers": headers,
            "token": "missing" if token is None else "right" if token == TOKEN else "wrong",
            "body": body,
            "code": int(decision.answer["code"]),
            "message": decision.answer["msg"],
            "fault": decision.fault,
            "taken": decision.taken,
        }
        self.record.seek(0, 2)
        self.record.write(_json(line).encode() + b"\n")
        self.record.flush()


def _begun(decision: _Decision, body: bytes) -> web.StreamResponse:
    """An answer whose head promises the whole body."""
    response = web.StreamResponse(status=decision.status)
    response.content_type = "application/json"
    response.charset = "utf-8"
    response.content_length = len(body)
    return response


async def _drip(request: web.Request, response: web.StreamResponse, body: bytes, pause: float) -> None:
    """The head at once, then byte after byte for as long as somebody reads them."""
    with suppress(ConnectionError):
        await response.prepare(request)
        for place in range(len(body)):
            await asyncio.sleep(pause)
            await response.write(body[place : place + 1])


async def _halved(request: web.Request, decision: _Decision) -> web.StreamResponse:
    body = _json(decision.answer).encode()
    response = _begun(decision, body)
    with suppress(ConnectionError):
        await response.prepare(request)
        await response.write(body[: len(body) // 2])
    _cut(request)
    return response


def _cut(request: web.Request) -> web.StreamResponse:
    """End the connection; what was written still arrives."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()  # for aiohttp alone: nothing can be written to a connection that was closed


def _reset(request: web.Request) -> web.StreamResponse:
    """Break the connection, so that its other end learns of a reset."""
    transport = request.transport
    if transport is not None:
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
        transport.abort()
    return web.Response()  # for aiohttp alone, as above


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


@contextmanager
def running(config: SandboxConfig) -> Iterator[str]:
    """A sandbox in a thread of its own while the block lasts; gives its address, `http://127.0.0.1:PORT`.

    Raises SettingsError where the port is taken or the record can't be written.
    """
    try:
        record: IO[bytes] = config.record.open("w+b") if config.record else TemporaryFile()  # noqa: SIM115
    except OSError as why:
        said = why.strerror or str(why)
        raise SettingsError(Message("sandbox.no_record", path=str(config.record), why=said)) from why
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(_Server(config, record).app(), handle_signals=False, access_log=None, shutdown_timeout=1)
    thread = threading.Thread(target=loop.run_forever, name="sandbox", daemon=True)
    thread.start()
    try:
        try:
            port = asyncio.run_coroutine_threadsafe(_listen(runner, config.port), loop).result()
        except OSError as why:
            said = os.strerror(why.errno) if why.errno else str(why)  # asyncio's own text names the address again
            raise SettingsError(Message("sandbox.no_port", port=str(config.port), why=said)) from why
        yield f"http://{HOST}:{port}"
    finally:
        asyncio.run_coroutine_threadsafe(_close(runner), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        record.close()


async def _listen(runner: web.AppRunner, port: int) -> int:
    await runner.setup()
    site = web.TCPSite(runner, HOST, port)
    await site.start()
    bound: int = runner.addresses[0][1]
    return bound


async def _close(runner: web.AppRunner) -> None:
    """Stop, and end what still works on requests whose sender has left: the runner knows nothing of these."""
    await runner.cleanup()
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)

"""The server: requests in, answers or faults out, all of it on record."""

import asyncio
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.sandbox import breaking
from uploader.sandbox.apis import ApiCall, PracticeApi, ReadyAnswer
from uploader.sandbox.by_template import TemplateApi
from uploader.sandbox.config import SandboxConfig
from uploader.sandbox.decision import PAGES, Decision
from uploader.sandbox.faults import Fault, Faults
from uploader.sandbox.record import Record
from uploader.sandbox.record import text as _json
from uploader.sandbox.wolkvox import Api, unrecorded

HOST = "127.0.0.1"
RECORD_PATH = "/practice/record"
NEW_DAY_PATH = "/practice/new-day"

_LARGEST_BODY = 4 * 1024 * 1024
"""Several times what a row's cells can hold."""
_TRICKLE_SECONDS = 0.2
_TOO_SLOW = 1.2
"""How much longer than the time limit a trickled answer would take as a whole."""
_RETRY_AFTER = {"Retry-After": "1"}


@dataclass(slots=True)
class _Server:
    """The server's state, and what it does with requests."""

    config: SandboxConfig
    record: Record
    on_trouble: Callable[[Message], None]
    apis: list[PracticeApi] = field(init=False)
    """Of those that know a request the first answers it, else the last."""
    faults: Faults = field(init=False)
    in_flight: int = 0
    received: int = 0
    is_in_trouble: bool = False
    """The last request could not be recorded."""
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        config, wolkvox = self.config, Api(self.config)
        of_templates = [
            TemplateApi(one, config.quota, one.at_once if config.at_once is None else config.at_once)
            for one in config.templates
        ]
        self.apis = [*([wolkvox] if of_templates else []), *of_templates, wolkvox]
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
        return web.Response(body=self.record.read(), content_type="application/x-ndjson")

    async def _begin_day(self, _: web.Request) -> web.Response:
        for api in self.apis:
            api.used = 0
        return web.json_response({"quota": self.config.quota, "used": 0})

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        try:
            body = (await request.read()).decode("utf-8", "replace")
        except (ConnectionError, web.RequestPayloadError):  # its sender left, or it is no body
            return breaking.cut(request)
        ends = asyncio.get_running_loop().time() + self.config.time_limit_seconds
        self.in_flight += 1
        try:
            call = _call_of(request, body)
            api = next((one for one in self.apis if one.knows(call)), self.apis[-1])
            decision = self._decide(api, call)
            # What was received is on record before it is answered, whatever becomes of the connection.
            try:
                self._note(request, api, call, decision)
                self.is_in_trouble = False
            except OSError as why:
                decision = self._unrecorded(why.strerror or str(why))
            if decision.let_in:
                await asyncio.sleep(self.config.latency_seconds)
            return await self._done(request, decision, ends)
        finally:
            self.in_flight -= 1

    def _decide(self, api: PracticeApi, call: ApiCall) -> Decision:
        is_row = api.is_row(call)
        by_rule = self.faults.by_rule() if is_row else None
        refusal = api.refusal(call, self.in_flight)
        if refusal is not None:
            return Decision(refusal, let_in=False)
        fault = (self.faults.by_marker(call.body, call.values()) or by_rule) if is_row else None
        if fault is not None and fault.spares_row:
            return Decision(api.refusal_by(fault) or api.answer(call), fault, let_in=False)
        api.used += 1
        answer = api.answer(call)
        told = api.contradicted(answer) if fault is Fault.CONTRADICTION else PAGES.get(fault, answer)
        return Decision(told, fault, taken=is_row and answer.takes_row)

    async def _done(self, request: web.Request, decision: Decision, ends: float) -> web.StreamResponse:
        """The answer. A fault that breaks the connection has broken it when this comes back."""
        match decision.fault:
            case Fault.RESET_BEFORE | Fault.RESET_AFTER:
                return breaking.reset(request)
            case Fault.SILENCE:
                await self._until(ends)
                return breaking.cut(request)
            case Fault.TRICKLE:
                return await self._trickled(request, decision, ends)
            case Fault.HALF_ANSWER:
                return await breaking.halved(request, decision.answer.status, _body_of(decision.answer))
            case Fault.ERROR_500 | Fault.HTML:
                return web.Response(
                    text=decision.answer.message, status=decision.answer.status, content_type="text/html"
                )
        headers = {**decision.answer.headers, **(_RETRY_AFTER if decision.fault is Fault.RETRY_AFTER else {})}
        if decision.answer.body is None:
            return web.Response(status=decision.answer.status, headers=headers)
        return web.json_response(decision.answer.body, status=decision.answer.status, headers=headers, dumps=_json)

    async def _trickled(self, request: web.Request, decision: Decision, ends: float) -> web.StreamResponse:
        body = _body_of(decision.answer)
        pause = max(_TRICKLE_SECONDS, self.config.time_limit_seconds * _TOO_SLOW / len(body))
        response = breaking.begun(decision.answer.status, body)
        dripping = asyncio.create_task(breaking.drip(request, response, body, pause))
        await self._until(ends)
        dripping.cancel()
        await asyncio.wait({dripping})
        breaking.cut(request)
        return response

    async def _until(self, moment: float) -> None:
        """Hold a request's place until then, whoever is still there; only the server's own end comes earlier."""
        with suppress(TimeoutError):
            async with asyncio.timeout_at(moment):
                await self.stopping.wait()

    def _unrecorded(self, why: str) -> Decision:
        """The request is refused, as nobody would ever see it; whoever looks after the server is told once."""
        if not self.is_in_trouble:
            self.on_trouble(Message("sandbox.record_failed", why=why))
        self.is_in_trouble = True
        return Decision(unrecorded(why), let_in=False)

    def _note(self, request: web.Request, api: PracticeApi, call: ApiCall, decision: Decision) -> None:
        """One JSON line for a request. Instead of the secrets it says whether they were right."""
        self.received += 1
        line = {
            "number": self.received,
            "at": round(time.monotonic() - self.started, 3),
            "at_once": self.in_flight,
            "method": request.method,
            "path": api.shown(call, request.path_qs),
            "headers": {name: value for name, value in call.headers.items() if name not in api.secret_headers},
            "token": api.token_state(call),
            "body": api.shown(call, call.body),
            "code": decision.answer.code or decision.answer.status,
            "message": decision.answer.message,
            "fault": decision.fault,
            "taken": decision.taken,
        }
        self.record.add(line)


def _call_of(request: web.Request, body: str) -> ApiCall:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return ApiCall(request.method, request.rel_url.raw_path, request.query, headers, body)


def _body_of(answer: ReadyAnswer) -> bytes:
    """Its JSON; of one without a body an empty object, where something has to be cut or held back."""
    return _json({} if answer.body is None else answer.body).encode()


def _is_a_fault_of_ours(record: logging.LogRecord) -> bool:
    """Whether it is worth a traceback on the terminal: that somebody's request is not HTTP is not."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, HttpProcessingError)


_log = logging.getLogger(__name__)
_log.addFilter(_is_a_fault_of_ours)


def _ignore(_: Message) -> None:
    """Nobody looks after the server: its answers say the same."""


@contextmanager
def running(config: SandboxConfig, on_trouble: Callable[[Message], None] = _ignore) -> Iterator[str]:
    """A sandbox in a thread of its own while the block lasts; gives its address, `http://127.0.0.1:PORT`.

    `on_trouble` is called in that thread, once, where requests have to be refused as they can't be recorded. Raises
    SettingsError where the port is taken or the record can't be written.
    """
    record = Record.begun(config.record)
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(
        _Server(config, record, on_trouble).app(),
        handle_signals=False,
        access_log=None,
        shutdown_timeout=1,
        logger=_log,
        auto_decompress=False,  # a body is recorded as it came, and none unpacks to more than was sent
    )
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

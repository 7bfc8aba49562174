"""The practice server: answers as the wolkvox API documents, on this machine alone, and records what it received.

The texts of its answers are the API's own, where they are documented (docs/practice-server.md says which are not).
It never writes the token down.
"""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from aiohttp import web

from uploader.errors import SettingsError

HOST = "127.0.0.1"
TOKEN = "practice-token"  # noqa: S105  # everybody may know it: it opens nothing but this server
AT_ONCE = 2
QUOTA = 5_000
LATENCY_SECONDS = 0.2
UNKNOWN_ROUTING_POINT = "99999"
IDLE_ROUTING_POINT = "88888"
RECORD_PATH = "/practice/record"

_LARGEST_BODY = 32 * 1024 * 1024
_REQUIRED = ("from", "to", "subject", "body", "rp_id")
_AGENTS = ("1001", "1002", "1003")
_LISTED_ROUTING_POINTS = ("61196", "61197", IDLE_ROUTING_POINT)

_NO_SUCH_API = (400, "BAD REQUEST", "THE API YOU WANT TO CONSULT DOES NOT EXIST")
_PARAMETERS = (400, "BAD REQUEST", "SOME PARAMETERS ARE REQUIRED")
_NO_TOKEN = (401, "UNAUTHORIZED", "PLEASE ENTER THE WOLKVOX-TOKEN")
_WRONG_TOKEN = (403, "FORBIDDEN", "PLEASE VALIDATE TOKEN")
_QUOTA_SPENT = (403, "FORBIDDEN", "TOKEN LIMIT EXCEEDED")
_TOO_MANY = (403, "FORBIDDEN", f"EXCEEDS THE LIMIT OF SIMULTANEOUS REQUESTS PER TOKEN ({AT_ONCE})")
_NO_ROUTING_POINT = (404, "NOT FOUND", "ROUTING POINT {rp_id} NOT FOUND")


@dataclass(frozen=True, slots=True)
class Practice:
    """How the practice server behaves."""

    port: int = 0
    """0: any free one."""
    latency_seconds: float = LATENCY_SECONDS
    quota: int = QUOTA
    """Calls that it takes until it is stopped; the API's quota is a day's."""
    record: Path | None = None
    """A file of JSON lines that gets every request; without one the record lasts as long as the server."""


@dataclass(slots=True)
class _Server:
    """The server's state, and its answers."""

    practice: Practice
    record: IO[bytes]
    in_flight: int = 0
    used: int = 0
    received: int = 0
    _handlers: "dict[tuple[str, str, str], Callable[[web.Request, str], dict[str, Any]]]" = field(init=False)

    def __post_init__(self) -> None:
        self._handlers = {
            ("POST", "configuration.php", "add_interaction"): self._add_interaction,
            ("GET", "information.php", "token_info"): self._token_info,
            ("GET", "information.php", "routing_points"): self._routing_points,
        }

    def app(self) -> web.Application:
        app = web.Application(client_max_size=_LARGEST_BODY)
        app.router.add_get(RECORD_PATH, self._show_record)
        app.router.add_route("*", "/{path:.*}", self._answer)
        return app

    async def _show_record(self, _: web.Request) -> web.Response:
        self.record.seek(0)
        return web.Response(body=self.record.read(), content_type="application/x-ndjson")

    async def _answer(self, request: web.Request) -> web.Response:
        body = (await request.read()).decode("utf-8", "replace")
        self.in_flight += 1
        try:
            refusal = self._refusal(request)
            answer = refusal or self._handled(request, body)
            # What was received is on record before it is answered, whatever becomes of the connection.
            self._note(request, body, answer)
            if refusal is None:
                await asyncio.sleep(self.practice.latency_seconds)
        finally:
            self.in_flight -= 1
        return web.json_response(answer, status=int(answer["code"]), dumps=_json)

    def _refusal(self, request: web.Request) -> dict[str, Any] | None:
        token = request.headers.get("wolkvox-token")
        if not token:
            return _error(_NO_TOKEN)
        if token != TOKEN:
            return _error(_WRONG_TOKEN)
        if self.in_flight > AT_ONCE:
            return _error(_TOO_MANY)
        if self.used >= self.practice.quota:
            return _error(_QUOTA_SPENT)
        self.used += 1
        return None

    def _handled(self, request: web.Request, body: str) -> dict[str, Any]:
        folder, _, page = request.path.rpartition("/")
        handler = self._handlers.get((request.method, page, request.query.get("api", "")))
        if handler is None or folder != "/api/v2":
            return _error(_NO_SUCH_API)
        return handler(request, body)

    def _add_interaction(self, _: web.Request, body: str) -> dict[str, Any]:
        try:
            sent = json.loads(body)
        except ValueError:
            return _error(_PARAMETERS)
        if not isinstance(sent, dict) or not all(str(sent.get(name, "")).strip() for name in _REQUIRED):
            return _error(_PARAMETERS)
        rp_id = str(sent["rp_id"])
        if not _is_routing_point(rp_id):
            return _error(_NO_ROUTING_POINT, rp_id=rp_id)
        agent = _AGENTS[self.used % len(_AGENTS)]
        return _success("201", f"{rp_id} routing point was executed and assigned to agent ({agent}) ")

    def _token_info(self, _: web.Request, __: str) -> dict[str, Any]:
        used, left = str(self.used), str(self.practice.quota - self.used)
        return _success(
            "200",
            " 1 records were found",
            [
                {
                    "description": "practice",
                    "token_limit": str(self.practice.quota),
                    "token_use_today": used,
                    "all_token_today": used,
                    "available_consumption_options": left,
                }
            ],
        )

    def _routing_points(self, request: web.Request, _: str) -> dict[str, Any]:
        asked = request.query.get("routing")
        known = _LISTED_ROUTING_POINTS if asked is None else (asked,) if _is_routing_point(asked) else ()
        found = [
            {
                "rp_id": rp_id,
                "rp_name": f"Practice {rp_id}",
                "ivr_active": "no",
                "chat_active": "yes",
                "interaction_active": "no" if rp_id == IDLE_ROUTING_POINT else "yes",
                "crm_active": "no",
                "last_use": "2026-01-15 09:30:00",
            }
            for rp_id in known
        ]
        return _success(200, f"{len(found)} records were found", found)

    def _note(self, request: web.Request, body: str, answer: dict[str, Any]) -> None:
        """One JSON line for a request. Instead of the token it says whether it was right."""
        self.received += 1
        headers = {name.lower(): value for name, value in request.headers.items()}
        token = headers.pop("wolkvox-token", None)
        line = {
            "number": self.received,
            "at_once": self.in_flight,
            "method": request.method,
            "path": request.path_qs,
            "headers": headers,
            "token": "missing" if token is None else "right" if token == TOKEN else "wrong",
            "body": body,
            "code": int(answer["code"]),
            "message": answer["msg"],
        }
        self.record.seek(0, 2)
        self.record.write(_json(line).encode() + b"\n")
        self.record.flush()


def _is_routing_point(rp_id: str) -> bool:
    return rp_id.isascii() and rp_id.isdigit() and rp_id != UNKNOWN_ROUTING_POINT


def _error(kind: tuple[int, str, str], **facts: str) -> dict[str, Any]:
    code, error, message = kind
    return {"code": str(code), "error": error, "msg": message.format(**facts)}


def _success(code: int | str, message: str, data: list[dict[str, str]] | None = None) -> dict[str, Any]:
    return {"code": code, "error": None, "msg": message} | ({} if data is None else {"data": data})


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


@contextmanager
def running(practice: Practice) -> Iterator[str]:
    """A practice server in a thread of its own while the block lasts; gives its address, `http://127.0.0.1:PORT`.

    Raises SettingsError where the port is taken or the record can't be written.
    """
    try:
        record: IO[bytes] = practice.record.open("w+b") if practice.record else TemporaryFile()  # noqa: SIM115
    except OSError as why:
        raise SettingsError(f"The record {practice.record} can't be written: {why.strerror}.") from why
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(_Server(practice, record).app(), handle_signals=False, access_log=None, shutdown_timeout=1)
    thread = threading.Thread(target=loop.run_forever, name="practice server", daemon=True)
    thread.start()
    try:
        try:
            port = asyncio.run_coroutine_threadsafe(_listen(runner, practice.port), loop).result()
        except OSError as why:
            raise SettingsError(
                f"Port {practice.port} can't be used: {why.strerror or why}. Give another one with --port."
            ) from why
        yield f"http://{HOST}:{port}"
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result()
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

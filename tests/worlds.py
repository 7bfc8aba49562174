"""A world in the process: a home, a scripted person, and an API that answers by the rules of the sandbox."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.conftest import sheet_rows
from tests.people import ScriptedUi
from tests.transports import ScriptedTransport, answer
from uploader.actions.options import ReadOptions, SendOptions
from uploader.actions.send import send
from uploader.actions.session import Session
from uploader.actions.steps.wire import Wire
from uploader.model.http import Request, Response, SendFailure
from uploader.model.job import Summary

SERVER, TOKEN = "0042", "t0ken-of-tests"
TAKEN = {"code": "201", "error": None, "msg": "61001 routing point was executed and assigned to agent (1001)"}
NO_ROUTING_POINT = {"code": "404", "error": "NOT FOUND", "msg": "ROUTING POINT 99999 NOT FOUND"}


@dataclass
class Api:
    """Answers as wolkvox does, in memory; `rows` are the bodies that it took."""

    left: int = 5000
    routing_points: Mapping[str, str] = field(default_factory=dict)
    """Those that it lists, and whether each is active; none: it lists none, and knows all."""
    says: Callable[[dict[str, str]], Response | SendFailure | None] = lambda _: None
    """What it answers to a row instead of taking it."""
    rows: list[dict[str, str]] = field(default_factory=list)

    def __call__(self, request: Request) -> Response | SendFailure:
        api = parse_qs(urlsplit(request.url).query).get("api", [""])[0]
        if api == "token_info":
            facts = {"token_limit": "5000", "all_token_today": "0", "available_consumption_options": str(self.left)}
            return answer({"code": "200", "error": None, "msg": "", "data": [facts]})
        if api == "routing_points":
            points = [{"rp_id": id_, "interaction_active": is_active} for id_, is_active in self.routing_points.items()]
            return answer({"code": "200", "error": None, "msg": "", "data": points})
        row: dict[str, str] = json.loads(request.body)
        instead = self.says(row)
        if instead is not None:
            return instead
        self.rows.append(row)
        return answer(TAKEN, 200)


@dataclass
class World:
    """One computer with one person."""

    home: Path
    api: Any = field(default_factory=Api)
    ui: ScriptedUi = field(default_factory=lambda: ScriptedUi(is_attended=False))
    environment: dict[str, str] = field(default_factory=lambda: {"WOLKVOX_SERVER": SERVER, "WOLKVOX_TOKEN": TOKEN})

    def __post_init__(self) -> None:
        self.transport = ScriptedTransport(lambda request: self.api(request))  # noqa: PLW0108  # the api may be changed

    def person(self, answers: Mapping[str, str | None] | None = None, *, is_attended: bool = True) -> ScriptedUi:
        """From now on this person is there."""
        self.ui = ScriptedUi(answers, is_attended=is_attended)
        return self.ui

    @property
    def session(self) -> Session:
        """What actions are given."""

        @asynccontextmanager
        async def opened(
            destination: str, concurrency: int, timeout_seconds: float, *, keep_alive: bool
        ) -> AsyncIterator[ScriptedTransport]:
            assert (concurrency > 0, timeout_seconds > 0, keep_alive) == (True, True, False), destination
            yield self.transport

        wire = Wire(open_transport=opened, sleep=lambda _: asyncio.sleep(0))
        return Session(self.home, self.ui, environment=self.environment, wire=wire)

    def send(self, path: Path, read: ReadOptions | None = None, **options: Any) -> Summary:
        """Send a list."""
        return send(path, read or ReadOptions(), SendOptions(**options), self.session)

    def statuses(self, summary: Summary) -> list[str]:
        """Of every row of its result workbook."""
        assert summary.results is not None
        return [line["Status"] for line in sheet_rows(summary.results)]

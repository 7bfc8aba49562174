"""The sandbox without its server, in memory: the same answers, faults and record."""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.conftest import FIELDS
from uploader.i18n import Message
from uploader.model.http import Arrival, Request, Response, SendFailure
from uploader.sandbox.apis import ApiCall, ReadyAnswer
from uploader.sandbox.config import SandboxConfig
from uploader.sandbox.faults import Fault, FaultRule, Faults
from uploader.sandbox.wolkvox import Api

PAGE = b"<html><body>Welcome</body></html>"
CUT = Message("failure.cut_while_reading")


@dataclass
class SandboxApi:
    """A script for a transport. `lines` is what it received, in the form of the server's record."""

    config: SandboxConfig = field(default_factory=lambda: SandboxConfig(latency_seconds=0.05, quota=100_000))
    lines: list[dict[str, Any]] = field(default_factory=list)
    _busy_until: list[float] = field(default_factory=list)
    """When the requests in progress will be done, even if nobody waits for them any more."""

    def __post_init__(self) -> None:
        self._api = Api(self.config)
        self._faults = Faults(self.config.faults, self.config.seed)
        self._durations = count(1)  # each request takes a different time, which identifies it in a workbook

    @classmethod
    def with_faults(cls, *rules: str, **config: Any) -> "SandboxApi":
        """A sandbox whose row requests fail by rules such as `slow-down:7`."""
        faults = tuple(map(FaultRule.parsed, rules))
        return cls(replace(cls().config, faults=faults, **config))

    async def __call__(self, request: Request) -> Response | SendFailure:
        now = asyncio.get_running_loop().time()
        self._busy_until = [until for until in self._busy_until if until > now]
        answer, fault, is_let_in = self._decided(request, at_once=len(self._busy_until) + 1)
        duration = next(self._durations)
        never_ends = fault in (Fault.SILENCE, Fault.TRICKLE)
        seconds = self.config.latency_seconds if is_let_in else 0
        seconds = self.config.time_limit_seconds if never_ends else seconds
        self._busy_until.append(now + seconds)
        await asyncio.sleep(seconds)
        if never_ends or fault in (Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.HALF_ANSWER):
            return SendFailure(Arrival.MAYBE, CUT, duration)
        status = {Fault.QUOTA_200: 200, Fault.CONTRADICTION: 400, Fault.ERROR_500: 500, Fault.HTML: 200}
        http_status = answer.status if fault is None else status.get(fault, answer.status)
        body = PAGE if fault in (Fault.ERROR_500, Fault.HTML) else json.dumps(answer.body).encode()
        return Response(http_status, body, duration, 1.0 if fault is Fault.RETRY_AFTER else 0.0)

    def _decided(self, request: Request, at_once: int) -> tuple[ReadyAnswer, Fault | None, bool]:
        """The answer, its fault, and whether the request is processed, decided as the server does."""
        address = urlsplit(request.url)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        headers = {name.lower(): value for name, value in request.headers.items()}
        call = ApiCall(request.method, address.path, query, headers, request.body.decode())
        is_row = self._api.is_row(call)
        by_rule = self._faults.by_rule() if is_row else None
        answer, fault, taken, is_let_in = self._api.refusal(call, at_once), None, False, False
        if answer is None:
            fault = (self._faults.by_marker(call.body, call.values()) or by_rule) if is_row else None
            if fault is not None and fault.spares_row:
                answer = self._api.refusal_by(fault) or self._api.answer(call)
            else:
                self._api.used += 1
                answer = self._api.answer(call)
                taken, is_let_in = answer.takes_row, True
        self.lines.append(
            {
                "number": len(self.lines) + 1,
                "at_once": at_once,
                "method": request.method,
                "path": f"{address.path}?{address.query}",
                "host": f"{address.scheme}://{address.netloc}",
                "headers": headers,
                "token": self._api.token_state(call),
                "body": call.body,
                "code": answer.status,
                "message": answer.message,
                "fault": fault,
                "taken": taken,
            }
        )
        return answer, fault, is_let_in

    # Its record

    def received(self, api: str = "add_interaction") -> list[dict[str, Any]]:
        """The row requests, or those of another API."""
        return [line for line in self.lines if line["path"].endswith(f"api={api}")]

    def bodies(self) -> list[dict[str, str]]:
        """The rows' bodies, in order of arrival."""
        return [json.loads(line["body"]) for line in self.received()]

    def rows(self) -> list[list[str]]:
        """The bodies as rows of a list."""
        return [[body[name] for name in FIELDS] for body in self.bodies()]

    def taken(self) -> Counter[str]:
        """How often each row was taken, by sender."""
        return Counter(json.loads(line["body"])["from"] for line in self.received() if line["taken"])

    def new_day(self) -> None:
        """Reset the quota."""
        self._api.used = 0

"""A whole environment in the process: a home, a scripted person, and an API with the sandbox's rules."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.apis import SandboxApi
from tests.clocks import Clock
from tests.conftest import FIELDS, sheet_rows
from tests.people import Answer, ScriptedUi
from tests.transports import ScriptedTransport, answer
from uploader.actions.check import Check, check
from uploader.actions.options import ReadOptions, SendOptions
from uploader.actions.planning.plan import Plan
from uploader.actions.preview import preview
from uploader.actions.resume import resume
from uploader.actions.send import send
from uploader.actions.session import Session
from uploader.actions.steps.wire import Wire
from uploader.actions.verify import verify
from uploader.cli.report import ending, lists
from uploader.cli.report import verification as report
from uploader.errors import UploaderError
from uploader.i18n import Message, render
from uploader.model import exit_codes
from uploader.model.http import Arrival, Request, Response, SendFailure
from uploader.model.summary import Summary
from uploader.sandbox.wolkvox import TOKEN as SANDBOX_TOKEN
from uploader.sending.transports import Transport

SERVER, TOKEN = "0042", "t0ken-of-tests"
TAKEN = {"code": "201", "error": None, "msg": "61001 routing point was executed and assigned to agent (1001)"}
NO_ROUTING_POINT = {"code": "404", "error": "NOT FOUND", "msg": "ROUTING POINT 99999 NOT FOUND"}


@dataclass
class Api:
    """Answers as wolkvox does, in memory. `rows` holds the accepted bodies."""

    left: int = 5000
    routing_points: Mapping[str, str] = field(default_factory=dict)
    """The routing points that it lists, and whether each is active. Without any it lists none and accepts all."""
    says: Callable[[dict[str, str]], Response | SendFailure | None] = lambda _: None
    """Its answer to a row instead of accepting it."""
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


@dataclass(frozen=True)
class Ending:
    """How an action ended for the shell, a program and the person, and which rows reached the API meanwhile."""

    code: int
    json: dict[str, Any]
    came: list[list[str]]
    """Sorted, as rows of a list."""
    messages: list[Message]
    """What was said to the person."""
    shown: list[Any]
    why: str = ""
    """The error, if one was raised."""

    def told(self, code: str, **facts: Any) -> bool:
        """Whether this was said once, alone or with the plan, with at least these facts."""
        planned = [message for plan in self.plans for message in plan.messages()]
        same = [one for one in (*self.messages, *planned) if one.code == code]
        assert len(same) <= 1, f"{code} was told {len(same)} times"
        return any(all(one.facts.get(name) == value for name, value in facts.items()) for one in same)

    @property
    def plans(self) -> list[Plan]:
        """What was shown before anything was sent."""
        return [one for one in self.shown if isinstance(one, Plan)]

    @property
    def screen(self) -> str:
        """Everything shown and said, as on an English terminal."""
        lines = [render(message, "en") for message in self.messages]
        for one in self.shown:
            if isinstance(one, Plan):
                lines += lists.plan(one, "en", with_problems=True)
            elif isinstance(one, Summary):
                lines += ending.summed_up(one, "en")
                lines += ending.next_steps(one, "en")
            elif isinstance(one, Check):
                lines += [*lists.check(one, "en"), *lists.after_check(one, ReadOptions(), "en")]
        return "\n".join(lines)


@dataclass(frozen=True)
class Verified:
    """What was said about a workbook."""

    code: int
    lines: list[str]

    @property
    def out(self) -> str:
        return "\n".join(self.lines)

    @property
    def complaints(self) -> list[str]:
        """What differs from what was written."""
        return [line.strip() for line in self.lines if line.startswith("  ")]


class Bounded:
    """A transport that gives up attempts after a time, as every transport must."""

    def __init__(self, transport: Transport, seconds: float) -> None:
        self._transport, self._seconds = transport, seconds

    async def send(self, request: Request) -> Response | SendFailure:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._transport.send(request)
        except TimeoutError:
            detail = Message("failure.too_late", seconds=self._seconds)
            return SendFailure(Arrival.MAYBE, detail, round(self._seconds * 1000))


@dataclass
class World:
    """One computer with one person. Its clock jumps forward instead of waiting."""

    home: Path
    api: Any = field(default_factory=Api)
    ui: ScriptedUi = field(default_factory=lambda: ScriptedUi(is_attended=False))
    environment: dict[str, str] = field(default_factory=lambda: {"WOLKVOX_SERVER": SERVER, "WOLKVOX_TOKEN": TOKEN})
    given: dict[str, str] = field(default_factory=dict)
    """The person's settings."""
    language: str = "en"
    face: str = "cli"
    elsewhere: dict[str, Any] = field(default_factory=dict)
    """APIs at other addresses, by scheme and host."""
    clock: Clock = field(default_factory=Clock)
    today: date = date(2026, 11, 26)
    remembers: bool = False
    """Remembers chosen columns, as the command line and the page do."""
    kept_secret: Callable[[str, str], str | None] | None = None
    """Looks up what was kept in a password store."""
    keeps_awake: Callable[[], AbstractContextManager[object]] = nullcontext
    writes_problems: bool | None = True
    """Whether problems workbooks are written, as with `--problems`; None: if the person says so."""
    is_wired: bool = False
    """Sends real requests, to an embedded sandbox."""

    def __post_init__(self) -> None:
        self.transport = ScriptedTransport(self._answer)

    def _answer(self, request: Request) -> Any:
        where = urlsplit(request.url)
        return self.elsewhere.get(f"{where.scheme}://{where.netloc}", self.api)(request)

    def person(self, answers: Mapping[str, Answer] | None = None, *, is_attended: bool = True) -> ScriptedUi:
        """Let this person answer from now on."""
        self.ui = ScriptedUi(answers, is_attended=is_attended)
        return self.ui

    def another_computer(self, name: str = "another computer") -> "World":
        """Another computer with its own journal and the same API."""
        return replace(self, home=self.home.parent / name, ui=ScriptedUi(is_attended=False))

    @property
    def session(self) -> Session:
        """The session for actions."""

        @asynccontextmanager
        async def opened(
            destination: str, concurrency: int, timeout_seconds: float, *, keep_alive: bool
        ) -> AsyncIterator[Transport]:
            assert (concurrency > 0, timeout_seconds > 0, keep_alive) == (True, True, False), destination
            yield Bounded(self.transport, timeout_seconds)

        wire = None if self.is_wired else Wire(open_transport=opened, clock=self.clock, run=self.clock.run)
        return Session(
            self.home,
            self.ui,
            given=self.given,
            environment=self.environment,
            language=self.language,
            face=self.face,
            writes_problems=self.writes_problems,
            wire=wire,
            today=lambda: self.today,
            remembers_mappings=self.remembers,
            kept_secret=self.kept_secret,
            keeps_awake=self.keeps_awake,
        )

    def send(self, path: Path, read: ReadOptions | None = None, **options: Any) -> Summary:
        """Send a list."""
        return send(path, read or ReadOptions(), SendOptions(**options), self.session)

    def statuses(self, summary: Summary) -> list[str]:
        """The status of every row in its result workbook."""
        assert summary.results is not None
        return [line["Status"] for line in sheet_rows(summary.results)]

    # as in a face, an error is an end, too

    def sends(self, path: Path, read: ReadOptions | None = None, **options: Any) -> Ending:
        """Send a list. An error counts as an end."""
        return self._ending(lambda: self.send(path, read, **options), path)

    def resumes(self, which: int | str | Path | None = None, **options: Any) -> Ending:
        """Send the rest of a job."""
        return self._ending(lambda: resume(None if which is None else str(which), SendOptions(**options), self.session))

    def checks(self, path: Path, read: ReadOptions | None = None, *, annotate: bool = False) -> Ending:
        """Run the checks alone."""

        def checked() -> Summary:
            session = replace(self.session, with_secrets=False, given={})
            found = check(path, read or ReadOptions(), session, annotate=annotate)
            self.ui.shown += [found, found.found]
            return found.summary

        return self._ending(checked, path, exit_codes.of_check)

    def preview(self, path: Path, row: int, read: ReadOptions | None = None) -> Request:
        """Show a row's request."""
        return preview(path, read or ReadOptions(), row, self.session, None)[0]

    def verifies(self, path: Path) -> "Verified":
        """Verify a workbook."""
        try:
            found = verify(path, self.session)
        except UploaderError as error:
            return Verified(exit_codes.of_error(error), [str(error)])
        code = exit_codes.of_verify(is_as_written=found.is_as_written)
        return Verified(code, list(report.verification(found, "en")))

    def sent(self, path: Path, **options: Any) -> Path:
        """Send a list completely and return its result workbook. Every request has arrived."""
        ended = self.sends(path, no_preflight=True, **options)
        assert ended.code in (0, 1), ended.why
        assert len(ended.came) == ended.json["requests"]
        return Path(ended.json["results"])

    def _ending(
        self,
        act: Callable[[], Summary],
        path: Path | None = None,
        code_of: Callable[[Summary], int] = exit_codes.of_send,
    ) -> Ending:
        came, told, shown = len(self.transport.requests), len(self.ui.told), len(self.ui.shown)
        why = ""
        try:
            summary = act()
            code = code_of(summary)
        except UploaderError as error:
            code, why = exit_codes.of_error(error), str(error)
            summary = Summary(error.list_path or path, error.template, stopped=error.message, sent=False)
        rows = [json.loads(one.body) for one in self.transport.requests[came:] if one.url.endswith("add_interaction")]
        return Ending(
            code,
            json.loads(ending.as_json_object(summary, code, "en")),
            sorted([row[name] for name in FIELDS] for row in rows),
            self.ui.told[told:],
            self.ui.shown[shown:],
            why,
        )


def sandboxed(home: Path, api: SandboxApi | None = None) -> World:
    """An environment whose API is the sandbox."""
    token = {"WOLKVOX_SERVER": SERVER, "WOLKVOX_TOKEN": SANDBOX_TOKEN}
    return World(home, api or SandboxApi(), environment=token)

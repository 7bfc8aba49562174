"""One run over a staged job: it gives the pipeline its rows, transport, clock and chance, and shows the progress."""

import asyncio
import random
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from uploader.cli.interrupts import interruptions
from uploader.cli.progress import Progress
from uploader.errors import JournalError, SettingsError
from uploader.model.address import checked_origin
from uploader.model.http import Request
from uploader.model.outcomes import Stop
from uploader.model.resend import ResendPolicy
from uploader.model.rows import Row
from uploader.model.settings import Settings
from uploader.sandbox import SandboxConfig
from uploader.sending.engine import Engine, Ledger
from uploader.sending.pacing import seconds_between
from uploader.sending.scheduler import STOP_AFTER, Scheduler, SendLimits
from uploader.sending.transports import httpx_transport
from uploader.templates import preflight, response
from uploader.templates.profile import is_rate
from uploader.templates.template import Template

_LONGEST_TIMEOUT_SECONDS = 3_600
_WAITING = "Interrupted: no new rows are sent; waiting for the answers under way (Ctrl-C again leaves at once)."
_GO_ON = "{reason}. Go on all the same?"


@dataclass(frozen=True, slots=True)
class SendOptions:
    """What was said of how to send; None leaves it to the template."""

    concurrency: int | None = None
    rate: str | None = None
    """`N/s` or `N/m`."""
    timeout_seconds: float | None = None
    base_url: str | None = None
    output: Path | None = None
    skip_invalid: bool = False
    send_duplicates: bool = False
    resend_unknown: bool = False
    wait: bool = False
    """For the end of a pause, instead of stopping."""
    first: int | None = None
    """How many rows to send at the most."""
    stop_after: int = STOP_AFTER
    """Refusals in a row with the same answer."""
    no_preflight: bool = False
    redact: tuple[str, ...] = ()
    """Columns, by name or letter, of which workbooks show keyed hashes."""
    sandbox: SandboxConfig | None = None
    """Send to an embedded practice server."""

    def __post_init__(self) -> None:
        if self.sandbox is not None and self.base_url is not None:
            raise SettingsError("--sandbox and --base-url say two different places to send to. Leave one of them out.")
        if self.base_url is not None:
            checked_origin(self.base_url)
        if self.timeout_seconds is not None and not 0 < self.timeout_seconds <= _LONGEST_TIMEOUT_SECONDS:
            raise SettingsError(
                f"--timeout {self.timeout_seconds:g}: give seconds, up to {_LONGEST_TIMEOUT_SECONDS:,}."
            )
        if self.rate is not None and not is_rate(self.rate):
            raise SettingsError(f"--rate {self.rate}: write it as 5/s or 30/m, above 0.")

    def repeats(self, template: Template | None = None, since: str = "") -> ResendPolicy:
        """What is sent again although the same request is known; see `Repeats`."""
        unknown = self.resend_unknown or (template is not None and template.may_repeat)
        return ResendPolicy(self.send_duplicates, unknown, since)


@dataclass(frozen=True, slots=True)
class Run:
    """How the rows of a job are sent, and where to."""

    template: Template
    fields: Mapping[str, int]
    """Which column, from 0, fills which field."""
    settings: Settings
    destination: str
    """Scheme and host."""
    sending: SendOptions
    base_url: str | None
    """Instead of the template's scheme and host; the practice server's while one runs inside."""
    language: str

    def values(self, row: Row) -> dict[str, str]:
        """What the row puts into the template's fields."""
        return self.template.values(row, self.fields)

    def fingerprint(self, values: Mapping[str, str]) -> str:
        """What tells the request of a row with these values from all others."""
        return self.template.fingerprint(values, self.settings, self.base_url)

    def asked(self, columns: Collection[str]) -> preflight.ApiFacts:
        """What the API tells before the first row."""

        async def go() -> preflight.ApiFacts:
            timeout = min(self._timeout, preflight.TIMEOUT_SECONDS)
            async with httpx_transport.opened(self.destination, 1, timeout) as line:
                return await preflight.asked(
                    self.template, self.settings, self.base_url, columns, line.send, self.language
                )

        return asyncio.run(go())

    def over(
        self,
        rows: Iterator[Row],
        total: int,
        ledger: Ledger,
        stream: TextIO,
        ask: Callable[[str], bool] | None,
        *,
        quiet: bool,
    ) -> tuple[int, Stop | None]:
        """Send `rows`, `total` of them; how many requests were made, and why it stopped early if it did.

        Where something seems wrong and somebody is there to `ask`, they decide whether it goes on.
        """
        requests = 0
        steering = Scheduler(self._terms(), rows, self._build, random.random)
        with Progress(min(total, self.sending.first or total), stream, quiet=quiet) as progress:
            while True:
                made, stop = asyncio.run(self._sent(steering, ledger, progress))
                requests += made
                if stop is None or not stop.is_a_guess or ask is None:
                    return requests, stop
                progress.clear()
                try:
                    goes_on = ask(_GO_ON.format(reason=stop.reason[:1].upper() + stop.reason[1:]))
                except KeyboardInterrupt:
                    return requests, Stop("interrupted", None, interrupted=True)
                if not goes_on:
                    return requests, stop
                steering.go_on()

    def _terms(self) -> SendLimits:
        sending, limits = self.sending, self.template.limits
        return SendLimits(
            concurrency=sending.concurrency or limits.concurrency,
            seconds_between=seconds_between(sending.rate or limits.rate),
            held_seconds=limits.api_time_limit_seconds,
            stop_after=sending.stop_after,
            probe_seconds=limits.probe_seconds if sending.wait else None,
            may_repeat=self.template.may_repeat,
            first=sending.first,
        )

    @property
    def _timeout(self) -> float:
        return self.sending.timeout_seconds or self.template.limits.timeout_seconds

    def _build(self, row: Row) -> Request:
        return self.template.build(self.values(row), self.settings, self.base_url)

    async def _sent(self, steering: Scheduler, ledger: Ledger, progress: Progress) -> tuple[int, Stop | None]:
        interrupted = asyncio.Event()
        async with httpx_transport.opened(self.destination, steering.terms.concurrency, self._timeout) as line:
            pipeline = Engine(
                steering=steering,
                ledger=ledger,
                send=line.send,
                judge=lambda answer: response.outcome(answer, self.template, self.settings.mask, self.language),
                clock=time.monotonic,
                sleep=asyncio.sleep,
                interrupted=interrupted,
                watch=progress.ended,
                waits=progress.waits,
            )
            with interruptions(asyncio.get_running_loop(), interrupted, lambda: progress.say(_WAITING)):
                try:
                    stop = await pipeline.run()
                except JournalError as why:
                    stop = Stop(str(why).rstrip("."), None)
        return pipeline.requests, stop

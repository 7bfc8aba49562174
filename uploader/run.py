"""One run over a staged job: it gives the pipeline its rows, transport, clock and chance, and shows the progress."""

import asyncio
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from uploader import answers, transport
from uploader.address import checked_origin
from uploader.errors import SettingsError
from uploader.interrupts import interruptions
from uploader.journal import Journal
from uploader.journal.ledger import RunLedger
from uploader.model import Row, Settings, Stop
from uploader.pacing import seconds_between
from uploader.pipeline import Pace, Pipeline
from uploader.progress import Progress
from uploader.reading import OpenedList
from uploader.sandbox import Practice
from uploader.template import is_rate

_LONGEST_TIMEOUT_SECONDS = 3_600
_WAITING = "Interrupted: no new rows are sent; waiting for the answers under way (Ctrl-C again leaves at once)."


@dataclass(frozen=True, slots=True)
class Sending:
    """What was said of how to send; None leaves it to the template."""

    concurrency: int | None = None
    rate: str | None = None
    """`N/s` or `N/m`."""
    timeout_seconds: float | None = None
    base_url: str | None = None
    output: Path | None = None
    skip_invalid: bool = False
    send_duplicates: bool = False
    practice: Practice | None = None
    """Send to an embedded practice server."""

    def __post_init__(self) -> None:
        if self.practice is not None and self.base_url is not None:
            raise SettingsError("--sandbox and --base-url say two different places to send to. Leave one of them out.")
        if self.base_url is not None:
            checked_origin(self.base_url)
        if self.timeout_seconds is not None and not 0 < self.timeout_seconds <= _LONGEST_TIMEOUT_SECONDS:
            raise SettingsError(
                f"--timeout {self.timeout_seconds:g}: give seconds, up to {_LONGEST_TIMEOUT_SECONDS:,}."
            )
        if self.rate is not None and not is_rate(self.rate):
            raise SettingsError(f"--rate {self.rate}: write it as 5/s or 30/m, above 0.")


@dataclass(frozen=True, slots=True)
class Run:
    """How the rows of a list are sent, and where to."""

    opened: OpenedList
    settings: Settings
    destination: str
    """Scheme and host."""
    sending: Sending
    base_url: str | None
    """Instead of the template's scheme and host; the practice server's while one runs inside."""
    language: str

    def over(self, journal: Journal, job: int, rows: int, stream: TextIO, *, quiet: bool) -> tuple[int, Stop | None]:
        """Send the `rows` of the job that wait; how many requests were made, and why it stopped early if it did."""
        ledger = journal.begin_run(job, answers.advice_under_way(self.language))
        with Progress(rows, stream, quiet=quiet) as progress:
            requests, stop = asyncio.run(self._sent(journal.to_send(job), ledger, progress))
        ledger.end(stop)
        return requests, stop

    async def _sent(self, rows: Iterator[Row], ledger: RunLedger, progress: Progress) -> tuple[int, Stop | None]:
        template, sending, settings = self.opened.template, self.sending, self.settings
        limits = template.limits
        pace = Pace(sending.concurrency or limits.concurrency, seconds_between(sending.rate or limits.rate))
        timeout = sending.timeout_seconds or limits.timeout_seconds
        interrupted = asyncio.Event()
        async with transport.opened(self.destination, pace.concurrency, timeout) as line:
            pipeline = Pipeline(
                rows=rows,
                ledger=ledger,
                pace=pace,
                build=lambda row: template.build(self.opened.values(row), settings, self.base_url),
                send=line.send,
                judge=lambda answer: answers.outcome(answer, template, settings.mask, self.language),
                clock=time.monotonic,
                sleep=asyncio.sleep,
                random=random.random,
                interrupted=interrupted,
                watch=progress.ended,
            )
            with interruptions(interrupted, lambda: progress.say(_WAITING)):
                stop = await pipeline.run()
        return pipeline.requests, stop

"""What a person sees while something takes a while: a bar on a terminal, now and then a plain line elsewhere."""

import math
import os
import shutil
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Never, TextIO

from tqdm import tqdm

from uploader.i18n import render
from uploader.model.events import Advanced, Event, Phase, PhaseEnded, RowDone, Waiting
from uploader.model.rows import Status

_LINE_SECONDS = 10.0
_LINES = 10
"""Elsewhere than on a terminal: a line every tenth of the rows, or every ten seconds."""
_PATIENCE = 1.0
"""Seconds in which nobody wants to be told how far something is."""
_WAIT_WORTH_TELLING = 3.0
"""Seconds."""
_LARGE_BYTES = 20 << 20
_READING = "Reading {name} …"
_WRITING = "Writing the workbook"
_COUNTDOWN = "next try in {left}"
_WAIT = "{why}. Next try in {left}."
_BAR = "{percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}, {rate_fmt}{postfix}]"


class Progress:
    """Shows events, and says lines above the bar if there is one."""

    def __init__(self, stream: TextIO, *, quiet: bool = False) -> None:
        self._stream, self._quiet = stream, quiet
        self._bar: tqdm[Never] | None = None
        self._sending: _Sending | None = None

    def on_event(self, event: Event, language: str) -> None:
        """Show it."""
        match event:
            case Phase(name="sending"):
                self._begin_sending(event.total)
            case Phase():
                self._begin(event)
            case PhaseEnded():
                self._end()
            case Advanced() if self._bar is not None:
                self._bar.update(event.rows)
            case RowDone() if self._sending is not None:
                self._row_done(self._sending, event.status)
            case Waiting() if self._sending is not None:
                self._waits(self._sending, render(event.reason, language), event.seconds)

    def say(self, text: str) -> None:
        """A line for the person, above the bar if there is one."""
        if self._bar is not None:
            self._bar.write(text, file=self._stream)
        else:
            self._print(text)

    def clear(self) -> None:
        """Make room for a question."""
        if self._bar is not None:
            self._bar.clear()

    # What only counts rows: on a terminal, and if it takes a while

    def _begin(self, phase: Phase) -> None:
        is_shown = self._stream.isatty() and not self._quiet
        if phase.name == "reading":
            path = Path(phase.what)
            if is_shown and path.exists() and path.stat().st_size > _LARGE_BYTES:
                self.say(_READING.format(name=path.name))
            return
        what = _WRITING if phase.name == "writing" else None
        self._bar = tqdm(
            total=phase.total,
            desc=what,
            unit=" rows",
            file=self._stream,
            disable=not is_shown,
            delay=_PATIENCE,
            leave=False,
        )

    def _end(self) -> None:
        if self._bar is not None:
            self._bar.close()
        self._bar = self._sending = None

    # While rows are sent

    def _begin_sending(self, total: int) -> None:
        self._sending = _Sending(total)
        if self._stream.isatty() and not self._quiet:
            self._bar = tqdm(
                total=total,
                unit=" rows",
                file=self._stream,
                bar_format=_BAR,
                dynamic_ncols=_tells_its_width(self._stream),
                ncols=shutil.get_terminal_size().columns,
                nrows=shutil.get_terminal_size().lines,
                mininterval=0.1,
            )

    def _row_done(self, sending: "_Sending", status: Status) -> None:
        sending.counts[status] += 1
        sending.waiting_for = ""
        if self._bar is not None:
            self._bar.set_postfix_str(sending.counted(), refresh=False)
            self._bar.update()
        elif not self._quiet and sending.is_line_due():
            self._print(f"{sending.counts.total():,} of {sending.total:,} rows: {sending.counted()}")

    def _waits(self, sending: "_Sending", why: str, seconds: float) -> None:
        """Nothing is sent for so long, and why: said once, and then a countdown in the bar."""
        begins = why != sending.waiting_for or seconds > sending.wait_left
        if begins and seconds < _WAIT_WORTH_TELLING:
            return
        sending.waiting_for, sending.wait_left = why, seconds
        if begins:
            self.say(_WAIT.format(why=why[:1].upper() + why[1:], left=_clock(seconds)))
        if self._bar is not None:
            self._bar.set_postfix_str(_COUNTDOWN.format(left=_clock(seconds)))

    def _print(self, text: str) -> None:
        with suppress(OSError):  # nobody reads any more: the rows go on all the same
            print(text, file=self._stream, flush=True)


class _Sending:
    """How far the sending is."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.counts: Counter[Status] = Counter()
        self.waiting_for, self.wait_left = "", 0.0
        self._line_at = 0
        self._line_due = time.monotonic() + _LINE_SECONDS

    def is_line_due(self) -> bool:
        """Whether it is time for a line."""
        now = time.monotonic()
        tenth = self.counts.total() * _LINES // self.total if self.total else _LINES
        if tenth > self._line_at or now >= self._line_due:
            self._line_at, self._line_due = tenth, now + _LINE_SECONDS
            return True
        return False

    def counted(self) -> str:
        """The counts that matter while it runs, and any others that occur."""
        always = (Status.ACCEPTED, Status.REJECTED, Status.UNKNOWN)
        return ", ".join(
            f"{self.counts[status]:,} {status}" for status in Status if status in always or self.counts[status]
        )


def _clock(seconds: float) -> str:
    """`0:07`, `14:59`, `1:00:00`."""
    minutes, rest = divmod(math.ceil(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _tells_its_width(stream: TextIO) -> bool:
    """Some terminals (a container's, a pipe's) say that they are 0 wide, and a bar of that width is none."""
    try:
        return os.get_terminal_size(stream.fileno()).columns > 0
    except (OSError, ValueError):
        return False

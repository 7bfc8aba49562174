"""What a person sees while something takes a while: a bar on a terminal, now and then a plain line elsewhere."""

import math
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Never, TextIO

from uploader.cli.terminal import fitted
from uploader.i18n import Message, render
from uploader.model.events import Advanced, Event, Phase, PhaseEnded, RestOfJob, RowDone, Waited, Waiting
from uploader.model.rows import Status, counted

if TYPE_CHECKING:
    from tqdm import tqdm

_LINE_SECONDS = 10.0
_LINES = 10
"""Elsewhere than on a terminal: a line every tenth of the rows, or every ten seconds."""
_LEAST_SECONDS = 2.0
"""Between two lines; a run that is over before has none."""
_BAR_SECONDS = 0.1
"""Between two looks of the bar, however many rows end meanwhile."""
_PATIENCE = 1.0
"""Seconds in which nobody wants to be told how far something is."""
_WAIT_WORTH_TELLING = 3.0
"""Seconds."""
_LARGE_BYTES = 20 << 20
_BAR = "{percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}, {rate_fmt}{postfix}]"


class Progress:
    """Shows events, and says lines above the bar if there is one."""

    def __init__(self, stream: TextIO, *, quiet: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._quiet, self._clock = stream, quiet, clock
        self._bar: tqdm[Never] | None = None
        self._sending: _Sending | None = None

    def on_event(self, event: Event, language: str) -> None:
        """Show it."""
        match event:
            case Phase(name="sending"):
                self._begin_sending(event.total, language)
            case Phase():
                self._begin(event, language)
            case PhaseEnded():
                self._end()
            case Advanced() if self._bar is not None:
                self._bar.update(event.rows)
            case RowDone() if self._sending is not None:
                self._row_done(self._sending, event.status)
            case RestOfJob() if self._sending is not None:
                self._sending.note_rest(event.rows)
            case Waited() if self._sending is not None and self._bar is not None:
                _leave_out(self._bar, event.seconds)
            case Waiting() if self._sending is not None and not self._quiet:
                self._waits(self._sending, event)

    def say(self, text: str) -> None:
        """A line for the person, above the bar if there is one."""
        if self._bar is not None:
            self._bar.write(fitted(text, self._stream), file=self._stream)
        else:
            self._print(text)

    def clear(self) -> None:
        """Make room for a question."""
        if self._bar is not None:
            self._bar.clear()

    # What only counts rows: on a terminal, and if it takes a while

    def _begin(self, phase: Phase, language: str) -> None:
        is_shown = self._stream.isatty() and not self._quiet
        if phase.name == "reading":
            path = Path(phase.what)
            if is_shown and path.exists() and path.stat().st_size > _LARGE_BYTES:
                self.say(render(Message("progress.reading", name=path.name), language))
            return
        if not is_shown:
            return
        from tqdm import tqdm

        self._bar = tqdm(
            total=phase.total,
            desc=render(Message(f"progress.{phase.name}"), language),
            unit=_unit(language),
            file=self._stream,
            delay=_PATIENCE,
            leave=False,
        )

    def _end(self) -> None:
        if self._bar is not None:
            if self._sending is not None:
                _renew(self._bar, self._sending)
            self._bar.close()
        self._bar = self._sending = None

    # While rows are sent

    def _begin_sending(self, total: int, language: str) -> None:
        self._sending = _Sending(total, language, self._clock)
        if self._stream.isatty() and not self._quiet:
            from tqdm import tqdm

            self._bar = tqdm(
                total=total,
                unit=_unit(language),
                file=self._stream,
                bar_format=_BAR,
                dynamic_ncols=_tells_its_width(self._stream),
                ncols=shutil.get_terminal_size().columns,
                nrows=shutil.get_terminal_size().lines,
                mininterval=0,
                miniters=0,
            )

    def _row_done(self, sending: "_Sending", status: Status) -> None:
        sending.counts[status] += 1
        sending.waiting_for = None
        if self._bar is not None:
            if sending.is_bar_due():
                _renew(self._bar, sending)
        elif not self._quiet and sending.is_line_due():
            self._print(sending.line())

    def _waits(self, sending: "_Sending", wait: Waiting) -> None:
        """Nothing is sent for a while, and why: said once, and then a countdown in the bar."""
        begins = wait.reason != sending.waiting_for or wait.seconds > sending.wait_left
        if begins and wait.seconds < _WAIT_WORTH_TELLING:
            return
        sending.waiting_for, sending.wait_left = wait.reason, wait.seconds
        left = _clock(wait.seconds)
        if begins:
            why = render(wait.reason, sending.language).rstrip(".")
            self.say(render(Message("progress.wait", why=why, left=left), sending.language))
        if self._bar is not None:
            self._bar.update(sending.newly_done())
            self._bar.set_postfix_str(render(Message("progress.countdown", left=left), sending.language))

    def _print(self, text: str) -> None:
        with suppress(OSError):  # nobody reads any more; the rows are sent nevertheless
            print(fitted(text, self._stream), file=self._stream, flush=True)


class _Sending:
    """How far the sending is."""

    def __init__(self, total: int, language: str, clock: Callable[[], float]) -> None:
        self.total, self.language = total, language
        self.counts: Counter[Status] = Counter()
        self._elsewhere = 0
        self.waiting_for: Message | None = None
        self.wait_left = 0.0
        self._clock = clock
        self._shown = 0
        self._bar_due = clock()
        self._line_at = 0
        self._quiet_until = clock() + _LEAST_SECONDS
        self._line_due = clock() + _LINE_SECONDS

    def is_bar_due(self) -> bool:
        """Whether it is time to show the bar anew."""
        now = self._clock()
        if now < self._bar_due:
            return False
        self._bar_due = now + _BAR_SECONDS
        return True

    @property
    def done(self) -> int:
        """The rows that have ended, here or on other computers."""
        return min(self.total, self.counts.total() + self._elsewhere)

    def note_rest(self, rows: int) -> None:
        """So many are left for all who send the list; the number to reach stays."""
        self._elsewhere = max(self._elsewhere, self.total - self.counts.total() - rows)

    def newly_done(self) -> int:
        """How many rows ended since this was asked last."""
        before, self._shown = self._shown, self.done
        return self._shown - before

    def is_line_due(self) -> bool:
        """Whether it is time for a line."""
        now = self._clock()
        if now < self._quiet_until:
            return False
        tenth = self.done * _LINES // self.total if self.total else _LINES
        if tenth > self._line_at or now >= self._line_due:
            self._line_at, self._line_due = tenth, now + _LINE_SECONDS
            self._quiet_until = now + _LEAST_SECONDS
            return True
        return False

    def line(self) -> str:
        """How far it is, where there is no bar."""
        return render(
            Message("progress.rows", done=self.done, count=self.total, counts=counted(self.counts)), self.language
        )

    def counted(self) -> str:
        """The rows so far, by their status."""
        return ", ".join(render(one, self.language) for one in counted(self.counts))


def _renew(bar: "tqdm[Never]", sending: _Sending) -> None:
    """Show it as far as the sending is now."""
    bar.set_postfix_str(sending.counted(), refresh=False)
    bar.update(sending.newly_done())


def _leave_out(bar: "tqdm[Never]", seconds: float) -> None:
    """Time in which nothing was sent is not in the rate and the time left, as if it had not passed."""
    if not bar.disable:
        bar.start_t += seconds
        bar.last_print_t += seconds


def _unit(language: str) -> str:
    return f" {render(Message('progress.unit'), language)}"


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

"""What a person sees while rows are sent: a bar on a terminal, now and then a plain line elsewhere; the only tqdm."""

import math
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Never, Self, TextIO

from tqdm import tqdm

from uploader.model.rows import Status

_LINE_SECONDS = 10.0
_LINES = 10
"""Elsewhere than on a terminal: a line every tenth of the rows, or every ten seconds."""
_PATIENCE = 1.0
"""Seconds in which nobody wants to be told how far something is."""
_WAIT_WORTH_TELLING = 3.0
"""Seconds."""
_COUNTDOWN = "next try in {left}"
_WAIT = "{why}. Next try in {left}."
_BAR = "{percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}, {rate_fmt}{postfix}]"


@contextmanager
def counting(
    total: int, stream: TextIO, *, what: str | None = None, quiet: bool = False
) -> Iterator[Callable[[int], object]]:
    """Shows how far `what` is, on a terminal and if it takes a while; call what it gives with rows done."""
    is_shown = stream.isatty() and not quiet
    with tqdm(
        total=total, desc=what, unit=" rows", file=stream, disable=not is_shown, delay=_PATIENCE, leave=False
    ) as bar:
        yield bar.update


class Progress:
    """Counts rows as they end. Use it as a context manager."""

    def __init__(self, total: int, stream: TextIO, *, quiet: bool = False) -> None:
        self._total, self._stream, self._quiet = total, stream, quiet
        self._counts: Counter[Status] = Counter()
        self._line_at = 0
        self._waiting_for, self._wait_left = "", 0.0
        self._line_due = time.monotonic() + _LINE_SECONDS
        self._bar: tqdm[Never] | None = None
        if stream.isatty() and not quiet:
            self._bar = tqdm(
                total=total,
                unit=" rows",
                file=stream,
                bar_format=_BAR,
                dynamic_ncols=_tells_its_width(stream),
                ncols=shutil.get_terminal_size().columns,
                nrows=shutil.get_terminal_size().lines,
                mininterval=0.1,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def ended(self, status: Status) -> None:
        """One more row has come to its end."""
        self._counts[status] += 1
        self._waiting_for = ""
        if self._bar is not None:
            self._bar.set_postfix_str(self._told(), refresh=False)
            self._bar.update()
        elif not self._quiet:
            self._line()

    def waits(self, why: str, seconds: float) -> None:
        """Nothing is sent for so long, and why: said once, and then a countdown in the bar."""
        begins = why != self._waiting_for or seconds > self._wait_left
        if begins and seconds < _WAIT_WORTH_TELLING:
            return
        self._waiting_for, self._wait_left = why, seconds
        if begins:
            self.say(_WAIT.format(why=why[:1].upper() + why[1:], left=_clock(seconds)))
        if self._bar is not None:
            self._bar.set_postfix_str(_COUNTDOWN.format(left=_clock(seconds)))

    def clear(self) -> None:
        """Make room for a question."""
        if self._bar is not None:
            self._bar.clear()

    def say(self, words: str) -> None:
        """A line for the person, above the bar if there is one."""
        if self._bar is not None:
            self._bar.write(words, file=self._stream)
        else:
            self._print(words)

    def _line(self) -> None:
        done, now = self._counts.total(), time.monotonic()
        tenth = done * _LINES // self._total if self._total else _LINES
        if tenth > self._line_at or now >= self._line_due:
            self._line_at, self._line_due = tenth, now + _LINE_SECONDS
            self._print(f"{done:,} of {self._total:,} rows: {self._told()}")

    def _print(self, words: str) -> None:
        with suppress(OSError):  # nobody reads any more: the rows go on all the same
            print(words, file=self._stream, flush=True)

    def _told(self) -> str:
        """The counts that matter while it runs, and any others that occur."""
        always = (Status.ACCEPTED, Status.REJECTED, Status.UNKNOWN)
        return ", ".join(
            f"{self._counts[status]:,} {status}" for status in Status if status in always or self._counts[status]
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

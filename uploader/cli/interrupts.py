"""Ctrl-C, SIGTERM and a closed terminal: an orderly end while rows are sent, otherwise an immediate one."""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every command imports this file, and few of them wait for anything
    from uploader.model.cancel import CancelToken
    from uploader.model.events import PhaseName

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
"""Of all platforms: Windows has no SIGHUP, the others have no SIGBREAK."""

_AGAIN_AFTER_SECONDS = 0.005


class _Orderly:
    """The token with which the first signal asks for an orderly end; None means that a signal ends the command."""

    token: "CancelToken | None" = None
    is_ending = False
    """Whether a signal ends the command now."""


class _Course:
    """How far the command has come."""

    phase: "PhaseName | None" = None
    """What is under way, or was last; None before anything long has begun."""
    has_begun_to_send = False


@contextmanager
def handled() -> Iterator[None]:
    """Within the block, each of these signals raises KeyboardInterrupt, as Ctrl-C does anyway, or sets the token."""
    # signal.signal and not an event loop's own handlers: Windows has none of those.
    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        numbers.remove(signal.SIGHUP)  # started by nohup: it is meant to outlive its terminal
    if threading.current_thread() is not threading.main_thread():
        numbers = []
    _Orderly.is_ending = False
    before = {number: signal.signal(number, _handle) for number in numbers}
    others_hook, sys.unraisablehook = sys.unraisablehook, _lost_nowhere(sys.unraisablehook)
    try:
        yield
    finally:
        sys.unraisablehook = others_hook
        for number, old in before.items():
            signal.signal(number, old)


def _lost_nowhere(
    others_hook: Callable[["sys.UnraisableHookArgs"], object],
) -> Callable[["sys.UnraisableHookArgs"], object]:
    """What Python calls for an exception that it can't pass on: one of ours is raised once more, a moment later.

    Where a signal comes while an object is let go of (imports do that all the time), Python prints the exception and
    forgets it: the person would see a traceback, and the command would go on.
    """

    def hook(lost: "sys.UnraisableHookArgs") -> object:
        if issubclass(lost.exc_type, KeyboardInterrupt) and _Orderly.is_ending:
            threading.Thread(target=_interrupt_again, daemon=True).start()
            return None
        return others_hook(lost)

    return hook


def _interrupt_again() -> None:
    time.sleep(_AGAIN_AFTER_SECONDS)
    # A real signal, as it wakes the command where it sleeps; `_thread.interrupt_main` doesn't.
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        signal.raise_signal(signal.SIGINT)


def _handle(_: int, __: FrameType | None) -> None:
    token = _Orderly.token
    if token is None or token.is_cancelled:
        _Orderly.is_ending = True
        raise KeyboardInterrupt
    token.cancel()


def begin_command() -> None:
    """A command begins: nothing long is under way yet."""
    _Course.phase, _Course.has_begun_to_send = None, False


def begin_phase(name: "PhaseName") -> None:
    """Something long begins."""
    _Course.phase = name
    _Course.has_begun_to_send |= name == "sending"


def has_begun_to_send() -> bool:
    """Whether the command has come to sending rows."""
    return _Course.has_begun_to_send


def is_writing() -> bool:
    """Whether a workbook is being written, or was last."""
    return _Course.phase == "writing"


def is_ending() -> bool:
    """Whether a signal ends the command now, also where its exception was turned into another: imports do that."""
    return _Orderly.is_ending


def begin_orderly(token: "CancelToken") -> None:
    """From now on the first signal sets the token, and only a second one ends the command at once."""
    _Orderly.token = token


def end_orderly() -> None:
    """From now on a signal ends the command at once."""
    _Orderly.token = None


@contextmanager
def at_once() -> Iterator[None]:
    """Within the block, such as a question, a signal ends the command."""
    token, _Orderly.token = _Orderly.token, None
    try:
        yield
    finally:
        _Orderly.token = token

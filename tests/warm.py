"""The command as a process whose code was loaded before: the copy of one that has imported everything and done nothing.

Starting Python and importing what a command needs is most of what a short command costs, and tests start it a thousand
times. A copy has its own memory, folder, environment, files, signals and end, as any process has. What depends on the
beginning itself (what is imported when, a signal meanwhile, how long it takes) starts the installed command instead.
"""

import atexit
import gc
import importlib
import io
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

CAN_COPY = sys.platform == "linux"
_READ_AT_THE_START = ("PYTHON", "LC_", "LANG", "TZ")
"""How names of variables begin that Python reads once, when it starts."""
_MOST_BYTES = 1 << 20
CHEAP = 2
"""What a lock's name costs in tests, where it is a third of a short run. Who must exclude each other must agree on it."""


class Copy:
    """A running copy, with the methods of `subprocess.Popen` that tests need."""

    def __init__(self, watcher: socket.socket, arguments: Sequence[str]) -> None:
        self._watcher, self._arguments = watcher, arguments
        self.returncode: int | None = None
        self.pid = int(watcher.recv(_MOST_BYTES))

    def poll(self) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, as subprocess has it: negative if a signal ended it."""
        if self.returncode is None:
            self._watcher.settimeout(timeout)
            try:
                self.returncode = int(self._watcher.recv(_MOST_BYTES))
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired(self._arguments, timeout or 0) from None
            self._watcher.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with suppress(ProcessLookupError):  # it ended just now
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class _Original:
    """The process that is copied, as a test's process sees it."""

    def __init__(self) -> None:
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG"))}
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", __file__, str(theirs.fileno())],  # -P: what is tried is the installed package
                pass_fds=[theirs.fileno()],
                env=self._environment,
                stdin=subprocess.DEVNULL,
            )
        atexit.register(self._end)

    def suits(self, environment: Mapping[str, str]) -> bool:
        """Whether Python would begin in this environment as the original did."""
        return _at_the_start(environment) == _at_the_start(self._environment)

    def copy(self, words: Sequence[str], environment: Mapping[str, str], folder: Path, *streams: int) -> Copy:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        order = json.dumps({"words": words, "environment": dict(environment), "folder": str(folder)})
        with theirs:
            socket.send_fds(self._orders, [order.encode()], [theirs.fileno(), *streams])
        return Copy(ours, words)

    def _end(self) -> None:
        self._orders.close()
        self._process.wait()


_original = cache(_Original)


def copied(
    words: Sequence[str], environment: Mapping[str, str], folder: Path, *, stdin: int, stdout: int, stderr: int
) -> Copy | None:
    """Start the command with these words (its own first) and file descriptors. None where it must be started as usual."""
    if not CAN_COPY or not _original().suits(environment):
        return None
    return _original().copy(words, environment, folder, stdin, stdout, stderr)


def _at_the_start(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(_READ_AT_THE_START)}


def _serve(orders: socket.socket) -> None:
    """Copy this process for each order that comes, until the tests' process ends. Returns in the copies alone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the tests
    while True:
        order, received, _, _ = socket.recv_fds(orders, _MOST_BYTES, 4)
        _bury_watchers()
        if not order:
            sys.exit()
        if os.fork() == 0:
            orders.close()
            _watched(json.loads(order), *received)
            return
        for number in received:
            os.close(number)


def _bury_watchers() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _watched(order: dict[str, Any], watcher: int, *streams: int) -> None:
    """Copy once more; this process waits for the copy and says its number, and then how it ended."""
    copy = os.fork()
    if copy:
        _watch(copy, socket.socket(fileno=watcher), streams)
    os.close(watcher)
    _become(order, streams)


def _watch(copy: int, tests: socket.socket, streams: Sequence[int]) -> NoReturn:
    for number in streams:
        os.close(number)
    with suppress(OSError):  # the test has ended already
        tests.send(str(copy).encode())
        tests.send(str(os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])).encode())
    os._exit(0)


def _become(order: dict[str, Any], streams: Sequence[int]) -> None:
    """The process that was ordered, up to its first line."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # tests may run under nohup
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    for stream in streams:
        os.close(stream)
    for name in ("stdin", "stdout", "stderr"):
        setattr(sys, name, _as_python_opens_it(getattr(sys, name)))
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv[:] = order["words"]


def _as_python_opens_it(old: io.TextIOWrapper) -> io.TextIOWrapper:
    """What stands behind its number may be a file, a pipe or a device now."""
    through = old.write_through  # PYTHONUNBUFFERED
    raw = open(old.fileno(), old.mode + "b", buffering=0 if through else -1, closefd=False)  # noqa: SIM115
    is_lines = old is sys.stderr or os.isatty(old.fileno())
    return io.TextIOWrapper(raw, old.encoding, old.errors, line_buffering=is_lines, write_through=through)


def _import_all() -> None:
    for module in pkgutil.walk_packages(importlib.import_module("uploader").__path__, "uploader."):
        if not module.name.startswith(("uploader.api", "uploader.readers.frame")):  # no command needs pandas
            importlib.import_module(module.name)
    vars(importlib.import_module("uploader.journal.locks.naming"))["_COST"] = CHEAP
    _read_own_texts()
    gc.freeze()


def _read_own_texts() -> None:
    """What never changes and every page needs: reading it costs a short command as much again as importing."""
    importlib.import_module("uploader.i18n.catalogue").entries()
    pages = importlib.import_module("uploader.web.pages.render")._environment()
    for name in pages.list_templates(extensions=["html"]):
        pages.get_template(name)


if __name__ == "__main__":
    from uploader.__main__ import main  # the tests' own process needs none of it

    _import_all()
    _serve(socket.socket(fileno=int(sys.argv[1])))
    main()

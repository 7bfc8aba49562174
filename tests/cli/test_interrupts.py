"""A signal ends a command wherever it finds it."""

import signal
import subprocess
import sys

import pytest

from tests.waiting import HANG_SECONDS

FOREVER_SECONDS = 30
WHILE_SOMETHING_IS_LET_GO_OF = """
import signal, time, weakref
from uploader.cli.interrupts import handled

class Something: pass

def let_go(_):
    signal.raise_signal({number})
    for _ in range(1000):
        pass

try:
    with handled():
        it = Something()
        watch = weakref.ref(it, {callback})
        del it
        print("goes on", flush=True)
        time.sleep({seconds})
    print("came to its end")
except KeyboardInterrupt:
    print("interrupted")
"""


def said_by(callback: str, seconds: float, number: signal.Signals = signal.SIGTERM) -> tuple[list[str], str]:
    program = WHILE_SOMETHING_IS_LET_GO_OF.format(callback=callback, number=int(number), seconds=seconds)
    process = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=HANG_SECONDS
    )
    return process.stdout.splitlines(), process.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_something_is_let_go_of_ends_the_command_all_the_same(number: signal.Signals) -> None:
    # Python can't pass on an exception out of such a callback: it prints and forgets it.
    assert said_by("let_go", FOREVER_SECONDS, number) == (["goes on", "interrupted"], "")


def test_another_exception_that_python_cannot_pass_on_is_told_as_ever() -> None:
    lines, told = said_by("lambda _: 1 / 0", 0.01)
    assert lines == ["goes on", "came to its end"]
    assert "Exception ignored" in told
    assert "ZeroDivisionError" in told

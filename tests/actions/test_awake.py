"""The computer stays awake while rows are sent, and nothing else depends on that."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import interactions, write_csv
from tests.waiting import HANG_SECONDS
from tests.worlds import World
from uploader.actions.options import SandboxConfig
from uploader.actions.steps.awake import _held, kept_awake


class Desktop:
    """Can be kept awake; `ails` is what it raises instead, at the beginning or the end."""

    def __init__(self, at_first: Exception | None = None, at_last: Exception | None = None) -> None:
        self.at_first, self.at_last = at_first, at_last
        self.is_held, self.was_asked, self.was_left = threading.Event(), threading.Event(), threading.Event()

    @contextmanager
    def hold(self) -> Iterator[None]:
        self.was_asked.set()
        if self.at_first is not None:
            raise self.at_first
        self.is_held.set()
        yield
        self.is_held.clear()
        self.was_left.set()
        if self.at_last is not None:
            raise self.at_last


def test_it_is_held_while_the_block_lasts() -> None:
    desktop = Desktop()
    with kept_awake(desktop.hold, 0):
        assert desktop.is_held.wait(HANG_SECONDS)
    assert desktop.was_left.wait(HANG_SECONDS)


def test_a_short_block_is_over_before_anybody_asks() -> None:
    desktop = Desktop()
    with kept_awake(desktop.hold, HANG_SECONDS):
        pass
    assert not desktop.was_asked.is_set()


@pytest.mark.parametrize("desktop", [Desktop(OSError("no bus")), Desktop(at_last=RuntimeError("it is gone"))])
def test_a_desktop_that_fails_disturbs_nobody(desktop: Desktop, capfd: pytest.CaptureFixture[str]) -> None:
    with kept_awake(desktop.hold, 0):
        assert desktop.was_asked.wait(HANG_SECONDS)
    assert capfd.readouterr() == ("", "")


def test_a_desktop_that_does_not_answer_holds_nothing_up() -> None:
    answers = threading.Event()

    @contextmanager
    def silent() -> Iterator[None]:
        answers.wait(HANG_SECONDS)
        yield

    began = time.monotonic()
    with kept_awake(silent, 0):
        pass
    assert time.monotonic() - began < HANG_SECONDS / 2
    answers.set()


def test_an_error_of_the_block_ends_it() -> None:
    desktop = Desktop()

    def interrupt() -> None:
        assert desktop.is_held.wait(HANG_SECONDS)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), kept_awake(desktop.hold, 0):
        interrupt()
    assert desktop.was_left.wait(HANG_SECONDS)


def test_the_library_takes_a_computer_without_a_desktop_as_it_is(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    with _held():
        pass
    assert capfd.readouterr() == ("", "")


class Awake:
    """Counts how often it was wished, and knows what had been sent by then and at the end."""

    def __init__(self, world: World) -> None:
        self.world, self.sent = world, list[int]()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        self.sent.append(self._sent())
        yield
        self.sent.append(self._sent())

    def _sent(self) -> int:
        return sum(one.url.endswith("add_interaction") for one in self.world.transport.requests)


def test_it_is_wished_while_rows_are_sent_and_not_where_none_wait(world: World, tmp_path: Path) -> None:
    world.keeps_awake = awake = Awake(world)
    path = write_csv(tmp_path / "list.csv", interactions(3))
    world.checks(path)
    assert awake.sent == []
    assert world.sends(path).code == 0
    assert awake.sent == [0, 3]
    assert world.sends(path).code == 0
    assert awake.sent == [0, 3]


def test_a_practice_run_inside_lets_it_sleep(world: World, tmp_path: Path) -> None:
    world.is_wired, world.keeps_awake = True, (awake := Awake(world))
    assert world.sends(write_csv(tmp_path / "list.csv", interactions(2)), sandbox=SandboxConfig()).code == 0
    assert awake.sent == []

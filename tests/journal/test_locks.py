"""What one run on a computer holds, another waits for or is refused."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.waiting import HANG_SECONDS
from uploader.errors import BusyError, CancelledError, JournalError
from uploader.i18n import Message, render
from uploader.journal.locks import hold_list, hold_token
from uploader.model.cancel import CancelToken
from uploader.model.settings import Settings

SHA256 = "ab" * 32
SERVER = "https://wv0042.wolkvox.com"
SETTINGS = Settings({"wolkvox_server": "0042"}, {"wolkvox_token": "a secret token"})
OTHER_TOKEN = Settings({"wolkvox_server": "0042"}, {"wolkvox_token": "another token"})

_HOLD_TOKEN = f"""
import sys
from pathlib import Path
from uploader.journal.locks import hold_token
from uploader.model.cancel import CancelToken
from uploader.model.settings import Settings
settings = Settings({dict(SETTINGS.plain)!r}, {dict(SETTINGS.secret)!r})
with hold_token(Path(sys.argv[1]), {SERVER!r}, settings, "one.csv", on_wait=print, cancel=CancelToken()) as waited:
    print(waited, flush=True)
    sys.stdin.readline()
"""


@contextmanager
def other_process(home: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds the token until it is killed or gets a line."""
    command = [sys.executable, "-c", _HOLD_TOKEN, str(home)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "False\n"
        try:
            yield process
        finally:
            process.kill()


def test_who_holds_a_list_is_said_in_every_language(tmp_path: Path) -> None:
    with (
        hold_list(tmp_path, SHA256, "clientes.csv", sandbox=False),
        pytest.raises(BusyError) as busy,
        hold_list(tmp_path, SHA256, "copy.csv", sandbox=False),
    ):
        pass
    message = busy.value.message
    assert render(message, "es").startswith("Otro uploader (clientes.csv, desde las ")
    assert render(message, "pt").startswith("Outro uploader (clientes.csv, desde ")


def test_a_list_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    with hold_list(tmp_path, SHA256, "ñ list.csv", sandbox=False):
        with (
            pytest.raises(BusyError, match=r"^Another uploader \(ñ list\.csv, since .*\) is already sending"),
            hold_list(tmp_path, SHA256, "copy.csv", sandbox=False),
        ):
            pass
        with (
            hold_list(tmp_path, "cd" * 32, "other.csv", sandbox=False),
            hold_list(tmp_path, SHA256, "ñ list.csv", sandbox=True),
        ):
            pass
    with hold_list(tmp_path, SHA256, "copy.csv", sandbox=False):
        pass


def test_a_token_is_held_without_waiting_where_nobody_has_it(tmp_path: Path) -> None:
    said: list[Message] = []
    with hold_token(tmp_path, SERVER, SETTINGS, "one.csv", on_wait=said.append, cancel=CancelToken()) as waited:
        assert waited is False
        with (
            hold_token(tmp_path, SERVER, OTHER_TOKEN, "two.csv", on_wait=said.append, cancel=CancelToken()) as other,
            hold_token(tmp_path, "https://b", SETTINGS, "two.csv", on_wait=said.append, cancel=CancelToken()) as third,
        ):
            assert (other, third) == (False, False)
    assert said == []


def test_nothing_of_the_token_is_in_the_names_or_the_notes(tmp_path: Path) -> None:
    with hold_token(tmp_path, SERVER, SETTINGS, "one.csv", on_wait=print, cancel=CancelToken()):
        for path in tmp_path.rglob("*"):
            assert "secret" not in path.name
            assert path.is_dir() or b"secret" not in path.read_bytes()


def test_whoever_waits_is_told_once_for_whom_and_gets_it_when_the_other_is_killed(tmp_path: Path) -> None:
    said: list[Message] = []
    with other_process(tmp_path) as process:

        def tell(message: Message) -> None:
            said.append(message)
            threading.Timer(0.8, process.kill).start()  # it looks several times meanwhile, and says nothing more

        with hold_token(tmp_path, SERVER, SETTINGS, "two.csv", on_wait=tell, cancel=CancelToken()) as waited:
            assert waited is True
    (waiting,) = said
    assert waiting.code == "lock.waiting"
    holder = waiting.facts["holder"]
    assert isinstance(holder, Message)
    assert (holder.code, holder.facts["list"], holder.facts["process"]) == ("lock.holder", "one.csv", str(process.pid))
    assert render(waiting, "en").startswith("Waiting for another uploader (one.csv, since ")
    assert str(process.pid) in render(waiting, "es")


def test_who_holds_it_need_not_be_known(tmp_path: Path) -> None:
    cancel, said = CancelToken(), list[Message]()

    def tell(message: Message) -> None:
        said.append(message)
        cancel.cancel()

    for note in ("", "[]", "{}", json.dumps({"list": "x", "since": "y", "process": 1})):
        cancel, said = CancelToken(), []
        with hold_token(tmp_path, SERVER, SETTINGS, "one.csv", on_wait=print, cancel=CancelToken()):
            (beside,) = (tmp_path / "locks").glob("token-*.json")
            beside.write_text(note)
            with (
                pytest.raises(CancelledError),
                hold_token(tmp_path, SERVER, SETTINGS, "two.csv", on_wait=tell, cancel=cancel),
            ):
                pass
        assert said == [Message("lock.waiting", holder=Message("lock.unknown_holder"))]


def test_waiting_ends_soon_when_it_is_cancelled(tmp_path: Path) -> None:
    cancel = CancelToken()
    with hold_token(tmp_path, SERVER, SETTINGS, "one.csv", on_wait=print, cancel=CancelToken()):
        began = time.monotonic()
        with (
            pytest.raises(CancelledError),
            hold_token(
                tmp_path,
                SERVER,
                SETTINGS,
                "two.csv",
                on_wait=lambda _: threading.Timer(0.3, cancel.cancel).start(),
                cancel=cancel,
            ),
        ):
            pytest.fail("it is held by another")
        assert time.monotonic() - began < HANG_SECONDS  # and not the day that it may wait
    with hold_token(tmp_path, SERVER, SETTINGS, "two.csv", on_wait=print, cancel=CancelToken()) as waited:
        assert waited is False  # whoever gave up left nothing behind


def test_waiting_has_an_end(tmp_path: Path) -> None:
    with (
        hold_token(tmp_path, SERVER, SETTINGS, "one.csv", on_wait=print, cancel=CancelToken()),
        pytest.raises(BusyError, match="Waited a day for another uploader"),
        hold_token(
            tmp_path,
            SERVER,
            SETTINGS,
            "two.csv",
            on_wait=lambda _: None,
            cancel=CancelToken(),
            longest_wait_seconds=0.3,
        ),
    ):
        pass


def test_a_folder_that_can_not_be_written_to_says_so(tmp_path: Path) -> None:
    (tmp_path / "locks").write_text("in the way")
    with (
        pytest.raises(JournalError, match="UPLOADER_HOME"),
        hold_list(tmp_path, SHA256, "list.csv", sandbox=False),
    ):
        pass


def test_a_lock_is_released_when_the_block_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), hold_list(tmp_path, SHA256, "list.csv", sandbox=False):
        raise ZeroDivisionError
    with hold_list(tmp_path, SHA256, "list.csv", sandbox=False):
        pass

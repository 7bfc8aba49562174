"""What one run on a computer holds, another waits for or is refused."""

import os
import re
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.waiting import HANG_SECONDS
from uploader.errors import BusyError, CancelledError, JournalError, SettingsError
from uploader.i18n import Message, render
from uploader.journal.locks import FileLocks, TokenHold, naming
from uploader.model.cancel import CancelToken
from uploader.model.settings import Settings
from uploader.model.teammates import ALONE, TokenLimits

SHA256 = "ab" * 32
SERVER = "https://wv0042.wolkvox.com"
SETTINGS = Settings({"wolkvox_server": "0042"}, {"wolkvox_token": "a secret token"})
OTHER_TOKEN = Settings({"wolkvox_server": "0042"}, {"wolkvox_token": "another token"})
Held: TypeAlias = AbstractContextManager[TokenHold]

NOTES_THAT_SAY_NOTHING = [
    b"",
    b"[]",
    b"{}",
    b'{"list": "x", "since": "y", "process": 1}',
    b'{"list": "x", "since": 1e999, "process": 1}',
    b'{"list": "x", "since": -1e300, "process": 1}',
    b'{"list": "x", "since": ' + b"9" * 5000 + b', "process": 1}',
    b'{"list": "x", "since": 0, "process": "many"}',
    b'{"list": "x", "since": 0, "process": 1e999}',
    b'{"list": ["x"], "since": 0, "process": 1}',
    b"[" * 100_000,
    b'{"list": ' + b'{"a":' * 100_000,
    b'"\xff\xfe"',
    b"\0" * 1_000_000,
]

_HOLD_TOKEN = f"""
import sys
from pathlib import Path
from uploader.journal.locks import FileLocks
from uploader.model.cancel import CancelToken
from uploader.model.settings import Settings
from uploader.model.teammates import TokenLimits
settings = Settings({dict(SETTINGS.plain)!r}, {dict(SETTINGS.secret)!r})
locks, limits = FileLocks(Path(sys.argv[1]), "journal"), TokenLimits(2, 0, 0)
with locks.hold_token({SERVER!r}, settings, "one.csv", limits=limits, on_wait=print, cancel=CancelToken()) as hold:
    print(hold.has_waited, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture(autouse=True)
def names_as_in_other_processes(monkeypatch: pytest.MonkeyPatch, cost_of_a_lock: int) -> None:
    monkeypatch.setattr(naming, "_COST", cost_of_a_lock)


def test_a_guess_at_a_name_takes_its_time(cost_of_a_lock: int) -> None:
    assert cost_of_a_lock >= 1 << 14


def hold_token(home: Path, destination: str, settings: Settings, list_name: str, **how: Any) -> Held:
    limits = TokenLimits(places=2, seconds_between=0, held_seconds=0)
    return FileLocks(home, "journal").hold_token(destination, settings, list_name, limits=limits, **how)


@contextmanager
def process_of(script: str, home: Path, says: str) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds something, which it says in its first line, until it is killed or gets a line."""
    command = [sys.executable, "-c", script, str(home)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{says}\n"
        try:
            yield process
        finally:
            process.kill()


def other_process(home: Path) -> AbstractContextManager["subprocess.Popen[str]"]:
    """Another process that holds the token, for which it needn't wait."""
    return process_of(_HOLD_TOKEN, home, "False")


def test_who_holds_a_list_is_said_in_every_language(tmp_path: Path) -> None:
    with (
        FileLocks(tmp_path, "journal").hold_list(SHA256, "clientes.csv"),
        pytest.raises(BusyError) as busy,
        FileLocks(tmp_path, "journal").hold_list(SHA256, "copy.csv"),
    ):
        pass
    message = busy.value.message
    assert render(message, "es").startswith("Otro uploader (clientes.csv, desde las ")
    assert render(message, "pt").startswith("Outro uploader (clientes.csv, desde ")


def test_a_list_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    with FileLocks(tmp_path, "journal").hold_list(SHA256, "ñ list.csv"):
        with (
            pytest.raises(BusyError, match=r"^Another uploader \(ñ list\.csv, since .*\) is already sending"),
            FileLocks(tmp_path, "journal").hold_list(SHA256, "copy.csv"),
        ):
            pass
        with (
            FileLocks(tmp_path, "journal").hold_list("cd" * 32, "other.csv"),
            FileLocks(tmp_path, "sandbox").hold_list(SHA256, "ñ list.csv"),
        ):
            pass
    with FileLocks(tmp_path, "journal").hold_list(SHA256, "copy.csv"):
        pass


def test_nobody_joins_in_a_list_of_this_computer_s_own_journal(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        FileLocks(tmp_path, "journal").join_list(SHA256, "list.csv")
    assert refused.value.message == Message("lock.no_team")
    with FileLocks(tmp_path, "journal").hold_list(SHA256, "list.csv") as hold:
        hold.share()
        with pytest.raises(BusyError), FileLocks(tmp_path, "journal").hold_list(SHA256, "list.csv"):
            pass


def test_a_token_is_held_without_waiting_where_nobody_has_it(tmp_path: Path) -> None:
    said: list[Message] = []
    with hold_token(tmp_path, SERVER, SETTINGS, "one.csv", on_wait=said.append, cancel=CancelToken()) as hold:
        assert hold == TokenHold(has_waited=False, teammates=ALONE)
        with (
            hold_token(tmp_path, SERVER, OTHER_TOKEN, "two.csv", on_wait=said.append, cancel=CancelToken()) as other,
            hold_token(tmp_path, "https://b", SETTINGS, "two.csv", on_wait=said.append, cancel=CancelToken()) as third,
        ):
            assert [other.has_waited, third.has_waited] == [False, False]
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

        with hold_token(tmp_path, SERVER, SETTINGS, "two.csv", on_wait=tell, cancel=CancelToken()) as hold:
            assert hold.has_waited
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

    for note in NOTES_THAT_SAY_NOTHING:
        cancel, said = CancelToken(), []
        with hold_token(tmp_path, SERVER, SETTINGS, "one.csv", on_wait=print, cancel=CancelToken()):
            (beside,) = (tmp_path / "locks").glob("token-*.json")
            beside.write_bytes(note)
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
    with hold_token(tmp_path, SERVER, SETTINGS, "two.csv", on_wait=print, cancel=CancelToken()) as hold:
        assert not hold.has_waited  # whoever gave up left nothing behind


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
        FileLocks(tmp_path, "journal").hold_list(SHA256, "list.csv"),
    ):
        pass


def test_a_lock_is_released_when_the_block_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), FileLocks(tmp_path, "journal").hold_list(SHA256, "list.csv"):
        raise ZeroDivisionError
    with FileLocks(tmp_path, "journal").hold_list(SHA256, "list.csv"):
        pass


def said_of_the_holder(home: Path) -> str:
    with pytest.raises(BusyError) as busy, FileLocks(home, "journal").hold_list(SHA256, "copy.csv"):
        pass
    return render(busy.value.message, "en")


def test_a_list_s_name_reaches_no_terminal_raw_and_is_not_endless(tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07\u202elist\ud800\n.csv" + "x" * 10_000
    with FileLocks(tmp_path, "journal").hold_list(SHA256, evil):
        told = said_of_the_holder(tmp_path)
    assert told.isprintable()
    assert "]0;owned" in told
    assert len(told) < 500


@pytest.mark.skipif(os.name == "nt", reason="Windows has no FIFOs and no modes")
def test_nobody_waits_for_a_note_that_never_ends_and_nothing_is_written_into_it(tmp_path: Path) -> None:
    with FileLocks(tmp_path, "journal").hold_list(SHA256, "list.csv"):
        (note,) = (tmp_path / "locks").glob("list-*.json")
        note.unlink()
        os.mkfifo(note)
        assert said_of_the_holder(tmp_path).startswith("Another uploader is already sending")
        note.unlink()
        note.symlink_to("/dev/zero")
        assert said_of_the_holder(tmp_path).startswith("Another uploader is already sending")
    os.mkfifo(note)
    with FileLocks(tmp_path, "journal").hold_list(SHA256, "list.csv"):  # would hang if it wrote there
        assert said_of_the_holder(tmp_path).startswith("Another uploader (list.csv, since ")
    assert [path.name for path in (tmp_path / "locks").iterdir() if not path.name.endswith(".lock")] == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
@pytest.mark.parametrize("mode", [None, 0o755, 0o000])
def test_only_the_owner_sees_into_the_folder_of_locks_whatever_it_was_before(tmp_path: Path, mode: int | None) -> None:
    home = tmp_path / "home"
    if mode is not None:
        (home / "locks").mkdir(parents=True)
        (home / "locks").chmod(mode)
    with FileLocks(home, "journal").hold_list(SHA256, "list.csv"):
        assert stat.S_IMODE((home / "locks").stat().st_mode) == 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in (home / "locks").iterdir()} == {0o600}
    if mode is None:
        assert stat.S_IMODE(home.stat().st_mode) == 0o700


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGSTOP")
def test_who_was_halted_and_holds_a_token_is_said(tmp_path: Path) -> None:
    said: list[Message] = []
    with other_process(tmp_path) as process:
        process.send_signal(signal.SIGSTOP)
        waiting = hold_token(
            tmp_path,
            SERVER,
            SETTINGS,
            "two.csv",
            on_wait=said.append,
            cancel=CancelToken(),
            longest_wait_seconds=0.1,
        )
        with pytest.raises(BusyError) as busy, waiting:
            pass
    for message in (*said, busy.value.message):
        assert re.search(
            rf"another uploader \(one\.csv, since \d\d:\d\d, process {process.pid}\)", render(message, "en")
        )


@pytest.mark.parametrize("in_the_way", ["folder", "link"])
def test_what_is_in_the_way_of_a_lock_is_said(tmp_path: Path, in_the_way: str) -> None:
    with FileLocks(tmp_path, "journal").hold_list(SHA256, "list.csv"):
        (lock,) = (tmp_path / "locks").glob("list-*.lock")
    lock.unlink(missing_ok=True)
    lock.mkdir() if in_the_way == "folder" else lock.symlink_to(tmp_path / "nowhere" / "x")
    with (
        pytest.raises(JournalError, match="UPLOADER_HOME"),
        FileLocks(tmp_path, "journal").hold_list(SHA256, "list.csv"),
    ):
        pass


# Whether a run lives

_HOLD_RUN = """
import sys
from pathlib import Path
from uploader.journal.locks import FileLocks
with FileLocks(Path(sys.argv[1]), "journal").hold_run("run a"):
    print("held", flush=True)
    sys.stdin.readline()
"""


def run_elsewhere(home: Path) -> AbstractContextManager["subprocess.Popen[str]"]:
    """A run in another process."""
    return process_of(_HOLD_RUN, home, "held")


def test_a_run_lives_as_long_as_its_block(tmp_path: Path) -> None:
    assert not FileLocks(tmp_path, "journal").is_run_alive("run a")
    with FileLocks(tmp_path, "journal").hold_run("run a"), FileLocks(tmp_path, "journal").hold_run("run b"):
        assert FileLocks(tmp_path, "journal").is_run_alive("run a")
        assert FileLocks(tmp_path, "journal").is_run_alive("run b")
        assert not FileLocks(tmp_path, "journal").is_run_alive("run c")
    assert not FileLocks(tmp_path, "journal").is_run_alive("run a")
    with pytest.raises(ZeroDivisionError), FileLocks(tmp_path, "journal").hold_run("run a"):
        raise ZeroDivisionError
    assert not FileLocks(tmp_path, "journal").is_run_alive("run a")


def test_a_run_of_another_process_lives_until_that_ends_however_it_ends(tmp_path: Path) -> None:
    with run_elsewhere(tmp_path) as process:
        assert FileLocks(tmp_path, "journal").is_run_alive("run a")
        process.kill()
        process.wait(HANG_SECONDS)
        assert not FileLocks(tmp_path, "journal").is_run_alive("run a")
    with run_elsewhere(tmp_path) as process:
        _, _ = process.communicate("end\n", timeout=HANG_SECONDS)
        assert not FileLocks(tmp_path, "journal").is_run_alive("run a")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGSTOP")
def test_a_run_that_was_halted_lives(tmp_path: Path) -> None:
    with run_elsewhere(tmp_path) as process:
        process.send_signal(signal.SIGSTOP)
        assert FileLocks(tmp_path, "journal").is_run_alive("run a")


def test_asking_often_changes_nothing(tmp_path: Path) -> None:
    with FileLocks(tmp_path, "journal").hold_run("run a"):
        assert all(FileLocks(tmp_path, "journal").is_run_alive("run a") for _ in range(1000))
    assert not any(FileLocks(tmp_path, "journal").is_run_alive("run a") for _ in range(1000))


def test_runs_leave_no_files_behind_not_even_those_that_were_killed(tmp_path: Path) -> None:
    for number in range(200):
        with FileLocks(tmp_path, "journal").hold_run(f"run {number}"):
            pass
    assert list((tmp_path / "locks").iterdir()) == []
    with run_elsewhere(tmp_path) as process:
        process.kill()
    (left,) = (tmp_path / "locks").iterdir()
    with FileLocks(tmp_path, "journal").hold_run("another"):
        assert left.exists()  # so young, somebody could be just about to take it
    os.utime(left, (0, 0))
    with FileLocks(tmp_path, "journal").hold_run("another"):
        assert not left.exists()


def test_a_run_of_days_keeps_its_lock(tmp_path: Path) -> None:
    with FileLocks(tmp_path, "journal").hold_run("run a"):
        (held,) = (tmp_path / "locks").iterdir()
        os.utime(held, (0, 0))
        with FileLocks(tmp_path, "journal").hold_run("run b"):
            assert FileLocks(tmp_path, "journal").is_run_alive("run a")


def test_a_folder_that_can_not_be_looked_into_says_so(tmp_path: Path) -> None:
    (tmp_path / "locks").write_text("in the way")
    with pytest.raises(JournalError, match="UPLOADER_HOME"):
        FileLocks(tmp_path, "journal").is_run_alive("run a")
    with pytest.raises(JournalError, match="UPLOADER_HOME"), FileLocks(tmp_path, "journal").hold_run("run a"):
        pass

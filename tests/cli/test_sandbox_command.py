"""`uploader sandbox` as a process: what it says, and how it ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import UPLOADER, environment
from tests.processes import started
from tests.waiting import HANG_SECONDS, until

HEARS_A_CLOSED_TERMINAL = """
import os, signal, sys
signal.signal(signal.SIGHUP, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""A test may be run by nohup, whose children don't."""
COMMAND = [sys.executable, "-c", HEARS_A_CLOSED_TERMINAL, UPLOADER, "sandbox", "--port", "0"]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals and terminals")


@pytest.fixture
def ours_and_theirs() -> tuple[int, int]:
    """The two ends of a terminal."""
    import pty  # noqa: PLC0415  # POSIX alone has it

    return pty.openpty()


@pytest.mark.parametrize(
    ("language", "running", "stopped"),
    [
        ("en", "The sandbox is running at http://127.0.0.1:", "Stopped."),
        ("es", "El sandbox está en marcha en http://127.0.0.1:", "Detenido."),
        ("pt", "O sandbox está em execução em http://127.0.0.1:", "Encerrado."),
    ],
)
def test_it_says_how_it_is_used_in_the_reader_s_language_until_ctrl_c(
    language: str, running: str, stopped: str
) -> None:
    with started("sandbox", "--port", "0", "--fault", "html:7", "--language", language, PYTHONUNBUFFERED="1") as server:
        until(lambda: "--base-url http" in server.out.read_text(encoding="utf-8"), "how to send to it")
        server.process.send_signal(signal.SIGINT)
        ended = server.ended()
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(running)
    assert "html:7" in ended.out
    assert ended.out.endswith(f"{stopped}\n")


def test_a_terminal_that_is_closed_ends_it_without_a_word_of_a_bug(
    ours_and_theirs: tuple[int, int], own_world: Path
) -> None:
    ours, theirs = ours_and_theirs
    process = subprocess.Popen(COMMAND, stdin=theirs, stdout=theirs, stderr=theirs, env=environment())
    os.close(theirs)
    shown = b""
    while b"--base-url http" not in shown:
        shown += os.read(ours, 65536)
    os.close(ours)
    process.send_signal(signal.SIGHUP)
    assert process.wait(HANG_SECONDS) == 0
    assert not (own_world / "bugs.log").exists()


def test_nobody_who_reads_what_it_says_is_no_error(own_world: Path) -> None:
    process = subprocess.Popen(COMMAND, stdout=subprocess.PIPE, env=environment())
    assert process.stdout is not None
    assert process.stdout.readline()
    process.stdout.close()
    process.send_signal(signal.SIGTERM)
    assert process.wait(HANG_SECONDS) == 0
    assert not (own_world / "bugs.log").exists()


CONTACT = """
title = "Create contact"
[request]
url = "https://api.example.com/{{board}}/contacts"
bearer = "{{api_token}}"
[request.headers]
X-Pin = "{{pin}}"
[request.json]
name = "{{name}}"
[columns.name]
[settings.board]
[settings.api_token]
environment = "API_TOKEN"
[settings.pin]
secret = true
"""


def test_with_a_template_it_says_only_what_that_one_needs(tmp_path: Path) -> None:
    template = tmp_path / "contact.toml"
    template.write_text(CONTACT, encoding="utf-8")
    with started("sandbox", "--port", "0", "-t", str(template), PYTHONUNBUFFERED="1") as server:
        until(lambda: "--base-url http" in server.out.read_text(encoding="utf-8"), "how to send to it")
        server.process.send_signal(signal.SIGINT)
        said = " ".join(server.ended().out.split())
    assert "WOLKVOX" not in said
    assert "routing point" not in said
    assert "Its environment variables: API_TOKEN=practice-token." in said
    assert "The setting board has no environment variable: add --set board=practice" in said
    assert "The secret pin has no environment variable: type practice-token when" in said

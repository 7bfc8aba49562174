"""The file that a sandbox records into: what it may be, and what becomes of requests that it has no room for."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import UPLOADER, Command
from tests.sandbox.test_server import post
from tests.waiting import HANG_SECONDS, until
from uploader.errors import SettingsError
from uploader.i18n import Message, render
from uploader.sandbox import SandboxConfig
from uploader.sandbox.server import running

resource = pytest.importorskip("resource")
posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no FIFOs, devices and limits")


def refused(path: Path) -> Message:
    with pytest.raises(SettingsError) as refusal, running(SandboxConfig(record=path)):
        pass
    return refusal.value.message


def test_an_earlier_record_is_replaced_and_an_empty_file_is_filled(tmp_path: Path) -> None:
    path = tmp_path / "record.jsonl"
    path.touch()
    for _ in range(2):
        with running(SandboxConfig(latency_seconds=0, record=path)) as url:
            assert post(url)[0] == 201
        assert [json.loads(line)["number"] for line in path.read_text("utf-8").splitlines()] == [1]


@pytest.mark.parametrize("held", ["from,to\na,b\n", '{"numb', "{}", "\n"])
def test_a_file_that_is_no_record_is_left_as_it_was(tmp_path: Path, held: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(held, encoding="utf-8")
    assert "not such a record" in render(refused(path), "en")
    assert path.read_text(encoding="utf-8") == held


@posix
@pytest.mark.parametrize("device", ["/dev/full", "/dev/null", "/dev/zero"])
def test_a_device_is_refused_at_once(device: str) -> None:
    assert refused(Path(device)) == Message("sandbox.no_record", path=device, why=Message("sandbox.no_file"))


@posix
def test_a_fifo_is_refused_at_once_though_nobody_reads_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    assert "it is not a file. Choose another place" in render(refused(tmp_path / "fifo"), "en")
    assert "no es un archivo. Elija otro lugar" in render(refused(tmp_path / "fifo"), "es")


def test_a_folder_or_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "no" / "record", tmp_path / ("x" * 300)):
        assert refused(path).facts["path"] == str(path)


_WITH_LITTLE_ROOM = """
import os, resource, sys
_, most = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), most))
os.execv(sys.argv[2], sys.argv[2:])
"""
ROOM = 2_000


@contextmanager
def with_little_room(record: Path, output: Path) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """A sandbox whose files may not grow beyond `ROOM` bytes, as on a full disk."""
    command = [UPLOADER, "sandbox", "--port", "0", "--latency", "0", "--record", str(record)]
    with (
        output.open("w", encoding="utf-8") as said,
        subprocess.Popen(
            [sys.executable, "-c", _WITH_LITTLE_ROOM, str(ROOM), *command], stdout=said, text=True
        ) as process,
    ):
        try:
            until(lambda: "Its token" in output.read_text(encoding="utf-8"), "a sandbox that runs")
            url = output.read_text(encoding="utf-8").splitlines()[0].rpartition(" ")[2]
            yield url, process
        finally:
            process.terminate()
            process.wait(HANG_SECONDS)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux changes the limits of another process")
def test_on_a_full_disk_requests_are_refused_and_it_is_said_once_until_there_is_room(tmp_path: Path) -> None:
    path, output = tmp_path / "record.jsonl", tmp_path / "said"
    with with_little_room(path, output) as (url, process):
        answers = [post(url) for _ in range(10)]
        taken = [status for status, _ in answers].index(403)
        assert {status for status, _ in answers[taken:]} == {403}
        assert answers[-1][1]["msg"] == "THE SANDBOX CAN'T WRITE ITS RECORD: File too large"
        assert len(path.read_text(encoding="utf-8").splitlines()) == taken
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (10 * ROOM, resource.RLIM_INFINITY))
        assert post(url)[0] == 201
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["taken"] for line in lines] == [True] * (taken + 1)
    assert output.read_text(encoding="utf-8").count("can't record the requests it receives: File too large") == 1


def test_ports_that_can_not_be_used_are_said(uploader: Command) -> None:
    assert "99999 is too large" in uploader("sandbox", "--port", "99999").err
    with running(SandboxConfig()) as url:
        port = url.rpartition(":")[2]
        ended = uploader("sandbox", "--port", port)
        assert ended.code == 2
        assert f"The sandbox can't use port {port}: " in ended.err
        assert "use any free one with --port 0" in ended.err
        assert (
            f"El sandbox no puede usar el puerto {port}: "
            in uploader("sandbox", "--port", port, "--language", "es").err
        )

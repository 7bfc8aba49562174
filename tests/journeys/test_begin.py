"""A command that is ended while it begins: no traceback of ours, and the exit code of what is interrupted."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.conftest import UPLOADER, environment, interactions, write_csv
from tests.waiting import HANG_SECONDS

MOMENTS = 10
LAST_SECONDS = 0.4
_OURS = re.compile(r'File "[^"]*[/\\]uploader[/\\][^"]*\.py"')
"""Python itself needs some milliseconds before the first line of ours; what it says in them is not ours to say."""


@pytest.mark.skipif(os.name == "nt", reason="a process of Windows is sent no such signal")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_at_any_moment_of_the_beginning_ends_it_without_a_traceback(
    number: signal.Signals, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "list.csv", interactions(200))
    for moment in range(MOMENTS):
        process = subprocess.Popen(
            [UPLOADER, "check", str(path)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment()
        )
        time.sleep(LAST_SECONDS * moment / MOMENTS)
        process.send_signal(number)
        _, said = process.communicate(timeout=HANG_SECONDS)
        words = said.decode()
        if "Traceback" in words and _OURS.search(words) is None:
            continue
        assert "Traceback" not in words, words
        assert process.returncode in {0, 130, -number}, (moment, words)

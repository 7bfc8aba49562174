"""The command on a terminal of its own, with somebody who types."""

import os
import select
import subprocess
from collections.abc import Sequence
from typing import Any

from tests.conftest import UPLOADER
from tests.waiting import HANG_SECONDS


def on_a_terminal(arguments: Sequence[object], dialogue: Sequence[tuple[str, str]] = (), **how: Any) -> tuple[int, str]:
    """Run the command; each answer of the dialogue is typed when its question appears. The exit code, and the screen.

    A question that is answered hidden must be given with its last blank: what is typed before that is dropped.
    """
    import pty  # noqa: PLC0415  # POSIX alone has it

    ours, theirs = pty.openpty()
    waiting = list(dialogue)
    shown, answered = b"", 0
    command = [UPLOADER, *map(str, arguments)]
    # A session of its own: it must not find the terminal from which the tests are run.
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, **how
    ) as process:
        os.close(theirs)
        while select.select([ours], [], [], HANG_SECONDS)[0]:
            try:
                shown += os.read(ours, 65536)
            except OSError:  # Linux's way to say that the other end is closed
                break
            if waiting and (at := shown.find(waiting[0][0].encode(), answered)) >= 0:
                answered = at + len(waiting[0][0].encode())
                os.write(ours, waiting.pop(0)[1].encode() + b"\n")
        else:
            process.kill()
    os.close(ours)
    return process.returncode, shown.decode()

"""Opens an old journal in a process of its own and kills it at a step: `python -m tests.journal.sqlite.dying PATH STEP`.

A step is a file that is opened, written to the disk or removed, or some instructions of SQLite. Without being killed
it prints how many there were.
"""

import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from uploader.journal.sqlite.upgrade import migration

INSTRUCTIONS = 40


def dying(path: Path, last: int) -> int:
    """Bring that journal to today's version, or die at that step; how many steps it took."""
    taken = 0

    def step(*_: object) -> int:
        nonlocal taken
        taken += 1
        if taken == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    def stepping(function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **named: Any) -> Any:
            step()
            done = function(*arguments, **named)
            step()
            return done

        return called

    connect = sqlite3.connect

    def connected(*arguments: Any, **named: Any) -> sqlite3.Connection:
        db: sqlite3.Connection = connect(*arguments, **named)
        db.set_progress_handler(step, INSTRUCTIONS)
        db.set_trace_callback(lambda _: step() and None)
        return db

    sqlite3.connect = connected  # type: ignore[assignment]  # in this process alone
    os.open, os.fsync = stepping(os.open), stepping(os.fsync)
    Path.unlink = stepping(Path.unlink)  # type: ignore[method-assign]  # in this process alone
    with closing(connect(path)) as db:
        version = db.execute("PRAGMA user_version").fetchone()[0]
    migration.migrate(path, version)
    return taken


if __name__ == "__main__":
    print(dying(Path(sys.argv[1]), int(sys.argv[2])))

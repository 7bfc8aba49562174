"""The end of the process, as mypy does it."""

import atexit
import os
import threading

from uploader.cli.terminal import let_go_of_dead_streams


def end_at_once(code: object) -> None:
    """End with this exit code, if nothing else runs; else return.

    Python would take apart a list's million values first, one by one. What was to be done at the end is done.
    """
    if isinstance(code, int) and threading.active_count() == 1:
        atexit._run_exitfuncs()  # all that Python itself calls there
        let_go_of_dead_streams()
        os._exit(code)

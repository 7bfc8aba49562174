"""What is said where there is no console: in a window, as otherwise nobody would see why uploader did not start."""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def _show(text: str) -> None:
    """On Windows, a message box; elsewhere a program without a console has nobody to show it to."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.MessageBoxW(None, text, "uploader", 0x30)


@contextmanager
def errors_in_window(show: Callable[[str], None] = _show) -> Iterator[None]:
    """If the block ends the process with an error, what it wrote to a missing standard error is shown.

    A standard error that is there is left alone.
    """
    if sys.stderr is not None:
        yield
        return
    sys.stderr = said = io.StringIO()
    try:
        yield
    except SystemExit as end:
        if end.code and (text := said.getvalue().strip()):
            show(text)
        raise

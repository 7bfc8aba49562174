"""The command `uploader`, which is also `python -m uploader`: how it begins, and how it ends.

A signal may come while what it needs is still imported. Nothing has been done by then, and nobody wants a traceback.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType

_INTERRUPTED = 130


def _without_interruptions(kind: type[BaseException], error: BaseException, trace: "TracebackType | None") -> None:
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)


def main() -> None:
    """The command: run it, and end the process."""
    try:
        _run()
    except SystemExit as end:
        from uploader.cli.process_end import end_at_once  # noqa: PLC0415  # not before the long import

        end_at_once(end.code)
        raise


def _run() -> None:
    """Import what it needs, and run it. Raises SystemExit with its exit code."""
    sys.excepthook = _without_interruptions  # at once: importing `signal` takes its time, too
    import os  # noqa: PLC0415  # after the hook
    import signal  # noqa: PLC0415  # after the hook

    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: os._exit(_INTERRUPTED))
    from uploader.cli import main as run  # noqa: PLC0415  # the long one: a signal in it ends quietly now

    run()


def app() -> None:
    """The page, started from a shortcut: there need not be a console."""
    from uploader.cli.window import errors_in_window  # noqa: PLC0415  # `_run` is first where it is the command

    sys.argv.insert(1, "app")
    with errors_in_window():
        _run()


if __name__ == "__main__":
    main()

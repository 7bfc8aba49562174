"""Runs an action in a thread of its own, so that it works inside a running event loop, and Ctrl-C ends it in order."""

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

from uploader.errors import UploaderError
from uploader.model.cancel import CancelToken

_Result = TypeVar("_Result")
_POLL_SECONDS = 0.2
"""On Windows, Ctrl-C is noticed only between two waits."""


def finished(work: Callable[[], _Result], cancel: CancelToken) -> _Result:
    """What `work` returns. An UploaderError comes without our own frames: their locals may hold customers' data.

    Ctrl-C sets `cancel`, waits for the orderly end, and is raised then; a second one leaves at once.
    """
    thread = _Thread(work)
    try:
        thread.start()
        return thread.result()
    except UploaderError as error:
        raise error.with_traceback(None) from error.__cause__
    except KeyboardInterrupt:
        cancel.cancel()
        with suppress(UploaderError):
            thread.result()
        raise


class _Thread(threading.Thread, Generic[_Result]):
    """Keeps what its work returns or raises."""

    def __init__(self, work: Callable[[], _Result]) -> None:
        super().__init__(name="uploader", daemon=True)
        self._work = work
        self._is_done = threading.Event()  # Python 3.11 takes a thread whose `join` is interrupted for an ended one
        self._returned: list[_Result] = []
        self._raised: BaseException | None = None

    def run(self) -> None:
        """Do the work."""
        try:
            self._returned.append(self._work())
        except BaseException as why:  # noqa: BLE001  # it is raised where the result is waited for
            self._raised = why
        finally:
            self._is_done.set()

    def result(self) -> _Result:
        """What the work returns, once it is done; raises what it raises."""
        while not self._is_done.wait(_POLL_SECONDS):
            pass
        if self._raised is not None:
            raise self._raised
        return self._returned[0]

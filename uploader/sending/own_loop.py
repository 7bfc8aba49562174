"""An event loop for what is sent, whether or not one is running already in this thread, as in a notebook."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from uploader.model.cancel import CancelToken
from uploader.sending.waking import into_loop

_Result = TypeVar("_Result")


def run(begin: Callable[[], Coroutine[Any, Any, _Result]], cancel: CancelToken) -> _Result:
    """The result of what `begin` begins, in a loop of its own.

    Where a loop runs in this thread already, that is a loop in another thread, while this one waits; whatever `begin`
    works on must bear that. There, Ctrl-C sets `cancel` and waits on; a second one leaves the wait.
    """
    if not _is_in_loop():
        return asyncio.run(begin())
    future: Future[_Result] = Future()

    def work() -> None:
        try:
            future.set_result(asyncio.run(begin()))
        except BaseException as why:  # noqa: BLE001  # it is raised where the result is waited for
            future.set_exception(why)

    threading.Thread(target=work, name="sending", daemon=True).start()
    try:
        return future.result()
    except KeyboardInterrupt:
        cancel.cancel()
        return future.result()


async def until_cancelled(work: Coroutine[Any, Any, _Result], cancel: CancelToken) -> _Result:
    """The result of `work`, which is given up as soon as somebody wants the end: then raises errors.CancelledError."""
    task = asyncio.ensure_future(work)
    with cancel.calling(into_loop(task.cancel)):
        try:
            return await task
        except asyncio.CancelledError:
            cancel.check()
            raise


def _is_in_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True

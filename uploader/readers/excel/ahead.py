"""Something that is made in a thread of its own while Python does something else: Rust and zlib don't hold it up."""

from collections.abc import Callable
from threading import Thread
from typing import Generic, TypeVar

_Made = TypeVar("_Made")


class Ahead(Generic[_Made]):
    """Begins to make something at once. Python waits for it before it ends, because Rust can't be stopped half-way."""

    def __init__(self, make: Callable[[], _Made]) -> None:
        self._make = make
        self._made: list[_Made] = []
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run)
        self._thread.start()

    def result(self) -> _Made:
        """What was made, once it is. Raises what making it raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._made[0]

    def _run(self) -> None:
        try:
            self._made.append(self._make())
        except BaseException as why:  # noqa: BLE001  # raised where the result is asked for; a panic is no Exception
            self._error = why

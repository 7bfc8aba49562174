"""The works that were begun, the oldest first: one at a time for each list or job."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.web.desk.work import Work

_MOST = 50
"""So many that are over are remembered."""


@dataclass(slots=True)
class Works:
    """Begun by one thread, each in a thread of its own; the server must not end while one is under way."""

    is_ending: Callable[[], bool] = lambda: False
    """Whether the server is about to end, so that nothing new may begin."""
    _by_id: dict[str, Work] = field(default_factory=dict)
    _so_far: int = 0

    def find(self, work_id: str) -> Work | None:
        """The work of that id."""
        return self._by_id.get(work_id)

    def newest_first(self) -> Iterator[Work]:
        """All that are remembered."""
        return reversed(list(self._by_id.values()))

    def under_way(self) -> list[Work]:
        """Those that are not over."""
        return [one for one in self._by_id.values() if one.stage != "over"]

    def running_on(self, subject: str) -> Work | None:
        """The work on that list or job that is not over."""
        return next((one for one in self.under_way() if one.subject == subject), None)

    def own_workbook_of(self, subject: str) -> Path | None:
        """The copy of the person's own workbook that was written last for a job; None if none was, or it is gone."""
        copies = (one.outcome for one in self.newest_first() if one.kind == "copy" and one.subject == subject)
        return next((path for path in copies if isinstance(path, Path) and path.is_file()), None)

    def begin(self, subject: str, make: Callable[[str], Work]) -> Work:
        """Begin the work that `make` gives for an id; if one on that subject is under way, that is it.

        Raises SettingsError where the server is about to end.
        """
        running = self.running_on(subject)
        if running is not None:
            return running
        if self.is_ending():
            raise SettingsError(Message("web.ending"))
        self._so_far += 1
        work = make(f"{subject}.{self._so_far}")
        self._by_id[work.id] = work
        for old in [one for one in self._by_id.values() if one.stage == "over"][:-_MOST]:
            del self._by_id[old.id]
        work.start()
        return work

    def is_busy(self) -> bool:
        """Whether something is under way that must not be ended because nobody looks."""
        return any(one.stage == "running" for one in self._by_id.values())

    def stop_all(self) -> None:
        """Ask everything for its end: no new row leaves, and the answers under way are awaited."""
        for one in self.under_way():
            one.stop()

    async def wait_until_idle(self) -> None:
        """Wait for the end of everything that is under way."""
        for one in list(self._by_id.values()):
            await asyncio.to_thread(one.wait)

"""The command as a process beside the test, with its output so far. It never outlives the test."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from tests.conftest import Ended, begun, environment
from tests.waiting import HANG_SECONDS, until
from tests.warm import Copy


@dataclass(frozen=True)
class Running:
    """A running command."""

    process: "Copy | subprocess.Popen[bytes]"
    out: Path
    err: Path

    @property
    def is_over(self) -> bool:
        return self.process.poll() is not None

    def says(self, words: str) -> None:
        """Wait until the text appears on standard error."""
        until(lambda: self._has_said(words), f"{words!r} on standard error")

    def _has_said(self, words: str) -> bool:
        is_over = self.is_over
        if words in self.err.read_text(encoding="utf-8"):
            return True
        assert not is_over, f"it ended without a word of {words!r}: {self.err.read_text(encoding='utf-8')}"
        return False

    def kill(self) -> None:
        """Kill it, as the system would."""
        self.process.kill()
        self.process.wait(HANG_SECONDS)

    def ended(self) -> Ended:
        """How it ended."""
        code = self.process.wait(HANG_SECONDS)
        out, err = self.out.read_text(encoding="utf-8"), self.err.read_text(encoding="utf-8")
        assert "Traceback" not in out + err, err
        return Ended(code, out, err)


@contextmanager
def started(*arguments: str | Path, stdin: IO[bytes] | None = None, **more: str) -> Iterator[Running]:
    """Start the command, with `more` in its environment. It is killed at the end of the block if it still runs."""
    with TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        with out.open("wb") as to_out, err.open("wb") as to_err, Path(os.devnull).open("rb") as nothing:
            process = begun(
                arguments, environment(**more), Path.cwd(),
                stdin=(stdin or nothing).fileno(), stdout=to_out.fileno(), stderr=to_err.fileno(),
            )  # fmt: skip
        running = Running(process, out, err)
        try:
            yield running
        finally:
            running.kill()

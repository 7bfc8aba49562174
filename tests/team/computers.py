"""A team's computers: each with a home of its own, all with one journal."""

import json
import os
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import Ended, PracticeProcess, accounts_for, write_csv
from tests.processes import Running, started
from tests.waiting import until
from uploader.templates.catalog import shipped

API_SECONDS = 0.2
"""How long the API works on a request at the most: so long a sender that died keeps its places."""
LEASE_SECONDS = 1
"""How long the database waits for a sender that says nothing."""


@dataclass(frozen=True)
class Computer:
    """One computer. Its folder holds its home and its copies of lists."""

    folder: Path
    journal: str
    practice: PracticeProcess
    surroundings: Mapping[str, str] = field(default_factory=dict)

    def has(self, name: str, rows: Sequence[Sequence[str]]) -> Path:
        """Save a list; the same rows give the same file on every computer."""
        return write_csv(self.folder / name, rows)

    def starts(self, *words: str | Path) -> AbstractContextManager[Running]:
        """Start a command."""
        return started(
            *words,
            stdin=None,
            UPLOADER_HOME=str(self.folder / "home"),
            UPLOADER_JOURNAL=self.journal,
            UPLOADER_JOURNAL_LEASE=str(LEASE_SECONDS),
            **self.surroundings,
        )

    def sends(self, path: Path, *options: str) -> AbstractContextManager[Running]:
        """Start to send a list."""
        return self.starts("send", path, "--base-url", self.practice.url, "--json", "--no-preflight", *options)

    def runs(self, *words: str | Path) -> Ended:
        """Run a command to its end."""
        with self.starts(*words) as running:
            return running.ended()

    def senders(self) -> list[str]:
        """The users who send the newest job now, each as often as it has a run that lives."""
        jobs = json.loads(self.runs("history", "--json").out)
        return [run["user"] for job in jobs[:1] for run in job["runs"] if run["sends_now"]]

    def statuses(self, path: Path, rows: Sequence[Sequence[str]]) -> list[str]:
        """The status of each row of a list, after comparing what the journal says with the API's own record.

        No row was taken twice, an accepted row was taken, and one that was taken is not told to be something else.
        """
        workbook = self.folder / f"{path.stem} as told.xlsx"
        workbook.unlink(missing_ok=True)
        ended = self.runs("results", path, "-o", workbook)
        assert ended.code in {0, 1}, ended.err
        status = {line["from"]: line["Status"] for line in accounts_for(workbook, rows)}
        taken = taken_by(self.practice)
        assert [row for row, times in taken.items() if times > 1] == []
        assert {row for row, told in status.items() if told == "accepted"} <= set(taken)
        assert {status[row] for row in taken if row in status} <= {"accepted", "unknown", "skipped"}
        return list(status.values())


@dataclass(frozen=True)
class Team:
    """Computers that share a journal and an API."""

    folder: Path
    journal: str
    practice: PracticeProcess
    at_once: int
    """How many requests the API works on at once for a token; the templates say so."""

    def computer(self, name: str, *, journal: str | None = None, **surroundings: str) -> Computer:
        """A new computer. `journal` is another way to the team's."""
        computer = Computer(self.folder / name, journal or self.journal, self.practice, surroundings)
        _give_templates(computer.folder / "home", self.at_once)
        return computer

    def computers(self) -> list[Computer]:
        """Three new ones."""
        return [self.computer(name) for name in ("ana", "beto", "carla")]

    def taken(self) -> Counter[str]:
        """How often the API took each row, by its own record; rows are known by their sender's address."""
        return taken_by(self.practice)

    def most_at_once(self) -> int:
        """How many requests the API had at once at the most, by its own record."""
        return max(int(line["at_once"]) for line in self.practice.received())

    def until_received(self, requests: int) -> None:
        """Wait until the API has received so many rows."""
        until(lambda: len(self.practice.received()) >= requests, f"{requests} rows at the API")


def each_once(*lists: Sequence[Sequence[str]]) -> Counter[str]:
    """What an API has taken that took every row once."""
    return Counter({row[0] for rows in lists for row in rows})


def shifted(ahead: int) -> dict[str, str]:
    """The environment of a Python whose clock is so many seconds ahead."""
    folders = [str(Path(__file__).parent / "shifted"), os.environ.get("PYTHONPATH", "")]
    return {"PYTHONPATH": os.pathsep.join(filter(None, folders)), "CLOCK_AHEAD_SECONDS": str(ahead)}


def taken_by(practice: PracticeProcess) -> Counter[str]:
    """How often an API took each row, by its own record."""
    return Counter(json.loads(line["body"])["from"] for line in practice.received() if line["taken"])


def _give_templates(home: Path, at_once: int) -> None:
    """Those of wolkvox, with other limits."""
    own = home / "templates" / "wolkvox"
    shutil.copytree(shipped("templates") / "wolkvox", own)
    profile = (own / "api.toml").read_text(encoding="utf-8")
    for old, new in {
        "concurrency = 2 ": f"concurrency = {at_once} ",
        "api_time_limit_seconds = 60 ": f"api_time_limit_seconds = {API_SECONDS} ",
    }.items():
        assert old in profile
        profile = profile.replace(old, new)
    (own / "api.toml").write_text(profile, encoding="utf-8")

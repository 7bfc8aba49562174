"""Compares journals: SQLite and PostgreSQL in one run, and one, two and four senders of one list.

    apt-get install nginx-light postgresql
    python benchmarks/team.py [50x0 50x200] [--rows N] [--times 3] [--folder DIR]
    python benchmarks/team.py --stage [100000 1000000] [--folder DIR]

A scenario is `AT_ONCExMILLISECONDS`, as in `sending.py`: each sender has so many requests at once, each answered so
long after it arrived; `50x0` goes to nginx, which answers at once. The API has no limits: its template lets 200 at once
through, as many as four senders have. Each sender is `uploader` as a process of its own, with a home of its own; the
first plans, the others are `uploader work`. PostgreSQL is a server of our own on loopback, whose commits wait for the
disk (fsync), as SQLite's do; DIR, where lists, homes and the database are, should be on a real disk.

Told are medians. Rows a second are by the server's own record, between the answers to a third and to nine tenths of the
rows, when all senders are under way; commits a second are those that wrote intents, by the journal's own times. Every
row carries its number, and the server's record must have each one exactly once: else the exit code is 1.

`--stage` tells how long it takes to write lists of so many rows into the journal, and the sender's largest memory.
"""

import argparse
import contextlib
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import sending
import sending_scale
from sending_servers import Arrived, nginx
from sending_ways import write_list, write_template

sys.path.insert(0, str(Path(__file__).parents[1]))  # the tests' own servers

import uploader
from tests.postgres.cluster import clusters
from tests.postgres.databases import fresh, prepare, run_sql

SENDERS = (1, 2, 4)
"""Of a team's journal. A file has one."""
STEADY = (0.33, 0.9)
"""Between which shares of the answers all senders are under way."""
STAGED = ("reading", "checking", "staging")
"""What comes before the first row leaves."""
_LOOK_AGAIN_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Way:
    """A journal, and how many send with it."""

    journal: str
    senders: int

    @property
    def name(self) -> str:
        return f"{self.journal}, {self.senders} sender{'s' * (self.senders > 1)}"


@dataclass(frozen=True, slots=True)
class Run:
    """One list that was sent."""

    arrived: Arrived
    commits: int
    """That wrote intents."""
    whole_seconds: float
    """From the start of the first sender to the end of the last one."""

    @property
    def pace(self) -> float:
        """Rows a second while all senders are under way."""
        return self.arrived.pace(*STEADY)

    @property
    def commits_per_second(self) -> float:
        return self.commits / max(self.arrived.seconds, 0.001)


WAYS = (Way("SQLite", 1), *(Way("PostgreSQL", senders) for senders in SENDERS))


def compare(which: sending.Scenario, rows: int | None, times: int, folder: Path | None) -> list[str]:
    """Print a table of all ways; what was lost or sent twice."""
    runs: dict[Way, list[Run]] = {way: [] for way in WAYS}
    asked = {way: rows or which.rows() * (1 if which.limit is None else way.senders) for way in WAYS}
    for _ in range(times):
        for way in WAYS:
            runs[way].append(run(way, which, asked[way], folder))
    print(f"\n**{which.title}, for each sender**: medians of {times}\n")
    print(
        sending.table_line("", "rows", "rows/s", "of SQLite", "of 1 sender", "commits/s", "rows a commit", "all in all")
    )
    print(sending.table_line(":--", *["--:"] * 7))
    for way in WAYS:
        print(line(way, asked[way], runs))
    checked = [(way, one.arrived.mistake(asked[way])) for way in WAYS for one in runs[way]]
    return [f"{which.title}: {way.name}: {wrong}" for way, wrong in checked if wrong]


def line(way: Way, rows: int, runs: Mapping[Way, list[Run]]) -> str:
    def of(other: Way) -> str:
        """How many times the pace of another way, run by run."""
        paces = zip(runs[way], runs[other], strict=True)
        return f"{statistics.median(one.pace / its.pace for one, its in paces):.2f}"

    return sending.table_line(
        way.name,
        f"{rows:,}",
        f"{statistics.median(one.pace for one in runs[way]):,.0f}",
        of(WAYS[0]),
        of(Way(way.journal, 1)),
        f"{statistics.median(one.commits_per_second for one in runs[way]):,.0f}",
        f"{statistics.median(rows / one.commits for one in runs[way]):,.1f}",
        f"{statistics.median(one.whole_seconds for one in runs[way]):.1f} s",
    )


def run(way: Way, which: sending.Scenario, rows: int, folder: Path | None) -> Run:
    """Send a new list by new processes to a new server, with a new journal."""
    arrived = Arrived()
    with tempfile.TemporaryDirectory(dir=folder) as place, JOURNALS[way.journal](Path(place)) as journal:
        work = Path(place)
        write_list(work / "list.csv", rows)
        template = write_template(work / "benchmark.toml", keep_alive=True)
        template.write_text(f"{template.read_text(encoding='utf-8')}concurrency = 200\n", encoding="utf-8")
        asked = ["--concurrency", str(which.at_once), "--yes", "--json"]
        began = time.perf_counter()
        with which.server(arrived) as url, contextlib.ExitStack() as stack:
            first = ["send", str(work / "list.csv"), "-t", str(template), "--base-url", url, *asked]
            senders = [stack.enter_context(sender(first, work / "first", journal))]
            if way.senders > 1:
                journal.until_sending()
            others = [sender(["work", "1", *asked], work / f"other {nth}", journal) for nth in range(1, way.senders)]
            senders += map(stack.enter_context, others)
            for one in senders:
                one.wait()
            seconds = time.perf_counter() - began
            if any(one.returncode for one in senders):
                raise SystemExit("\n".join(path.read_text(encoding="utf-8") for path in work.glob("*/said")))
        [commits] = journal.ask("SELECT count(DISTINCT sent_at) FROM attempt")
        return Run(arrived, commits, seconds)


@contextlib.contextmanager
def sender(words: list[str], folder: Path, journal: "Journal") -> Iterator[subprocess.Popen[bytes]]:
    """uploader as a process with a home of its own; ended with the block."""
    folder.mkdir()
    environment = {**os.environ, "UPLOADER_HOME": str(folder / "home"), **journal.environment}
    with (folder / "said").open("wb") as said:
        command = [sys.executable, "-m", "uploader", *words]
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said, cwd=folder)
        try:
            yield process
        finally:
            process.kill()
            process.wait()


@dataclass(frozen=True, slots=True)
class Journal:
    """A new journal: what a sender must know of it, and what asks it for a row of numbers."""

    environment: Mapping[str, str]
    ask: Callable[[str], Sequence[int]]

    def until_sending(self) -> None:
        """Wait until a row has left."""
        while self.ask("SELECT count(*) FROM attempt") == [0]:
            time.sleep(_LOOK_AGAIN_SECONDS)


@contextlib.contextmanager
def in_sqlite(folder: Path) -> Iterator[Journal]:
    def ask(query: str) -> Sequence[int]:
        with contextlib.closing(sqlite3.connect(folder / "first" / "home" / "journal.db")) as opened:
            return list(opened.execute(query).fetchone())

    yield Journal({}, ask)


@contextlib.contextmanager
def in_postgres(folder: Path) -> Iterator[Journal]:
    (folder / "database").mkdir()
    folder.chmod(0o711)  # the server has a user of its own
    with clusters({}, folder / "database") as server:
        prepare(server)
        with fresh(server) as database:
            name = database.shown.rpartition("/")[2]
            yield Journal(
                {"UPLOADER_JOURNAL": database.conninfo},
                lambda query: list(run_sql(server, "SET search_path TO uploader", query, database=name)[0]),
            )


JOURNALS = {"SQLite": in_sqlite, "PostgreSQL": in_postgres}


def stage(rows: int, journal: str, folder: Path | None) -> str:
    """A line of the table: a list of so many rows, of which the first one is sent."""
    with tempfile.TemporaryDirectory(dir=folder) as place, JOURNALS[journal](Path(place)) as opened:
        work = Path(place)
        write_list(work / "list.csv", rows)
        template = write_template(work / "benchmark.toml", keep_alive=True)
        with nginx(Arrived()) as url:
            words = [sys.executable, __file__, "--noting", str(work / "list.csv"), url, str(template)]
            (work / "first").mkdir()
            environment = {**os.environ, "UPLOADER_HOME": str(work / "first" / "home"), **opened.environment}
            ended = subprocess.run(words, env=environment, stdout=subprocess.PIPE, check=True)
        noted = json.loads(ended.stdout)
        phases = [f"{noted[name]['seconds']:.1f} s, {noted[name]['megabytes']:.0f} MB" for name in STAGED]
        return sending_scale.table_line(journal, f"{rows:,}", *phases)


def note(path: str, url: str, template: str) -> None:
    """In a process of its own: send one row of the list, and print what the phases before it took."""
    ui = sending_scale.NotingUi()
    result = uploader.send(path, template=template, base_url=url, first=1, ui=ui, output=f"{path}.xlsx")
    if result.counts.get("accepted") != 1:
        raise SystemExit(str(result.stopped))
    print(json.dumps(ui.noted))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", type=sending.scenario, metavar="AT_ONCExMILLISECONDS")
    parser.add_argument("--rows", type=int, help="of every scenario; by default what takes some 10 s")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--stage", type=int, nargs="*", metavar="ROWS")
    parser.add_argument("--noting", nargs=3, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.noting:
        note(*told.noting)
        return
    if shutil.which("nginx") is None:
        raise SystemExit("nginx is missing: apt-get install nginx-light")
    if told.stage is not None:
        print(sending_scale.table_line("", "rows", *STAGED))
        print(sending_scale.table_line(*["--:"] * (len(STAGED) + 2)))
        for rows in told.stage or (100_000, 1_000_000):
            for journal in JOURNALS:
                print(stage(rows, journal, told.folder), flush=True)
        return
    wrong: list[str] = []
    for which in told.scenarios or map(sending.scenario, ("50x0", "50x200")):
        wrong += compare(which, told.rows, told.times, told.folder)
    if wrong:
        raise SystemExit("\n" + "\n".join(wrong))


if __name__ == "__main__":
    main()

"""Compares sending: uploader, a bare aiohttp loop (the limit of Python here), csv2http and newman, in one run.

    apt-get install nginx-light; pip install uvloop csv2http; npm install -g newman     # all optional but nginx
    python benchmarks/sending.py [0x50 2x200 50x200 200x100] [--rows N] [--times 3] [--folder DIR]
    python benchmarks/sending.py --scale [10000 100000 1000000]

A scenario is `AT_ONCExMILLISECONDS`: so many requests at once, each answered so long after it arrived; `50x0` goes to
nginx, which answers at once, the others to a server of ours (`sending_servers.py`). Each sender is a process of its
own, started in turn, against a server that is new each time. uploader is the command as people run it: it checks the
list, keeps its journal, sends the first row alone, and writes the result workbook.

Told are medians. Rows a second are by the server's own record, from the first arrival to the last answer; what that is
of the limit (requests at once divided by the latency) and, run by run, of the bare loop; the sender's CPU time a row,
less that of sending a single row; and the seconds of the whole process. The journal's commits wait for the disk, so
DIR, the folder for list, journal and workbook, should be where a real one would be.

Every row carries its number, and the server's record must have each one exactly once; else the exit code is 1.
`--scale` sends larger and larger lists to nginx and tells seconds and memory of each phase (`sending_scale.py`).
"""

import argparse
import functools
import re
import shutil
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import sending_scale
from sending_servers import late_server, nginx
from sending_ways import BARE, WAYS, Run, Server, Way, run

DEFAULT_SCENARIOS = ("50x0", "2x200", "50x200", "200x100")
SECONDS_AT_THE_LIMIT = 10
MOST_ROWS = 8_000
ROWS_WITHOUT_LATENCY = 5_000


@dataclass(frozen=True, slots=True)
class Scenario:
    """How many requests at once, and how long each takes."""

    at_once: int
    latency: float

    @property
    def limit(self) -> float | None:
        """The most rows a second; none where the server answers at once."""
        return self.at_once / self.latency if self.latency else None

    @property
    def server(self) -> Server:
        return functools.partial(late_server, self.latency) if self.latency else nginx

    @property
    def title(self) -> str:
        if self.limit is None:
            return f"{self.at_once} at once, no latency"
        return f"{self.at_once} at once, {self.latency * 1000:.0f} ms each: at most {self.limit:,.0f} rows/s"

    def rows(self) -> int:
        """How many rows take some seconds."""
        return ROWS_WITHOUT_LATENCY if self.limit is None else min(MOST_ROWS, int(self.limit * SECONDS_AT_THE_LIMIT))


def scenario(text: str) -> Scenario:
    """`50x200` as a scenario."""
    found = re.fullmatch(r"(\d+)x(\d+)", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text} isn't AT_ONCExMILLISECONDS, such as 50x200")
    return Scenario(int(found[1]), int(found[2]) / 1000)


def compare(which: Scenario, rows: int, times: int, folder: Path | None) -> list[str]:
    """Print a table of all senders; what was lost or sent twice."""
    ways = [way for way in WAYS if not way.is_missing]
    print(f"\n{which.title}; {rows:,} rows, medians of {times}")
    print(f"{'':31}{'rows/s':>9}{'own clock':>11}{'of limit':>10}{'of bare':>9}{'CPU a row':>12}{'process':>10}")
    single = {way: run(way, which.server, folder, 1, which.at_once).cpu_seconds for way in ways}
    runs: dict[Way, list[Run]] = {way: [] for way in ways}
    for _ in range(times):
        for way in ways:
            runs[way].append(run(way, which.server, folder, rows, which.at_once))
    for way in ways:
        print(line(way, runs[way], runs[BARE], which.limit, single[way]))
    for way in WAYS:
        if way.is_missing:
            print(f"{way.name:31}  missing: {way.is_missing}")
    return [f"{which.title}: {way.name}: {wrong}" for way in ways for one in runs[way] if (wrong := mistake(way, one))]


def line(way: Way, runs: Sequence[Run], bare: Sequence[Run], limit: float | None, single_cpu: float) -> str:
    paces = [one.pace for one in runs]
    pace = statistics.median(paces)
    own = statistics.median(one.rows / one.own_seconds if one.own_seconds else 0 for one in runs)
    of_bare = statistics.median(one / other.pace for one, other in zip(paces, bare, strict=True))
    cpu = statistics.median((one.cpu_seconds - single_cpu) / one.rows for one in runs)
    whole = statistics.median(one.whole_seconds for one in runs)
    few = f" ({runs[0].rows})" if runs[0].rows == way.most_rows else ""
    return (
        f"{way.name + few:31}{pace:9,.0f}{f'{own:,.0f}' if own else '':>11}{f'{pace / limit:.1%}' if limit else '':>10}"
        f"{of_bare:9.2f}{cpu * 1_000_000:9,.0f} µs{whole:8.2f} s"
    )


def mistake(way: Way, one: Run) -> str:
    """What the server's record has wrong; of a sender that can't number its rows, only whether all arrived."""
    if way.is_exact:
        return one.arrived.mistake(one.rows)
    count = len(one.arrived.numbers)
    return "" if count == one.rows else f"{count} arrived, not {one.rows}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", type=scenario, metavar="AT_ONCExMILLISECONDS")
    parser.add_argument("--rows", type=int, help="of every scenario; by default what takes some 10 s")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--scale", type=int, nargs="*", metavar="ROWS")
    told = parser.parse_args()
    if shutil.which("nginx") is None:
        raise SystemExit("nginx is missing: apt-get install nginx-light")
    wrong: list[str] = []
    if told.scale is not None:
        wrong = sending_scale.measure(told.scale or sending_scale.SIZES, told.folder)
    else:
        for which in told.scenarios or map(scenario, DEFAULT_SCENARIOS):
            wrong += compare(which, told.rows or which.rows(), told.times, told.folder)
    if wrong:
        raise SystemExit("\n" + "\n".join(wrong))


if __name__ == "__main__":
    main()

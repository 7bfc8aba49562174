"""Seconds, pace and memory of each phase of sending, for larger and larger lists.

    python benchmarks/sending_scale.py LIST URL TEMPLATE HOME      (the process that is measured: JSON for each phase)

The list is read and checked, staged in the journal, sent to nginx (50 at once, kept connections), and its result
workbook is written, by the Python API in a process of its own, as the command does. The memory of a phase is the
largest that the process had in it; Linux can tell that anew for each phase (`/proc/self/clear_refs`), and where it
can't be told, it is the largest so far.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sending_servers import Arrived, nginx
from sending_ways import write_list, write_template

from uploader import SilentUi, events, send

SIZES = (10_000, 100_000, 1_000_000)
AT_ONCE = 50
PHASES = ("reading", "checking", "staging", "sending", "writing")


class NotingUi(SilentUi):
    """Notes when phases begin and end, and what memory they took."""

    def __init__(self) -> None:
        super().__init__()
        self.noted: dict[str, dict[str, float]] = {}
        self._began: dict[str, float] = {}

    def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Phase):
            self._began[event.name] = time.perf_counter()
            forget_peak()
        elif isinstance(event, events.PhaseEnded):
            noted = self.noted.setdefault(event.name, {"seconds": 0.0, "megabytes": 0.0})
            noted["seconds"] += time.perf_counter() - self._began[event.name]
            noted["megabytes"] = max(noted["megabytes"], peak_megabytes())


def forget_peak() -> None:
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_megabytes() -> float:
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024
    return 0.0


def send_noting(path: str, url: str, template: str, home: str) -> dict[str, Any]:
    ui = NotingUi()
    result = send(path, template=template, base_url=url, concurrency=AT_ONCE, home=home, ui=ui, output=f"{path}.xlsx")
    if result.exit_code != 0:
        raise SystemExit(str(result.stopped))
    return ui.noted


def measured_once(rows: int, folder: Path | None, arrived: Arrived) -> dict[str, Any]:
    """The phases of sending that many rows, in a process of its own."""
    with tempfile.TemporaryDirectory(dir=folder) as place, nginx(arrived) as url:
        path, home = Path(place, "list.csv"), str(Path(place, "home"))
        write_list(path, rows)
        template = str(write_template(Path(place, "benchmark.toml"), keep_alive=True))
        command = [sys.executable, __file__, str(path), url, template, home]
        noted: dict[str, Any] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        return noted


def measure(sizes: Sequence[int], folder: Path | None) -> list[str]:
    """Print a table of all sizes; what was lost or sent twice."""
    print(
        f"{'rows':>10}"
        + "".join(f"{name:>17}" for name in PHASES)
        + f"{'rows/s':>9}{'first 10th':>12}{'last 10th':>11}"
    )
    wrong = []
    for rows in sizes:
        arrived = Arrived()
        noted = measured_once(rows, folder, arrived)
        print(line(rows, noted, arrived), flush=True)
        if mistake := arrived.mistake(rows):
            wrong.append(f"{rows:,} rows: {mistake}")
    return wrong


def line(rows: int, noted: dict[str, Any], arrived: Arrived) -> str:
    phases = [f"{noted[name]['seconds']:.1f} s {noted[name]['megabytes']:5.0f} MB" for name in PHASES]
    paces = f"{rows / arrived.seconds:9,.0f}{arrived.pace(0, 0.1):12,.0f}{arrived.pace(0.9, 1):11,.0f}"
    return f"{rows:10,}" + "".join(f"{text:>17}" for text in phases) + paces


if __name__ == "__main__":
    print(json.dumps(send_noting(*sys.argv[1:])))

"""Compares how soon the command begins: its help with `import click` alone, and a small list's first request.

    python benchmarks/starting.py [--times 15]

Told are medians of processes that were started in turn. The first request is that of a list of three rows, plain http
on loopback; its time is from the start of the process to the request's first byte, as a server of ours sees it. *New*
is a home folder without a journal, *known* one in which a job is kept already.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sending_servers import ANSWER
from sending_ways import write_list, write_template

ROWS = 3


def seconds_of(*arguments: str) -> float:
    """How long a process of Python takes, which must end well."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def answered(listening: socket.socket) -> float:
    """Take one request on a connection of its own, and answer it; when its first byte came."""
    connection, _ = listening.accept()
    with connection:
        connection.recv(1)
        began = time.perf_counter()
        connection.recv(65_536)
        connection.sendall(ANSWER)
    return began


def seconds_to_first_request(home: Path, folder: Path) -> float:
    """From the start of `uploader send` to the first byte of its first request."""
    path = folder / f"{time.monotonic_ns()}.csv"
    write_list(path, ROWS)
    template = write_template(folder / "benchmark.toml", keep_alive=False)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        asked = [
            "-t",
            str(template),
            "--base-url",
            f"http://127.0.0.1:{listening.getsockname()[1]}",
            "--yes",
            "--quiet",
        ]
        command = [sys.executable, "-m", "uploader", "send", str(path), *asked, "--send-duplicates"]
        environment = {**os.environ, "UPLOADER_HOME": str(home)}
        began = time.perf_counter()
        process = subprocess.Popen(command, env=environment)
        first, *_ = [answered(listening) for _ in range(ROWS)]
        if process.wait() != 0:
            raise SystemExit(f"exit {process.returncode}")
    return first - began


def measure(times: int, folder: Path) -> None:
    known = folder / "known"
    seconds_to_first_request(known, folder)
    ways: dict[str, Callable[[], float]] = {
        "python -c pass": lambda: seconds_of("-c", "pass"),
        "import click": lambda: seconds_of("-c", "import click"),
        "uploader --help": lambda: seconds_of("-m", "uploader", "--help"),
        "first request, new home": lambda: seconds_to_first_request(folder / str(time.monotonic_ns()), folder),
        "first request, known home": lambda: seconds_to_first_request(known, folder),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(times):
        for name, way in ways.items():
            taken[name].append(way())
    click = statistics.median(taken["import click"])
    for name, runs in taken.items():
        median = statistics.median(runs)
        print(f"{name:28}{median * 1000:7.0f} ms{median / click:7.1f} times `import click`")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=15)
    with tempfile.TemporaryDirectory() as folder:
        measure(parser.parse_args().times, Path(folder))


if __name__ == "__main__":
    main()

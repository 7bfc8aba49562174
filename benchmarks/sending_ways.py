"""The senders that `sending.py` compares: ours, a bare aiohttp loop, csv2http and newman, each as a process of its own.

    python benchmarks/sending_ways.py LIST URL AT_ONCE

is the bare loop: that many workers post the list's rows, as the limit of what Python can send here. It has no journal,
no checks and no workbook, and makes the bodies beforehand.
"""

import asyncio
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from sending_servers import Arrived

FIELDS = ("number", "from", "fromname", "to", "toname", "subject", "body", "rp_id")
TEMPLATE = """
title = "benchmark"
[request]
url = "http://127.0.0.1/rows?number={{{{number}}}}"
[request.json]
{fields}
{columns}
[limits]
keep_alive = {keep_alive}
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one sender."""

    arrived: Arrived
    rows: int
    whole_seconds: float
    """Of the process, from its start to its end."""
    cpu_seconds: float
    own_seconds: float | None
    """How long rows were sent, as the sender itself says."""

    @property
    def pace(self) -> float:
        """Rows a second, by the server's record."""
        return len(self.arrived.numbers) / max(self.arrived.seconds, 0.001)


@dataclass(frozen=True, slots=True)
class Way:
    """A sender: how it is called, and what it takes to run it."""

    name: str
    command: Callable[["Task"], list[str]]
    is_missing: str = ""
    """How to get it, where it isn't here."""
    most_rows: int = sys.maxsize
    """It is slow, or sends one row at a time: more rows would only take longer."""
    is_exact: bool = True
    """Whether each row carries its number to the server, so that one that is lost or arrives twice is seen."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be sent, and where to."""

    folder: Path
    rows: int
    url: str
    at_once: int

    @property
    def list(self) -> Path:
        return self.folder / "list.csv"


def write_list(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(FIELDS)
        for number in range(1, rows + 1):
            text = f"Hola, Ana: su pedido {number} llegará mañana entre las 9 y las 12. Gracias por su compra."
            sender, receiver = (
                ("centro@example.com", "Centro de atención"),
                (f"cliente{number}@example.com", "Ana Muñoz"),
            )
            writer.writerow((number, *sender, *receiver, f"Su pedido {number}", text, f"{number % 99_999:05}"))


def write_template(path: Path, *, keep_alive: bool) -> Path:
    fields = "\n".join(f'{name} = "{{{{{name}}}}}"' for name in FIELDS)
    columns = "\n".join(f"[columns.{name}]" for name in FIELDS)
    path.write_text(TEMPLATE.format(fields=fields, columns=columns, keep_alive=str(keep_alive).lower()))
    return path


def _ours(*, keep_alive: bool) -> Callable[[Task], list[str]]:
    def command(task: Task) -> list[str]:
        template = write_template(task.folder / "benchmark.toml", keep_alive=keep_alive)
        asked = ["-t", str(template), "--base-url", task.url, "--concurrency", str(task.at_once), "--yes", "--json"]
        return [sys.executable, "-m", "uploader", "send", str(task.list), *asked]

    return command


def _bare(task: Task) -> list[str]:
    return [sys.executable, __file__, str(task.list), task.url, str(task.at_once)]


def _csv2http(task: Task) -> list[str]:
    return ["csv2http", "-n", "-t", "60", "-c", str(task.at_once), str(task.list), f"{task.url}/rows"]


def _newman(task: Task) -> list[str]:
    header = [{"key": "Content-Type", "value": "application/json"}]
    body = {"mode": "raw", "raw": json.dumps({name: f"{{{{{name}}}}}" for name in FIELDS})}
    url = f"{task.url}/rows?number={{{{number}}}}"
    collection = {
        "info": {"name": "benchmark", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
        "item": [{"name": "row", "request": {"method": "POST", "header": header, "body": body, "url": url}}],
    }
    path = task.folder / "collection.json"
    path.write_text(json.dumps(collection), encoding="utf-8")
    return ["newman", "run", str(path), "-d", str(task.list), "--silent"]


BARE = Way("bare aiohttp loop", _bare)
WAYS = (
    BARE,
    Way("uploader, kept connections", _ours(keep_alive=True)),
    Way("uploader, one connection a row", _ours(keep_alive=False)),
    Way("csv2http", _csv2http, "" if shutil.which("csv2http") else "pip install csv2http", 1000, is_exact=False),
    Way("newman, 1 at once", _newman, "" if shutil.which("newman") else "npm install -g newman", 50),
)

Server = Callable[[Arrived], AbstractContextManager[str]]


def run(way: Way, server: Server, folder: Path | None, rows: int, at_once: int) -> Run:
    """Send that many rows by a new process to a new server, with a journal in a new folder."""
    rows, arrived = min(rows, way.most_rows), Arrived()
    with tempfile.TemporaryDirectory(dir=folder) as place, server(arrived) as url:
        task = Task(Path(place), rows, url, at_once)
        write_list(task.list, rows)
        whole, cpu, printed = _measured(way.command(task), task.folder)
    return Run(arrived, rows, whole, cpu, _own_seconds(printed))


def _measured(command: list[str], folder: Path) -> tuple[float, float, str]:
    """Seconds and CPU seconds of a process, and what it prints. It must end well."""
    environment = {**os.environ, "UPLOADER_HOME": str(folder / "home")}
    with (folder / "printed").open("w+b") as printed, (folder / "errors").open("w+b") as errors:
        began = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=printed, stderr=errors, cwd=folder)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        said = (folder / "errors").read_text(encoding="utf-8", errors="replace")
        raise SystemExit(f"exit {process.returncode}: {' '.join(command)}\n{said}")
    said = (folder / "printed").read_text(encoding="utf-8", errors="replace")
    return seconds, usage.ru_utime + usage.ru_stime, said


def _own_seconds(printed: str) -> float | None:
    """`sending_seconds` of `uploader send --json`, and of the bare loop."""
    if not printed.startswith("{"):
        return None
    return float(json.loads(printed)["sending_seconds"])


def _requests(path: str, url: str) -> Iterator[tuple[str, bytes]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield f"{url}/rows?number={row['number']}", json.dumps(row, ensure_ascii=False).encode()


async def _post_all(path: str, url: str, at_once: int) -> float:
    import aiohttp

    requests = list(_requests(path, url))
    rest = iter(requests)
    headers = {"Content-Type": "application/json"}
    connector = aiohttp.TCPConnector(limit=at_once)
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

        async def post_some() -> None:
            for address, body in rest:
                async with session.post(address, data=body) as reply:
                    await reply.read()
                    if reply.status != 201:  # noqa: PLR2004  # what both servers answer
                        raise SystemExit(f"HTTP {reply.status}")

        began = time.perf_counter()
        await asyncio.gather(*(post_some() for _ in range(at_once)))
        return time.perf_counter() - began


if __name__ == "__main__":
    print(json.dumps({"sending_seconds": asyncio.run(_post_all(sys.argv[1], sys.argv[2], int(sys.argv[3])))}))

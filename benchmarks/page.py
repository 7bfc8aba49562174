"""Whether the page stays usable with a large list: `python benchmarks/page.py [ROWS]`, 100,000 unless said.

Starts `uploader app` in a home of its own, gives it a list of so many rows, and has it checked, planned and practised
for a while, then stopped. Meanwhile another visitor asks for a small answer twenty times a second: printed is how long
the slowest took in each phase, how long each page of rows takes, and the server's memory.
"""

import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

ROWS = 100_000
SENDING_SECONDS = 20.0
HEADER = "Remitente;Destinatario;Asunto;Mensaje;Punto de enrutamiento\n"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BOUNDARY = "a-list"


class Visitor:
    """A browser without a window."""

    def __init__(self, link: str) -> None:
        address = urlsplit(link)
        self.host, self.cookie = address.netloc, ""
        answer, _ = self.ask(f"{address.path}?{address.query}")
        self.cookie = str(answer.getheader("Set-Cookie")).partition(";")[0]
        found = re.search(rb'name="csrf" value="([^"]+)"', self.ask("/")[1])
        assert found is not None
        self.csrf = found[1].decode()

    def ask(self, path: str, body: bytes | None = None, more: Mapping[str, str] = FORM) -> tuple[Any, bytes]:
        connection = http.client.HTTPConnection(self.host, timeout=600)
        headers = {"Cookie": self.cookie, "Origin": f"http://{self.host}", **more}
        connection.request("GET" if body is None else "POST", path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer, content

    def press(self, path: str, **fields: str) -> str:
        """Send a form; where that leads."""
        answer, _ = self.ask(path, urlencode({"csrf": self.csrf, **fields}).encode())
        return str(answer.getheader("Location"))

    def drop(self, file: Path) -> str:
        """Drop a list on the page; where that leads."""
        part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{{}}"{{}}\r\n\r\n'
        body = b"".join(
            [
                part.format("csrf", "").encode() + self.csrf.encode() + b"\r\n",
                part.format("file", f'; filename="{file.name}"').encode() + file.read_bytes() + b"\r\n",
                f"--{BOUNDARY}--\r\n".encode(),
            ]
        )
        answer, _ = self.ask("/lists", body, {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"})
        return str(answer.getheader("Location"))

    def state(self, work: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.ask(f"{work}/state")[1])
        return found

    def settled(self, work: str) -> tuple[str, bytes]:
        """Wait until a work asks or is over; where it leads then, and that page."""
        while self.state(work)["stage"] == "running":
            time.sleep(0.2)
        answer, content = self.ask(work)
        while answer.getheader("Location"):
            work = str(answer.getheader("Location"))
            answer, content = self.ask(work)
        return work, content


class Probe:
    """Asks for a small answer all the time."""

    def __init__(self, visitor: Visitor, process: int) -> None:
        self._visitor, self._process = visitor, process
        self._seconds: list[float] = []
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        with suppress(OSError):  # the server has ended
            while True:
                began = time.perf_counter()
                self._visitor.ask("/alive")
                self._seconds.append(time.perf_counter() - began)
                time.sleep(0.05)

    @contextmanager
    def during(self, phase: str) -> Iterator[None]:
        """Print how it was during the block."""
        self._seconds, began = [], time.perf_counter()
        yield
        slowest = max(self._seconds, default=0.0) * 1000
        seconds = time.perf_counter() - began
        print(f"{phase:10} {seconds:6.1f} s   slowest answer {slowest:4.0f} ms   memory {self._megabytes()} MB")

    def _megabytes(self) -> int:
        status = Path(f"/proc/{self._process}/status").read_text(encoding="ascii")
        found = re.search(r"VmRSS:\s+(\d+)", status)
        return int(found[1]) // 1024 if found else 0


def make_list(path: Path, rows: int) -> Path:
    with path.open("w", encoding="utf-8-sig") as file:
        file.write(HEADER)
        for number in range(rows):
            point = "" if number % 500 == 0 else 61000 + number % 90
            file.write(
                f"de{number}@x.co;a{number}@x.co;Asunto {number};Señora, su caso {number} sigue abierto.;{point}\n"
            )
    return path


def look_at(visitor: Visitor, path: str, *queries: str) -> None:
    for query in queries:
        began = time.perf_counter()
        answer, _ = visitor.ask(f"{path}?{query}")
        print(f"           {(time.perf_counter() - began) * 1000:4.0f} ms   {answer.status} {query}")


def main(rows: int, folder: Path) -> None:
    environment = {**os.environ, "HOME": str(folder), "UPLOADER_HOME": str(folder / "home")}
    command = [sys.executable, "-m", "uploader", "app", "--no-open"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        assert server.stdout is not None
        visitor = Visitor(server.stdout.readline().strip())
        probe = Probe(visitor, server.pid)
        with probe.during("check"):
            list_page, _ = visitor.settled(visitor.drop(make_list(folder / "list.csv", rows)))
        with probe.during("rows"):
            look_at(visitor, list_page, "show=all", f"show=all&page={rows // 50}", "show=errors", "show=all&q=caso+777")
        with probe.during("plan"):
            work, content = visitor.settled(visitor.press(f"{list_page}/send", where="practice"))
        agreed = {name.decode(): "yes" for name in re.findall(rb'name="([^"]+)" value="yes"', content)}
        with probe.during("sending"):
            visitor.press(f"{work}/answers", go="all", **agreed)
            while not visitor.state(work)["is_sending"]:
                time.sleep(0.2)
            time.sleep(SENDING_SECONDS)
        with probe.during("writing"):
            visitor.press(f"{work}/stop")
            job_page, _ = visitor.settled(work)
        with probe.during("rows"):
            look_at(visitor, job_page, "", f"show=not_sent&page={rows // 60}", "q=caso+777")
        server.terminate()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="uploader-") as home:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS, Path(home))

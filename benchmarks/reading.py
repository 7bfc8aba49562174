"""Compares the time of a check with the reading library alone, in one run.

    python benchmarks/reading.py [--rows 100000] [--csv-rows 1000000] [--times 5] [--folder DIR]

Each figure is a process of its own, started in turn, with its imports; told are the medians, their ratio, and the
largest memory. The lists are made new, the same ones each time: seven columns that fit `wolkvox/add_interaction`;
`padded` has an id that only its number format pads with zeros, and an error cell in every thousandth row. The ODS is
written as LibreOffice writes it.

Then checks are compared with each other: where the journal knows nothing, other lists, or the list itself (all its
rows staged, and one sent to a server on loopback); and a list of which every tenth row is bad, without and with
`--problems`.
"""

import argparse
import csv
import http.server
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import xlsxwriter

HEADER = ("from", "to", "toname", "subject", "body", "rp_id", "phone")
CALAMINE_ALONE = "import sys, python_calamine as c; c.load_workbook(sys.argv[1]).get_sheet_by_index(0).to_python()"
CSV_ALONE = "import csv, sys; [0 for _ in csv.reader(open(sys.argv[1], encoding='utf-8', newline=''), delimiter=';')]"
STARTER = """
import os, subprocess, sys, time
began = time.perf_counter()
process = subprocess.Popen([sys.executable, "-c", *sys.argv[1:]], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(os.waitstatus_to_exitcode(status), time.perf_counter() - began, usage.ru_maxrss / 1024)
"""
UPLOADER = "from uploader.__main__ import main; main()"
BAD = 10
"""Each row that this divides is bad, in the list with bad rows."""


def row(number: int) -> tuple[str, str, str, str, str]:
    return (
        "centro@example.com",
        f"cliente{number}@example.com",
        f"Ana Muñoz {number}",
        "Su pedido",
        f"Hola {number}, su pedido llegará mañana.",
    )


def write_xlsx(path: Path, rows: int, *, padded: bool) -> Path:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Lista")
    zeros = book.add_format({"num_format": "00000"})
    sheet.write_row(0, 0, HEADER)
    for number in range(1, rows + 1):
        for position, text in enumerate(row(number)):
            sheet.write_string(number, position, text)
        sheet.write_number(number, 5, number % 99_999, zeros if padded else None)
        if padded and number % 1000 == 0:
            sheet.write_formula(number, 6, "=NA()", None, "#N/A")
        else:
            sheet.write_number(number, 6, 3_001_000_000 + number)
    book.close()
    return path


def _ods_cell(kind: str, text: str) -> str:
    value = f' office:value="{text}"' if kind == "float" else ""
    types = f'office:value-type="{kind}"{value} calcext:value-type="{kind}"'
    return f"<table:table-cell {types}><text:p>{text}</text:p></table:table-cell>"


def _ods_row(*cells: str) -> bytes:
    end = '<table:table-cell table:number-columns-repeated="16377"/></table:table-row>'
    return f'<table:table-row table:style-name="ro1">{"".join(cells)}{end}'.encode()


def write_ods(path: Path, rows: int) -> Path:
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    names += ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        package.writestr("META-INF/manifest.xml", "<manifest/>")
        with package.open("content.xml", "w", force_zip64=True) as part:
            part.write(f"<office:document-content{names}><office:body><office:spreadsheet>".encode())
            part.write(b'<table:table table:name="Lista">' + _ods_row(*(_ods_cell("string", name) for name in HEADER)))
            for number in range(1, rows + 1):
                texts = (_ods_cell("string", text) for text in row(number))
                numbers = (_ods_cell("float", str(value)) for value in (number % 99_999, 3_001_000_000 + number))
                part.write(_ods_row(*texts, *numbers))
            part.write(b'<table:table-row table:number-rows-repeated="948575"><table:table-cell/></table:table-row>')
            part.write(b"</table:table></office:spreadsheet></office:body></office:document-content>")
    return path


def write_csv(path: Path, rows: int) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADER)
        writer.writerows((*row(number), f"{number % 99_999:05}", 3_001_000_000 + number) for number in range(rows))
    return path


def write_bad(path: Path, rows: int) -> Path:
    """A list in which every tenth row lacks its id."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Lista")
    sheet.write_row(0, 0, HEADER)
    for number in range(1, rows + 1):
        sheet.write_row(number, 0, (*row(number), "" if number % BAD == 0 else str(number), 3_001_000_000 + number))
    book.close()
    return path


def environment(home: Path) -> dict[str, str]:
    """As of somebody who has installed the package: its modules are compiled once, and not in each process."""
    others = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    settings = {"WOLKVOX_SERVER": "0042", "WOLKVOX_TOKEN": "not a real one"}
    return {**others, **settings, "UPLOADER_HOME": str(home), "PYTHONPYCACHEPREFIX": str(home.parent / "compiled")}


def measured(code: str, *arguments: str, home: Path, ends_with: str = "0") -> tuple[float, float]:
    """Seconds and megabytes of one process, which must end with that exit code.

    A small process starts it, because a child's peak memory counts at least that of its parent.
    """
    ended = subprocess.run(
        [sys.executable, "-c", STARTER, code, *arguments],
        capture_output=True, text=True, check=True, env=environment(home),
    )  # fmt: skip
    exit_code, seconds, megabytes = ended.stdout.split()
    if exit_code != ends_with:
        raise SystemExit(f"exit {exit_code}: {arguments}\n{ended.stderr}")
    return float(seconds), float(megabytes)


def compare(what: str, path: Path, alone: str, times: int, home: Path) -> None:
    """The check beside the library."""
    check = (UPLOADER, "check", str(path), "--quiet")
    runs = [(measured(alone, str(path), home=home), measured(*check, home=home)) for _ in range(times)]
    tell(what, runs)


def compare_journals(path: Path, times: int, folder: Path) -> None:
    """The check of one list where the journal knows nothing, beside one where it knows others, or this very list."""
    other = write_xlsx(folder / "other.xlsx", 10, padded=False)
    homes = {name: folder / f"knows {name}" for name in ("nothing", "other lists", "this list")}
    for name, known in (("other lists", other), ("this list", path)):
        with answering() as address:
            options = ("--base-url", address, "--first", "1", "--yes", "--no-preflight")
            measured(UPLOADER, "send", str(known), *options, home=homes[name], ends_with="1")
    check = (UPLOADER, "check", str(path), "--quiet")
    for name in ("other lists", "this list"):
        runs = [(measured(*check, home=homes["nothing"]), measured(*check, home=homes[name])) for _ in range(times)]
        tell(f"… the journal knows {name}", runs)


def compare_problems(path: Path, times: int, home: Path) -> None:
    """The check of a list with bad rows, without and with the problems workbook."""
    check, workbook = (UPLOADER, "check", str(path), "--yes"), path.with_suffix(".problems.xlsx")
    runs = []
    for _ in range(times):
        without = measured(*check, home=home, ends_with="2")
        runs.append((without, measured(*check, "--problems", home=home, ends_with="2")))
        workbook.unlink()
    tell("… with the problems workbook", runs)


def tell(what: str, runs: list[tuple[tuple[float, float], tuple[float, float]]]) -> None:
    first, second = (statistics.median(run[at][0] for run in runs) for at in (0, 1))
    memory = max(run[1][1] for run in runs)
    print(f"{what:36}{first:9.2f} s{second:9.2f} s{second / first:8.1f} times{memory:8.0f} MB", flush=True)


@contextmanager
def answering() -> Iterator[str]:
    """The address of a server on loopback that accepts everything."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Accepting)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Accepting(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b'{"code": "201", "msg": "created"}'
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--csv-rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    told = parser.parse_args()
    few = max(1, told.times // 3)
    with tempfile.TemporaryDirectory(dir=told.folder) as made:
        folder = Path(made)
        home = folder / "home"
        measured(UPLOADER, "check", str(write_xlsx(folder / "warm.xlsx", 10, padded=False)), "--quiet", home=home)
        print(f"{'':36}{'library':>11}{'check':>11}{'':>13}{'check':>11}")
        plain = write_xlsx(folder / "plain.xlsx", told.rows, padded=False)
        compare(f"XLSX, {told.rows:,} rows", plain, CALAMINE_ALONE, told.times, home)
        padded = write_xlsx(folder / "padded.xlsx", told.rows, padded=True)
        compare("… with padded ids and errors", padded, CALAMINE_ALONE, told.times, home)
        compare(f"ODS, {told.rows:,} rows", write_ods(folder / "list.ods", told.rows), CALAMINE_ALONE, few, home)
        if told.csv_rows:
            large = write_csv(folder / "large.csv", told.csv_rows)
            compare(f"CSV, {told.csv_rows:,} rows", large, CSV_ALONE, few, home)
        print(f"{'':36}{'check':>11}{'check':>11}{'':>13}{'check':>11}")
        compare_journals(plain, told.times, folder)
        compare_problems(write_bad(folder / "bad.xlsx", told.rows), few, home)


if __name__ == "__main__":
    main()

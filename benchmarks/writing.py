"""Compares what it takes to write a result sheet: openpyxl, XlsxWriter, our own code, rustpy-xlsxwriter, in one run.

    pip install rustpy-xlsxwriter
    python benchmarks/writing.py [--rows 100000] [--times 3] [--folder DIR]

Each figure is a process of its own, started in turn; told are the medians, and the ratio of CPU time to that of the
first one. The rows are the same ones each time: 16 columns as in a result workbook, texts, numbers and one date. The
libraries alone write plain cells; our own way also has widths, heights, formats, colours, a filter, frozen panes and
digests. Memory is the process's largest, less that of one that writes a single row.

The last lines are the whole command `uploader results` for a job in a journal: it starts, reads every row and every
request, and writes the sheets `Results`, `Attempts`, `Summary` and the hidden one, 26 columns in all. Their memory is
all that the process has. The ratio is again to the first line, which writes that many rows of `Results` alone.
rustpy-xlsxwriter is no dependency of ours: where it is missing, the last line says so.
"""

import argparse
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple, TypeAlias

Value: TypeAlias = str | int | datetime | None

LISTED = ("from", "fromname", "to", "toname", "subject", "body", "rp_id")
OURS = ("Status", "Response code", "Response message", "Advice", "HTTP status", "Attempts", "Sent at", "Duration ms")
HEADER = ("Row", *LISTED, *OURS)
BEGAN = datetime(2026, 8, 3, 9, 0)  # noqa: DTZ001  # a cell knows no zone
REFUSED_EACH = 50
"""One row in this many is rejected."""
FEW = 10_000
"""Rows of the smaller job."""
AT_ONCE = 500
"""Rows that are sent together."""

STARTER = """
import os, subprocess, sys, time
began = time.perf_counter()
process = subprocess.Popen([sys.executable, *sys.argv[1:]])
_, status, usage = os.wait4(process.pid, 0)
cpu = usage.ru_utime + usage.ru_stime
print(os.waitstatus_to_exitcode(status), time.perf_counter() - began, cpu, usage.ru_maxrss / 1024)
"""
"""Small, because a child's peak memory counts at least that of its parent."""


def result_rows(rows: int) -> Iterator[list[Value]]:
    """Lines of a result sheet, in the order of `HEADER`."""
    for number in range(rows):
        refused = number % REFUSED_EACH == 0
        yield [
            number + 2,
            "centro@example.com",
            "Centro de atención",
            f"cliente{number}@example.com",
            f"Ana Muñoz {number}",
            f"Su pedido {number}",
            f"Hola, Ana: su pedido {number} llegará mañana entre las 9 y las 12. Gracias por su compra.",
            f"{number % 99_999:05}",
            "rejected" if refused else "accepted",
            "404" if refused else "201",
            f"ROUTING POINT {number % 99_999:05} NOT FOUND" if refused else "routing point was executed and assigned",
            "Correct the routing point of this row, then send the list again." if refused else "",
            404 if refused else 200,
            1,
            BEGAN + timedelta(seconds=number),
            80 + number % 400,
        ]


def by_xlsxwriter(path: str, rows: int) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    sheet = book.add_worksheet("Results")
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    sheet.write_row(0, 0, HEADER)
    for at, values in enumerate(result_rows(rows), start=1):
        for column, value in enumerate(values):
            if isinstance(value, str):
                sheet.write_string(at, column, value)
            elif isinstance(value, datetime):
                sheet.write_datetime(at, column, value, moment)
            else:
                sheet.write_number(at, column, value)
    book.close()


def by_us(path: str, rows: int) -> None:
    from uploader.model.rows import Status
    from uploader.workbooks.xlsx.cells import Cell
    from uploader.workbooks.xlsx.sheet_writer import TableWriter
    from uploader.workbooks.xlsx.xlsx_writer import new_workbook

    with new_workbook(Path(path)) as book:
        table = TableWriter(book, "Results", [Cell(name, book.header) for name in HEADER], frozen_columns=1)
        status, sent_at = HEADER.index("Status"), HEADER.index("Sent at")
        for values in result_rows(rows):
            word, moment = Status(str(values[status])), values[sent_at]
            ours = [Cell(word, book.status[word]), *values[status + 1 : sent_at], moment]
            table.add([*values[:status], *ours, *values[sent_at + 1 :]])
        table.close()


def by_rustpy(path: str, rows: int) -> None:
    from rustpy_xlsxwriter import write_worksheet  # type: ignore[import-not-found,unused-ignore]

    records = (dict(zip(HEADER, values, strict=True)) for values in result_rows(rows))
    write_worksheet(records, path, "Results", datetime_format="yyyy-mm-dd hh:mm:ss")


def by_openpyxl(path: str, rows: int) -> None:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Results")
    sheet.append(HEADER)
    for values in result_rows(rows):
        sheet.append(values)
    book.save(path)


WAYS: dict[str, tuple[str, Callable[[str, int], None]]] = {
    "openpyxl": ("openpyxl, write only, plain cells", by_openpyxl),
    "xlsxwriter": ("XlsxWriter, plain cells", by_xlsxwriter),
    "ours": ("ours, with everything", by_us),
    "rustpy": ("rustpy-xlsxwriter, plain cells", by_rustpy),
}


def keep_job(home: Path, rows: int) -> None:
    """Write a journal with a job of that many rows, each of which was sent once."""
    from uploader.journal import StagedRow, journal_path, open_journal
    from uploader.model import advice
    from uploader.model.http import Request
    from uploader.model.job import NewJob, Sender
    from uploader.model.outcomes import Completion, Dispatch, Outcome, Verdict
    from uploader.model.resend import ResendPolicy
    from uploader.model.rows import Row, Status

    def completion(leaving: Dispatch, values: Sequence[Value]) -> Completion:
        status, code, message, said, http_status, _, _, duration = values[1 + len(LISTED) :]
        shown = advice.from_template({"en": str(said)}) if said else advice.NONE
        verdict, duration_ms = Verdict(str(status)), int(str(duration))
        outcome = Outcome(verdict, shown, str(code), str(message), int(str(http_status)), duration_ms)
        return Completion(leaving, outcome, Status(str(status)))

    new = NewJob(
        key="a1" * 16, list_path=home / "list.csv", list_name="list.csv", list_sha256="ab" * 32,
        source_sha256="ab" * 32, sheet=None, header=LISTED, fields={name: at for at, name in enumerate(LISTED)},
        template="wolkvox/add_interaction", template_sha256="cd" * 32, template_text="title = 'x'", profile_text=None,
        destination="https://wv0042.wolkvox.com", settings={}, results_path=home / "list.results.xlsx",
    )  # fmt: skip
    lines = [(Row(int(str(one[0])), tuple(map(str, one[1 : 1 + len(LISTED)]))), one) for one in result_rows(rows)]
    staged = (
        StagedRow(row, Status.NOT_SENT, advice.NOT_ITS_TURN, f"{row.number:064x}", waits=True) for row, _ in lines
    )
    with open_journal(journal_path(home)) as journal:
        ledger = journal.begin_run(journal.stage(new, staged), Sender("ana", "pc", "0"), ResendPolicy())
        done: list[Completion] = []
        for at in range(0, rows, AT_ONCE):
            some = lines[at : at + AT_ONCE]
            leaving = [Dispatch(row, Request("POST", "https://x", {}, b"", f"{row.number:064x}")) for row, _ in some]
            ledger.commit(done, leaving)
            done = [completion(one, values) for one, (_, values) in zip(leaving, some, strict=True)]
        ledger.commit(done, [])
        ledger.end(None)


class Figures(NamedTuple):
    """What one process took."""

    seconds: float
    cpu: float
    """Seconds, too: what other work on the machine disturbs less."""
    megabytes: float


def measured(*command: str | Path, **environment: str) -> Figures:
    """One process."""
    ended = subprocess.run(
        [sys.executable, "-c", STARTER, *map(str, command)], capture_output=True, text=True, check=True,
        env={**os.environ, **environment},
    )  # fmt: skip
    exit_code, *figures = ended.stdout.splitlines()[-1].split()
    if exit_code != "0":
        raise SystemExit(f"{command}: exit {exit_code}\n{ended.stderr}")
    return Figures(*map(float, figures))


def medians(runs: Sequence[Figures]) -> Figures:
    return Figures(*map(statistics.median, zip(*runs, strict=True)))


def tell(name: str, found: Figures, first: Figures, beginning: float, path: Path) -> None:
    size = path.stat().st_size / 1_000_000
    print(
        f"{name:40}{found.seconds:8.1f} s{found.cpu:8.1f} s{found.cpu / first.cpu:9.2f}"
        f"{found.megabytes - beginning:8.0f} MB{size:8.1f} MB",
        flush=True,
    )


def compare(folder: Path, rows: int, times: int) -> None:
    ways = [way for way in WAYS if way != "rustpy" or importlib.util.find_spec("rustpy_xlsxwriter")]
    jobs = {f"results of {count:,} rows": count for count in sorted({min(rows, FEW), rows})}
    for count in jobs.values():
        home = folder / f"home{count}"
        home.mkdir()
        keep_job(home, count)

    def written(way: str, path: Path, count: int) -> Figures:
        return measured(__file__, "--write", way, "--rows", str(count), "--folder", path)

    def command(count: int, path: Path) -> Figures:
        path.unlink(missing_ok=True)
        home = str(folder / f"home{count}")
        return measured("-m", "uploader", "results", "1", "--output", path, UPLOADER_HOME=home)

    imported = {way: written(way, folder / "one.xlsx", 1).megabytes for way in ways}
    runs: dict[str, list[Figures]] = {name: [] for name in (*ways, *jobs)}
    for _ in range(times):
        for way in ways:
            runs[way].append(written(way, folder / f"{way}.xlsx", rows))
        for job, count in jobs.items():
            runs[job].append(command(count, folder / f"{count}.xlsx"))
    found = {name: medians(one) for name, one in runs.items()}
    first = found[ways[0]]
    for way in ways:
        tell(WAYS[way][0], found[way], first, imported[way], folder / f"{way}.xlsx")
    for job, count in jobs.items():
        tell(f"uploader {job}", found[job], first, 0, folder / f"{count}.xlsx")
    if "rustpy" not in ways:
        print("rustpy-xlsxwriter is missing: pip install rustpy-xlsxwriter")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--write", choices=WAYS, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.write:
        WAYS[told.write][1](str(told.folder), told.rows)
        return
    with tempfile.TemporaryDirectory(dir=told.folder) as folder:
        sheet = f"{told.rows:,} rows, {len(HEADER)} columns"
        print(f"{sheet:40}{'time':>10}{'CPU':>10}{'ratio':>9}{'memory':>11}{'file':>11}")
        compare(Path(folder), told.rows, told.times)


if __name__ == "__main__":
    main()

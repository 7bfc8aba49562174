"""Compares the time to write a result sheet: XlsxWriter alone, our own code with it, rustpy-xlsxwriter, in one run.

    pip install rustpy-xlsxwriter
    python benchmarks/writing.py [--rows 100000] [--times 5] [--folder DIR]

Each figure is a process of its own, started in turn; told are the medians, and how many times as long as the first one.
Memory is the process's largest, less that of one that writes a single row. The rows are the same ones each time: 16
columns as in a result workbook, texts, numbers and one date. The libraries alone write plain cells; our own way also
has widths, heights, formats, colours, a filter and frozen panes. rustpy-xlsxwriter is no dependency of ours: where it
is missing, the last line says so.
"""

import argparse
import importlib.util
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

Value: TypeAlias = str | int | datetime | None

LISTED = ("from", "fromname", "to", "toname", "subject", "body", "rp_id")
OURS = ("Status", "Response code", "Response message", "Advice", "HTTP status", "Attempts", "Sent at", "Duration ms")
HEADER = ("Row", *LISTED, *OURS)
BEGAN = datetime(2026, 8, 3, 9, 0)  # noqa: DTZ001  # a cell knows no zone
REFUSED_EACH = 50
"""One row in this many is rejected."""

STARTER = """
import os, subprocess, sys, time
began = time.perf_counter()
process = subprocess.Popen([sys.executable, *sys.argv[1:]])
_, status, usage = os.wait4(process.pid, 0)
print(os.waitstatus_to_exitcode(status), time.perf_counter() - began, usage.ru_maxrss / 1024)
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
            ours = [Cell(word, book.status[word]), *values[status + 1 : sent_at], Cell(moment, book.moment)]
            table.add([*values[:status], *ours, *values[sent_at + 1 :]])
        table.close()


def by_rustpy(path: str, rows: int) -> None:
    from rustpy_xlsxwriter import write_worksheet  # type: ignore[import-not-found,unused-ignore]

    records = (dict(zip(HEADER, values, strict=True)) for values in result_rows(rows))
    write_worksheet(records, path, "Results", datetime_format="yyyy-mm-dd hh:mm:ss")


WAYS: dict[str, tuple[str, Callable[[str, int], None]]] = {
    "xlsxwriter": ("XlsxWriter, plain cells", by_xlsxwriter),
    "ours": ("ours, with XlsxWriter", by_us),
    "rustpy": ("rustpy-xlsxwriter, plain cells", by_rustpy),
}


def measured(way: str, path: Path, rows: int) -> tuple[float, float]:
    """Seconds and megabytes of one process that writes that many rows."""
    command = [sys.executable, "-c", STARTER, __file__, "--write", way, "--rows", str(rows), "--folder", str(path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    exit_code, seconds, megabytes = ended.stdout.split()
    if exit_code != "0":
        raise SystemExit(f"{way}: exit {exit_code}\n{ended.stderr}")
    return float(seconds), float(megabytes)


def compare(folder: Path, rows: int, times: int) -> None:
    ways = [way for way in WAYS if way != "rustpy" or importlib.util.find_spec("rustpy_xlsxwriter")]
    imported = {way: measured(way, folder / "one.xlsx", 1) for way in ways}
    runs: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for _ in range(times):
        for way in ways:
            runs[way].append(measured(way, folder / f"{way}.xlsx", rows))
    seconds = {way: statistics.median(run[0] for run in runs[way]) for way in ways}
    for way in ways:
        memory = statistics.median(run[1] for run in runs[way]) - imported[way][1]
        size = (folder / f"{way}.xlsx").stat().st_size / 1_000_000
        times_as_long = seconds[way] / seconds["xlsxwriter"]
        print(f"{WAYS[way][0]:32}{seconds[way]:9.1f} s{times_as_long:9.2f} times{memory:8.1f} MB{size:8.1f} MB")
    if "rustpy" not in ways:
        print("rustpy-xlsxwriter is missing: pip install rustpy-xlsxwriter")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--write", choices=WAYS, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.write:
        WAYS[told.write][1](str(told.folder), told.rows)
        return
    with tempfile.TemporaryDirectory(dir=told.folder) as folder:
        print(f"{f'{told.rows:,} rows, {len(HEADER)} columns':32}{'time':>11}{'':>15}{'memory':>11}{'file':>11}")
        compare(Path(folder), told.rows, told.times)


if __name__ == "__main__":
    main()

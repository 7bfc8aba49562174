"""Compares the time of a check with the reading library alone, in one run.

    python benchmarks/reading.py [--rows 100000] [--csv-rows 1000000] [--times 5] [--folder DIR]

Each figure is a process of its own, started in turn; told are the medians, their ratio, and the largest memory. The
lists are made new, the same ones each time: seven columns that fit `wolkvox/add_interaction`; `padded` has an id that
only its number format pads with zeros, and an error cell in every thousandth row. The ODS is written as LibreOffice
writes it.
"""

import argparse
import csv
import os
import statistics
import subprocess
import sys
import tempfile
import zipfile
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
CHECK = "from uploader.cli import main; main()"


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


def measured(code: str, *arguments: str) -> tuple[float, float]:
    """Seconds and megabytes of one process, which must end with exit code 0.

    A small process starts it, because a child's peak memory counts at least that of its parent.
    """
    ended = subprocess.run(
        [sys.executable, "-c", STARTER, code, *arguments], capture_output=True, text=True, check=True
    )
    exit_code, seconds, megabytes = ended.stdout.split()
    if exit_code != "0":
        raise SystemExit(f"exit {exit_code}: {arguments}")
    return float(seconds), float(megabytes)


def compare(what: str, path: Path, alone: str, times: int) -> None:
    runs = [(measured(alone, str(path)), measured(CHECK, "check", str(path), "--quiet")) for _ in range(times)]
    library, check = (statistics.median(run[at][0] for run in runs) for at in (0, 1))
    memory = max(run[1][1] for run in runs)
    print(f"{what:32}{library:9.2f} s{check:9.2f} s{check / library:8.1f} times{memory:8.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--csv-rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=told.folder) as folder:
        os.environ["UPLOADER_HOME"] = folder
        print(f"{'':32}{'library':>11}{'check':>11}{'':>13}{'check':>11}")
        plain = write_xlsx(Path(folder, "plain.xlsx"), told.rows, padded=False)
        compare(f"XLSX, {told.rows:,} rows", plain, CALAMINE_ALONE, told.times)
        padded = write_xlsx(Path(folder, "padded.xlsx"), told.rows, padded=True)
        compare("… with padded ids and errors", padded, CALAMINE_ALONE, told.times)
        ods = write_ods(Path(folder, "list.ods"), told.rows)
        compare(f"ODS, {told.rows:,} rows", ods, CALAMINE_ALONE, max(1, told.times // 3))
        if told.csv_rows:
            large = write_csv(Path(folder, "large.csv"), told.csv_rows)
            compare(f"CSV, {told.csv_rows:,} rows", large, CSV_ALONE, max(1, told.times // 3))


if __name__ == "__main__":
    main()

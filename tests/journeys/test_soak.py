"""A list as long as they come, through a server that fails at random: the memory stays flat and every row is accounted for."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import UPLOADER, PracticeProcess, interactions, measured, start_practice, write_csv
from uploader.sandbox import UNKNOWN_ROUTING_POINT

pytestmark = pytest.mark.usefixtures("api_that_ends_soon")

FAULTS = ("slow-down", "reset-before", "reset-after", "error-500", "html", "half-answer")
PERCENT = 0.5
AT_ONCE = 16
FEW, MANY = 10_000, 100_000
PATIENCE_SECONDS = 1800


def statuses(workbook: Path) -> Iterator[tuple[str, str]]:
    """The sender and the status of every row, read a row at a time: the whole sheet as objects takes a gigabyte."""
    book = openpyxl.load_workbook(workbook, read_only=True)
    lines = book["Results"].iter_rows(values_only=True)
    header = list(next(lines))
    sender, status = header.index("from"), header.index("Status")
    for line in lines:
        yield str(line[sender]), str(line[status])
    book.close()


def sent(folder: Path, practice: PracticeProcess, rows: int) -> float:
    """Send a list to its end, with as many runs as it takes; the most memory in MB that any of them took."""
    path = write_csv(folder / f"{rows}.csv", interactions(rows))
    how = ["--concurrency", str(AT_ONCE), "--json", "--quiet"]
    command = ["send", str(path), "--base-url", practice.url]
    most, runs, began = 0.0, 0, time.monotonic()
    told: dict[str, Any] = {"exit": 4}
    while told["exit"] == 4:  # five in a row may end unknown by chance
        said, _, megabytes = measured(UPLOADER, *command, *how, timeout=PATIENCE_SECONDS, codes=(0, 1, 4))
        most = max(most, megabytes)
        told, runs, command = json.loads(said), runs + 1, ["resume"]
    print(f"{rows} rows, {told['unknown']} unknown, {runs} runs, {time.monotonic() - began:.0f} s, {most:.0f} MB")

    taken = Counter(json.loads(line["body"])["from"] for line in practice.received() if line["taken"])
    by_row = dict(statuses(path.with_name(f"{rows}.results.xlsx")))
    assert len(by_row) == rows
    nowhere = {row[0] for row in interactions(rows) if row[6] == UNKNOWN_ROUTING_POINT}
    assert {row for row, status in by_row.items() if status not in ("accepted", "unknown")} == nowhere
    assert max(taken.values()) == 1
    accepted = {row for row, status in by_row.items() if status == "accepted"}
    assert accepted <= taken.keys() <= by_row.keys() - nowhere
    unsure = [line for line in practice.received() if line["fault"] not in {None, "slow-down"}]
    assert rows - len(accepted) - len(nowhere) == len(unsure) == told["unknown"]
    return most


@pytest.mark.long
def test_a_hundred_thousand_rows_take_no_more_memory_than_ten_thousand(tmp_path: Path) -> None:
    faults = [option for fault in FAULTS for option in ("--fault", f"{fault}:{PERCENT}%")]
    options = ["--latency", "0", "--at-once", str(AT_ONCE), "--quota", "10000000", "--seed", "1", *faults]
    memory = {}
    for rows in (FEW, MANY):
        (tmp_path / str(rows)).mkdir()
        for practice in start_practice(tmp_path / str(rows), *options):
            memory[rows] = sent(tmp_path, practice, rows)
    assert memory[MANY] < 1.3 * memory[FEW]

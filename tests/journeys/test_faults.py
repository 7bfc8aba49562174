"""Connections that break, in every phase of a job: the real command, judged by the server's own record.

The answers that go wrong, and all that depends on a clock, are in tests/actions/test_faults.py.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.conftest import (
    Command,
    Ended,
    PracticeProcess,
    accounts_for,
    agreed,
    interactions,
    start_practice,
    write_csv,
)
from uploader.sandbox import Fault

pytestmark = pytest.mark.usefixtures("api_that_ends_soon")

BROKEN = (Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.SILENCE, Fault.TRICKLE, Fault.HALF_ANSWER)
"""What leaves a row unknown because no whole answer comes."""
ODD = (Fault.ERROR_500, Fault.HTML, Fault.CONTRADICTION)
"""What leaves it unknown because the answer says neither yes nor no."""
NEVER_END = (Fault.SILENCE, Fault.TRICKLE)
LIMIT = ("--time-limit", "0.3")
"""The practice API's own, where a fault lasts that long: it ends the request before the command gives it up."""

ROWS = 14
PHASES = {0: "the first row", 3: "a row in the middle", 9: "a row of a resumed run", 13: "the last row"}
"""Where the faulty rows of a list stand, from 0, where its first run ends after FIRST rows and a second one goes on."""
FIRST = 8


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeProcess]:
    yield from start_practice(tmp_path_factory.mktemp("shared"), "--latency", "0.02", "--quota", "100000", *LIMIT)


@pytest.fixture
def server(shared: PracticeProcess) -> PracticeProcess:
    """One server for all tests of the file; each sees what itself sent."""
    return shared.from_now_on()


def rows_with(fault: Fault, places: Iterable[int]) -> list[list[str]]:
    """A list whose rows at `places` (from 0) bring a fault when they come for the first time."""
    rows = interactions(ROWS)
    for place in places:
        rows[place][1] = f"[practice {fault} x1]"
    return rows


def statuses(folder: Path, rows: list[list[str]], practice: PracticeProcess) -> list[str]:
    """Where every row stands by the workbook, which agrees with the server's record; no limit of the API was broken."""
    found = agreed(accounts_for(folder / "list.results.xlsx", rows), practice)
    assert [line["message"] for line in practice.received() if line["fault"] is None and not line["taken"]] == []
    assert max((line["at_once"] for line in practice.received()), default=0) <= 2
    return found


def times_sent(rows: list[list[str]], practice: PracticeProcess) -> list[int]:
    """How often each row came to the server."""
    came = Counter(body["from"] for body in practice.bodies())
    return [came[row[0]] for row in rows]


def end_of(ended: Ended) -> tuple[int, int]:
    """The exit code, and how many row requests the command says that it made."""
    return ended.code, ended.json["requests"]


@pytest.mark.parametrize("fault", BROKEN)
def test_a_row_that_may_have_arrived_is_unknown_in_every_phase_and_is_never_sent_again(
    uploader: Command, server: PracticeProcess, tmp_path: Path, fault: Fault
) -> None:
    """One list goes through all phases: its first run ends after eight rows, and a second one goes on."""
    rows = rows_with(fault, PHASES)
    path = write_csv(tmp_path / "list.csv", rows)
    expected = ["unknown" if place in PHASES else "accepted" for place in range(ROWS)]
    left = ROWS - FIRST

    ended = uploader("send", path, "--base-url", server.url, "--json", "--first", str(FIRST))
    assert end_of(ended) == (1, FIRST)
    assert statuses(tmp_path, rows, server) == expected[:FIRST] + ["not sent"] * left

    assert end_of(uploader("resume", "--json")) == (1, left)
    assert statuses(tmp_path, rows, server) == expected

    assert times_sent(rows, server) == [1] * ROWS
    taken = [line["taken"] for line in server.received() if line["fault"] == fault]
    assert taken == [not fault.spares_row] * len(PHASES)


@pytest.mark.parametrize("fault", NEVER_END)
def test_a_row_that_is_given_up_is_unknown_and_is_never_sent_again(
    uploader: Command, tmp_path: Path, fault: Fault
) -> None:
    """The command gives up long before the API does; tests/actions/test_faults.py says what the API holds meanwhile."""
    rows = [[*interactions(1)[0][:5], f"[practice {fault}]", "61001"]]
    path = write_csv(tmp_path / "list.csv", rows)
    for practice in start_practice(tmp_path, "--time-limit", "3600"):
        send = ["send", path, "--base-url", practice.url, "--json", "--no-preflight", "--timeout", "1"]
        for requests in (1, 0):
            assert end_of(uploader(*send)) == (1, requests)
            assert statuses(tmp_path, rows, practice) == ["unknown"]
        assert times_sent(rows, practice) == [1]
        assert [line["taken"] for line in practice.received()] == [True]


def test_what_is_unknown_is_left_alone_when_the_same_list_is_sent_again(
    uploader: Command, server: PracticeProcess, tmp_path: Path
) -> None:
    rows = interactions(ROWS)
    faults = [fault for fault in (*BROKEN, *ODD) if fault not in NEVER_END]
    for place, fault in enumerate(faults):
        rows[2 * place][1] = f"again [practice {fault}]"
    send = ["send", write_csv(tmp_path / "list.csv", rows), "--base-url", server.url, "--json"]
    assert end_of(uploader(*send)) == (1, ROWS)
    told = statuses(tmp_path, rows, server)
    assert told.count("unknown") == len(faults)

    again = uploader(*send)
    assert (end_of(again), again.json["unknown"], again.json["accepted"]) == ((1, 0), len(faults), ROWS - len(faults))
    assert times_sent(rows, server) == [1] * ROWS

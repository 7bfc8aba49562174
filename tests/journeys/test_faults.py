"""Every fault of the practice server in every phase of a job: the real command, judged by the server's own record."""

import json
import urllib.request
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
from tests.waiting import HANG_SECONDS
from uploader.sandbox import Fault
from uploader.sandbox.server import NEW_DAY_PATH

UNKNOWN = (
    Fault.RESET_BEFORE,
    Fault.RESET_AFTER,
    Fault.SILENCE,
    Fault.TRICKLE,
    Fault.ERROR_500,
    Fault.HTML,
    Fault.HALF_ANSWER,
    Fault.CONTRADICTION,
)
"""What leaves a row unknown; the others of its list go on."""
AGAIN = (Fault.SLOW_DOWN, Fault.RETRY_AFTER)
"""What a row meets that goes again by itself."""
STOPS = (Fault.QUOTA, Fault.QUOTA_200, Fault.STOP)
"""What stops the run."""
NEVER_END = (Fault.SILENCE, Fault.TRICKLE)
TIME_LIMIT_SECONDS = 0.3
"""The practice API's own, where a fault lasts that long: it ends the request before the command gives it up."""

ROWS = 14
PHASES = {0: "the first row", 3: "a row in the middle", 9: "a row of a resumed run", 13: "the last row"}
"""Where the faulty rows of a list stand, from 0, where its first run ends after FIRST rows and a second one goes on."""
FIRST = 8


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeProcess]:
    yield from start_practice(tmp_path_factory.mktemp("shared"), "--latency", "0.02", "--quota", "100000")


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


def test_the_matrix_knows_every_fault() -> None:
    assert sorted([*UNKNOWN, *AGAIN, *STOPS, Fault.MAINTENANCE]) == sorted(Fault)


@pytest.mark.parametrize("fault", UNKNOWN)
def test_a_row_that_may_have_arrived_is_unknown_in_every_phase_and_is_never_sent_again(
    uploader: Command, server: PracticeProcess, tmp_path: Path, fault: Fault
) -> None:
    """One list goes through all phases: its first run ends after eight rows, and a second one goes on."""
    rows = rows_with(fault, PHASES)
    path = write_csv(tmp_path / "list.csv", rows)
    slow = ["--latency", "0.02", "--time-limit", str(TIME_LIMIT_SECONDS)]
    practices = start_practice(tmp_path, *slow) if fault in NEVER_END else iter([server])
    for practice in practices:
        expected = ["unknown" if place in PHASES else "accepted" for place in range(ROWS)]
        left = ROWS - FIRST

        send = ["send", path, "--base-url", practice.url, "--json", "--first", str(FIRST)]
        assert end_of(uploader(*send)) == (1, FIRST)
        assert statuses(tmp_path, rows, practice) == expected[:FIRST] + ["not sent"] * left

        assert end_of(uploader("resume", "--json")) == (1, left)
        assert statuses(tmp_path, rows, practice) == expected

        assert times_sent(rows, practice) == [1] * ROWS
        taken = [line["taken"] for line in practice.received() if line["fault"] == fault]
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
    faults = [fault for fault in UNKNOWN if fault not in NEVER_END]
    for place, fault in enumerate(faults):
        rows[2 * place][1] = f"again [practice {fault}]"
    send = ["send", write_csv(tmp_path / "list.csv", rows), "--base-url", server.url, "--json"]
    assert end_of(uploader(*send)) == (1, ROWS)
    told = statuses(tmp_path, rows, server)
    assert told.count("unknown") == len(faults)

    again = uploader(*send)
    assert (end_of(again), again.json["unknown"], again.json["skipped"]) == ((1, 0), len(faults), ROWS - len(faults))
    assert times_sent(rows, server) == [1] * ROWS


@pytest.mark.parametrize("fault", [*AGAIN, Fault.MAINTENANCE])
def test_a_row_whose_refusal_passes_is_accepted_in_every_phase(
    uploader: Command, server: PracticeProcess, tmp_path: Path, fault: Fault
) -> None:
    """Only one in doubt at the end of the list waits for another run: no row is left that could tell what is refused."""
    rows = rows_with(fault, PHASES)
    path = write_csv(tmp_path / "list.csv", rows)
    stops_at_last = fault is Fault.MAINTENANCE
    left = ROWS - FIRST

    ended = uploader("send", path, "--base-url", server.url, "--json", "--first", str(FIRST))
    assert end_of(ended) == (1, FIRST + 2)
    assert statuses(tmp_path, rows, server) == ["accepted"] * FIRST + ["not sent"] * left

    if stops_at_last:
        assert end_of(uploader("resume", "--json")) == (4, left + 1)
        assert statuses(tmp_path, rows, server) == ["accepted"] * (ROWS - 1) + ["not sent"]
    assert end_of(uploader("resume", "--json")) == (0, 1 if stops_at_last else left + 2)
    assert statuses(tmp_path, rows, server) == ["accepted"] * ROWS
    assert times_sent(rows, server) == [2 if place in PHASES else 1 for place in range(ROWS)]


@pytest.mark.parametrize(
    ("first", "resumed"), [(0, 9), (3, 13)], ids=["first row, then in a resumed run", "in the middle, then last row"]
)
@pytest.mark.parametrize("fault", STOPS)
def test_a_refusal_of_all_rows_stops_the_run_in_every_phase_and_the_rest_goes_later(
    uploader: Command, server: PracticeProcess, tmp_path: Path, fault: Fault, first: int, resumed: int
) -> None:
    rows = rows_with(fault, (first, resumed))
    path = write_csv(tmp_path / "list.csv", rows)
    before = [0] * ROWS
    for place, command in ((first, ("send", path, "--base-url", server.url)), (resumed, ("resume",))):
        ended = uploader(*command, "--json")
        told, sent = statuses(tmp_path, rows, server), times_sent(rows, server)
        assert end_of(ended) == (4, sum(sent) - sum(before))
        assert told == ["accepted" if came and at != place else "not sent" for at, came in enumerate(sent)]
        assert sent[place] == 1
        assert all(sent[:place])
        # The next may have left together with it: two may be under way at once, but for the first, which goes alone.
        assert sum(sent[place + 1 :]) <= (0 if place == 0 else 1)
        before = sent

    ended = uploader("send", path, "--base-url", server.url, "--json")
    assert end_of(ended) == (0, told.count("not sent"))
    assert statuses(tmp_path, rows, server) == ["accepted"] * ROWS
    assert times_sent(rows, server) == [2 if at in {first, resumed} else 1 for at in range(ROWS)]


def test_a_row_that_alone_is_refused_again_and_again_is_rejected_and_holds_nobody_up(
    uploader: Command, server: PracticeProcess, tmp_path: Path
) -> None:
    rows = interactions(ROWS)
    rows[3][1] = "[practice maintenance]"
    path = write_csv(tmp_path / "list.csv", rows)
    assert end_of(uploader("send", path, "--base-url", server.url, "--json")) == (1, ROWS + 1)
    told = statuses(tmp_path, rows, server)
    assert told == ["rejected" if at == 3 else "accepted" for at in range(ROWS)]


def test_maintenance_that_begins_under_way_rejects_no_row(uploader: Command, tmp_path: Path) -> None:
    """An answer on its way while the first row is refused left before the maintenance and says nothing about it."""
    rows = interactions(12)
    path = write_csv(tmp_path / "list.csv", rows)
    for practice in start_practice(tmp_path, "--latency", "0.2", "--fault", "maintenance:5-8"):
        for _ in range(5):  # each run that stops meets one refusal at least, and there are four
            ended = uploader("send", path, "--base-url", practice.url, "--json")
            told = statuses(tmp_path, rows, practice)
            assert set(told) <= {"accepted", "not sent"}
            if ended.code == 0:
                break
            assert ended.code == 4
        assert told == ["accepted"] * 12
        assert [line["fault"] for line in practice.received()].count("maintenance") == 4


def test_throttling_at_every_seventh_request_costs_time_but_no_row(uploader: Command, tmp_path: Path) -> None:
    rows = interactions(48)
    path = write_csv(tmp_path / "list.csv", rows)
    for practice in start_practice(tmp_path, "--latency", "0.02", "--fault", "slow-down:7"):
        ended = uploader("send", path, "--base-url", practice.url, "--json")
        assert end_of(ended) == (0, len(practice.received()))
        assert statuses(tmp_path, rows, practice) == ["accepted"] * 48
        requests = len(practice.received())
        assert requests == 48 + requests // 7 <= 48 * 4 / 3


def new_day(practice: PracticeProcess) -> None:
    with urllib.request.urlopen(
        urllib.request.Request(practice.url + NEW_DAY_PATH, method="POST"), timeout=HANG_SECONDS
    ) as told:
        assert json.load(told)["used"] == 0


# The fault is one request's: were another under way, it would be taken.
@pytest.mark.parametrize(
    ("options", "at_once"),
    [(("--quota", "50"), 2), (("--fault", "quota-200:51-51"), 1)],
    ids=["under HTTP 403", "under HTTP 200"],
)
def test_a_quota_of_50_takes_50_of_80_rows_and_the_others_on_the_next_day(
    uploader: Command, tmp_path: Path, options: tuple[str, str], at_once: int
) -> None:
    rows = interactions(80)
    path = write_csv(tmp_path / "list.csv", rows)
    for practice in start_practice(tmp_path, "--latency", "0.02", *options):
        how = ["--json", "--no-preflight", "--concurrency", str(at_once)]
        ended = uploader("send", path, "--base-url", practice.url, *how)
        assert (ended.code, ended.json["accepted"], ended.json["not_sent"]) == (4, 50, 30)
        assert "TOKEN LIMIT EXCEEDED" in ended.json["stopped"]
        lines = accounts_for(tmp_path / "list.results.xlsx", rows)
        assert agreed(lines, practice) == ["accepted"] * 50 + ["not sent"] * 30
        today = len(practice.received())
        assert 50 < today <= 50 + at_once

        new_day(practice)
        ended = uploader("resume", *how)
        assert end_of(ended) == (0, 30)
        assert agreed(accounts_for(tmp_path / "list.results.xlsx", rows), practice) == ["accepted"] * 80
        assert len(practice.received()) == today + 30

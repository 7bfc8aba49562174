"""Every answer that goes wrong, in every phase of a job; and what an API that does not answer costs, by the clock."""

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.apis import SandboxApi
from tests.conftest import accounts_for, agreed, interactions, write_csv
from tests.worlds import Ending, World, sandboxed
from uploader.i18n import Message
from uploader.model.events import Waiting
from uploader.model.http import Arrival, SendFailure
from uploader.sandbox import Fault

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

ROWS = 14
PHASES = {0: "the first row", 3: "a row in the middle", 9: "a row of a resumed run", 13: "the last row"}
"""Where the faulty rows of a list stand, from 0, where its first run ends after FIRST rows and a second one goes on."""
FIRST = 8


def rows_with(fault: Fault, places: Iterable[int]) -> list[list[str]]:
    """A list whose rows at `places` (from 0) bring a fault when they come for the first time."""
    rows = interactions(ROWS)
    for place in places:
        rows[place][1] = f"[practice {fault} x1]"
    return rows


def statuses(folder: Path, rows: list[list[str]], api: SandboxApi) -> list[str]:
    """Where every row stands by the workbook, which agrees with the API's record; no limit of the API was broken."""
    found = agreed(accounts_for(folder / "list.results.xlsx", rows), api)
    assert [line["message"] for line in api.received() if line["fault"] is None and not line["taken"]] == []
    assert max((line["at_once"] for line in api.received()), default=0) <= 2
    return found


def times_sent(rows: list[list[str]], api: SandboxApi) -> list[int]:
    """How often each row came to the API."""
    came = Counter(body["from"] for body in api.bodies())
    return [came[row[0]] for row in rows]


def end_of(ended: Ending) -> tuple[int, int]:
    """The exit code, and how many row requests were made."""
    return ended.code, ended.json["requests"]


def test_the_matrix_knows_every_fault() -> None:
    assert sorted([*UNKNOWN, *AGAIN, *STOPS, Fault.MAINTENANCE, Fault.REJECT]) == sorted(Fault)


@pytest.mark.parametrize("fault", UNKNOWN)
def test_a_row_that_may_have_arrived_is_unknown_in_every_phase_and_is_never_sent_again(
    world: World, tmp_path: Path, fault: Fault
) -> None:
    """One list goes through all phases: its first run ends after eight rows, and a second one goes on."""
    rows = rows_with(fault, PHASES)
    path = write_csv(tmp_path / "list.csv", rows)
    expected = ["unknown" if place in PHASES else "accepted" for place in range(ROWS)]
    left = ROWS - FIRST
    timeout: dict[str, Any] = {"timeout_seconds": 20} if fault in NEVER_END else {}

    assert end_of(world.sends(path, first=FIRST, **timeout)) == (1, FIRST)
    assert statuses(tmp_path, rows, world.api) == expected[:FIRST] + ["not sent"] * left

    world.clock.now += 60  # so long the API may work on what was given up
    assert end_of(world.resumes(**timeout)) == (1, left)
    assert statuses(tmp_path, rows, world.api) == expected

    assert times_sent(rows, world.api) == [1] * ROWS
    taken = [line["taken"] for line in world.api.received() if line["fault"] == fault]
    assert taken == [not fault.spares_row] * len(PHASES)


def test_a_row_that_is_refused_is_rejected_in_every_phase_and_holds_nobody_up(world: World, tmp_path: Path) -> None:
    rows = rows_with(Fault.REJECT, PHASES)
    path = write_csv(tmp_path / "list.csv", rows)
    expected = ["rejected" if place in PHASES else "accepted" for place in range(ROWS)]
    left = ROWS - FIRST

    assert end_of(world.sends(path, first=FIRST)) == (1, FIRST)
    assert statuses(tmp_path, rows, world.api) == expected[:FIRST] + ["not sent"] * left
    assert end_of(world.resumes()) == (1, left)
    assert statuses(tmp_path, rows, world.api) == expected
    assert times_sent(rows, world.api) == [1] * ROWS


@pytest.mark.parametrize("fault", [*AGAIN, Fault.MAINTENANCE])
def test_a_row_whose_refusal_passes_is_accepted_in_every_phase(world: World, tmp_path: Path, fault: Fault) -> None:
    """Only one in doubt at the end of the list waits for another run: no row is left that could tell what is refused."""
    rows = rows_with(fault, PHASES)
    path = write_csv(tmp_path / "list.csv", rows)
    stops_at_last = fault is Fault.MAINTENANCE
    left = ROWS - FIRST

    assert end_of(world.sends(path, first=FIRST)) == (1, FIRST + 2)
    assert statuses(tmp_path, rows, world.api) == ["accepted"] * FIRST + ["not sent"] * left

    if stops_at_last:
        assert end_of(world.resumes()) == (4, left + 1)
        assert statuses(tmp_path, rows, world.api) == ["accepted"] * (ROWS - 1) + ["not sent"]
    assert end_of(world.resumes()) == (0, 1 if stops_at_last else left + 2)
    assert statuses(tmp_path, rows, world.api) == ["accepted"] * ROWS
    assert times_sent(rows, world.api) == [2 if place in PHASES else 1 for place in range(ROWS)]


@pytest.mark.parametrize(
    ("first", "resumed"), [(0, 9), (3, 13)], ids=["first row, then in a resumed run", "in the middle, then last row"]
)
@pytest.mark.parametrize("fault", STOPS)
def test_a_refusal_of_all_rows_stops_the_run_in_every_phase_and_the_rest_goes_later(
    world: World, tmp_path: Path, fault: Fault, first: int, resumed: int
) -> None:
    rows = rows_with(fault, (first, resumed))
    path = write_csv(tmp_path / "list.csv", rows)
    before = [0] * ROWS
    for place in (first, resumed):
        ended = world.sends(path) if place == first else world.resumes()
        told, sent = statuses(tmp_path, rows, world.api), times_sent(rows, world.api)
        assert end_of(ended) == (4, sum(sent) - sum(before))
        assert told == ["accepted" if came and at != place else "not sent" for at, came in enumerate(sent)]
        assert sent[place] == 1
        assert all(sent[:place])
        # The next may have left together with it: two may be under way at once, but for the first, which goes alone.
        assert sum(sent[place + 1 :]) <= (0 if place == 0 else 1)
        before = sent

    assert end_of(world.sends(path)) == (0, told.count("not sent"))
    assert statuses(tmp_path, rows, world.api) == ["accepted"] * ROWS
    assert times_sent(rows, world.api) == [2 if at in {first, resumed} else 1 for at in range(ROWS)]


def test_a_row_that_alone_is_refused_again_and_again_is_rejected_and_holds_nobody_up(
    world: World, tmp_path: Path
) -> None:
    rows = interactions(ROWS)
    rows[3][1] = "[practice maintenance]"
    path = write_csv(tmp_path / "list.csv", rows)
    assert end_of(world.sends(path)) == (1, ROWS + 1)
    told = statuses(tmp_path, rows, world.api)
    assert told == ["rejected" if at == 3 else "accepted" for at in range(ROWS)]


def test_maintenance_that_begins_under_way_rejects_no_row(own_world: Path, tmp_path: Path) -> None:
    """An answer on its way while the first row is refused left before the maintenance and says nothing about it."""
    rows = interactions(12)
    path = write_csv(tmp_path / "list.csv", rows)
    world = sandboxed(own_world, SandboxApi.with_faults("maintenance:5-8", latency_seconds=0.2))
    for _ in range(5):
        ended = world.sends(path)
        told = statuses(tmp_path, rows, world.api)
        assert set(told) <= {"accepted", "not sent"}
        if ended.code == 0:
            break
        assert ended.code == 4
    assert told == ["accepted"] * 12
    assert [line["fault"] for line in world.api.received()].count("maintenance") == 4


def test_throttling_at_every_seventh_request_costs_time_but_no_row(own_world: Path, tmp_path: Path) -> None:
    rows = interactions(48)
    path = write_csv(tmp_path / "list.csv", rows)
    world = sandboxed(own_world, SandboxApi.with_faults("slow-down:7", latency_seconds=0.02))
    ended = world.sends(path)
    assert end_of(ended) == (0, len(world.api.received()))
    assert statuses(tmp_path, rows, world.api) == ["accepted"] * 48
    requests = len(world.api.received())
    assert requests == 48 + requests // 7 <= 48 * 4 / 3


# The fault is one request's: were another under way, it would be taken.
@pytest.mark.parametrize(
    ("rules", "quota", "at_once"),
    [([], 50, 2), (["quota-200:51-51"], 5000, 1)],
    ids=["under HTTP 403", "under HTTP 200"],
)
def test_a_quota_of_50_takes_50_of_80_rows_and_the_others_on_the_next_day(
    own_world: Path, tmp_path: Path, rules: list[str], quota: int, at_once: int
) -> None:
    rows = interactions(80)
    path, api = write_csv(tmp_path / "list.csv", rows), SandboxApi.with_faults(*rules, quota=quota)
    world = sandboxed(own_world, api)
    ended = world.sends(path, no_preflight=True, concurrency=at_once)
    assert (ended.code, ended.json["accepted"], ended.json["not_sent"]) == (4, 50, 30)
    assert "TOKEN LIMIT EXCEEDED" in ended.json["stopped"]
    lines = accounts_for(tmp_path / "list.results.xlsx", rows)
    assert agreed(lines, api) == ["accepted"] * 50 + ["not sent"] * 30
    today = len(api.received())
    assert 50 < today <= 50 + at_once

    api.new_day()
    assert end_of(world.resumes(no_preflight=True, concurrency=at_once)) == (0, 30)
    assert agreed(accounts_for(tmp_path / "list.results.xlsx", rows), api) == ["accepted"] * 80
    assert len(api.received()) == today + 30


def test_a_spent_quota_stops_and_says_how_many_are_left(own_world: Path, tmp_path: Path) -> None:
    world = sandboxed(own_world, SandboxApi.with_faults(quota=5))
    ended = world.sends(write_csv(tmp_path / "list.csv", interactions(12)), no_preflight=True)
    assert ended.code == 4
    assert (ended.json["accepted"], ended.json["not_sent"]) == (5, 7)
    assert "TOKEN LIMIT EXCEEDED" in ended.json["stopped"]
    assert "7 rows were not sent" in ended.screen
    assert "To send the remaining 7 rows:\n  uploader resume 1" in ended.screen


def test_a_spent_quota_is_waited_for_where_the_person_says_so_and_the_countdown_is_told(
    own_world: Path, tmp_path: Path
) -> None:
    world = sandboxed(own_world, SandboxApi.with_faults("quota:4-5"))
    ended = world.sends(write_csv(tmp_path / "list.csv", interactions(8)), wait=True)
    assert (ended.code, sum(world.api.taken().values())) == (0, 8)
    assert world.clock.now >= 900  # as often as the profile says
    waits = [event.seconds for event in world.ui.events if isinstance(event, Waiting)]
    assert waits[0] == pytest.approx(900)
    assert {round(before - after, 3) for before, after in pairwise(waits) if before > after} <= {1}


def test_an_api_out_of_reach_is_given_up_soon_and_nothing_is_unknown(world: World, tmp_path: Path) -> None:
    world.api = lambda _: SendFailure(Arrival.NO, Message("failure.refused"), 1)
    ended = world.sends(write_csv(tmp_path / "list.csv", interactions(5)))
    assert world.clock.now < 60
    assert ended.code == 4
    assert (ended.json["not_sent"], ended.json["unknown"], ended.json["rows"]) == (5, 0, 5)
    assert "wolkvox only accepts known addresses" in ended.screen


def test_a_request_that_was_given_up_keeps_its_place_for_as_long_as_the_api_may_work_on_it(
    world: World, tmp_path: Path
) -> None:
    rows = rows_with(Fault.SILENCE, (0, 5))
    ended = world.sends(write_csv(tmp_path / "list.csv", rows), no_preflight=True, timeout_seconds=1)
    assert end_of(ended) == (1, ROWS)
    assert statuses(tmp_path, rows, world.api).count("unknown") == 2
    assert world.clock.now >= 60

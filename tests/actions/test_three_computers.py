"""One list and one result workbook that three computers pass on: nothing twice, nothing lost, and it says the truth."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from tests.apis import SandboxApi
from tests.books import GOOD, mend, refused
from tests.conftest import sheet_rows, write_csv
from tests.worlds import World

ROWS, REFUSED, WITHOUT_ANSWER = 8, (3, 6), (4, 7)
STEPS = 6


@dataclass
class Passed:
    """A list whose rows the API accepts, rejects, or takes without an answer, and the computers that send it."""

    folder: Path
    api: SandboxApi
    computers: list[World]
    random: Random

    def __post_init__(self) -> None:
        rows = refused(ROWS, REFUSED)
        for number in WITHOUT_ANSWER:
            rows[number - 2][4] += " [practice error-500]"
        self.marks = {row[0]: number for number, row in enumerate(rows, start=2)}
        self.list = write_csv(self.folder / "list.csv", rows)
        self.book = self.folder / "list.results.xlsx"

    def step(self) -> None:
        """Somebody sends the list or its workbook, perhaps after mending a row, perhaps as a pilot."""
        here = self.random.choice(self.computers)
        of_book = self.book.exists() and self.random.random() < 0.5
        if of_book and self.random.random() < 0.5:
            number = self.random.choice(REFUSED)
            mend(self.book, {(number, "rp_id"): GOOD})
        first = self.random.choice([None, None, 2])
        ended = here.sends(self.book if of_book else self.list, no_preflight=True, first=first)
        assert ended.code in (0, 1), ended.why
        assert ended.json["results"] == str(self.book)

    def taken(self) -> Counter[int]:
        """How often the API took each row, by its own record."""
        lines = [line for line in self.api.received() if line["taken"]]
        return Counter(self.marks[json.loads(line["body"])["from"]] for line in lines)

    def statuses(self) -> dict[int, str]:
        return {line["Row"]: line["Status"] for line in sheet_rows(self.book)}


@pytest.fixture
def passed(request: pytest.FixtureRequest, tmp_path: Path, world: World) -> Passed:
    computers = [world, world.another_computer("second"), world.another_computer("third")]
    return Passed(tmp_path, world.api, computers, Random(request.param))


@pytest.mark.parametrize("passed", range(10), indirect=True)
def test_a_list_passed_on_in_any_order_is_sent_once_and_told_truly(passed: Passed) -> None:
    for _ in range(STEPS):
        passed.step()
        taken, statuses = passed.taken(), passed.statuses()
        assert max(taken.values(), default=0) <= 1
        assert list(statuses) == list(range(2, 2 + ROWS))
        for number, status in statuses.items():
            if status == "accepted":
                assert taken[number] == 1
            if status in ("rejected", "not sent", "invalid", "skipped"):
                assert taken[number] == 0
    for here in passed.computers:  # and at last each sends what is left
        assert here.sends(passed.book, no_preflight=True).code in (0, 1)
    at_last = passed.statuses()
    assert max(passed.taken().values()) == 1
    assert {number for number, status in at_last.items() if status == "unknown"} == set(WITHOUT_ANSWER)
    left = {number for number, status in at_last.items() if status == "rejected"}
    assert left == set(REFUSED) - passed.taken().keys()
    assert all(status in ("accepted", "unknown", "rejected") for status in at_last.values())

"""One page of a job's rows, as a person sees them."""

from pathlib import Path

import pytest

from tests.books import refused
from tests.conftest import FIELDS, write_csv
from tests.worlds import World
from uploader.actions.job_rows import JobRows, job_rows
from uploader.errors import SettingsError
from uploader.model.rows import Status


@pytest.fixture
def sent(world: World, tmp_path: Path) -> list[list[str]]:
    """Rows 4 and 7 are rejected, row 9 is unknown, row 10 is invalid, row 11 was not reached."""
    rows = refused(10)
    rows[7][1], rows[8][0] = "[practice html]", ""
    world.face = "page"
    world.person({"invalid_rows": "yes"})
    ended = world.sends(write_csv(tmp_path / "list.csv", rows), no_preflight=True, first=8)
    assert len(ended.came) == 8
    return rows


def shown(
    world: World, status: Status | None = None, text: str = "", skip: int = 0, limit: int = 50, number: int = 1
) -> JobRows:
    return job_rows(number, world.session, sandbox=False, status=status, text=text, skip=skip, limit=limit)


def test_all_rows_are_there_in_the_list_s_order_with_what_became_of_them(world: World, sent: list[list[str]]) -> None:
    found = shown(world)
    assert (found.total, found.skipped, found.job.id) == (10, 0, 1)
    assert [row.number for row in found.rows] == list(range(2, 12))
    assert [[str(cell) for cell in row.cells] for row in found.rows] == sent
    expected = ["accepted"] * 2 + ["rejected"] + ["accepted"] * 2 + ["rejected", "accepted", "unknown", "invalid"]
    assert [str(row.status) for row in found.rows] == [*expected, "not sent"]
    assert found.counts == {status: expected.count(status) for status in set(expected)} | {"not sent": 1}
    rejected = found.rows[2]
    assert (rejected.code, rejected.message) == ("404", "ROUTING POINT 99999 NOT FOUND")
    assert rejected.advice
    assert rejected.attempts == 1
    assert rejected.sent_at is not None
    assert found.rows[9].sent_at is None
    assert found.answers[0].rows == 5


def test_a_status_and_a_text_are_looked_for_together(world: World, sent: list[list[str]]) -> None:
    assert [row.number for row in shown(world, Status.REJECTED).rows] == [4, 7]
    found = shown(world, Status.REJECTED, "NAME 3")
    assert ([row.number for row in found.rows], found.total) == ([4], 1)
    assert found.counts == {Status.REJECTED: 1}
    found = shown(world, None, "EXAMPLE.COM")
    assert found.total == len(sent)
    assert shown(world, Status.SKIPPED).rows == []
    assert shown(world, text="nobody has this").total == 0


def test_a_page_that_is_not_there_is_the_last(world: World, sent: list[list[str]]) -> None:
    found = shown(world, skip=4, limit=4)
    assert ([row.number for row in found.rows], found.skipped) == ([6, 7, 8, 9], 4)
    found = shown(world, skip=400, limit=4)
    assert ([row.number for row in found.rows], found.skipped, found.total) == ([10, 11], 8, len(sent))


def test_redacted_columns_are_not_to_be_seen(world: World, tmp_path: Path) -> None:
    rows = refused(8)
    world.sends(write_csv(tmp_path / "list.csv", rows), no_preflight=True, redact=("to",))
    at = FIELDS.index("to")
    for row, found in zip(rows, shown(world).rows, strict=True):
        assert row[at] not in map(str, found.cells)


def test_a_job_that_is_not_there_or_was_forgotten_says_so(world: World, sent: list[list[str]]) -> None:
    assert len(sent) == 10
    with pytest.raises(SettingsError):
        shown(world, number=7)

"""Two runs at once: of the same list, with the same token, or for the first time on this computer."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from tests.conftest import (
    Command,
    PracticeProcess,
    interactions,
    start_practice,
    write_csv,
)
from tests.processes import started
from tests.servers import gated
from tests.waiting import until


@pytest.fixture
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticeProcess]:
    yield from start_practice(tmp_path_factory.mktemp("practice"), "--latency", "0")


def taken(practice: PracticeProcess) -> Counter[str]:
    return Counter(json.loads(line["body"])["from"] for line in practice.received() if line["taken"])


def each_once(*lists: list[list[str]]) -> Counter[str]:
    return Counter({row[0] for rows in lists for row in rows})


def has_list(home: Path, name: str) -> bool:
    """Whether a run holds a list of that name, by the note beside its lock."""
    for note in (home / "locks").glob("list-*.json"):
        with suppress(FileNotFoundError):  # it is let go of meanwhile
            if f'"{name}"' in note.read_text(encoding="utf-8"):
                return True
    return False


@pytest.mark.parametrize("moment", ["at once", "the list is held", "rows are under way", "all is done"])
def test_two_runs_of_the_same_list_send_each_row_once(
    practice: PracticeProcess, tmp_path: Path, own_world: Path, moment: str
) -> None:
    rows = interactions(30)
    path = write_csv(tmp_path / "list.csv", rows)
    with gated(practice, passing=5 if moment == "rows are under way" else len(rows)) as (server, gate):
        send = ("send", path, "--base-url", server.url, "--json")
        with started(*send) as first:
            if moment == "the list is held":
                until(lambda: first.is_over or has_list(own_world, "list.csv"), "a lock on the list")
            elif moment == "rows are under way":
                until(lambda: len(practice.received()) == 7, "five rows answered and two under way")
            elif moment == "all is done":
                first.ended()
            with started(*send) as second:
                if moment == "rows are under way":
                    second.ended()
                    gate.open()
                both = [first.ended(), second.ended()]
    for ended in both:
        if ended.code == 4:
            assert "is already sending this list" in ended.err
            assert ended.json["accepted"] == 0
    if moment == "rows are under way":
        assert [ended.code for ended in both] == [0, 4]
    elif moment == "all is done":
        assert [(ended.code, ended.json["requests"]) for ended in both] == [(0, len(rows)), (0, 0)]
    assert 0 in [ended.code for ended in both]
    assert taken(practice) == each_once(rows)


def test_two_lists_with_the_same_token_go_one_after_the_other(practice: PracticeProcess, tmp_path: Path) -> None:
    one, two = interactions(80), interactions(25, start=500)
    lists = [write_csv(tmp_path / "one.csv", one), write_csv(tmp_path / "two.csv", two)]
    with (
        gated(practice, passing=1) as (server, gate),
        started("send", lists[0], "--base-url", server.url, "--json") as first,
    ):
        until(practice.received, "a row of the first list")
        with started("send", lists[1], "--base-url", server.url, "--json") as second:
            second.says("Waiting for another uploader (one.csv, since")
            gate.open()
            assert first.ended().code == 0
            ended = second.ended()
    assert (ended.code, ended.json["accepted"]) == (0, 25)
    assert taken(practice) == each_once(one, two)
    order = [json.loads(line["body"])["from"] for line in practice.received()]
    assert set(order[:80]) == {row[0] for row in one}


def test_a_lock_dies_with_its_process(uploader: Command, practice: PracticeProcess, tmp_path: Path) -> None:
    rows = interactions(30)
    path = write_csv(tmp_path / "list.csv", rows)
    with (
        gated(practice, passing=1) as (server, gate),
        started("send", path, "--base-url", server.url) as first,
    ):
        until(practice.received, "a row")
        first.kill()
        gate.open()
        again = uploader("resume", "--json")
    assert again.code in (0, 1)
    assert again.json["accepted"] + again.json["unknown"] == 30
    assert set(taken(practice).values()) == {1}


def test_two_first_starts_at_once_work(practice: PracticeProcess, tmp_path: Path) -> None:
    lists = [write_csv(tmp_path / f"{nth}.csv", interactions(5, start=nth * 100)) for nth in range(3)]
    with ExitStack() as stack:
        send = ("--base-url", practice.url, "--json")
        runs = [
            stack.enter_context(started("send", path, *send, WOLKVOX_SERVER=f"00{nth}"))
            for nth, path in enumerate(lists)
        ]
        assert [run.ended().code for run in runs] == [0, 0, 0]
    assert sum(taken(practice).values()) == 15

"""Columns that a person chose once count for the next list with the same header and template, and it is said."""

import json
import stat
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import FIELDS, interactions, write_csv
from tests.worlds import World, sandboxed
from uploader.actions.options import ReadOptions
from uploader.actions.planning.open_list import open_list

HEADER = ("Origen", "fromname", "Destino", "toname", "subject", "body", "rp_id")
ANSWERS = {"column from": "A", "column to": "C"}
CHOSEN = {"from": 0, "to": 2}


@pytest.fixture
def world(own_world: Path) -> World:
    world = sandboxed(own_world)
    world.remembers = True
    return world


def a_list(folder: Path, name: str = "list.csv", header: Sequence[str] = HEADER, start: int = 1) -> Path:
    return write_csv(folder / name, interactions(2, start=start), header=header)


def mappings(world: World) -> list[Path]:
    folder = world.home / "mappings"
    return sorted(folder.iterdir()) if folder.exists() else []


def opened(world: World, path: Path, **options: Any) -> Any:
    return open_list(path, ReadOptions(**options), world.session)


def chosen(world: World, path: Path, **options: Any) -> tuple[int, int]:
    fields = opened(world, path, **options).checked.fields
    return fields["from"], fields["to"]


def test_what_was_answered_is_not_asked_again_for_the_next_list_with_that_header(world: World, tmp_path: Path) -> None:
    ui = world.person(ANSWERS)
    world.checks(a_list(tmp_path))
    assert ui.codes.count("read.is_remembered") == 1
    assert "read.same_unasked" not in ui.codes
    ui = world.person({})  # any question would fail
    ended = world.sends(a_list(tmp_path, "april.csv", start=50))
    assert ended.code == 0
    assert ended.came == sorted(interactions(2, start=50))
    assert ended.told("read.remembered", day="2026-11-26")
    assert "“Origen” (A) → from, “Destino” (C) → to" in ended.screen
    assert "--map from=…" in ended.screen


def test_with_nobody_there_it_counts_and_is_said(world: World, tmp_path: Path) -> None:
    world.person(ANSWERS)
    world.checks(a_list(tmp_path))
    ui = world.person(is_attended=False)
    assert world.sends(a_list(tmp_path)).code == 0
    assert "read.remembered" in ui.codes


def test_the_list_knows_on_which_day_its_columns_were_chosen(world: World, tmp_path: Path) -> None:
    world.person(ANSWERS)
    world.today = date(2026, 11, 3)
    assert opened(world, a_list(tmp_path)).remembered_on is None
    world.today = date(2026, 11, 26)
    assert opened(world, a_list(tmp_path)).remembered_on == date(2026, 11, 3)


@pytest.mark.parametrize(
    "header",
    [
        ("Origen", "fromname", "Destino ", "toname", "subject", "body", "rp_id"),
        ("Origen", "fromname", "Destino", "toname", "subject", "body", "rp_id", "Extra"),
    ],
)
def test_another_header_is_asked_about(world: World, tmp_path: Path, header: Sequence[str]) -> None:
    world.person(ANSWERS)
    opened(world, a_list(tmp_path))
    ui = world.person(ANSWERS)
    opened(world, a_list(tmp_path, "other.csv", header))
    assert ui.questions == ["column", "column"]


def test_longer_rows_make_no_other_header(world: World, tmp_path: Path) -> None:
    world.person(ANSWERS)
    opened(world, a_list(tmp_path))
    longer = write_csv(tmp_path / "longer.csv", [[*row, "more"] for row in interactions(2)], header=HEADER)
    world.person({})
    assert chosen(world, longer) == (0, 2)


def test_what_is_said_now_wins_and_is_remembered_instead(world: World, tmp_path: Path) -> None:
    world.person(ANSWERS)
    opened(world, a_list(tmp_path))
    ui = world.person({})
    assert chosen(world, a_list(tmp_path), mapping={"from": "fromname"}) == (1, 2)
    assert "read.is_remembered" in ui.codes
    ui = world.person({})
    assert chosen(world, a_list(tmp_path)) == (1, 2)
    assert "read.is_remembered" not in ui.codes  # it is what is remembered already


def test_a_column_that_is_given_another_field_now_is_not_taken_for_the_one_before(world: World, tmp_path: Path) -> None:
    world.person(ANSWERS)
    opened(world, a_list(tmp_path))
    ui = world.person({"column to": "B"})
    assert chosen(world, a_list(tmp_path), mapping={"from": "C"}) == (2, 1)
    assert [question.about for question in ui.asked] == ["to"]
    world.person({})
    assert chosen(world, a_list(tmp_path)) == (2, 1)


def test_who_wants_to_choose_afresh_is_asked_and_that_replaces_it(world: World, tmp_path: Path) -> None:
    world.person(ANSWERS)
    opened(world, a_list(tmp_path))
    world.person({"column from": "C", "column to": "A"})
    again = opened(world, a_list(tmp_path), ignore_remembered=True)
    assert (again.remembered_on, again.checked.fields["from"]) == (None, 2)
    world.person({})
    assert chosen(world, a_list(tmp_path)) == (2, 0)


def test_what_the_command_line_names_is_remembered_too(world: World, tmp_path: Path) -> None:
    opened(world, a_list(tmp_path), mapping={"from": "Origen", "to": "C"})
    assert chosen(world, a_list(tmp_path, "next.csv")) == (0, 2)


def test_only_names_and_places_are_kept_and_only_for_this_user(world: World, tmp_path: Path) -> None:
    world.person(ANSWERS)
    path = a_list(tmp_path)
    opened(world, path)
    (kept,) = mappings(world)
    assert json.loads(kept.read_text(encoding="utf-8")) == {
        "template": "wolkvox/add_interaction",
        "day": "2026-11-26",
        "columns": {"from": {"position": 0, "name": "Origen"}, "to": {"position": 2, "name": "Destino"}},
    }
    if sys.platform != "win32":
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"[]",
        b"{}",
        b'{"day": "2026-11-26", "columns": []}',
        b'{"day": 3, "columns": {"from": {"position": 0, "name": "Origen"}}}',
        b'{"day": "2026-11-26", "columns": {"from": {"position": 99, "name": "Origen"}}}',
        b'{"day": "2026-11-26", "columns": {"from": {"position": 1, "name": "Origen"}}}',
        b'{"day": "2026-11-26", "columns": {"from": {"position": true, "name": "fromname"}}}',
        b'{"day": "2026-11-26", "columns": {"gone": {"position": 0, "name": "Origen"}}}',
        b'{"day": "2026-11-26", "columns": {"from": 0}}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_file_is_ignored_and_replaced(world: World, tmp_path: Path, damage: bytes) -> None:
    world.person(ANSWERS)
    opened(world, a_list(tmp_path))
    (kept,) = mappings(world)
    good = kept.read_bytes()
    kept.write_bytes(damage)
    ui = world.person(ANSWERS)
    opened(world, a_list(tmp_path))
    assert ui.questions == ["column", "column"]
    assert "read.remembered" not in ui.codes
    assert kept.read_bytes() == good
    assert mappings(world) == [kept]


def test_where_it_can_not_be_kept_the_list_is_read_and_nothing_is_promised(world: World, tmp_path: Path) -> None:
    world.home.mkdir(parents=True, exist_ok=True)
    (world.home / "mappings").write_bytes(b"in the way")
    ui = world.person(ANSWERS)
    assert chosen(world, a_list(tmp_path)) == (0, 2)
    assert "read.is_remembered" not in ui.codes
    assert "read.same_unasked" in ui.codes


def test_a_header_that_may_be_a_row_is_not_kept(world: World, tmp_path: Path) -> None:
    row = ["ana@x.example", "1", "2026-01-02", "+57 300", "12.5", "8", "61001"]
    path = write_csv(tmp_path / "headless.csv", interactions(2), header=row)
    letters = dict(zip(FIELDS, "ABCDEFG", strict=True))
    opened(world, path, mapping=letters)
    assert mappings(world) == []


def test_a_workbook_of_ours_has_its_own_columns(world: World, tmp_path: Path) -> None:
    world.person(ANSWERS)
    workbook = world.sent(a_list(tmp_path))
    (kept,) = mappings(world)
    kept.unlink()
    ui = world.person({})
    assert opened(world, workbook).remembered_on is None
    assert mappings(world) == []
    assert "read.remembered" not in ui.codes


def test_without_the_wish_nothing_is_remembered_nor_taken(world: World, tmp_path: Path) -> None:
    world.person(ANSWERS)
    opened(world, a_list(tmp_path))
    world.remembers = False
    ui = world.person(ANSWERS)
    opened(world, a_list(tmp_path))
    assert ui.questions == ["column", "column"]
    assert "read.same_unasked" in ui.codes

"""Rows that were added to a workbook find the numbers that they were given before."""

import pytest

from uploader.actions.planning.known.added_rows import Cells, KnownRow, numbers_of_added

ANA, EVA, LUIS = ("ana", "a@x.co", "hi"), ("eva", "e@x.co", "hi"), ("luis", "l@x.co", "hi")


def known(cells: Cells, *, arrived: bool = False) -> KnownRow:
    return KnownRow(cells, arrived)


def test_new_rows_follow_after_the_last() -> None:
    assert numbers_of_added({5: ANA, 9: EVA}, {}, 20) == {5: 21, 9: 22}


def test_known_ones_keep_their_number_wherever_they_are_now() -> None:
    before = {21: known(ANA), 22: known(EVA)}
    assert numbers_of_added({5: EVA, 6: LUIS, 7: ANA}, before, 22) == {5: 22, 6: 23, 7: 21}


def test_equal_ones_keep_their_order_and_one_more_is_new() -> None:
    before = {21: known(ANA), 22: known(ANA)}
    assert numbers_of_added({5: ANA, 6: ANA, 7: ANA}, before, 22) == {5: 21, 6: 22, 7: 23}


@pytest.mark.parametrize(
    ("run_died", "arrived", "is_known"), [(True, False, True), (False, True, True), (False, False, False)]
)
def test_one_that_was_edited_since_is_the_same_row_and_another_is_not(
    run_died: bool, arrived: bool, is_known: bool
) -> None:
    edited, before = ("ana", "a@x.co", "bye"), {21: known(ANA, arrived=arrived)}
    ours = [21, 22] if is_known else [22, 23]
    found = numbers_of_added({5: edited, 6: EVA}, before, 21, run_died=run_died)
    assert found == ({5: 21, 6: 22} if is_known else {5: 22, 6: 23})
    found = numbers_of_added({5: EVA, 6: edited}, before, 21, run_died=run_died)
    assert found == ({5: 22, 6: 21} if is_known else {5: 22, 6: 23})
    assert sorted(found.values()) == ours


def test_a_copy_of_a_known_row_does_not_take_its_number() -> None:
    copied = ("ana", "a@x.co", "bye")
    assert numbers_of_added({5: copied, 6: ANA}, {21: known(ANA)}, 21, run_died=True) == {5: 22, 6: 21}


@pytest.mark.parametrize("run_died", [True, False])
def test_what_all_rows_have_in_common_makes_no_row_another_one(run_died: bool) -> None:
    ana, eva, luis = [("s@x.co", f"{name}@x.co", "hi", "10001", name) for name in ("ana", "eva", "luis")]
    rows = {21: known(ana, arrived=True)}
    assert numbers_of_added({5: luis}, rows, 21, lambda: [eva], run_died=run_died) == {5: 22}
    assert numbers_of_added({5: luis}, {**rows, 22: known(eva, arrived=True)}, 22, run_died=run_died) == {5: 23}
    edited = ("s@x.co", "ana@x.co", "bye", "10002", "ana")
    assert numbers_of_added({5: luis, 6: edited}, rows, 21, lambda: [eva], run_died=run_died) == {5: 22, 6: 21}


@pytest.mark.parametrize("run_died", [True, False])
def test_a_known_row_with_nothing_of_its_own_is_no_other_row(run_died: bool) -> None:
    before = {21: known(ANA, arrived=True)}
    assert numbers_of_added({5: EVA}, before, 21, lambda: [ANA], run_died=run_died) == {5: 22}

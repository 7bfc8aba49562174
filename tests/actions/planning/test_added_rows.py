"""Rows that were added to a workbook find the numbers that they were given before."""

from uploader.actions.planning.known.added_rows import numbers_of_added

ANA, EVA, LUIS = ("ana", "a@x.co", "hi"), ("eva", "e@x.co", "hi"), ("luis", "l@x.co", "hi")


def test_new_rows_follow_after_the_last() -> None:
    assert numbers_of_added({5: ANA, 9: EVA}, {}, 20) == {5: 21, 9: 22}


def test_known_ones_keep_their_number_wherever_they_are_now() -> None:
    assert numbers_of_added({5: EVA, 6: LUIS, 7: ANA}, {21: ANA, 22: EVA}, 22) == {5: 22, 6: 23, 7: 21}


def test_equal_ones_keep_their_order_and_one_more_is_new() -> None:
    assert numbers_of_added({5: ANA, 6: ANA, 7: ANA}, {21: ANA, 22: ANA}, 22) == {5: 21, 6: 22, 7: 23}


def test_one_that_was_edited_since_is_the_same_row_and_another_is_not() -> None:
    edited = ("ana", "a@x.co", "bye")
    assert numbers_of_added({5: edited, 6: EVA}, {21: ANA}, 21) == {5: 21, 6: 22}
    assert numbers_of_added({5: EVA, 6: edited}, {21: ANA}, 21) == {5: 22, 6: 21}


def test_a_copy_of_a_known_row_does_not_take_its_number() -> None:
    copied = ("ana", "a@x.co", "bye")
    assert numbers_of_added({5: copied, 6: ANA}, {21: ANA}, 21) == {5: 22, 6: 21}


def test_what_all_rows_have_in_common_makes_no_row_another_one() -> None:
    campaign = [("s@x.co", f"{name}@x.co", "hi", "10001", name) for name in ("ana", "eva", "luis")]
    ana, eva, luis = campaign
    assert numbers_of_added({5: luis}, {21: ana}, 21, lambda: [eva]) == {5: 22}
    assert numbers_of_added({5: luis}, {21: ana, 22: eva}, 22) == {5: 23}
    edited = ("s@x.co", "ana@x.co", "bye", "10002", "ana")
    assert numbers_of_added({5: luis, 6: edited}, {21: ana}, 21, lambda: [eva]) == {5: 22, 6: 21}


def test_a_known_row_with_nothing_of_its_own_is_no_other_row() -> None:
    assert numbers_of_added({5: EVA}, {21: ANA}, 21, lambda: [ANA]) == {5: 22}

"""How long a request of which nobody knows the end keeps its place at the API."""

from uploader.sending.scheduling.held_places import ON_ITS_WAY_SECONDS, HeldPlaces


def test_a_place_is_kept_from_when_the_request_can_have_come_at_the_latest() -> None:
    places = HeldPlaces(60.0)
    places.keep([100.0], now=103.0)  # it was cut: it came within these three seconds
    assert (places.count(162.9), places.count(163.0)) == (1, 0)
    places.keep([200.0], now=270.0)  # it was given up, and may have come late
    assert (places.count(274.9), places.count(275.0)) == (1, 0)


def test_what_ended_long_ago_or_at_an_api_without_a_limit_keeps_nothing() -> None:
    places = HeldPlaces(60.0)
    places.keep([0.0], now=60.0 + ON_ITS_WAY_SECONDS)
    assert places.count(75.0) == 0
    without = HeldPlaces(0.0)
    without.keep([10.0], now=10.0)
    assert without.count(10.0) == 0


def test_a_clock_that_was_set_back_keeps_a_place_no_longer_than_the_api_works() -> None:
    places = HeldPlaces(60.0)
    places.keep([3600.0], now=0.0)
    assert (places.count(59.9), places.count(60.0)) == (1, 0)


def test_when_so_few_are_left_that_a_request_may_leave() -> None:
    places = HeldPlaces(60.0)
    places.keep([0.0, 30.0, 10.0], now=40.0)
    assert places.count(40.0) == 3
    assert [places.until_no_more_than(most) for most in (-1, 0, 1, 2, 3)] == [None, 100.0, 85.0, 75.0, None]

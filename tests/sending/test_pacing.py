import pytest

from uploader.sending.pacing import TRIES, seconds_between, wait_before_retry


def test_waits_double_are_jittered_by_half_and_bounded() -> None:
    assert [wait_before_retry(tries, lambda: 1.0) for tries in range(1, 8)] == [0.5, 1, 2, 4, 8, 16, 16]
    assert wait_before_retry(3, lambda: 0.0) == 1.0


def test_all_waits_for_one_row_are_under_a_minute() -> None:
    assert sum(wait_before_retry(tries, lambda: 1.0) for tries in range(1, TRIES)) < 60


@pytest.mark.parametrize(("rate", "seconds"), [(None, 0), ("5/s", 0.2), ("30/m", 2), ("0.5/s", 2)])
def test_a_rate_is_so_many_seconds_between_two_starts(rate: str | None, seconds: float) -> None:
    assert seconds_between(rate) == pytest.approx(seconds)

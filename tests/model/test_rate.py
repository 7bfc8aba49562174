import pytest

from uploader.model.rate import seconds_between


@pytest.mark.parametrize(("rate", "seconds"), [(None, 0), ("5/s", 0.2), ("30/m", 2), ("0.5/s", 2)])
def test_a_rate_is_so_many_seconds_between_two_starts(rate: str | None, seconds: float) -> None:
    assert seconds_between(rate) == pytest.approx(seconds)

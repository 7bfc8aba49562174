"""Options that can't hold are refused before anything is done with them."""

from typing import Any

import pytest

from uploader.actions.options import SendOptions
from uploader.errors import SettingsError
from uploader.i18n import render
from uploader.model.rate import seconds_between
from uploader.templates.template import Template


@pytest.mark.parametrize(("option", "most"), [("concurrency", 200), ("first", 10_000_000), ("stop_after", 10_000_000)])
def test_a_count_begins_with_one_and_has_an_end(option: str, most: int) -> None:
    for number in (0, -1, most + 1):
        options: dict[str, Any] = {option: number}
        with pytest.raises(SettingsError) as error:
            SendOptions(**options)
        assert render(error.value.message, "en").startswith(f"--{option.replace('_', '-')} {number} is out of range.")
        assert str(error.value).startswith(
            f"{option}={number} is out of range. Give a whole number from 1 to {most:,}."
        )
    for number in (1, most):
        assert getattr(SendOptions(**{option: number}), option) == number  # type: ignore[arg-type]  # counts


@pytest.mark.parametrize("option", ["concurrency", "first", "stop_after", "timeout_seconds"])
def test_a_number_without_end_is_refused_in_every_language(option: str) -> None:
    for number in (10**5_000, -(10**5_000), 10**400, float("inf"), float("nan"), 2**63):
        options: dict[str, Any] = {option: number}
        with pytest.raises(SettingsError) as error:
            SendOptions(**options)
        for language in ("en", "es", "pt"):
            assert len(render(error.value.message, language)) < 200


RATES = ["1/s", "30/m", "0.5/s", "1000/s", "60000/m", "1/m", "0.02/m", "0.000278/s", "5.25/m"]
NO_RATES = [
    "0/s", "0.0000001/s", "0.0002/s", "0.01/m", "1e-9/s", "1e3/s", "1_0/s", "\u0663/s", "\uff11/s", "1001/s", "999999/s",
    "9" * 5_000 + "/s", "0." + "0" * 5_000 + "1/s", "inf/s", "nan/s", "-1/s", "+1/s", " 1/s", "1/s\n", "1/h", "1", "/s", "",
    "1./s", ".5/s", "1/S", "1/s/s",
]  # fmt: skip


@pytest.mark.parametrize("rate", RATES)
def test_a_rate_is_taken_and_spaces_the_starts_by_no_more_than_an_hour(rate: str) -> None:
    assert SendOptions(rate=rate).rate == rate
    assert 0.001 <= seconds_between(rate) <= 3_600


@pytest.mark.parametrize("rate", NO_RATES)
def test_a_rate_of_nearly_nothing_of_too_much_or_in_other_digits_is_refused_and_said_how_to_write(rate: str) -> None:
    with pytest.raises(SettingsError, match="Write it as 5/s or 30/m, from 1 request per hour to 1000 per second"):
        SendOptions(rate=rate)


@pytest.mark.parametrize(
    ("options", "together"),
    [({}, (2, 2.0)), ({"concurrency": 1, "rate": "6/m"}, (2, 2.0)), ({"concurrency": 5, "rate": "60/m"}, (5, 1.0))],
)
def test_who_is_slower_than_the_api_allows_is_so_alone(
    wolkvox: Template, options: dict[str, Any], together: tuple[int, float]
) -> None:
    limits = wolkvox.limits.model_copy(update={"concurrency": 2, "rate": "30/m"})
    template = wolkvox.model_copy(update={"limits": limits})
    shared = SendOptions(**options).shared_limits(template)
    assert (shared.places, shared.seconds_between) == together

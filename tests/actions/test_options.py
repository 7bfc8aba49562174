"""Options that can't hold are refused before anything is done with them."""

from typing import Any

import pytest

from uploader.actions.options import SendOptions
from uploader.errors import SettingsError
from uploader.i18n import render


@pytest.mark.parametrize("option", ["concurrency", "first", "stop_after"])
@pytest.mark.parametrize("number", [0, -1])
def test_a_count_begins_with_one(option: str, number: int) -> None:
    options: dict[str, Any] = {option: number}
    with pytest.raises(SettingsError) as error:
        SendOptions(**options)
    assert render(error.value.message, "en").startswith(f"--{option.replace('_', '-')} {number} is too low.")
    assert str(error.value).startswith(f"{option}={number} is too low.")
    assert getattr(SendOptions(**{**options, option: 1}), option) == 1

"""What a workbook shows as advice becomes the message again from which it was written."""

import pytest

from uploader.i18n import Message, render
from uploader.model import advice

UNKNOWN = Message("advice.may_have_arrived")
BUSY = {"en": "The agent is busy", "es": "El agente está ocupado"}


@pytest.mark.parametrize("language", ["en", "es", "pt"])
@pytest.mark.parametrize(
    "said",
    [
        UNKNOWN,
        advice.NONE,
        advice.from_template(BUSY),
        advice.followed_by(UNKNOWN, advice.REFUSED_AS_EDITED),
        advice.followed_by(advice.followed_by(UNKNOWN, advice.REFUSED_AS_EDITED), advice.CHANGED_ELSEWHERE),
        advice.followed_by(advice.as_written("Ana called. They know."), advice.CHANGED_ELSEWHERE),
    ],
)
def test_an_advice_of_ours_is_read_back_in_every_language(said: Message, language: str) -> None:
    assert advice.read_back(render(said, language), [{"en": "Other"}, BUSY]) == said


@pytest.mark.parametrize("text", ["The agent is busy", "Ana called. They know.", "The agent is busy."])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert advice.read_back(text, [{"en": "The agent is busy now"}]) == advice.as_written(text)

"""A sentence of ours becomes its message again."""

import pytest

from uploader.i18n import Message, render
from uploader.i18n.recognise import recognised
from uploader.i18n.ways import FACES

SAID = [
    Message("advice.may_have_arrived"),
    Message("advice.changed_elsewhere"),
    Message("advice.earlier_row", row="7"),
    Message("advice.accepted_before", when="2026-11-26 09:30", list="a (1), b.csv", row="7", job="3"),
    Message("advice.not_arrived", who="ana", when="2026-11-26 09:30"),
]


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("language", ["en", "es", "pt"])
@pytest.mark.parametrize("said", SAID, ids=lambda said: said.code)
def test_a_sentence_is_recognised_in_every_language_and_at_every_face(said: Message, language: str, face: str) -> None:
    assert recognised(render(said, language, face=face), "advice.") == said


@pytest.mark.parametrize(
    "text", ["", "The disk is full.", render(SAID[0], "en") + " Ana.", "A1: is empty. Fill it in.", "{who}"]
)
def test_any_other_text_is_not(text: str) -> None:
    assert recognised(text, "advice.") is None


def test_a_text_that_was_built_to_take_long_does_not() -> None:
    parts = " (a, row 1, job 1" * 1_500
    assert recognised(f"Duplicate: the same request was accepted on a{parts}", "advice.") is None


def test_a_sentence_of_another_chapter_is_not() -> None:
    assert recognised(render(SAID[0], "en"), "workbook.") is None

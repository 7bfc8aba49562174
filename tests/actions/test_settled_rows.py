"""What people found who looked rows up, read from the sheet of requests."""

import pytest

from uploader.actions.planning.known.settled_rows import AttemptsLine, settled_rows
from uploader.i18n import Message, render
from uploader.model.job import Settlement

SENT = "2026-11-26T14:00:00.000+00:00"
AT = "2026-11-26 09:30:00 UTC-05:00"


def request(meaning: str, row: int = 3) -> AttemptsLine:
    return AttemptsLine(row, SENT, {"Meaning": meaning, "Detail": ""})


def looked_up(found: str, row: int = 3, detail: str | None = None, language: str = "en") -> AttemptsLine:
    said = Message(f"workbook.settled.{found.replace(' ', '_')}", who="ana maría", machine="pc-7", when=AT)
    return AttemptsLine(row, None, {"Meaning": found, "Detail": detail or render(said, language)})


@pytest.mark.parametrize("language", ["en", "es", "pt"])
@pytest.mark.parametrize("found", ["arrived", "not arrived"])
def test_who_where_and_when_are_read_from_the_sentence_in_every_language(found: str, language: str) -> None:
    told = settled_rows([request("unknown"), looked_up(found, language=language)])
    assert told.listed == [Settlement(3, found, "2026-11-26T14:30:00.000+00:00", "ana maría", "pc-7")]


@pytest.mark.parametrize("detail", ["Ana looked.", "Settled by ana on pc-7, yesterday: it had arrived."])
def test_of_an_edited_sentence_only_the_meaning_counts(detail: str) -> None:
    found = settled_rows([request("unknown"), looked_up("arrived", detail=detail)])
    assert found.listed == [Settlement(3, "arrived", SENT, "?", "?")]
    assert settled_rows([looked_up("arrived", detail=detail)]).listed == []


@pytest.mark.parametrize(
    ("found", "answers", "stands"),
    [
        ("arrived", [], True),
        ("arrived", ["rejected"], True),
        ("arrived", ["rejected", "accepted"], False),
        ("not arrived", [], True),
        ("not arrived", ["slow down"], False),
        ("not arrived", [""], False),
    ],
)
def test_a_persons_word_stands_until_the_api_says_more(found: str, answers: list[str], stands: bool) -> None:
    told = settled_rows([request("unknown"), looked_up(found), request("accepted", 4), *map(request, answers)])
    assert (3 in told.standing, len(told.listed)) == (stands, 1)

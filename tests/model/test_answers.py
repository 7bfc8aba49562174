import time

import pytest

from uploader.i18n import Message
from uploader.model import advice
from uploader.model.answers import AnswerGroup, grouped
from uploader.model.rows import Status
from uploader.model.summary import AnswerCount

FIX = Message("advice.rejected")


def answers(*messages: str) -> list[AnswerCount]:
    """Each a row less than the one before."""
    return [
        AnswerCount(Status.REJECTED, "23", message, FIX, len(messages) - nth) for nth, message in enumerate(messages)
    ]


def messages(*given: str) -> list[str]:
    return [group.message for group in grouped(answers(*given))]


@pytest.mark.parametrize(
    ("given", "pattern"),
    [
        (("Agent Ana Pérez is not available", "Agent Luis is not available"), "Agent * is not available"),
        (("El agente Ana no está disponible.", "El agente Luis Gómez no está disponible."),
         "El agente * no está disponible."),
        (("El agente Ana de la Cruz está ocupado", "El agente Luis está ocupado"), "El agente * está ocupado"),
        (("Agent J. A. Cruz is busy", "Agent Gil, Marta is busy"), "Agent * is busy"),
        (("Agent ana.perez is busy", "Agent luis.gomez7 is busy"), None),
        (("Agent agent_07 is busy", "Agent agent_12 is busy"), "Agent * is busy"),
        (("No routing point 3300", "No routing point 18"), "No routing point *"),
        (("Quota of 1,500 used at 10:22", "Quota of 20 used at 9:05"), "Quota of * used at *"),
        (("Date 2026-11-26 is past", "Date 01/12/2026 is past"), "Date * is past"),
        (("Sent at 2026-11-26T10:00:00Z already", "Sent at 2026-11-27T11:30:00-05:00 already"), "Sent at * already"),
        (("Due on 26 Nov 2026 at noon", "Due on 1 Dec 2026 at noon"), "Due on * 2026 at noon"),
        (("Phone +57 300 123 4567 is blocked", "Phone 3001234567 is blocked"), "Phone * is blocked"),
        (("No user ana@example.com here", "No user luis+1@mail.example.co here"), "No user * here"),
        (('Agent "ana" is unknown', 'Agent "Luis Gómez" is unknown'), "Agent * is unknown"),
        (("Agente “ana” desconocido aquí", "Agente “luis” desconocido aquí"), "Agente * desconocido aquí"),
        (("job a1b2c3d4-0000-4000-8000-123456789abc queued", "job ffffffff-1111-4000-8000-cba987654321 queued"),
         "job * queued"),
        (('{"id": 12, "error": "busy"}', '{"id": 7, "error": "busy"}'), '{"id": *, "error": "busy"}'),
        (('{"took": 0.12}', '{"took": 1.5e-3}'), '{"took": *}'),
    ],
)  # fmt: skip
def test_answers_that_differ_only_in_a_name_or_a_number_are_one(given: tuple[str, str], pattern: str | None) -> None:
    expected = sorted(given) if pattern is None else [pattern]
    assert sorted(messages(*given)) == expected


@pytest.mark.parametrize(
    "given",
    [
        ("Agent is not available", "Campaign is not available"),
        ("Agent Not Found", "Agent Not Available"),
        ("INVALID TOKEN", "INVALID AGENT"),
        ("field phone is required", "field email is required"),
        ("the agent can't be reached", "the agent isn't there"),
        ('{"id": 12, "error": "busy"}', '{"id": 7, "error": "no such agent"}'),
        ('{"agent": "x", "error": "Busy"}', '{"agent": "x", "error": "Offline"}'),
        ("", "Agent Ana is busy"),
        ("Ana", "Luis"),
        ("not found", "not found.", "NOT FOUND"),
    ],
)
def test_answers_that_say_different_things_stay_apart(given: tuple[str, ...]) -> None:
    assert messages(*given) == list(given)


def test_a_word_in_small_letters_is_a_name_where_many_answers_differ_in_it_alone() -> None:
    names = ("ana", "luis", "marta", "jorge", "sofia")
    assert messages(*(f"agent {name} is not available" for name in names)) == ["agent * is not available"]
    assert len(messages(*(f"agent {name} is not available" for name in names[:4]))) == 4


@pytest.mark.parametrize(
    ("message", "pattern"),
    [
        ("AGENT {} IS NOT AVAILABLE", "AGENT * IS NOT AVAILABLE"),
        ('{{"agent": "{}", "error": "busy"}}', '{"agent": "*", "error": "busy"}'),
        ("{} no está disponible", "* no está disponible"),
    ],
)
def test_where_capitals_mark_no_name_it_takes_many_answers_too(message: str, pattern: str) -> None:
    names = ("ANA PÉREZ", "LUIS", "MARTA GIL", "JORGE", "SOFÍA")
    assert messages(*(message.format(name) for name in names)) == [pattern]
    assert len(messages(*(message.format(name) for name in names[:4]))) == 4


def test_names_are_found_beside_other_causes_with_most_in_common_first() -> None:
    given = ("Agent Ana is not here", "Agent Luis is not here", "Queue Norte is not here", "Queue Sur is not here")
    assert messages(*given) == ["Agent * is not here", "Queue * is not here"]


def test_what_all_answers_of_a_group_share_is_shown() -> None:
    assert messages("Agent 7 of queue 3300 is busy", "Agent 12 of queue 3300 is busy") == [
        "Agent * of queue 3300 is busy"
    ]
    assert messages("Quota 500 reached") == ["Quota 500 reached"]


def test_a_group_has_the_rows_of_all_its_answers_and_the_commonest_as_an_example() -> None:
    given = [
        AnswerCount(Status.REJECTED, "23", "Agent Ana is not available", FIX, 2),
        AnswerCount(Status.REJECTED, "23", "Agent Luis is not available", FIX, 5),
        AnswerCount(Status.REJECTED, "40", "No token", FIX, 6),
    ]
    assert grouped(given) == [
        AnswerGroup(Status.REJECTED, "23", "Agent * is not available", "Agent Luis is not available", FIX, 7),
        AnswerGroup(Status.REJECTED, "40", "No token", "", FIX, 6),
    ]


def test_answers_of_another_status_code_or_advice_are_never_one() -> None:
    look_it_up, wait = (advice.from_template({"en": text}) for text in ("Look it up.", "Wait."))
    given = [
        AnswerCount(Status.REJECTED, "1", "Agent 7 is busy", look_it_up, 4),
        AnswerCount(Status.UNKNOWN, "1", "Agent 8 is busy", look_it_up, 3),
        AnswerCount(Status.REJECTED, "2", "Agent 9 is busy", look_it_up, 2),
        AnswerCount(Status.REJECTED, "1", "Agent 10 is busy", wait, 1),
    ]
    assert [group.message for group in grouped(given)] == [answer.message for answer in given]


def test_an_advice_that_differs_in_its_facts_names_those_that_are_the_same() -> None:
    def settled(who: str, when: str) -> Message:
        return Message("advice.arrived", who=who, when=when)

    given = [
        AnswerCount(Status.ACCEPTED, "", "", settled("ana", "2026-11-26 10:00"), 1),
        AnswerCount(Status.ACCEPTED, "", "", settled("ana", "2026-11-26 10:05"), 2),
    ]
    (group,) = grouped(given)
    assert group.advice == settled("ana", "*")
    assert group.rows == 3


def test_thousands_of_different_answers_take_no_long_time() -> None:
    given = answers(*(f"Agent Name{chr(97 + nth % 26)}{chr(97 + nth // 26)} is not available" for nth in range(600)))
    given += answers(*(f"{chr(97 + nth % 26)}{chr(97 + nth // 26)} failed in its own way" for nth in range(600)))
    begun = time.perf_counter()
    assert len(grouped(given)) == 2
    assert time.perf_counter() - begun < 30, "a hang, not a slow machine"

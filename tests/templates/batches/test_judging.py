"""Of every row that shared a request it is known what became of it, or that nobody knows; never more."""

import json
from typing import Any

import pytest

from uploader.errors import TemplateError
from uploader.i18n import Message
from uploader.model.http import Arrival, Response, SendFailure
from uploader.model.outcomes import Outcome, Verdict
from uploader.templates.batches.judging import judge_rows_of
from uploader.templates.parsing.parser import parse

RECORDS = """
title = "Records"
[request]
url = "https://api.example.com/records"
[request.batch]
size = 10
rows = "records"
answers = "records"
[request.json]
records = [{ name = "{{name}}" }]
[answer]
message = ["records.*.error", "error.message"]
secrets = ["records.*.token"]
[[rules]]
message = "quota"
means = "pause"
[[rules]]
message = "taken already"
means = "rejected"
[[rules]]
message = "slower"
means = "slow down"
[columns.name]
required = true
"""
FOR_ALL = RECORDS.replace('answers = "records"\n', "")
ACCEPTED, REJECTED, UNKNOWN = Verdict.ACCEPTED, Verdict.REJECTED, Verdict.UNKNOWN


def judged(answer: Any, count: int = 3, http_status: int = 200, template: str = RECORDS) -> list[Outcome]:
    found = parse(template, "x.toml", "x")
    assert found.request.batch is not None
    if not isinstance(answer, SendFailure):
        answer = Response(http_status, answer if isinstance(answer, bytes) else json.dumps(answer).encode(), 7)
    return list(judge_rows_of(found, found.request.batch)(answer, count))


def verdicts(answer: Any, count: int = 3, http_status: int = 200, template: str = RECORDS) -> list[Verdict]:
    return [outcome.verdict for outcome in judged(answer, count, http_status, template)]


def test_each_row_has_its_own_answer() -> None:
    outcomes = judged({"records": [{"id": 1}, {"error": "taken already"}, {"error": "slower"}]})
    assert [one.verdict for one in outcomes] == [ACCEPTED, REJECTED, Verdict.SLOW_DOWN]
    assert [one.message for one in outcomes] == ["", "taken already", "slower"]
    assert {one.http_status for one in outcomes} == {200}


def test_one_answer_counts_for_all_where_the_template_names_none_of_rows() -> None:
    assert verdicts({"records": [{"id": 1}]}, template=FOR_ALL) == [ACCEPTED] * 3
    assert verdicts({"error": {"message": "taken already"}}, 2, 422, FOR_ALL) == [REJECTED] * 2


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"records": None},
        {"records": []},
        {"records": [{"id": 1}, {"id": 2}]},
        {"records": [{"id": 1}, {"id": 2}, {"id": 3}, {"id": 4}]},
        {"records": {"0": {"id": 1}}},
        {"records": [{"id": 1}, {"id": 2}], "error": {"message": "taken already"}},
        {"error": {"message": "taken already"}},
        b"<html>",
        b"",
    ],
)
def test_a_yes_of_which_it_is_not_known_whose_it_is_leaves_all_unknown(answer: Any) -> None:
    assert verdicts(answer) == [UNKNOWN] * 3


def test_a_row_alone_is_told_by_its_own_answer_too() -> None:
    assert verdicts({"records": [{"error": "taken already"}]}, 1) == [REJECTED]
    assert verdicts({"records": []}, 1) == [UNKNOWN]


def test_what_refuses_the_whole_request_refuses_every_row() -> None:
    answer = {"error": {"message": "taken already"}}
    assert verdicts(answer, http_status=422) == [REJECTED] * 3
    assert [one.message for one in judged(answer, http_status=422)] == ["taken already"] * 3


@pytest.mark.parametrize("template", [RECORDS, FOR_ALL])
def test_a_refusal_of_all_may_be_the_fault_of_another_row_and_of_a_row_alone_its_own(template: str) -> None:
    advice = [judged({"error": {"message": "no"}}, count, 422, template)[0].advice.code for count in (1, 2)]
    assert advice == ["advice.rejected", "advice.rejected_together"]


def test_a_refusal_that_speaks_of_some_rows_only_leaves_all_unknown() -> None:
    assert verdicts({"records": [{"error": "taken already"}]}, http_status=422) == [UNKNOWN] * 3


@pytest.mark.parametrize(
    ("http_status", "answer", "verdict"),
    [
        (429, {}, Verdict.SLOW_DOWN),
        (403, b"<html>", Verdict.STOP),
        (200, {"error": {"message": "quota"}}, Verdict.PAUSE),
        (500, {}, UNKNOWN),
    ],
)
def test_what_says_nothing_of_rows_is_said_of_all(http_status: int, answer: Any, verdict: Verdict) -> None:
    assert verdicts(answer, http_status=http_status) == [verdict] * 3


WHOLE = RECORDS.replace("size = 10\n", "size = 10\nall_or_nothing = true\n")


@pytest.mark.parametrize("template", [WHOLE, WHOLE.replace('answers = "records"\n', "")])
@pytest.mark.parametrize("answer", [{}, {"error": {"message": "taken already"}}])
def test_a_refusal_of_all_says_nothing_of_any_where_it_may_be_the_fault_of_one(template: str, answer: Any) -> None:
    outcomes = judged(answer, http_status=422, template=template)
    assert [one.verdict for one in outcomes] == [Verdict.REFUSED_TOGETHER] * 3
    assert {one.advice.code for one in outcomes} == {"advice.refused_together"}
    assert verdicts(answer, count=1, http_status=422, template=template) == [REJECTED]


@pytest.mark.parametrize(
    ("http_status", "answer", "verdict"),
    [
        (200, {"records": [{"error": "taken already"}] * 3}, REJECTED),
        (422, {"records": [{"error": "taken already"}] * 3}, REJECTED),
        (422, {"records": [{"error": "taken already"}]}, UNKNOWN),
        (200, {}, UNKNOWN),
        (500, {}, UNKNOWN),
        (429, {}, Verdict.SLOW_DOWN),
        (401, {}, Verdict.STOP),
    ],
)
def test_what_is_said_of_each_or_of_the_run_stays_what_it_is(http_status: int, answer: Any, verdict: Verdict) -> None:
    assert verdicts(answer, http_status=http_status, template=WHOLE) == [verdict] * 3


@pytest.mark.parametrize(
    ("arrival", "verdict"),
    [(Arrival.MAYBE, UNKNOWN), (Arrival.NO, Verdict.OUT_OF_REACH), (Arrival.NEVER, Verdict.UNSENDABLE)],
)
def test_a_request_without_an_answer_is_without_one_for_every_row(arrival: Arrival, verdict: Verdict) -> None:
    assert verdicts(SendFailure(arrival, Message("text", text="cut"), 7)) == [verdict] * 3


def test_a_secret_of_one_row_is_in_no_answer() -> None:
    outcomes = judged({"records": [{"token": "abcd1234", "error": "taken already, abcd1234"}, {"id": 2}, {"id": 3}]})
    assert outcomes[0].message == "taken already, ***"


def test_the_advice_says_why_a_row_is_unknown() -> None:
    assert judged({})[0].advice == Message("advice.answers_missing")


COUNTED = FOR_ALL.replace("size = 10\n", 'size = 10\ntaken = "data.0.total"\n')


@pytest.mark.parametrize(
    ("total", "verdict"),
    [(3, ACCEPTED), ("3", ACCEPTED), (" 3 ", ACCEPTED), (2, UNKNOWN), ("4", UNKNOWN), ("", UNKNOWN), (None, UNKNOWN),
     (True, UNKNOWN), ("³", UNKNOWN), (3.0, UNKNOWN), ("9" * 5000, UNKNOWN)],
)  # fmt: skip
def test_a_yes_to_other_rows_than_were_sent_is_nobodys(total: object, verdict: Verdict) -> None:
    assert verdicts({"data": [{"total": total}]}, template=COUNTED) == [verdict] * 3


def test_how_many_were_taken_decides_nothing_but_a_yes() -> None:
    assert verdicts({"data": []}, template=COUNTED) == [UNKNOWN] * 3
    assert verdicts({"error": {"message": "taken already"}}, template=COUNTED, http_status=409) == [REJECTED] * 3
    assert verdicts({"error": {"message": "quota"}}, template=COUNTED, http_status=429) == [Verdict.PAUSE] * 3
    with pytest.raises(TemplateError, match="leave out taken: it contradicts answers"):
        parse(RECORDS.replace("size = 10\n", 'size = 10\ntaken = "total"\n'), "x.toml", "x")


def test_values_of_an_answer_are_kept_with_the_row_that_they_are_of_or_with_none() -> None:
    template = RECORDS.replace("[[rules]]", '[answer.columns]\nrecord = "records.*.id"\n[[rules]]', 1)
    both = judged({"records": [{"id": "a"}, {"id": "b"}]}, 2, template=template)
    assert [dict(one.kept) for one in both] == [{"record": "a"}, {"record": "b"}]
    assert [dict(one.kept) for one in judged({"records": [{"id": "a"}]}, 2, template=template)] == [{}, {}]

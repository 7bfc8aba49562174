from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.conftest import sheet_rows
from tests.workbooks.test_results import ATTEMPT, RUN, content, job, result
from uploader.i18n import Message, render
from uploader.model import advice
from uploader.model.job import Job, RowResult, RunRecord, Settlement
from uploader.model.rows import Status
from uploader.workbooks.read_back.reader import open_workbook
from uploader.workbooks.results import workbook as results
from uploader.workbooks.results.answer_tally import AnswerTally
from uploader.workbooks.results.row_display import DisplayedRow, RowAnswer


def lines(path: Path) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(path)["Summary"].iter_rows(values_only=True))


def summary(
    path: Path, *rows: RowResult, of: Job | None = None, runs: Sequence[RunRecord] = (RUN,), **more: Any
) -> list[tuple[Any, ...]]:
    results.write(path, replace(content(rows, **more), job=of or job(), runs=runs))
    return lines(path)


def counted(status: Status, message: str, said: Message = advice.NONE, settled: str | None = None) -> DisplayedRow:
    return DisplayedRow(2, (), (), RowAnswer(status, "404", message, said), settled)


def messages(tally: AnswerTally) -> list[tuple[str, int]]:
    return [(group.message, group.rows) for group in tally.answers()]


def test_the_commonest_answers_come_first() -> None:
    tally = AnswerTally()
    for message in ("rare thing", "common thing", "common thing"):
        tally.add(counted(Status.REJECTED, message))
    assert messages(tally) == [("common thing", 2), ("rare thing", 1)]
    assert list(tally.others()) == []
    assert tally.statuses == {Status.REJECTED: 3}


def test_what_is_rare_is_counted_together() -> None:
    tally = AnswerTally()
    for number in range(3_000):
        word = "".join(chr(ord("a") + int(digit)) for digit in f"{number:04}")
        tally.add(counted(Status.REJECTED, f"{word} went wrong {word}"))
        tally.add(counted(Status.UNKNOWN, "the same"))
    groups = list(tally.answers())
    assert len([group for group in groups if group.status is Status.REJECTED]) == 50
    assert sum(group.rows for group in groups) == 3_050
    assert list(tally.others()) == [(Status.REJECTED, 2_950)]


def test_answers_that_differ_in_a_name_or_a_number_are_one_however_many_they_are() -> None:
    tally = AnswerTally()
    for number in range(5_000):
        tally.add(counted(Status.REJECTED, f"Agent {number} is not available"))
    assert messages(tally) == [("Agent * is not available", 5_000)]
    assert list(tally.others()) == []
    tally.add(counted(Status.REJECTED, "Out of paper"))
    tally.add(counted(Status.UNKNOWN, "Agent 5000 is not available"))
    assert dict(tally.others()) == {Status.REJECTED: 1, Status.UNKNOWN: 1}, "no group of these was there in time"


def test_rows_with_an_advice_of_their_own_are_counted_together() -> None:
    tally = AnswerTally()
    for cell in ("D4", "D5"):
        tally.add(counted(Status.INVALID, "", advice.as_written(f"{cell}: a is empty. Fill in the cell.")))
        tally.add(counted(Status.REJECTED, "", advice.as_written(f"Correct {cell}.")))
    assert [(group.status, render(group.advice, "en"), group.rows) for group in tally.answers()] == [
        (Status.INVALID, "", 2),
        (Status.REJECTED, "Correct D4.", 1),
        (Status.REJECTED, "Correct D5.", 1),
    ]


def test_it_says_where_the_answers_stand(tmp_path: Path) -> None:
    rejected = replace(result(3, ("x", "y"), Status.REJECTED, "NOT FOUND"), code="404", advice=advice.REJECTED)
    told = summary(tmp_path / "r.xlsx", result(2, ("x", "y")), rejected, language="es")
    answer = next(line for line in told if line[1] == "NOT FOUND")
    assert answer[0] == "rejected"
    assert answer[2:] == (
        "404",
        render(advice.REJECTED, "es"),
        1,
    )


def test_its_texts_follow_the_language_and_the_contract_s_names_do_not(tmp_path: Path) -> None:
    told = summary(tmp_path / "r.xlsx", result(2, ("x", "y")), language="pt", sandbox=True)
    firsts = [line[0] for line in told]
    assert (
        told[0][1] == "Teste no sandbox (servidor de prática): as linhas foram para o sandbox. Nada chegou à API real."
    )
    assert {
        "Lista",
        "SHA-256 da lista",
        "Enviado para",
        "Configuração wolkvox_server",
        "Parou antes de terminar",
    } <= set(firsts)
    assert {"Status", *Status} <= set(firsts)
    assert ("Status", "O que significa", "Linhas", None, None) in told
    assert ("Status", "Response message", "Response code", "Advice", "Linhas") in told


def test_it_says_why_a_run_stopped(tmp_path: Path) -> None:
    why = Message("text", text="the token is wrong")
    stopped = replace(RUN, stopped=why)
    of = replace(job(), stopped=why)
    told = summary(tmp_path / "r.xlsx", result(2, ("x", "y")), of=of, runs=[RUN, stopped])
    assert ("Stopped early", "the token is wrong", None, None, None) in told
    assert [line[3] for line in told if line[1] and str(line[1]).startswith("Run ")] == [
        None,
        "the token is wrong",
    ]
    running = summary(tmp_path / "r.xlsx", of=replace(job(), ended_at=None))
    assert ("Ended", "still running, or interrupted", None, None, None) in running
    assert ("Stopped early", "still running, or interrupted", None, None, None) in running
    ended = summary(tmp_path / "r.xlsx")
    assert ("Stopped early", "no", None, None, None) in ended


def test_the_rate_is_that_of_the_runs_that_were_here(tmp_path: Path) -> None:
    elsewhere = replace(RUN, taken_from="/lists/list.results.xlsx", requests=5, sending_seconds=None)
    told = summary(tmp_path / "r.xlsx", result(2, ("x", "y")), runs=[elsewhere, RUN])
    assert ("Speed", "30 requests per minute", None, None, None) in told
    assert ("Requests", 35, None, None, None) in told
    runs = [line[1] for line in told if line[1] and str(line[1]).startswith("Run ")]
    assert runs == [
        "Run 1: sent from another computer by ana on pc-7, according to list.results.xlsx",
        "Run 2: to https://wv0042.wolkvox.com, by ana on pc-7, uploader 0.1.0",
    ]
    without = summary(tmp_path / "r.xlsx", runs=[elsewhere])
    assert "Speed" not in {line[0] for line in without}


@pytest.mark.parametrize(("language", "rate"), [("en", "1,800"), ("es", "1.800"), ("pt", "1.800")])
def test_numbers_are_written_as_the_language_writes_them(tmp_path: Path, language: str, rate: str) -> None:
    told = summary(tmp_path / "r.xlsx", runs=[replace(RUN, requests=1_800)], language=language)
    assert any(str(line[1]).startswith(rate) for line in told)


TEMPLATE = "[columns.rp_id]\n[columns.to]\n[columns.subject]\n"


def test_it_shows_which_column_filled_which_field_and_what_was_not_sent(tmp_path: Path) -> None:
    header = ("Correo", "Punto de\nenrutamiento", "Notas", "")
    of = replace(job(header), fields={"to": 0, "rp_id": 1}, template_text=TEMPLATE)
    told = summary(tmp_path / "r.xlsx", result(2, ("a", "b", "c", "d")), of=of, language="es")
    pairs = [line[:2] for line in told]
    first = pairs.index(("Campo enviado a la API", "Columna de la lista"))
    assert pairs[first + 1 : first + 5] == [
        ("rp_id", "“Punto de enrutamiento” (B)"),
        ("to", "“Correo” (A)"),
        ("subject", "vacío: la lista no tiene una columna para este campo"),
        ("Columnas no enviadas", "“Notas” (C), columna D"),
    ]


def test_the_mapping_is_shown_without_the_template_s_text_too(tmp_path: Path) -> None:
    told = summary(tmp_path / "r.xlsx", of=replace(job(), fields={"to": 1, "body": 0}))
    assert [line[:2] for line in told if line[0] in ("to", "body", "Columns not sent")] == [
        ("to", "“b” (B)"),
        ("body", "“a” (A)"),
    ]


def settled(number: int, status: Status, code: str) -> RowResult:
    said, found = Message(code, who="ana", when="2026-03-10 09:00"), code.removeprefix("advice.").replace("_", " ")
    return replace(result(number, ("x", "y"), status, ""), code="", advice=said, settled=found)


def test_rows_that_a_person_settled_are_told_apart_from_those_that_the_api_answered(tmp_path: Path) -> None:
    rows = [
        result(2, ("x", "y")),
        settled(3, Status.ACCEPTED, "advice.arrived"),
        settled(4, Status.ACCEPTED, "advice.arrived"),
        settled(5, Status.NOT_SENT, "advice.not_arrived"),
    ]
    rows[2] = replace(rows[2], advice=advice.followed_by(rows[2].advice, advice.CHANGED_ELSEWHERE))
    told = summary(tmp_path / "r.xlsx", *rows)
    assert [line[2] for line in told if line[0] == "accepted"][:3] == [3, 1, 2], "all, by the API, by a person"
    assert [line[2] for line in told if line[0] == "not sent"][:2] == [1, 1]
    assert sum(line[4] for line in told if line[0] == "accepted" and line[4]) == 3


def test_who_settled_a_row_when_and_where_stands_among_the_attempts_in_time_order(tmp_path: Path) -> None:
    attempts = [
        replace(ATTEMPT, row=row, nth=nth, sent_at=f"2026-03-09T17:0{minute}:00.000+00:00")
        for row, nth, minute in ((3, 1, 1), (5, 1, 2), (5, 2, 6))
    ]
    settlements = [
        Settlement(5, "not arrived", "2026-03-09T17:03:00+00:00", "ana", "pc-7"),
        Settlement(3, "arrived", "2026-03-09T17:04:30.500+00:00", "eva", "pc-9"),
    ]
    path = tmp_path / "r.xlsx"
    summary(path, result(3, ("x", "y")), result(5, ("x", "y")), attempts=attempts, settlements=settlements)
    lines = sheet_rows(path, "Attempts")
    assert [(line["Row"], line["Attempt"], line["Meaning"]) for line in lines] == [
        (3, 1, "accepted"), (5, 1, "accepted"), (5, None, "not arrived"), (3, None, "arrived"), (5, 2, "accepted"),
    ]  # fmt: skip
    assert [line["Detail"] for line in lines[2:4]] == [
        "Settled by ana on pc-7, 2026-03-09 17:03:00 UTC+00:00: it had not arrived.",
        "Settled by eva on pc-9, 2026-03-09 17:04:30 UTC+00:00: it had arrived.",
    ]
    ours = ("Sent at", "HTTP status", "Response code", "Response message", "Duration ms")
    assert {line[name] for line in lines[2:4] for name in ours} == {None}
    found = open_workbook(path)
    assert found is not None
    assert found.sheet_digest("Attempts") == found.manifest.other_sheets["Attempts"]


def test_nobody_settled_a_row_where_the_summary_says_nothing_of_it(tmp_path: Path) -> None:
    told = summary(tmp_path / "r.xlsx", result(2, ("x", "y")))
    assert not [line for line in told if "that a person settled" in str(line[1])]


@pytest.mark.parametrize(
    ("status", "step"),
    [
        (Status.REJECTED, 'send it: uploader send "r.xlsx"'),
        (Status.INVALID, 'send it: uploader send "r.xlsx"'),
        (Status.UNKNOWN, "uploader settle 7 "),
        (Status.NOT_SENT, "uploader resume 7"),
        (Status.ACCEPTED, "Nothing is left to send"),
        (Status.SKIPPED, "Nothing is left to send"),
    ],
)
def test_it_ends_with_what_the_reader_can_do_next(tmp_path: Path, status: Status, step: str) -> None:
    def steps(**more: Any) -> list[str]:
        told = summary(tmp_path / "r.xlsx", result(2, ("x", "y"), status), **more)
        first = next(nth for nth, line in enumerate(told) if line[0] == "Next steps")
        return [str(line[1]) for line in told[first : told.index((None,) * 5, first)]]

    first, last = steps()
    assert step in first
    assert last == 'To check that nobody changed this workbook: uploader verify "r.xlsx".'
    is_over = status in (Status.ACCEPTED, Status.SKIPPED)
    assert any("add --sandbox" in one for one in steps(sandbox=True)) is not is_over


def test_a_group_of_answers_has_an_example(tmp_path: Path) -> None:
    rows = [result(2 + nth, ("x", "y"), Status.REJECTED, f"Agent {name} is busy") for nth, name in enumerate("ABA")]
    told = summary(tmp_path / "r.xlsx", *rows)
    assert ("rejected", "Agent * is busy\nFor example: Agent A is busy", "201", None, 3) in told

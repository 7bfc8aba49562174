from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl

from tests.workbooks.test_results import RUN, content, job, result
from uploader.i18n import Message
from uploader.model import advice
from uploader.model.job import Job, RowResult, RunRecord
from uploader.model.rows import Status
from uploader.workbooks import results
from uploader.workbooks.row_display import DisplayedRow, RowAnswer
from uploader.workbooks.summary import AnswerTally


def lines(path: Path) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(path)["Summary"].iter_rows(values_only=True))


def summary(
    path: Path, *rows: RowResult, of: Job | None = None, runs: Sequence[RunRecord] = (RUN,), **more: Any
) -> list[tuple[Any, ...]]:
    results.write(path, replace(content(rows, **more), job=of or job(), runs=runs))
    return lines(path)


def counted(status: Status, message: str, advice: str = "") -> DisplayedRow:
    return DisplayedRow(2, (), (), RowAnswer(status, "404", message, advice))


def test_the_commonest_answers_come_first() -> None:
    tally = AnswerTally()
    for message in ("rare", "common", "common"):
        tally.add(counted(Status.REJECTED, message))
    assert [(answer.message, rows) for answer, rows in tally.answers()] == [("common", 2), ("rare", 1)]
    assert list(tally.others()) == []
    assert tally.statuses == {Status.REJECTED: 3}


def test_what_is_rare_is_counted_together() -> None:
    tally = AnswerTally()
    for number in range(3_000):
        tally.add(counted(Status.REJECTED, f"answer {number}"))
        tally.add(counted(Status.UNKNOWN, "the same"))
    answers = list(tally.answers())
    assert len([answer for answer, _ in answers if answer.status is Status.REJECTED]) == 50
    assert sum(rows for _, rows in answers) == 3_050
    assert list(tally.others()) == [(Status.REJECTED, 2_950)]


def test_rows_with_an_advice_of_their_own_are_counted_together() -> None:
    tally = AnswerTally()
    for cell in ("D4", "D5"):
        tally.add(counted(Status.INVALID, "", f"{cell}: a is empty. Fill in the cell."))
        tally.add(counted(Status.REJECTED, "", f"Correct {cell}."))
    assert [(answer.status, answer.advice, rows) for answer, rows in tally.answers()] == [
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
        (
            "La API rechazó esta fila; su mensaje dice por qué. Corrija la fila en la lista o en el libro de resultados "
            "y envíela de nuevo."
        ),
        1,
    )


def test_its_texts_follow_the_language_and_the_contract_s_names_do_not(tmp_path: Path) -> None:
    told = summary(tmp_path / "r.xlsx", result(2, ("x", "y")), language="pt", sandbox=True)
    firsts = [line[0] for line in told]
    assert told[0][1] == "Prática: tudo foi para um servidor de prática, e nada para a API."
    assert {
        "Lista",
        "SHA-256 da lista",
        "Enviado para",
        "Configuração wolkvox_server",
        "Parou antes de terminar",
    } <= set(firsts)
    assert {"Status", *Status} <= set(firsts)
    assert ("Status", "Como ler", "Linhas", None, None) in told
    assert ("Status", "Response message", "Response code", "Advice", "Linhas") in told


def test_it_says_why_a_run_stopped(tmp_path: Path) -> None:
    why = Message("text", text="the token is wrong")
    stopped = replace(RUN, stopped=why)
    of = replace(job(), stopped=why)
    told = summary(tmp_path / "r.xlsx", result(2, ("x", "y")), of=of, runs=[RUN, stopped])
    assert ("Stopped early", "the token is wrong", None, None, None) in told
    assert [line[3] for line in told if line[1] and str(line[1]).startswith("Job 7, to")] == [
        None,
        "the token is wrong",
    ]
    running = summary(tmp_path / "r.xlsx", of=replace(job(), ended_at=None))
    assert ("Ended", "not yet, or the program was killed", None, None, None) in running
    assert ("Stopped early", "not yet, or the program was killed", None, None, None) in running
    ended = summary(tmp_path / "r.xlsx")
    assert ("Stopped early", "no", None, None, None) in ended


def test_the_rate_is_that_of_the_runs_that_were_here(tmp_path: Path) -> None:
    elsewhere = replace(RUN, taken_from="/lists/list.results.xlsx", requests=5)
    told = summary(tmp_path / "r.xlsx", result(2, ("x", "y")), runs=[elsewhere, RUN])
    assert ("Rate", "30.0 requests a minute", None, None, None) in told
    assert ("Requests", 35, None, None, None) in told
    runs = [line[1] for line in told if line[1] and str(line[1]).startswith("Job 7, ")]
    assert runs == [
        "Job 7, sent elsewhere by ana on pc-7, as list.results.xlsx tells it",
        "Job 7, to https://wv0042.wolkvox.com, by ana on pc-7, uploader 0.1.0",
    ]
    without = summary(tmp_path / "r.xlsx", runs=[elsewhere])
    assert "Rate" not in {line[0] for line in without}

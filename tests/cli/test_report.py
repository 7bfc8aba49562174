import json
import shlex
from collections import Counter
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from uploader.actions.steps.previewed_row import PreviewedRow
from uploader.cli.report import ending, jobs, lists, requests
from uploader.cli.report.templates import templates
from uploader.errors import JournalError, ListError, SettingsError, TemplateError, WorkbookError
from uploader.i18n import Message
from uploader.model import advice
from uploader.model.exit_codes import ExitCode, of_check, of_error, of_send
from uploader.model.http import Request
from uploader.model.job import Job, Sender
from uploader.model.problems import Problem, ProblemLog
from uploader.model.rows import Status
from uploader.model.summary import AnswerCount, ResumeHint, Summary
from uploader.templates.catalog import Loaded
from uploader.templates.parsing.parser import parse
from uploader.templates.template import Template


def summary(stopped: str | None = None, interrupted: bool = False, sent: bool = True, **counts: int) -> Summary:
    by_status = {status: counts.get(status.name.lower(), 0) for status in Status}
    why = None if stopped is None else Message("text", text=stopped)
    return Summary(Path("list.csv"), "t", 7, by_status, stopped=why, interrupted=interrupted, sent=sent)


@pytest.mark.parametrize(
    ("ended", "code"),
    [
        (summary(accepted=3), 0),
        (summary(accepted=3, skipped=1), 0),
        (summary(accepted=3, rejected=1), 1),
        (summary(accepted=3, unknown=1), 1),
        (summary(accepted=3, invalid=1), 1),
        (summary(accepted=3, not_sent=1, stopped="the quota is spent"), 4),
        (summary(accepted=4, stopped="the workbook can't be written"), 4),
        (summary(invalid=3, sent=False, stopped="3 rows can't be sent"), 2),
        (summary(accepted=1, not_sent=1, stopped="interrupted", interrupted=True), 130),
    ],
)
def test_a_run_ends_with_the_exit_code_of_the_contract(ended: Summary, code: int) -> None:
    assert of_send(ended) == code


def test_checks_and_errors_have_their_exit_codes() -> None:
    assert of_check(summary(not_sent=3)) == ExitCode.DONE
    assert of_check(summary(not_sent=3, invalid=1)) == 2
    assert [of_error(kind(Message("text", text=""))) for kind in (ListError, TemplateError, SettingsError)] == [2, 2, 2]
    assert [of_error(kind(Message("text", text=""))) for kind in (JournalError, WorkbookError)] == [4, 4]


def test_the_json_object_has_the_keys_of_the_contract() -> None:
    told = json.loads(ending.as_json_object(summary(accepted=2, not_sent=1, stopped="why"), 4, "en"))
    assert list(told) == [
        "job", "list", "template", "rows", "accepted", "rejected", "unknown", "invalid", "skipped", "not_sent",
        "under_way", "accepted_by_a_person", "run", "requests", "seconds", "sending_seconds", "results", "stopped", "exit",
    ]  # fmt: skip
    assert (told["rows"], told["accepted"], told["not_sent"], told["stopped"], told["exit"]) == (3, 2, 1, "why", 4)


REJECTED = Message("text", text="Correct it.")


def ended(run: dict[Status, int] | None = None, **facts: Any) -> Summary:
    """Of a list with rejected and unknown rows, all of this run unless it says otherwise."""
    counts = {Status.ACCEPTED: 8, Status.REJECTED: 2, Status.UNKNOWN: 1}
    usual: dict[str, Any] = {
        "counts": counts,
        "run": counts if run is None else run,
        "numbers": {Status.REJECTED: [4, 9], Status.UNKNOWN: [7]},
        "seconds": 75,
        "resume": ResumeHint(7),
        "results": Path("/home/ana/mis listas/marzo.results.xlsx"),
        "answers": [
            AnswerCount(Status.ACCEPTED, "201", "ok", advice.NONE, 8),
            AnswerCount(Status.REJECTED, "404", "ROUTING POINT 5 NOT FOUND", REJECTED, 1),
            AnswerCount(Status.REJECTED, "404", "ROUTING POINT 6 NOT FOUND", REJECTED, 1),
            AnswerCount(Status.UNKNOWN, "", "", Message("text", text="Look it up."), 1),
        ],
    }
    return Summary(Path("marzo.csv"), "t", 7, **{**usual, **facts})


def test_a_summary_names_the_rows_that_were_not_accepted_and_why() -> None:
    assert list(ending.summed_up(ended(), "en")) == [
        "11 rows: 8 accepted, 2 rejected, 1 unknown. Time: 1 min 15 s.",
        "Rejected: rows 4 and 9.",
        "  ROUTING POINT * NOT FOUND. Correct it.",
        "Outcome unknown: row 7.",
        "  Look it up.",
    ]


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "es",
            [
                "11 filas: 8 aceptadas, 2 rechazadas, 1 de resultado desconocido. Tiempo: 1 min 15 s.",
                "Rechazadas: filas 4 y 9.",
                "Resultado desconocido: fila 7.",
            ],
        ),
        (
            "pt",
            [
                "11 linhas: 8 aceitas, 2 recusadas, 1 de resultado desconhecido. Tempo: 1 min 15 s.",
                "Recusadas: linhas 4 e 9.",
                "Resultado desconhecido: linha 7.",
            ],
        ),
    ],
)
def test_a_summary_is_in_the_person_s_language(language: str, lines: list[str]) -> None:
    assert [line for line in ending.summed_up(ended(), language) if not line.startswith(" ")] == lines


def test_a_run_s_figures_are_told_apart_from_the_list_s() -> None:
    lines = list(ending.summed_up(ended({Status.ACCEPTED: 3, Status.NOT_SENT: 1}, seconds=2.04), "es"))
    assert lines[:2] == [
        "Este envío: 3 aceptadas. Tiempo: 2 s.",
        "Toda la lista, 11 filas: 8 aceptadas, 2 rechazadas, 1 de resultado desconocido.",
    ]
    assert next(ending.summed_up(ended({}), "en")) == "This run sent no rows."


def test_an_interrupted_run_says_how_many_rows_were_not_sent_if_there_are_any() -> None:
    stopped: dict[str, Any] = {"stopped": Message("stop.interrupted"), "interrupted": True}
    assert list(ending.summed_up(ended(**stopped), "en"))[1] == "Interrupted."
    left = {Status.ACCEPTED: 8, Status.NOT_SENT: 3}
    assert list(ending.summed_up(ended(counts=left, **stopped), "en"))[2] == "Interrupted. 3 rows were not sent."


def test_nothing_is_summed_up_where_nothing_was_sent() -> None:
    assert list(ending.summed_up(summary(invalid=3, sent=False, stopped="3 rows can't be sent"), "en")) == []


def test_after_a_run_comes_the_next_command() -> None:
    assert list(ending.next_steps(ended(), "en")) == [
        "Correct the rejected rows in the result workbook, save it, and send the workbook:",
        '  uploader send "/home/ana/mis listas/marzo.results.xlsx"',
        "Look up the unknown row in the API's own system, and say what you found:",
        "  If it is there: uploader settle 7 --row 7 --arrived",
        "  If it is not there: uploader settle 7 --row 7 --not-arrived",
        "  To resend without looking, at the risk of duplicates: uploader resume 7 --resend-unknown",
    ]


def test_so_many_unknown_rows_are_not_all_put_into_a_command() -> None:
    many = ended(counts={Status.UNKNOWN: 40}, numbers={Status.UNKNOWN: list(range(2, 12))})
    assert "  If they are there: uploader settle 7 --row N --arrived" in list(ending.next_steps(many, "en"))
    assert "Outcome unknown: rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 30 more." in list(ending.summed_up(many, "en"))


def test_the_sandbox_s_commands_stay_in_the_sandbox() -> None:
    lines = list(ending.next_steps(ended(resume=ResumeHint(7, sandbox=True)), "es"))
    commands = [line for line in lines if "uploader " in line]
    assert len(commands) == 4
    assert all("--sandbox" in command for command in commands)


def test_quiet_says_nothing_of_a_good_end_and_everything_of_another(capsys: pytest.CaptureFixture[str]) -> None:
    good = ended(counts={Status.ACCEPTED: 11}, run={Status.ACCEPTED: 11})
    assert ending.show_end(good, "en", as_json=False, quiet=True) == 0
    assert capsys.readouterr() == ("", "")
    assert ending.show_end(ended(), "en", as_json=False, quiet=True) == 1
    told = capsys.readouterr()
    assert "Results: /home/ana/mis listas/marzo.results.xlsx\n" in told.out
    assert "uploader settle 7" in told.out


def test_settled_rows_are_named_and_the_next_command_is_told() -> None:
    job = made_job({Status.ACCEPTED: 5, Status.NOT_SENT: 2})
    assert list(jobs.settled(job, [4, 9], "es", arrived=False, sandbox=True)) == [
        "2 filas quedaron registradas como no recibidas y se pueden enviar de nuevo: filas 4 y 9.",
        "Trabajo 7, marzo.csv, 7 filas: 5 aceptadas, 2 no enviadas.",
        "Para enviar las 2 filas que faltan:",
        "  uploader resume 7 --sandbox",
    ]
    done = list(jobs.settled(made_job({Status.ACCEPTED: 7}), [4], "en", arrived=True, sandbox=False))
    assert done[0] == "Row 4 was recorded as arrived."
    assert done[-1] == "  uploader results 7"


def test_the_history_says_how_the_newest_unfinished_job_is_resumed() -> None:
    unfinished = made_job({Status.ACCEPTED: 5, Status.NOT_SENT: 1_200})
    lines = list(jobs.jobs([made_job({Status.ACCEPTED: 3}, id=8), unfinished], "pt"))
    assert lines[3] == "       1.205 linhas: 5 aceitas, 1.200 não enviadas (inacabado)"
    assert lines[-2:] == ["Para enviar as 1.200 linhas que faltam:", "  uploader resume 7"]


def made_job(counts: dict[Status, int], **facts: Any) -> Job:
    usual: dict[str, Any] = {field.name: "" for field in fields(Job)}
    usual |= {"id": 7, "created_at": "2026-11-20T10:00:00+00:00", "ended_at": None, "stopped": None}
    usual |= {"list_path": Path("marzo.csv"), "list_name": "marzo.csv", "forgotten_at": None}
    usual |= {"sender": Sender("ana", "pc-7", "0"), "started_at": usual["created_at"], "settled": 0}
    usual["waiting"] = counts.get(Status.NOT_SENT, 0)
    if not counts.get(Status.NOT_SENT):
        usual["ended_at"] = usual["created_at"]
    return Job(**{**usual, "counts": Counter(counts), **facts})


def test_a_stop_says_why_and_how_many_are_left() -> None:
    lines = list(
        ending.summed_up(summary(accepted=1, not_sent=2, stopped="the API refused the request: no token"), "en")
    )
    assert "Stopped early: the API refused the request: no token. 2 rows were not sent." in lines


def test_a_curl_command_survives_the_shell() -> None:
    body = json.dumps({"a": 'it\'s "quoted"\n$HOME `x` \\'}).encode()
    shown = Request("POST", "https://x.example/?a=1&b=2", {"X-Token": "***"}, body, "")
    command = requests.curl(PreviewedRow(shown, [], ["a"], is_json=True))
    words = shlex.split(command)
    assert words[:4] == ["curl", "--request", "POST", "https://x.example/?a=1&b=2"]
    assert words[words.index("--header") + 1] == "X-Token: ***"
    assert words[words.index("--data-raw") + 1].encode() == body


def test_the_command_that_resumes_says_all_that_was_said() -> None:
    hint = ResumeHint(7, sandbox=True, send_duplicates=True, first=5)
    lines = list(ending.next_steps(Summary(None, "t", 7, {Status.NOT_SENT: 2}, resume=hint), "en"))
    assert lines == ["To send the remaining 2 rows:", "  uploader resume 7 --sandbox --send-duplicates --first 5"]


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ["  rp_id is empty in 12 rows: G2, G3, G4, G5, G6, G7, G8, G9, G10, G11 and 2 more. Fill in the cell."]),
        (
            "es",
            ["  rp_id está vacío en 12 filas: G2, G3, G4, G5, G6, G7, G8, G9, G10, G11 y 2 más. Complete la celda."],
        ),
    ],
)
def test_cells_with_a_problem_are_named_up_to_ten(language: str, lines: list[str]) -> None:
    log = ProblemLog(Problem(row, 6, "empty", {"field": "rp_id"}) for row in range(2, 14))
    assert list(lists.problems([log], language))[1:] == lines


def test_rows_with_a_problem_are_named() -> None:
    log = ProblemLog(Problem(row, None, "repeated", stops=False) for row in (8, 9))
    assert list(lists.problems([log], "en"))[1].startswith("  2 rows (8 and 9): ")


def test_templates_stand_under_the_name_of_their_api() -> None:
    def template(name: str, profile: str | None) -> Template:
        text = 'title = { en = "One", es = "Uno" }\n[request]\nurl = "https://x.example/{{a}}"\n[columns.a]\n'
        return parse(text, "x.toml", name, None if profile is None else (profile, "api.toml"))

    shop = 'title = { en = "Shop", es = "Tienda" }'
    found = [template("shop/a", shop), template("shop/order", shop), template("shop2/order", None)]
    *listed, following = templates(Loaded(found, []), "es")
    assert listed == ["Tienda", "  shop/a       Uno", "  shop/order   Uno", "", "shop2", "  shop2/order  Uno", ""]
    assert following.endswith("shop/a")

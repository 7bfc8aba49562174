import json
import shlex
from pathlib import Path

import pytest

from uploader.cli.exit_codes import ExitCode, of_check, of_error, of_send
from uploader.cli.report import ending, lists
from uploader.errors import JournalError, ListError, SettingsError, TemplateError, WorkbookError
from uploader.i18n import Message
from uploader.model import advice
from uploader.model.http import Request
from uploader.model.job import AnswerCount, ResumeHint, Summary
from uploader.model.rows import Status


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
    assert [of_error(kind("")) for kind in (ListError, TemplateError, SettingsError)] == [2, 2, 2]
    assert [of_error(kind("")) for kind in (JournalError, WorkbookError)] == [4, 4]


def test_the_json_object_has_the_keys_of_the_contract() -> None:
    told = json.loads(ending.as_json_object(summary(accepted=2, not_sent=1, stopped="why"), 4, "en"))
    assert list(told) == [
        "job", "list", "template", "rows", "accepted", "rejected", "unknown", "invalid", "skipped", "not_sent",
        "requests", "seconds", "results", "stopped", "exit",
    ]  # fmt: skip
    assert (told["rows"], told["accepted"], told["not_sent"], told["stopped"], told["exit"]) == (3, 2, 1, "why", 4)


def test_a_summary_says_what_to_do_about_what_was_not_accepted() -> None:
    ended = Summary(
        None, "t", 1, {Status.ACCEPTED: 8, Status.REJECTED: 2}, seconds=75,
        answers=[
            AnswerCount(Status.ACCEPTED, "201", "ok", advice.NONE, 8),
            AnswerCount(Status.REJECTED, "404", "NOT FOUND", Message("text", text="Correct it."), 2),
        ],
    )  # fmt: skip
    assert list(ending.summed_up(ended, "en")) == [
        "8 accepted, 2 rejected, of 10 rows, in 1 min 15 s.",
        "  2 rejected: NOT FOUND. Correct it.",
    ]


def test_a_stop_says_why_and_how_many_are_left() -> None:
    lines = list(
        ending.summed_up(summary(accepted=1, not_sent=2, stopped="the API refused the request: no token"), "en")
    )
    assert "Stopped early: the API refused the request: no token. 2 rows were not sent." in lines


def test_a_curl_command_survives_the_shell() -> None:
    body = json.dumps({"a": 'it\'s "quoted"\n$HOME `x` \\'}).encode()
    command = lists.curl(Request("POST", "https://x.example/?a=1&b=2", {"X-Token": "***"}, body, ""))
    words = shlex.split(command)
    assert words[:4] == ["curl", "--request", "POST", "https://x.example/?a=1&b=2"]
    assert words[words.index("--header") + 1] == "X-Token: ***"
    assert words[words.index("--data-binary") + 1].encode() == body


def test_the_command_that_resumes_says_all_that_was_said() -> None:
    ended = Summary(
        None, "t", 7, {Status.NOT_SENT: 2}, resume=ResumeHint(7, sandbox=True, send_duplicates=True, first=5)
    )
    lines = list(ending.summed_up(ended, "en"))
    assert "To go on with the 2 rows that are left: uploader resume 7 --sandbox --send-duplicates --first 5" in lines

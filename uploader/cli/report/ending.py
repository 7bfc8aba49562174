"""How a run ended, for a person and for a program."""

import json
from collections.abc import Iterator

from uploader.cli import exit_codes
from uploader.cli.report.numbers import SHOWN_STATUSES, counted, duration, rows_of
from uploader.cli.terminal import tell_all
from uploader.i18n import render
from uploader.model.job import ResumeHint, Summary
from uploader.model.rows import Status

_SHOWN_ANSWERS = 6


def show_end(summary: Summary, language: str, *, as_json: bool, quiet: bool = False) -> int:
    """Tell where the workbook is, once it is written, unless all went well and `quiet`; the exit code."""
    code = exit_codes.of_send(summary)
    if summary.results is not None and not (quiet and code == exit_codes.ExitCode.DONE):
        tell_all([f"Results: {summary.results}"], to_error=as_json)
    if as_json:
        tell_all([as_json_object(summary, code, language)])
    return code


def as_json_object(summary: Summary, exit_code: int, language: str) -> str:
    """The summary as one JSON object in plain ASCII; its keys are a contract (docs/commands.md)."""
    counts = {status.replace(" ", "_"): summary.counts.get(status, 0) for status in SHOWN_STATUSES}
    return json.dumps(
        {
            "job": summary.job,
            "list": None if summary.list_path is None else str(summary.list_path),
            "template": summary.template,
            "rows": summary.rows,
            **counts,
            "requests": summary.requests,
            "seconds": round(summary.seconds, 3),
            "results": None if summary.results is None else str(summary.results),
            "stopped": None if summary.stopped is None else render(summary.stopped, language),
            "exit": int(exit_code),
        }
    )


def summed_up(summary: Summary, language: str) -> Iterator[str]:
    """How a run ended, in a few lines."""
    yield f"{counted(summary.counts)}, of {rows_of(summary.rows)}, in {duration(summary.seconds)}."
    left = summary.counts.get(Status.NOT_SENT, 0)
    if summary.stopped is not None:
        ended = "Interrupted" if summary.interrupted else f"Stopped early: {render(summary.stopped, language)}"
        yield f"{ended.rstrip('.')}. {rows_of(left)} {'was' if left == 1 else 'were'} not sent."
    if left and summary.resume is not None:
        rest = "the row that is left" if left == 1 else f"the {left:,} rows that are left"
        yield f"To go on with {rest}: {_resume_command(summary.resume)}"
    refusals = [
        answer
        for answer in summary.answers
        if answer.status in (Status.REJECTED, Status.UNKNOWN) or (answer.status is Status.NOT_SENT and answer.message)
    ]
    for answer in refusals[:_SHOWN_ANSWERS]:
        said = f": {answer.message.strip()}." if answer.message.strip() else ":"
        yield f"  {answer.rows:,} {answer.status}{said} {render(answer.advice, language)}"
    if len(refusals) > _SHOWN_ANSWERS:
        yield "  … the others are in the result workbook."


def _resume_command(hint: ResumeHint) -> str:
    """The command that sends the rest as it was meant to be sent."""
    parts = [f"uploader resume {hint.job}"]
    parts += ["--sandbox"] if hint.sandbox else []
    parts += ["--send-duplicates"] if hint.send_duplicates else []
    parts += ["--resend-unknown"] if hint.resend_unknown else []
    parts += [f"--first {hint.first}"] if hint.first is not None else []
    return " ".join(parts)

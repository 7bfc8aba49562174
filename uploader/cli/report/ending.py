"""How a run ended, for a person and for a program."""

import json
from collections.abc import Iterator, Mapping, Sequence

from uploader.cli.report import commands
from uploader.cli.report.numbers import counted, duration, rows_of
from uploader.cli.terminal import tell_all, unbroken
from uploader.i18n import Message, render, row_numbers
from uploader.model import exit_codes
from uploader.model.answers import AnswerGroup, grouped
from uploader.model.rows import Status
from uploader.model.summary import Summary

_SHOWN_ANSWERS = 6
_SENT = (Status.ACCEPTED, Status.REJECTED, Status.UNKNOWN)
"""What a row can be that was sent."""


def show_end(
    summary: Summary, language: str, *, as_json: bool, quiet: bool = False, template: str | None = None
) -> int:
    """Tell where the workbook is, once it is written, and what comes next; the exit code.

    `template` is the one that was given, by name or path.
    """
    code = exit_codes.of_send(summary)
    if not (quiet and code == exit_codes.ExitCode.DONE):
        if summary.results is not None:
            where = render(Message("end.results", path=unbroken(str(summary.results))), language)
            tell_all([where], to_error=as_json)
        tell_all(next_steps(summary, language, template), to_error=as_json)
    if as_json:
        tell_all([as_json_object(summary, code, language)])
    return code


def as_json_object(summary: Summary, exit_code: int, language: str) -> str:
    """The summary as one JSON object in plain ASCII; its keys are a contract (docs/commands.md)."""
    counts = {status.replace(" ", "_"): summary.counts.get(status, 0) for status in Status}
    return json.dumps(
        {
            "job": summary.job,
            "list": None if summary.list_path is None else str(summary.list_path),
            "template": summary.template,
            "rows": summary.rows,
            **counts,
            "under_way": summary.under_way,
            "accepted_by_a_person": summary.settled,
            "run": {status.replace(" ", "_"): summary.run.get(status, 0) for status in Status},
            "requests": summary.requests,
            "seconds": round(summary.seconds, 3),
            "sending_seconds": round(summary.sending_seconds, 3),
            "results": None if summary.results is None else str(summary.results),
            "stopped": None if summary.stopped is None else render(summary.stopped, language),
            "exit": int(exit_code),
        }
    )


# What happened


def summed_up(summary: Summary, language: str) -> Iterator[str]:
    """How a run ended, in a few lines; nothing where nothing could be sent, which was told already."""
    if not summary.sent:
        return
    yield from _figures(summary, language)
    if summary.stopped is not None:
        yield render(_stop(summary, summary.stopped, language), language)
    answers = grouped(summary.answers)
    for status, code in ((Status.REJECTED, "end.rejected"), (Status.UNKNOWN, "end.unknown")):
        count = summary.told.get(status, 0)
        if count:
            numbers = row_numbers(summary.numbers.get(status, ()), count)
            yield render(Message(code, count=count, numbers=numbers), language)
            yield from _reasons([one for one in answers if one.status is status], language)
    yield from _reasons([one for one in answers if one.status is Status.NOT_SENT and one.message.strip()], language)


def _figures(summary: Summary, language: str) -> Iterator[str]:
    """This run's figures, and the whole list's where they are others."""
    run = {status: summary.run.get(status, 0) for status in _SENT if summary.run.get(status)}
    rows, seconds = rows_of(summary.rows), duration(summary.seconds)
    of_list = counted(summary.counts, language, summary.under_way)
    if summary.counts and all(run.get(status, 0) == summary.counts.get(status, 0) for status in _SENT):
        yield render(Message("end.figures", rows=rows, counts=of_list, seconds=seconds), language)
        return
    if run:
        yield render(Message("end.run", counts=counted(run, language), seconds=seconds), language)
    else:
        yield render(Message("end.run_without_rows"), language)
    if summary.counts:
        yield render(Message("end.list", rows=rows, counts=of_list), language)


def _stop(summary: Summary, stopped: Message, language: str) -> Message:
    left = summary.counts.get(Status.NOT_SENT, 0)
    if summary.interrupted:
        return Message("end.interrupted", count=left) if left else Message("interrupted")
    why = render(stopped, language).rstrip().rstrip(".")
    return Message("end.stopped", count=left, why=why) if left else Message("end.stopped_at_the_end", why=why)


def _reasons(answers: Sequence[AnswerGroup], language: str) -> Iterator[str]:
    """What the API said and what to do about it, the most frequent first."""
    for answer in answers[:_SHOWN_ANSWERS]:
        said = answer.message.strip()
        parts = [f"{said.rstrip('.')}." if said else "", render(answer.advice, language)]
        why = " ".join(filter(None, parts))
        if why and len(answers) > 1:
            why = render(Message("end.reason", count=answer.rows, why=why), language)
        if why:  # of what was forgotten there is none
            yield f"  {why}"
    if len(answers) > _SHOWN_ANSWERS:
        yield f"  {render(Message('end.more_reasons'), language)}"


# What comes next


def next_steps(summary: Summary, language: str, template: str | None = None) -> Iterator[str]:
    """What the person can do about rows that were not accepted, and the commands for it.

    `template` is the one that was given, by name or path.
    """
    hint, counts = summary.resume, summary.told
    if hint is None:
        return
    left = counts.get(Status.NOT_SENT, 0)
    if not summary.counts:
        yield from _step(Message("next.resume_later"), commands.resume(hint), language)
    if left and not summary.others:
        yield from _step(Message("next.resume", count=left), commands.resume(hint), language)
    if summary.results is not None and (fix := _fix(counts)) is not None:
        command = commands.send_workbook(summary.results, template, hint.files, sandbox=hint.sandbox)
        yield from _step(fix, command, language)
    unknown = counts.get(Status.UNKNOWN, 0)
    if unknown:
        yield from _about_unknown(summary, unknown, language)


def _step(message: Message, command: str, language: str) -> Iterator[str]:
    yield render(message, language)
    yield f"  {command}"


def _fix(counts: Mapping[Status, int]) -> Message | None:
    rejected, invalid = counts.get(Status.REJECTED, 0), counts.get(Status.INVALID, 0)
    if not rejected + invalid:
        return None
    code = "next.fix_both" if rejected and invalid else "next.fix_rejected" if rejected else "next.fix_invalid"
    return Message(code, count=rejected + invalid)


def _about_unknown(summary: Summary, unknown: int, language: str) -> Iterator[str]:
    """They are looked up, and then settled; or sent again."""
    hint, rows = summary.resume, summary.numbers.get(Status.UNKNOWN, ())
    if hint is None:
        return
    yield render(Message("next.look_up", count=unknown), language)
    for code, arrived in (("next.arrived", True), ("next.not_arrived", False)):
        command = commands.settle(hint.job, rows, unknown, arrived=arrived, sandbox=hint.sandbox)
        yield f"  {render(Message(code, count=unknown, command=command), language)}"
    again = commands.resume(hint._replace(resend_unknown=True, first=None))
    yield f"  {render(Message('next.resend', command=again), language)}"

"""The commands over a list: send, resume, work, check, preview."""

from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uploader.cli import settings
from uploader.cli.localized import command, option
from uploader.cli.options import (
    allow_empty_option,
    annotate_check_option,
    annotate_option,
    base_url_option,
    dated_option,
    files_option,
    helping_options,
    join_option,
    json_option,
    language_option,
    list_argument,
    problems_option,
    quiet_option,
    reading_options,
    resume_sandbox_option,
    sandbox_option,
    sending_options,
    setting_option,
    which_argument,
    yes_option,
)
from uploader.cli.stdin import STDIN, list_at, results_here
from uploader.cli.terminal import tell, tell_all
from uploader.cli.values import whole_number
from uploader.errors import EmptyListError, about
from uploader.i18n import Message, render
from uploader.model import exit_codes
from uploader.model.problems import EXAMPLE_ROW

if TYPE_CHECKING:
    from uploader.actions.options import ReadOptions, SendOptions


@command("send")
@list_argument
@reading_options
@setting_option
@sending_options
@join_option
@dated_option
@annotate_option
@problems_option
@allow_empty_option
@sandbox_option
@language_option
@yes_option
@json_option
@quiet_option
def send(
    list_path: Path,
    given: dict[str, str],
    problems: bool,
    allow_empty: bool,
    sandbox: bool,
    language: str,
    yes: bool,
    as_json: bool,
    quiet: bool,
    **options: Any,
) -> int:
    """Check a list, send its rows, and write the result workbook."""
    from uploader.actions.options import DEFAULT_TEMPLATE
    from uploader.actions.send import send as action
    from uploader.cli.report.ending import show_end

    read = _read_options(options)
    if list_path == STDIN and options["output"] is None:
        options["output"] = results_here(is_dated=options.pop("dated"))
    asks, folder = _asks(list_path, yes=yes), _folder(list_path)
    session = settings.session(
        given, asks=asks, quiet=quiet, language=language, as_json=as_json, folder=folder, problems=problems
    )
    try:
        with about(list_path, read.template or DEFAULT_TEMPLATE), list_at(list_path) as path:
            summary = action(path, read, _send_options(options, sandbox=sandbox), session)
    except EmptyListError as why:
        if not allow_empty:
            raise
        return _end_empty(why, language, as_json=as_json, quiet=quiet)
    ended = replace(summary, list_path=list_path)
    return show_end(ended, language, as_json=as_json, quiet=quiet, template=read.template)


@command("resume")
@which_argument
@setting_option
@files_option
@sending_options
@dated_option
@annotate_option
@problems_option
@resume_sandbox_option
@language_option
@yes_option
@json_option
@quiet_option
def resume(
    which: str | None,
    given: dict[str, str],
    problems: bool,
    sandbox: bool,
    language: str,
    yes: bool,
    as_json: bool,
    quiet: bool,
    **options: Any,
) -> int:
    """Send the remaining rows of an unfinished job, from the journal alone."""
    from uploader.actions.resume import resume as action
    from uploader.cli.report.ending import show_end

    session = settings.session(given, asks=not yes, quiet=quiet, language=language, as_json=as_json, problems=problems)
    summary = action(which, _send_options(options, sandbox=sandbox), session)
    return show_end(summary, language, as_json=as_json, quiet=quiet)


@command("work")
@which_argument
@setting_option
@files_option
@helping_options
@language_option
@yes_option
@json_option
@quiet_option
def work(
    which: str | None, given: dict[str, str], language: str, yes: bool, as_json: bool, quiet: bool, **options: Any
) -> int:
    """Help to send a job that another computer has planned."""
    from uploader.actions.work import work as action
    from uploader.cli.report.ending import show_end

    session = settings.session(given, asks=not yes, quiet=quiet, language=language, as_json=as_json)
    summary = action(which, _send_options(options, sandbox=False), session)
    return show_end(summary, language, as_json=as_json, quiet=quiet)


@command("check")
@list_argument
@reading_options
@annotate_check_option
@problems_option
@allow_empty_option
@language_option
@yes_option
@json_option
@quiet_option
def check(
    list_path: Path,
    annotate: bool,
    problems: bool,
    allow_empty: bool,
    language: str,
    yes: bool,
    as_json: bool,
    quiet: bool,
    **options: Any,
) -> int:
    """Run the checks alone."""
    from uploader.actions.check import check as action
    from uploader.actions.check import offer_workbook
    from uploader.actions.options import DEFAULT_TEMPLATE
    from uploader.cli.report import lists
    from uploader.cli.report.ending import as_json_object

    read = _read_options(options)
    asks, folder = _asks(list_path, yes=yes or as_json), _folder(list_path)
    session = settings.session(
        {}, asks=asks, with_secrets=False, quiet=quiet, language=language, as_json=as_json, folder=folder,
        problems=problems,
    )  # fmt: skip
    try:
        with about(list_path, read.template or DEFAULT_TEMPLATE), list_at(list_path) as path:
            checked = action(path, read, session, annotate=annotate)
        checked = replace(checked, summary=replace(checked.summary, list_path=list_path))
    except EmptyListError as why:
        if not allow_empty:
            raise
        return _end_empty(why, language, as_json=as_json, quiet=quiet)
    code = exit_codes.of_check(checked.summary)
    if not (quiet and code == exit_codes.ExitCode.DONE):
        tell_all(lists.check(checked, language), to_error=as_json)
        tell_all(lists.after_check(offer_workbook(checked, session), read, language), to_error=as_json)
    if as_json:
        tell(as_json_object(checked.summary, code, language))
    return code


@command("preview")
@list_argument
@option("--row", "number", text="preview_row", type=whole_number(1), required=True, metavar="N")
@option("--curl", text="curl", is_flag=True)
@reading_options
@setting_option
@base_url_option
@language_option
@yes_option
def preview(
    list_path: Path,
    number: int,
    curl: bool,
    given: dict[str, str],
    base_url: str | None,
    language: str,
    yes: bool,
    **options: Any,
) -> int:
    """Show the exact request of one row."""
    from uploader.actions.preview import preview_row as action
    from uploader.cli.report import lists, requests

    session = settings.session(given, asks=_asks(list_path, yes=yes), with_secrets=False, language=language)
    with list_at(list_path) as path:
        row = action(path, _read_options(options), number, session, base_url)
    tell_all([requests.curl(row)] if curl else requests.request(row, language))
    tell_all(lists.problems_of_row(row.problems, language), to_error=True)
    is_stopped = any(problem.stops and problem.code != EXAMPLE_ROW for problem in row.problems)
    return exit_codes.ExitCode.NOTHING_SENT if is_stopped else exit_codes.ExitCode.DONE


def _asks(list_path: Path, *, yes: bool) -> bool:
    """Whether the person may be asked: not where the list takes the place of what they would type."""
    return not yes and list_path != STDIN


def _folder(list_path: Path) -> Path | None:
    return Path.cwd() if list_path == STDIN else None


def _read_options(options: dict[str, Any]) -> "ReadOptions":
    """What `reading_options` were given, taken out of `options`."""
    from uploader.actions.options import ReadOptions

    given = [field.name for field in fields(ReadOptions) if field.name in options]
    return ReadOptions(**{name: options.pop(name) for name in given})


def _send_options(options: dict[str, Any], *, sandbox: bool) -> "SendOptions":
    from uploader.actions.options import SandboxConfig, SendOptions

    return SendOptions(**options, sandbox=SandboxConfig() if sandbox else None)


def _end_empty(empty: EmptyListError, language: str, *, as_json: bool, quiet: bool) -> int:
    """Say that there was nothing to do; the exit code is that of success."""
    from uploader.cli.report.ending import as_json_object
    from uploader.model.summary import Summary

    summary = Summary(empty.list_path, empty.template)
    name = "" if summary.list_path is None else summary.list_path.name
    if not quiet:
        tell(render(Message("cli.empty_list", name=name), language), to_error=True)
    if as_json:
        tell(as_json_object(summary, exit_codes.ExitCode.DONE, language))
    return exit_codes.ExitCode.DONE

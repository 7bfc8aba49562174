"""The functions that send: a list, or what is left of a job."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uploader.api.outcomes import Result, counts_of
from uploader.api.running import finished
from uploader.api.sentences import reason, sentence
from uploader.api.sessions import (
    Job,
    PathLike,
    SettingValues,
    Source,
    path_of,
    session_of,
    source_of,
    template_name,
    which_of,
)

if TYPE_CHECKING:
    from uploader.actions.options import SendOptions
    from uploader.actions.session import Session
    from uploader.actions.ui import Ui
    from uploader.api.listening import ListeningUi
    from uploader.model.summary import Summary

_STOP_AFTER = 25


def send(
    source: Source,
    *,
    template: PathLike | None = None,
    settings: SettingValues | None = None,
    base_url: str | None = None,
    mapping: Mapping[str, str] | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    files: PathLike | None = None,
    skip_invalid: bool = False,
    send_duplicates: bool = False,
    resend_unknown: bool = False,
    first: int | None = None,
    output: PathLike | None = None,
    dated: bool = False,
    annotate: bool = False,
    redact: Sequence[str] = (),
    sandbox: bool = False,
    concurrency: int | None = None,
    rate: str | None = None,
    timeout: float | None = None,
    wait: bool = False,
    join: bool = False,
    stop_after: int = _STOP_AFTER,
    no_preflight: bool = False,
    language: str = "en",
    ui: "Ui | None" = None,
    home: PathLike | None = None,
) -> Result:
    """Check a list and send it, one request per row; or send what is left of it, if it was being sent already.

    Nothing is sent while rows are invalid, unless `skip_invalid`; then the result's `exit_code` is 2, and its
    `problems` say why. A row whose same request was accepted before is skipped, unless `send_duplicates`. A secret is
    given by its environment variable, or by a callable in `settings`. The result workbook goes to `output`: by default
    beside a file, with the day in its name where it is `dated`, and nowhere for a DataFrame; with `annotate` a copy of
    your own XLSX has the statuses, too. With `join` it is sent beside others who send it now, if anybody does. With
    nobody to ask (no `ui`), every question takes its safe side.

    Raises an UploaderError where nothing could be sent; its `exit_code` is that of the command.
    """
    from uploader.actions.options import ReadOptions
    from uploader.actions.send import send as action

    session, heard = session_of(settings, ui=ui, language=language, home=home)
    read = ReadOptions(
        template_name(template), mapping or {}, sheet, header_row, encoding, delimiter, files=path_of(files)
    )
    options = _options(
        output, redact, sandbox=sandbox,
        concurrency=concurrency, rate=rate, timeout_seconds=timeout, base_url=base_url,
        skip_invalid=skip_invalid, send_duplicates=send_duplicates, resend_unknown=resend_unknown, wait=wait,
        first=first, stop_after=stop_after, no_preflight=no_preflight, dated=dated, annotate=annotate, join=join,
    )  # fmt: skip

    def sent() -> Result:
        return _result(action(source_of(source), read, options, session), heard, session, sandbox=sandbox)

    return finished(sent, session.ui.cancel)


def resume(
    source_or_job: "Job | None" = None,
    *,
    settings: SettingValues | None = None,
    files: PathLike | None = None,
    base_url: str | None = None,
    skip_invalid: bool = False,
    send_duplicates: bool = False,
    resend_unknown: bool = False,
    first: int | None = None,
    output: PathLike | None = None,
    annotate: bool = False,
    redact: Sequence[str] = (),
    sandbox: bool = False,
    concurrency: int | None = None,
    rate: str | None = None,
    timeout: float | None = None,
    wait: bool = False,
    stop_after: int = _STOP_AFTER,
    no_preflight: bool = False,
    language: str = "en",
    ui: "Ui | None" = None,
    home: PathLike | None = None,
) -> Result:
    """Send what is left of a job: that of a number, of a list, or the last one that is unfinished.

    It needs nothing but the journal: the file may have been moved or edited since. Options and errors are those of
    `send`.
    """
    from uploader.actions.resume import resume as action

    session, heard = session_of(settings, ui=ui, language=language, home=home)
    options = _options(
        output, redact, sandbox=sandbox,
        concurrency=concurrency, rate=rate, timeout_seconds=timeout, base_url=base_url,
        skip_invalid=skip_invalid, send_duplicates=send_duplicates, resend_unknown=resend_unknown, wait=wait,
        first=first, stop_after=stop_after, no_preflight=no_preflight, annotate=annotate, files=path_of(files),
    )  # fmt: skip

    def sent() -> Result:
        which = None if source_or_job is None else str(which_of(source_or_job, session, sandbox=sandbox))
        return _result(action(which, options, session), heard, session, sandbox=sandbox)

    return finished(sent, session.ui.cancel)


def _options(output: PathLike | None, redact: Sequence[str], *, sandbox: bool, **others: Any) -> "SendOptions":
    """The options as actions take them. Raises SettingsError where one is wrong."""
    from uploader.actions.options import SandboxConfig, SendOptions

    return SendOptions(
        **others,
        output=None if output is None else Path(output).expanduser(),
        redact=(redact,) if isinstance(redact, str) else tuple(redact),
        sandbox=SandboxConfig() if sandbox else None,
    )


def _result(summary: "Summary", heard: "ListeningUi", session: "Session", *, sandbox: bool) -> Result:
    from uploader.actions.outcome import job_of
    from uploader.api import frames
    from uploader.model.exit_codes import of_send

    language, header = session.language, heard.header
    return Result(
        counts=counts_of(summary.counts),
        exit_code=int(of_send(summary)),
        job=summary.job,
        workbook=summary.results,
        stopped=reason(summary.stopped, language),
        requests=summary.requests,
        seconds=summary.seconds,
        messages=[text for one in heard.messages if (text := sentence(one, language))],
        problems=None if header is None else frames.of_problems(heard.problems, header, language),
        _outcome=None if summary.job is None else job_of(summary.job, session, sandbox=sandbox),
    )

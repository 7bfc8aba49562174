"""The command `journal`: where it is, whether it can be used, and what a team's needs besides."""

import click

from uploader.cli import settings
from uploader.cli.localized import group, option
from uploader.cli.options import language_option
from uploader.cli.terminal import tell, tell_all
from uploader.model.exit_codes import ExitCode

_json_option = option("--json", "as_json", text="journal_json", is_flag=True)


@group("journal")
@language_option
@click.pass_context
def journal(context: click.Context, language: str) -> int | None:  # noqa: ARG001  # it is in the context
    """Show the help where no command was typed."""
    if context.invoked_subcommand is not None:
        return None
    tell(context.get_help(), to_error=True)
    return ExitCode.NOTHING_SENT


@journal.command("init")
@option("--senders", text="senders", metavar="role")
@option("--readers", text="readers", metavar="role")
@_json_option
@language_option
def init(senders: str | None, readers: str | None, as_json: bool, language: str) -> None:
    """Make the tables of a team's journal."""
    from uploader.actions.journal import team as action
    from uploader.cli.report import journal as report

    made = action.init(settings.session({}, asks=False, language=language), senders=senders, readers=readers)
    if as_json:
        tell(report.as_json(report.made_json(made)))
    else:
        tell_all(report.made(made, language, senders=senders, readers=readers))


@journal.command("check", text="check_journal")
@_json_option
@language_option
def check(as_json: bool, language: str) -> int:
    """Look where the journal is, and whether it can be used."""
    from uploader.actions.journal.check import check as action
    from uploader.cli.report import journal as report

    found = action(settings.session({}, asks=False, language=language))
    code = report.exit_code(found)
    if as_json:
        tell(report.as_json({**report.check_json(found, language), "exit": int(code)}))
    else:
        tell_all(report.checked(found, language))
    return code


@journal.command("migrate")
@_json_option
@language_option
def migrate(as_json: bool, language: str) -> None:
    """Bring a team's journal to today's version."""
    from uploader.actions.journal import team as action
    from uploader.cli.report import journal as report

    made = action.migrate(settings.session({}, asks=False, language=language))
    if as_json:
        tell(report.as_json(report.made_json(made)))
    else:
        tell_all(report.upgraded(made, language))


@journal.command("copy")
@option("--from", "source", text="copy_from", metavar="sqlite_or_path", required=True)
@_json_option
@language_option
def copy(source: str, as_json: bool, language: str) -> int:
    """Copy a computer's history into the team's journal."""
    from uploader.actions.journal import copy as action
    from uploader.cli.report import journal as report

    session = settings.session({}, asks=False, language=language)
    done = action.copy(source, session, lambda one: tell(report.copied_job(one, language), to_error=as_json))
    code = report.exit_code_of_copy(done)
    if as_json:
        tell(report.as_json({**report.copy_json(done), "exit": int(code)}))
    else:
        tell_all(report.copied(done, action.place_of(session), language))
    return code


@journal.command("recover")
@_json_option
@language_option
def recover(as_json: bool, language: str) -> int:
    """Write what came while the team's journal was out of reach."""
    from uploader.actions.journal import team as action
    from uploader.cli.report import journal as report

    session = settings.session({}, asks=False, language=language)
    found = action.recover(session)
    code = report.exit_code_of_recovery(found)
    if as_json:
        tell(report.as_json({**report.recovered_json(found, language), "exit": int(code)}))
    else:
        tell_all(report.recovered(found, action.place_of(session), language))
    return code

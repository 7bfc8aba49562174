"""The options that commands share."""

from collections.abc import Callable
from typing import Any

import click

from uploader.cli.localized import Decorator, argument, language_in, option
from uploader.cli.values import list_or_job, one_of, pairs, path, seconds, whole_number
from uploader.i18n.languages import LANGUAGES
from uploader.model.limits import MOST_AT_ONCE

_CODES = tuple(LANGUAGES)


def _together(*options: Decorator) -> Decorator:
    """Several options as one decorator, in the order in which the help shows them."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for one in reversed(options):
            command = one(command)
        return command

    return decorate


def _language(context: click.Context, _: click.Parameter, __: object) -> str:
    """The reader's, which is known already: it may also be typed before the command."""
    return language_in(context)


def _flag(name: str, text: str, *names: str) -> Decorator:
    return option(name, *names, text=text, is_flag=True)


list_argument = argument("list_path", metavar="list", type=path)
which_argument = argument("which", metavar="list_or_job", type=list_or_job, required=False)
_template_option = option("-t", "--template", text="template", metavar="name", default_text="template")
files_option = option("--files", text="files", type=path, metavar="folder")
reading_options = _together(
    _template_option,
    option("--map", "mapping", text="map", multiple=True, callback=pairs, metavar="field_column"),
    option("--sheet", text="sheet", metavar="name"),
    option("--header-row", text="header_row", type=whole_number(1), metavar="N"),
    option("--encoding", text="encoding", metavar="name"),
    option("--delimiter", text="delimiter", metavar="C"),
    files_option,
)
setting_option = option("--set", "given", text="set", multiple=True, callback=pairs, metavar="name_value")
base_url_option = option("--base-url", text="base_url", metavar="URL")
sandbox_option = _flag("--sandbox", "sandbox")
resume_sandbox_option = _flag("--sandbox", "resume_sandbox")
look_at_sandbox_option = _flag("--sandbox", "look_at_sandbox")
yes_option = _flag("--yes", "yes")
json_option = _flag("--json", "json", "as_json")
quiet_option = _flag("--quiet", "quiet")
allow_empty_option = _flag("--allow-empty", "allow_empty")
language_option = _together(
    option("--language", text="language", type=one_of(_CODES), callback=_language, metavar="[en|es|pt]",
           default_text="language"),
    option("--idioma", text="language", type=one_of(_CODES), metavar="[en|es|pt]", hidden=True, expose_value=False),
)  # fmt: skip
output_option = option("-o", "--output", text="output", type=path, metavar="path", default_text="results")
redact_option = option("--redact", text="redact", multiple=True, metavar="column")
_on_pace = (
    option("--concurrency", text="concurrency", type=whole_number(1, MOST_AT_ONCE), metavar="N",
        default_text="of_template"),
    option("--rate", text="rate", metavar="N/s", default_text="of_template"),
    option("--timeout", "timeout_seconds", text="timeout", type=seconds(may_be_none=False), metavar="seconds",
           default_text="of_template"),
)  # fmt: skip
_on_course = (
    _flag("--send-duplicates", "send_duplicates"),
    _flag("--resend-unknown", "resend_unknown"),
    _flag("--wait", "wait"),
    option("--first", text="first", type=whole_number(1), metavar="N"),
    option("--stop-after", text="stop_after", type=whole_number(1), default=25, show_default=True, metavar="N"),
)
_no_preflight_option = _flag("--no-preflight", "no_preflight")
join_option = _flag("--join", "join")
problems_option = _flag("--problems", "problems")
dated_option = _flag("--dated", "dated")
annotate_option = _flag("--annotate", "annotate")
annotate_check_option = _flag("--annotate", "annotate_check", "annotate")
sending_options = _together(
    *_on_pace, base_url_option, output_option, _flag("--skip-invalid", "skip_invalid"), *_on_course, redact_option,
    _no_preflight_option,
)  # fmt: skip
helping_options = _together(*_on_pace, base_url_option, *_on_course, _no_preflight_option)
"""Of who sends what somebody else has planned."""

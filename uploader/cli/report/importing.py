"""What was imported as templates, and what a check of one found."""

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from uploader.cli.report import commands
from uploader.cli.terminal import unbroken
from uploader.i18n import Message, render

if TYPE_CHECKING:
    from uploader.actions.templates.checks import CheckedTemplate
    from uploader.actions.templates.imports import Imported, NotImported
    from uploader.model.http import Request

_INDENT = 2


def imported(made: "Sequence[Imported]", refused: "Sequence[NotImported]", language: str) -> Iterator[str]:
    """Each template with its list; of a single one also what was left out, its settings, and what comes next."""
    if len(made) == 1 and not refused:
        yield from _one(made[0], language)
        return
    yield render(Message("importing.several", count=len(made)), language)
    for one in made:
        yield f"  {one.summary}: {unbroken(str(one.template))}"
    if refused:
        yield render(Message("importing.refused", count=len(refused)), language)
        yield from (f"  {one.name}: {render(one.why, language)}" for one in refused)
    yield render(Message("importing.next"), language)
    yield f"  {_look(made[0])}"


def _one(one: "Imported", language: str) -> Iterator[str]:
    yield render(Message("importing.template", path=unbroken(str(one.template))), language)
    if one.blank is not None:
        yield render(Message("importing.blank", path=unbroken(str(one.blank))), language)
    if one.draft.left_out:
        yield render(Message("importing.notes"), language)
        yield from (f"  - {render(note, language)}" for note in one.draft.left_out)
    if one.draft.settings:
        yield render(Message("importing.settings"), language)
        for setting in one.draft.settings:
            code = "importing.secret" if setting.secret else "importing.setting"
            yield f"  {render(Message(code, name=setting.name, variable=setting.environment), language)}"
    yield render(Message("importing.next"), language)
    yield f"  {_look(one)}"


def _look(one: "Imported") -> str:
    """The command that shows its request."""
    if one.blank is None:
        return commands.check_template(one.template)
    return commands.preview(one.blank, one.template)


def checked(found: "CheckedTemplate", language: str) -> Iterator[str]:
    """The request of the example row, and what is doubtful."""
    yield render(Message("template_check.request", name=found.template.name), language)
    yield from (f"  {line}" for line in _request(found.request))
    if not found.doubts:
        yield render(Message("template_check.no_doubts"), language)
        return
    yield render(Message("template_check.doubts", count=len(found.doubts)), language)
    yield from (f"  - {render(doubt, language)}" for doubt in found.doubts)


def _request(shown: "Request") -> Iterator[str]:
    yield unbroken(f"{shown.method} {shown.url}")
    yield from (unbroken(f"{name}: {value}") for name, value in shown.headers.items())
    if shown.body:
        yield ""
        yield from map(unbroken, _body(shown.body.decode("utf-8", "replace")).splitlines())


def _body(text: str) -> str:
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=_INDENT)
    except ValueError:
        return text

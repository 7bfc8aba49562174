"""The templates: which there are, and what one sends."""

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from uploader.cli.report import commands
from uploader.cli.terminal import unbroken
from uploader.i18n import Message, in_language, render

if TYPE_CHECKING:
    from uploader.actions.templates.known import Loaded, Template
    from uploader.templates.settings.setting import Setting

_SHOWN_OF_BODY = 200


def templates(found: "Loaded", language: str) -> Iterator[str]:
    """One line for each, under the name of its API; which can't be used, and why; and how more of one is shown."""
    usable = found.usable
    width = max((len(one.name) for one in usable), default=0)
    for api, requests in groupby(usable, key=lambda one: one.api):
        family = list(requests)
        yield in_language(family[0].api_title, language) or api
        yield from (f"  {one.name:<{width}}  {in_language(one.title, language)}" for one in family)
        yield ""
    if found.unusable:
        yield render(Message("templates.unusable"), language)
        for names, why in found.unusable:
            yield f"  {unbroken(', '.join(names))}"
            yield f"    {render(why, language)}"
        yield ""
    if usable:
        yield render(Message("templates.next", command=commands.template(usable[0].name)), language)


def template(shown: "Template", path: Path, language: str) -> Iterator[str]:
    """What a template sends, and what a list needs for it."""
    yield f"{shown.name}: {in_language(shown.title, language)}"
    yield f"  {shown.request.method} {unbroken(shown.request.url)}"
    for kind, body in shown.request.bodies():
        if body is not None:
            yield f"  {render(Message('templates.body', kind=kind, body=_in_short(body)), language)}"
    if shown.documentation:
        yield f"  {render(Message('templates.documentation', where=shown.documentation), language)}"
    yield f"  {render(Message('templates.file', path=unbroken(str(path))), language)}"
    limits = Message("templates.limits", count=shown.limits.concurrency, seconds=shown.limits.timeout_seconds)
    yield f"  {render(limits, language)}"
    yield from _columns(shown, language)
    if shown.settings:
        yield render(Message("templates.settings"), language)
    for name, setting in shown.settings.items():
        described = f"{name}: {in_language(setting.description, language)}".removesuffix(": ")
        secret = Message("templates.secret_setting", setting=described)
        yield f"  {render(secret, language) if setting.secret else described}"
        sources = tuple(_sources(name, setting))
        yield f"    {render(Message('templates.from', sources=sources), language)}"
    if shown.kept_columns:
        yield render(Message("templates.kept", names=shown.kept_columns), language)
    yield render(Message("templates.blank", command=commands.blank(shown.name if shown.api else str(path))), language)


def _in_short(body: object) -> str:
    """The form of a body in one line."""
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN_OF_BODY else f"{line[: _SHOWN_OF_BODY - 1]}…"


def _columns(shown: "Template", language: str) -> Iterator[str]:
    from uploader.actions.templates.known import explained

    yield render(Message("templates.columns"), language)
    width = max(map(len, shown.columns))
    for name, column in shown.columns.items():
        need = render(Message("templates.required" if column.required else "templates.optional"), language)
        yield f"  {name:<{width}}  {need} {in_language(column.description, language)}".rstrip()
        cells = " ".join(render(one, language) for one in explained(column))
        if cells:
            yield f"  {'':<{width}}  {cells}"
        if column.aliases:
            aliases = render(Message("templates.aliases", names=column.aliases), language)
            yield f"  {'':<{width}}  {aliases}"


def _sources(name: str, setting: "Setting") -> Iterator[Message]:
    if not setting.secret:
        yield Message("text", text=f"--set {name}=…")
    if setting.environment:
        yield Message("templates.from_environment", name=setting.environment)
    yield Message("templates.from_question")

"""What was imported as templates, and what a check of one found."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from uploader.cli.report import commands, requests
from uploader.cli.terminal import unbroken
from uploader.i18n import Message, render

if TYPE_CHECKING:
    from uploader.actions.templates.checks import CheckedTemplate
    from uploader.actions.templates.imports import Imported, NotImported

_MOST_LINES, _MOST_NAMES = 20, 3


def imported(made: "Sequence[Imported]", refused: "Sequence[NotImported]", language: str) -> Iterator[str]:
    """Each template with its list; what was left out, which settings there are, and what comes next."""
    if len(made) == 1 and not refused:
        yield from _one(made[0], language)
    else:
        yield from _several(made, refused, language)
    settings = list(dict.fromkeys(setting for one in made for setting in one.draft.settings))
    if settings:
        yield render(Message("importing.settings"), language)
        codes = ("importing.secret" if setting.secret else "importing.setting" for setting in settings)
        told = (
            Message(code, name=one.name, variable=one.environment) for code, one in zip(codes, settings, strict=True)
        )
        yield from _listed([f"  {render(one, language)}" for one in told], language)
    yield render(Message("importing.next", count=len(made)), language)
    yield f"  {commands.check_template(made[0].template)}"


def _one(one: "Imported", language: str) -> Iterator[str]:
    notes = list(dict.fromkeys(one.draft.left_out))
    if one.draft.is_body_broken:
        yield render(notes.pop(0), language)
    yield render(Message("importing.template", path=unbroken(str(one.template))), language)
    if one.blank is not None:
        yield render(Message("importing.blank", path=unbroken(str(one.blank))), language)
    if notes:
        yield render(Message("importing.notes"), language)
        yield from (f"  - {render(note, language)}" for note in notes)


def _several(made: "Sequence[Imported]", refused: "Sequence[NotImported]", language: str) -> Iterator[str]:
    if refused:
        yield render(Message("importing.refused", count=len(refused)), language)
        yield from _listed([f"  {one.name}: {render(one.why, language)}" for one in refused], language)
    some = "" if all(one.blank is not None for one in made) else "_some_without_list"
    yield render(Message(f"importing.several{some}", count=len(made)), language)
    yield from _listed([f"  {one.summary}: {unbroken(str(one.template))}" for one in made], language)
    if any(one.draft.left_out for one in made):
        yield render(Message("importing.notes"), language)
        yield from _listed([f"  - {render(note, language)}" for note in _notes(made)], language)


def _notes(made: "Sequence[Imported]") -> Iterator[Message]:
    """Each kind of note once, with the requests that have it; those of broken bodies first."""
    by_kind: dict[str, dict[str, list[Message]]] = {}
    for one in sorted(made, key=lambda one: not one.draft.is_body_broken):
        for note in dict.fromkeys(one.draft.left_out):
            by_kind.setdefault(note.code, {}).setdefault(one.draft.name, []).append(note)
    for by_request in by_kind.values():
        notes = list(dict.fromkeys(note for notes in by_request.values() for note in notes))
        names: Message | tuple[str, ...] = tuple(by_request)[:_MOST_NAMES]
        if len(by_request) > _MOST_NAMES:
            names = Message("rows.more", first=names, count=len(by_request) - _MOST_NAMES)
        which = Message("importing.some", count=len(by_request), total=len(made), names=names)
        if len(by_request) == len(made):
            which = Message("importing.all", count=len(made))
        others = Message("importing.notes_alike", count=len(notes) - 1) if len(notes) > 1 else None
        yield Message("importing.noted", which=which, notes=(notes[0], others) if others else (notes[0],))


def _listed(lines: Sequence[str], language: str) -> Iterator[str]:
    """The lines, of many the first and how many more there are."""
    yield from lines[:_MOST_LINES]
    if len(lines) > _MOST_LINES:
        yield f"  {render(Message('rows.more', first='…', count=len(lines) - _MOST_LINES), language)}"


def checked(found: "CheckedTemplate", language: str) -> Iterator[str]:
    """The request of the example row, and what is doubtful."""
    yield render(Message("template_check.request", name=found.template.name), language)
    yield from (f"  {line}" for line in requests.request(found.row, language))
    if not found.doubts:
        yield render(Message("template_check.no_doubts"), language)
        return
    yield render(Message("template_check.doubts", count=len(found.doubts)), language)
    yield from (f"  - {render(doubt, language)}" for doubt in found.doubts)

"""Templates out of what people have: read a source, draft a template of each request, write it with its blank list."""

import re
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from uploader.actions.home.safe_name import safe_name
from uploader.actions.session import Session
from uploader.errors import SettingsError, TemplateError, WorkbookError
from uploader.i18n import Message
from uploader.templates.catalog import PROFILE
from uploader.templates.importers import curl, sources
from uploader.templates.importers.draft import Draft, draft
from uploader.templates.importers.imported import ImportedRequest
from uploader.templates.parsing.parser import parse
from uploader.templates.template import Template
from uploader.workbooks import blank as blank_workbook

_MOST_BYTES = 50_000_000
_LONGEST_PATH = 4_000
"""Characters; what is longer is what a person pasted."""
_TOML = ".toml"


class Imported(NamedTuple):
    """One request that became a template."""

    name: str
    summary: str
    """Method and path."""
    template: Path
    blank: Path | None
    """None where no value varies by row."""
    draft: Draft


class NotImported(NamedTuple):
    """One that no template can send."""

    name: str
    why: Message


class _Planned(NamedTuple):
    request: ImportedRequest
    draft: Draft
    template: Template
    path: Path


def import_templates(
    given: str, wish: str | None, output: Path | None, session: Session, *, is_content: bool = False
) -> tuple[list[Imported], list[NotImported]]:
    """Write a template and its blank list for each request that is wanted of a source.

    `given` is a curl command, or the path of a file; with `is_content`, what is in one. Nothing that is there already
    is written over. Raises TemplateError and SettingsError, before anything is written; WorkbookError where that fails.
    """
    text, name = (given, "-") if is_content else _content(given)
    requests = sources.chosen(sources.read(text, name), wish)
    drafted, refused = _drafted(requests, session.language)
    if not drafted:
        raise TemplateError(refused[0].why)
    planned = _placed(drafted, output, name)
    for one in planned:
        _refuse_what_is_there(one.path)
    return [_written(one, session) for one in planned], refused


def _content(given: str) -> tuple[str, str]:
    """The text that is meant, and what messages call it."""
    if len(given) > _LONGEST_PATH or "\n" in given or curl.recognises(given):
        return given, "curl"
    path = Path(given)
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # before it is opened: a pipe would wait for somebody who writes
            raise TemplateError(Message("import.not_a_file", path=given))
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except FileNotFoundError as why:
        raise TemplateError(Message("import.no_file", path=given)) from why
    except OSError as why:
        raise TemplateError(Message("template.unreadable", path=given, why=why.strerror or str(why))) from why
    except ValueError as why:  # a path with a null character
        raise TemplateError(Message("import.no_file", path=ascii(given))) from why
    return decoded(content, path.name), path.name


def decoded(content: bytes, name: str) -> str:
    """A file's bytes as text: UTF-8, or UTF-16 as PowerShell writes it. Raises TemplateError."""
    if len(content) > _MOST_BYTES:
        raise TemplateError(Message("import.too_large", name=name, megabytes=_MOST_BYTES // 1_000_000))
    is_utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if is_utf_16 else "utf-8-sig")
    except UnicodeDecodeError as why:
        raise TemplateError(Message("import.not_text", name=name)) from why


def _drafted(
    requests: Sequence[ImportedRequest], language: str
) -> tuple[list[tuple[ImportedRequest, Draft, Template]], list[NotImported]]:
    found, refused = [], []
    for request in requests:
        try:
            made = draft(request, language)
            found.append((request, made, parse(made.toml, sources.summary(request), made.name)))
        except TemplateError as why:
            refused.append(NotImported(sources.called(request), why.message))
    return found, refused


# Where each goes


def _placed(
    drafted: Sequence[tuple[ImportedRequest, Draft, Template]], output: Path | None, source: str
) -> list[_Planned]:
    """A path for each: the file that is wanted, else one in a folder, and in folders as the source has them."""
    if output is not None and output.suffix.lower() == _TOML:
        if len(drafted) > 1:
            raise SettingsError(
                Message("import.one_file_for_several", count=len(drafted), path=str(output), option="--request")
            )
        return [_Planned(*drafted[0], _checked(output))]
    folder = output or Path()
    if output is None and len(drafted) > 1:
        folder = Path(file_name(Path(source).stem, "templates"))
    planned, taken = [], set[str]()
    for request, made, template in drafted:
        folders, _, last = made.name.rpartition("/")
        inner = [file_name(part, "requests") for part in folders.split("/") if part.strip()] if len(drafted) > 1 else []
        stem = file_name(last, "request")
        path = _free(folder.joinpath(*inner), stem, taken)
        planned.append(_Planned(request, made, template, _checked(path)))
    return planned


def file_name(name: str, otherwise: str) -> str:
    """A name of a request or a folder as a file's: `create_contact`; no path, and nothing that a system forbids."""
    words = re.sub(r"[^\w.-]+", "_", name.strip().casefold()).strip("._-")
    safe = safe_name(f"{words[:60] or otherwise}{_TOML}").removesuffix(_TOML)
    return safe if f"{safe}{_TOML}" != PROFILE else f"{safe}_request"


def _free(folder: Path, stem: str, taken: set[str]) -> Path:
    number, path = 1, folder / f"{stem}{_TOML}"
    while str(path).casefold() in taken:
        number += 1
        path = folder / f"{stem}_{number}{_TOML}"
    taken.add(str(path).casefold())
    return path


def _checked(path: Path) -> Path:
    if path.name == PROFILE:
        raise SettingsError(Message("import.profile_name", path=str(path)))
    return path


def _refuse_what_is_there(path: Path) -> None:
    for one in (path, path.with_suffix(".xlsx")):
        if one.exists() or one.is_symlink():
            raise SettingsError(Message("import.exists", path=str(one), option="-o"))


def _written(one: _Planned, session: Session) -> Imported:
    path = one.path.absolute()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(one.draft.toml)
    except OSError as why:
        raise WorkbookError(
            Message("import.not_written", path=str(path), why=why.strerror or str(why), option="-o")
        ) from why
    blank = path.with_suffix(".xlsx") if one.template.columns else None
    if blank is not None:
        blank_workbook.write(blank, one.template.columns, session.language)
    return Imported(one.draft.name, sources.summary(one.request), path, blank, one.draft)

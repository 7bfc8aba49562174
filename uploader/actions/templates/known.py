"""The templates that are known, what each sends, what a list needs for it, and blank lists to fill in."""

from pathlib import Path

from uploader.actions.session import Session
from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.readers.snapshot import is_text
from uploader.templates.catalog import Loaded, Unusable
from uploader.templates.columns.explained import explained
from uploader.templates.template import Template
from uploader.workbooks import blank as blank_workbook

__all__ = ["Loaded", "Template", "Unusable", "blank", "explained", "template", "templates"]


def templates(session: Session) -> Loaded:
    """All templates that are known here, also those that can't be used."""
    return session.catalog.load_all()


def template(name: str, session: Session) -> tuple[Template, Path]:
    """One of them, and its file. Raises TemplateError."""
    catalog = session.catalog
    return catalog.load(name), catalog.path(name)


def blank(name: str, output: Path | None, session: Session) -> Path:
    """Write an empty list for a template: its columns, an example row, and what each column means; where it is.

    Raises SettingsError where it can't be written there, or something is there already.
    """
    shape = session.catalog.load(name)
    target = output or Path(f"{shape.name.rpartition('/')[2]}.xlsx")
    if target.suffix.lower() not in (".xlsx", ".csv"):
        raise SettingsError(Message("blank.not_a_list", name=target.name))
    if not is_text(Path(target.name)):
        raise SettingsError(Message("list_file.odd_name", path=ascii(str(target))))
    folder = target.absolute().parent
    if not folder.is_dir():
        raise SettingsError(Message("result_file.no_folder", folder=str(folder), name=target.name))
    if target.exists():
        raise SettingsError(Message("blank.exists", path=str(target)))
    blank_workbook.write(target, shape.columns, session.language)
    return target.absolute()

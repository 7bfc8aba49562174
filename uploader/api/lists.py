"""The functions that look at a list and send nothing: read, check, preview."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from uploader.api.outcomes import Check, Preview, counts_of
from uploader.api.running import finished
from uploader.api.sentences import sentence
from uploader.api.sessions import (
    PathLike,
    SettingValues,
    Source,
    path_of,
    session_of,
    source_of,
    template_name,
)
from uploader.errors import ListError
from uploader.i18n import Message

if TYPE_CHECKING:
    import pandas as pd

    from uploader.actions.ui import Ui


def read(
    path: PathLike,
    *,
    template: PathLike | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    home: PathLike | None = None,
) -> "pd.DataFrame":
    """The list in a CSV, XLSX, XLSM, XLSB, XLS or ODS file as a DataFrame of text.

    The index, called `Row`, has each row's number as Excel shows it; the columns are the header's names as they are. An
    empty cell is "". `.attrs` tell how the file was read. The template only helps to find the sheet and the header.
    Raises ListError.
    """
    from uploader.actions import read as action
    from uploader.actions.options import ReadOptions
    from uploader.api import frames

    if not isinstance(path, str | os.PathLike):
        raise ListError(Message("python.not_a_path", kind=type(path).__name__))
    session, _ = session_of(home=home)
    options = ReadOptions(template_name(template), {}, sheet, header_row, encoding, delimiter)
    return finished(lambda: frames.of_list(action.read(Path(path).expanduser(), options, session)), session.ui.cancel)


def check(
    source: Source,
    *,
    template: PathLike | None = None,
    mapping: Mapping[str, str] | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    files: PathLike | None = None,
    settings: SettingValues | None = None,
    annotate: bool = False,
    language: str = "en",
    ui: "Ui | None" = None,
    home: PathLike | None = None,
) -> Check:
    """Everything that is wrong with a list's rows, each at its cell. Nothing is sent, and nothing is written.

    Only with `annotate` it is marked in a copy of your own XLSX; one of the `notes` says where, or why not.

    `mapping` says which column, by name or letter, fills a field. Raises an UploaderError where the list can't be read
    or its columns don't fit the template.
    """
    from uploader.actions.check import check as action
    from uploader.actions.options import ReadOptions
    from uploader.api import frames
    from uploader.api.listening import LAST_ROW

    session, heard = session_of(settings, ui=ui, language=language, home=home, with_secrets=False)
    options = ReadOptions(
        template_name(template), mapping or {}, sheet, header_row, encoding, delimiter, files=path_of(files)
    )

    def checked() -> Check:
        found = action(source_of(source), options, session, with_workbook=False, annotate=annotate).found
        logs, opened = (found.problems, found.known), found.opened
        problems = [problem for log in logs for problem in log.between(1, LAST_ROW)]
        notes = [*opened.checked.notes, *heard.messages]
        return Check(
            frames.of_problems(problems, opened.checked.table.header, language),
            counts_of(found.counts),
            opened.list_sha256,
            [sentence(note, language) for note in notes],
        )

    return finished(checked, session.ui.cancel)


def preview(
    source: Source,
    row: int,
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
    language: str = "en",
    home: PathLike | None = None,
) -> Preview:
    """The request that the row with that number would make, every secret masked. Nothing is sent.

    Raises an UploaderError, also where there is no such row.
    """
    from uploader.actions.options import ReadOptions
    from uploader.actions.preview import preview_row as action
    from uploader.api import frames

    session, _ = session_of(settings, language=language, home=home, with_secrets=False)
    options = ReadOptions(
        template_name(template), mapping or {}, sheet, header_row, encoding, delimiter, files=path_of(files)
    )

    def previewed() -> Preview:
        found = action(source_of(source), options, row, session, base_url)
        request = found.request
        problems = frames.of_problems(found.problems, found.header, language)
        return Preview(request.method, request.url, dict(request.headers), request.body, problems)

    return finished(previewed, session.ui.cancel)

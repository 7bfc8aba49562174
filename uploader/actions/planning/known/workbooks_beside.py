"""What files beside a list say of its rows that this computer's journal doesn't know.

A result workbook of another computer says which rows were accepted. Passing it over sends them again, so each file
under a name that we would have given must be used, or be proven foreign; else the run ends before anything is sent, or
a person says that the file has nothing to do with the list. Where the journal knows the list, what can't be read is no
obstacle: what was sent from here is known, and the file is most likely this computer's own.

| the file | what becomes of it |
|---|---|
| can't be read: cut off, empty, locked, encrypted, not allowed, a link into nowhere | doubt |
| our hidden sheet, which isn't understood: a newer version, or somebody changed it | doubt |
| no hidden sheet of ours, but our columns | doubt |
| no hidden sheet of ours and none of our columns | foreign |
| of a sandbox, or a problems workbook: it says of no row that it was sent | foreign |
| of another list, by the SHA-256, with this template at this place | its requests are known: an earlier version |
| of another list, by the SHA-256, with another template or at another place | foreign |
| of another list, and columns that were sent were renamed or deleted | doubt |
| of this list: `Row` or `Status` is missing, renamed or hidden | doubt |
| of this list: the template has another name and another SHA-256 | rows of another job: told, not used |
| of this list: the template has that SHA-256 (under any name), or that name (it was changed since) | see below |

| where its rows went | what becomes of it |
|---|---|
| to the place where the list goes now | used |
| to another place | rows of another job: a person is asked whether they go here, too |
| it doesn't say: it is of an older version | used, and told |
"""

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from uploader.actions.planning.destination import destination_name
from uploader.actions.planning.open_list import OpenedList
from uploader.actions.session import Session
from uploader.errors import ListError, SettingsError
from uploader.i18n import Message
from uploader.model.questions import NO, YES, Question
from uploader.model.rows import Status
from uploader.model.workbook_names import list_stem, result_beginnings
from uploader.readers.snapshot import unreadable
from uploader.workbooks.manifest import RESULTS, Manifest, place_hash
from uploader.workbooks.read_back.reader import manifest_of, open_proven
from uploader.workbooks.read_back.result_workbook import ResultWorkbook

if TYPE_CHECKING:
    from uploader.templates.template import Template

_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv"})
"""Under which a person saves a workbook of ours."""


class WorkbooksBeside(NamedTuple):
    """The result workbooks beside a list whose rows went to the same place with the same template, the newest first."""

    of_list: Sequence[ResultWorkbook]
    """They say what became of this list's rows."""
    of_others: Sequence[ResultWorkbook]
    """Of lists with another SHA-256: earlier versions of this one perhaps."""


def workbooks_beside(
    opened: OpenedList,
    destination: str,
    settings: Mapping[str, str],
    session: Session,
    *,
    output: Path | None = None,
    given: Mapping[str, str] | None = None,
    knows_list: bool = False,
    knows_job: Callable[[str], bool] = lambda _: False,
) -> WorkbooksBeside:
    """The result workbooks from elsewhere that say what became of rows at this place.

    `settings` are those without secrets, `output` is where the result goes if the person said so, `given` are answers
    given beforehand. `knows_list` says whether the list was sent from here, to another place, `knows_job` whether a
    job was, by its key. Raises ListError where a file can't be proven foreign, SettingsError where the person doesn't
    want the rows to go to this place, too.
    """
    found: list[ResultWorkbook | None] = []
    doubts: list[ListError] = []
    for path in files_named_for(opened, output):
        try:
            found.append(open_proven(path))
        except ListError as why:
            doubts.append(_doubt(path, opened, why.message))
    if not knows_list:
        _stop_at(doubts, session)
    results = [one for one in found if one is not None and _is_of_real_run(one.manifest)]
    of_list = [one for one in results if one.manifest.list_sha256 == opened.list_sha256]
    ours = [one for one in of_list if _is_of_template(one, opened.template, knows_job, session)]
    here = [one for one in ours if is_same_place(one.manifest, destination, settings) is not False]
    for one in here:
        _tell_unknown_place(one, destination, settings, session)
    elsewhere = [one for one in ours if one not in here and not knows_job(one.manifest.job_key)]
    if elsewhere:
        _ask_of_other_place(max(elsewhere, key=_accepted), destination, settings, session, given)
    of_others = [
        one
        for one in results
        if one not in of_list
        and _has_template(one.manifest, opened.template)
        and is_same_place(one.manifest, destination, settings) is not False
    ]
    news = [one for one in of_others if not knows_job(one.manifest.job_key)]
    _stop_at([_doubt(one.path, opened, lost) for one in news if (lost := _lost_columns(one)) is not None], session)
    return WorkbooksBeside(here, of_others)


def _doubt(path: Path, opened: OpenedList, why: Message) -> ListError:
    return ListError(Message("beside.doubtful", name=path.name, list=opened.list_name, why=why))


def _lost_columns(workbook: ResultWorkbook) -> Message | None:
    """That columns which were sent are no more, so that nobody knows the requests; None where all are there."""
    fields = workbook.manifest.fields
    lost = tuple(fields[name][1] for name in fields.keys() - workbook.mapping().keys())
    return Message("beside.lost_columns", count=len(lost), columns=lost) if lost else None


def results_beside(opened: OpenedList) -> Mapping[Path, Manifest]:
    """The files that say what became of rows of this list or of an earlier version, for a list that is only looked at.

    What they say, and whether it counts, is found out when it is sent.
    """
    found = {path: manifest_of(path) for path in named_beside(opened)}
    return {path: of for path, of in found.items() if of is not None and _is_of_real_run(of)}


def is_same_place(manifest: Manifest, destination: str, settings: Mapping[str, str]) -> bool | None:
    """Whether a workbook's rows went to this place; None where an older workbook doesn't say it."""
    if not manifest.place:
        return None
    return manifest.place == place_hash(manifest.list_sha256, destination, settings)


def is_of_place(
    workbook: ResultWorkbook,
    destination: str,
    settings: Mapping[str, str],
    session: Session,
    given: Mapping[str, str] | None = None,
) -> bool:
    """Whether what a workbook at hand says counts at this place.

    Where its rows were accepted at another, the person hears it, and is asked whether they go to this one, too. Raises
    SettingsError where they shall not.
    """
    if is_same_place(workbook.manifest, destination, settings) is False:
        _ask_of_other_place(workbook, destination, settings, session, given)
        return False
    _tell_unknown_place(workbook, destination, settings, session)
    return True


def files_named_for(opened: OpenedList, output: Path | None) -> Sequence[Path]:
    """The files that may be result workbooks of the list, by their names, and where the result goes; newest first.

    Raises ListError where the folder can't be listed.
    """
    named = [] if output is None else [output]
    if not opened.checked.table.is_in_memory:
        named += files_beside(opened.path, {opened.list_stem, list_stem(Path(opened.list_name).stem)})
    others = {path.absolute() for path in named} - {opened.path.absolute()}
    return sorted(filter(_is_file, others), key=_written_at, reverse=True)


def named_beside(opened: OpenedList, output: Path | None = None) -> Sequence[Path]:
    """Like `files_named_for`; none where the folder can't be listed."""
    with suppress(ListError):
        return files_named_for(opened, output)
    return ()


def files_beside(path: Path, stems: Collection[str]) -> Sequence[Path]:
    """The files beside a list that have names as its result workbooks have. Raises ListError."""
    beginnings = tuple(beginning.casefold() for stem in stems for beginning in result_beginnings(stem))
    named = (one for one in _listed(path.parent) if one.name.casefold().startswith(beginnings))
    return [one for one in named if one.suffix.lower() in _SUFFIXES]


def _listed(folder: Path) -> list[Path]:
    """What is in the folder. Raises ListError: of what can't be listed nothing can be proven."""
    try:
        return list(folder.iterdir())
    except OSError as why:
        raise unreadable(folder, why) from why


def _is_file(path: Path) -> bool:
    """Whether it is a file, or a link to one that can't be reached now."""
    return os.path.isfile(path) or (os.path.islink(path) and not os.path.exists(path))  # noqa: PTH110, PTH113, PTH114  # never raise


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # a link into nowhere, or removed meanwhile
        return 0.0


def _stop_at(doubts: Sequence[ListError], session: Session) -> None:
    """Raises ListError for files that may be the list's, unless a person says that none of them is."""
    if not doubts:
        return
    if not session.ui.is_attended:
        raise doubts[0]
    facts = [doubt.message.facts for doubt in doubts]
    for doubt in doubts:
        session.tell(doubt.message)
    questions = [Question("workbook_beside", one, ends_at=NO, about=str(one["name"])) for one in facts]
    answers = session.decide(questions)
    for question in questions:
        if answers[question.id] != YES:
            raise ListError(Message("beside.declined", name=question.about))


def _is_of_real_run(manifest: Manifest) -> bool:
    """Whether it says what became of rows; what a sandbox answered doesn't count."""
    return manifest.kind == RESULTS and not manifest.sandbox


def _has_template(manifest: Manifest, template: "Template") -> bool:
    """Whether its rows were sent with this template, under the same name or with the same content."""
    return template.name == manifest.template or template.sha256 == manifest.template_sha256


def _is_of_template(
    workbook: ResultWorkbook, template: "Template", knows_job: Callable[[str], bool], session: Session
) -> bool:
    """Whether its rows were sent with this template; that they were sent with another one is told.

    Of a job that is known here each request counts, whichever template it was sent with.
    """
    manifest = workbook.manifest
    is_same = _has_template(manifest, template)
    accepted = 0 if is_same else _accepted(workbook)
    if accepted:
        facts = {"name": workbook.path.name, "template": manifest.template, "given": template.name}
        code = "beside.other_template_here" if knows_job(manifest.job_key) else "beside.other_template"
        session.tell(Message(code, count=accepted, **facts))
    return is_same


def _accepted(workbook: ResultWorkbook) -> int:
    """How many rows it says were accepted."""
    return workbook.row_index().count(Status.ACCEPTED)


def _tell_unknown_place(
    workbook: ResultWorkbook, destination: str, settings: Mapping[str, str], session: Session
) -> None:
    if is_same_place(workbook.manifest, destination, settings) is None:
        where = destination_name(destination, settings)
        session.tell(Message("beside.place_unknown", name=workbook.path.name, where=where))


def _ask_of_other_place(
    workbook: ResultWorkbook,
    destination: str,
    settings: Mapping[str, str],
    session: Session,
    given: Mapping[str, str] | None,
) -> None:
    """Tell the person that rows were accepted elsewhere. Raises SettingsError if they are not to be sent here, too."""
    name, count, after = workbook.path.name, _accepted(workbook), destination_name(destination, settings)
    if not count:
        return
    session.tell(Message("beside.other_place", count=count, name=name, after=after))
    question = Question("other_destination", {"count": count, "after": after}, ends_at=NO)
    if session.decide([question], given)[question.id] != YES:
        raise SettingsError(Message("beside.other_place_declined", name=name))

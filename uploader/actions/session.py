"""What the use cases need of the world around them: a person to ask and to tell, a folder, a language."""

import getpass
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from uploader.checks import checked_list
from uploader.checks.checked_list import CheckedList, ReadOptions
from uploader.errors import ColumnError, SettingsError, SeveralSheetsError
from uploader.model.rows import column_letter
from uploader.model.settings import Settings
from uploader.templates.catalog import Catalog
from uploader.templates.template import Template
from uploader.workbooks import reader

_SHOWN_EXAMPLE = 40
_LARGE_BYTES = 20 << 20
_READING = "Reading {name} …"
_UNKNOWN_TEMPLATE = (
    "{name} was sent with the template {template}, which is none that `uploader templates` shows. Say it with -t."
)
_OTHER_TEMPLATE = (
    "{name} tells what became of rows that were sent with the template {template}. To send them with {told}, send the "
    "list itself."
)
_WHICH_COLUMN = "Which column fills {field}? {meaning}"
_WHICH_SHEET = "{name} has several sheets. Which one is the list?"
_FILLS = "  {field} is filled from column {letter}, “{name}”"
_SAY_THE_SAME = "To say the same without being asked: {options}"


@dataclass(frozen=True, slots=True)
class Session:
    """What a use case needs of the world around it."""

    home: Path
    """The folder of the journal and of the user's templates."""
    settle: Callable[[Template, Mapping[str, str]], Settings]
    """Finds the settings' values: from options, from those that are known already (the second argument), from the
    environment, or by asking. Raises SettingsError."""
    say: Callable[[str], None]
    """Tells the person something while it runs."""
    ask: Callable[[str], bool] | None
    """Puts a yes-or-no question; None where nobody is there to answer."""
    stream: TextIO
    """Where progress is shown."""
    choose: Callable[[str, Sequence[tuple[str, str]]], int | None] | None = None
    """Puts a question with several answers, each a key to type and a text; the position of the one that was chosen,
    None for none of them."""
    quiet: bool = False
    language: str = "en"

    def opened(self, path: Path, how: ReadOptions) -> CheckedList:
        """The list, opened for the template that `how` names; what can't be known of it is asked for."""
        template = self._template(path, how)
        if self.stream.isatty() and not self.quiet and path.exists() and path.stat().st_size > _LARGE_BYTES:
            self.say(_READING.format(name=path.name))
        answers: list[str] = []

        def ask(why: ColumnError) -> str | None:
            position = self._column(why, template)
            if position is None:
                return None
            answers.append(_as_option(why, position))
            return column_letter(position)

        try:
            opened = checked_list.opened(path, how, template, ask)
        except SeveralSheetsError as why:
            options = [(str(number), sheet) for number, sheet in enumerate(why.sheets, start=1)]
            at = self._chosen(_WHICH_SHEET.format(name=path.name), options)
            if at is None:
                raise
            answers.append(f'--sheet "{why.sheets[at]}"')
            opened = checked_list.opened(path, replace(how, sheet=why.sheets[at]), template, ask)
        if answers:
            for field, position in opened.fields.items():
                self.say(_FILLS.format(field=field, letter=column_letter(position), name=opened.table.header[position]))
            self.say(_SAY_THE_SAME.format(options=" ".join(answers)))
        return opened

    def _template(self, path: Path, how: ReadOptions) -> Template:
        """The template that was told, else the one by which a workbook of ours was sent, else the default.

        Of the workbook's word only a name is taken that is known here: a template says where the token goes.
        """
        catalog, imprint = Catalog.of(self.home), reader.imprint_of(path)
        if imprint is None:
            return catalog.load(how.template or checked_list.DEFAULT_TEMPLATE)
        if how.template is None and imprint.template not in catalog.names():
            raise SettingsError(_UNKNOWN_TEMPLATE.format(name=path.name, template=imprint.template))
        template = catalog.load(how.template or imprint.template)
        if imprint.template != template.name and imprint.template_sha256 != template.sha256:
            told = _OTHER_TEMPLATE.format(name=path.name, template=imprint.template, told=template.name)
            raise SettingsError(told)
        return template

    def _column(self, why: ColumnError, template: Template) -> int | None:
        """The position of the column that the person chooses."""
        options = [(column_letter(at), _shown(why, at)) for at in why.candidates]
        meaning = template.columns[why.field].description
        at = self._chosen(_WHICH_COLUMN.format(field=why.field, meaning=meaning).rstrip(), options)
        return None if at is None else why.candidates[at]

    def _chosen(self, question: str, options: Sequence[tuple[str, str]]) -> int | None:
        return None if self.choose is None or not options else self.choose(question, options)


def user() -> str:
    """Who is at work."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user need not have a name
        return "unknown"


def _shown(why: ColumnError, position: int) -> str:
    """A column by its name and what stands in its first row."""
    name, example = (" ".join(texts[position].split()) for texts in (why.header, why.first_row))
    return f"{name}  ({example[:_SHOWN_EXAMPLE]})" if example else name


def _as_option(why: ColumnError, position: int) -> str:
    """The option that says the same, by the column's name where that is one of a kind and easy to type."""
    name = why.header[position]
    is_easy = name != "" and why.header.count(name) == 1 and name == " ".join(name.split()) and '"' not in name
    return f'--map {why.field}="{name}"' if is_easy else f"--map {why.field}={column_letter(position)}"

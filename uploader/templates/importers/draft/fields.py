"""The columns and settings of a draft: found while the request is looked through, named once all are known."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from uploader.errors import TemplateError
from uploader.i18n import Message
from uploader.model.names import key
from uploader.model.settings import MASK
from uploader.templates.importers.draft.names import distinct, readable, service_of, variable_of
from uploader.templates.importers.draft.secrets.traced import Traced
from uploader.templates.importers.draft.secrets.values import holds_a_secret, is_stand_in, secrets_in
from uploader.templates.importers.imported import ROW_ID, FieldFacts, ImportedRequest, ValueType, Variable

_LETTER, _INNER = r"[^{}\s\"'\\]", r"[^{}\n\"'\\]"
PLACEHOLDER = re.compile(rf"\{{\{{[ \t]*({_LETTER}(?:{_INNER}{{0,98}}{_LETTER})?)[ \t]*\}}\}}")
"""As sources have them: names may have spaces, but no quotation marks and no line breaks."""
_AFTER_BACKSLASH = re.compile(rf"\\(?={PLACEHOLDER.pattern})")
"""In a template, a backslash there says that it is no placeholder."""
MOST_COLUMNS = 300
NOTHING_SAID = FieldFacts()
_LEAST_TELLING = 6
"""Characters of a setting's value that says who sends."""


@dataclass(eq=False)
class Field:
    """A column or a setting; two of them are never the same, though all they hold may be."""

    wish: tuple[str, ...]
    """The keys that lead to it, from the outside in, without places in lists."""
    is_setting: bool = False
    secret: bool = False
    example: str = ""
    type: ValueType = "text"
    list_separator: str = ""
    null_if_empty: bool = False
    is_text_if_empty: bool = False
    """Where the template leaves out what is empty, and the source has an empty text, or a placeholder without value."""
    facts: FieldFacts = NOTHING_SAID
    required: bool = False
    description: str = ""
    environment: str = ""
    notes: list[Message] = field(default_factory=list)
    name: str = ""
    """Once all are known."""


class Filled(NamedTuple):
    """A text of the template: constants, and fields in between."""

    parts: tuple["str | Field", ...]


class Fields:
    """All of one draft."""

    def __init__(self, request: ImportedRequest) -> None:
        self._request = request
        self._service = service_of(request.url)
        self._all: list[Field] = []
        self._placeholders: dict[str, Field] = {}
        self._secrets = Traced[Field]()
        self._row_id = Field(("request_id",), name="request_id")
        """The language's own: no column, and no setting."""

    def column(self, wish: Sequence[str], example: str, facts: FieldFacts = NOTHING_SAID, **said: Any) -> Field:
        """A new column."""
        said.setdefault("description", facts.description)
        return self._add(Field(tuple(wish), example=example, facts=facts, **said))

    def secret(self, wish: str, value: str) -> Field:
        """The setting of a secret, whose value is forgotten with the draft."""
        value = value.strip()
        known = self._secrets.owner(value, wish)
        if known is None:
            known = self._add(Field((wish,), is_setting=True, secret=True))
            self._secrets.add(value, wish, known)
        known.is_setting, known.example = True, ""
        return known

    def password(self, wish: Sequence[str], value: str, facts: FieldFacts = NOTHING_SAID, **said: Any) -> Field:
        """The column of a secret that each record has its own of; the value is forgotten with the draft.

        Its example is `***`, which no cell has without a warning, but for what only stands for one, such as `string`.
        What also says who sends is a setting, there and here.
        """
        known = self._secrets.owner(value.strip(), wish[-1])
        if known is None:
            facts = facts._replace(example=None, values=())
            is_checked = facts.pattern or 0 < (facts.max_length or 0) < len(MASK)
            is_hidden = not is_stand_in(value)
            example = (MASK if is_hidden else value) if said.get("type") == "text" and not is_checked else ""
            notes = [Message("draft.password")] if is_hidden else []
            known = self.column(wish, example, facts, secret=is_hidden, notes=notes, **said)
            self._secrets.add(value.strip(), wish[-1], known)
        return known

    def setting(self, wish: str, value: str = "") -> Field:
        """A setting that is no secret; its value is left out all the same."""
        known = self._add(Field((wish,), is_setting=True))
        if len(value) >= _LEAST_TELLING and re.search(r"[\d@]", value):
            self._secrets.add(value, wish, known)
        return known

    def placeholder(self, name: str, *, as_setting: bool = False) -> Field:
        """What a placeholder of the source becomes; the same wherever it is."""
        if name == ROW_ID:
            return self._row_id
        same = key(readable(name) or name)
        variable = self._request.variables.get(name, Variable())
        known = self._placeholders.get(same)
        if known is None:
            secret = variable.secret or holds_a_secret(name)
            known = Field((name,), secret=secret, example="" if secret else variable.example)
            known.description = variable.description
            self._placeholders[same] = self._add(known)
            if secret and variable.example:
                self._secrets.add(variable.example, name, known)
        known.is_setting = known.is_setting or as_setting or known.secret or variable.is_setting
        return known

    def hide(self, filled: "Filled") -> "Filled":
        """The same, whose placeholders are settings of secrets."""
        for part in filled.parts:
            if isinstance(part, Field):
                if part.example:
                    self._secrets.add(part.example, part.wish[-1], part)
                part.secret, part.is_setting, part.example = True, True, ""
        return filled

    def filled(self, text: str, *, as_setting: bool = False, wish: str = "") -> Filled:
        """A text with its placeholders, and with a setting for each secret in it."""
        parts: list[str | Field] = []
        at = 0
        for begin, end, named in _apart(secrets_in(text)):
            parts += self._with_placeholders(text[at:begin], as_setting=as_setting)
            held = text[begin:end]
            if PLACEHOLDER.search(held):
                parts += self._with_placeholders(held, as_setting=True)
            else:
                parts.append(self.secret(named or wish or "token", held))
            at = end
        parts += self._with_placeholders(text[at:], as_setting=as_setting)
        return Filled(tuple(parts))

    def _with_placeholders(self, text: str, *, as_setting: bool) -> Iterator["str | Field"]:
        if _AFTER_BACKSLASH.search(text):
            raise TemplateError(Message("import.backslash"))
        pieces = PLACEHOLDER.split(text)
        for number, piece in enumerate(pieces):
            if number % 2:
                yield self.placeholder(piece, as_setting=as_setting)
            elif piece:
                yield piece

    def _add(self, one: Field) -> Field:
        self._all.append(one)
        return one

    # Once all are known

    def omit_empty(self) -> bool:
        """Whether empty cells leave their fields out: where an empty text would be no value of some column's type."""
        columns = self.columns
        omits = any(one.type != "text" or one.list_separator for one in columns)
        for one in columns:
            is_plain = one.type == "text" and not one.null_if_empty
            one.is_text_if_empty = omits and is_plain and not one.example
        return omits

    def name_all(self) -> None:
        """Give each its name: what the source names first, then settings, then columns."""
        named = list(self._placeholders.values())
        settings = [one for one in self._all if one.is_setting and one not in named]
        columns = [one for one in self._all if not one.is_setting and one not in named]
        taken = ["request_id"]
        for group in (named, settings, columns):
            for one, name in zip(group, distinct([one.wish for one in group], taken), strict=True):
                one.name = name
                taken.append(name)
        for one in self._all:
            if one.is_setting:
                one.environment = self._environment(one)
            elif self.conceal(one.example) != one.example:
                one.example = ""
                one.notes.append(Message("draft.example_with_secret"))

    def _environment(self, setting: Field) -> str:
        """Always with whose it is: an AUTH_TOKEN of one API would be sent to the next one, too."""
        if key(self._service) in key(setting.name):
            return variable_of(setting.name)
        return variable_of(self._service, setting.name)

    @property
    def is_full(self) -> bool:
        """Whether there are columns enough: values that follow stay as they are."""
        return len(self._all) >= MOST_COLUMNS and len(self.columns) >= MOST_COLUMNS

    @property
    def columns(self) -> list[Field]:
        """In the order of the source."""
        return [one for one in self._all if not one.is_setting]

    @property
    def settings(self) -> list[Field]:
        """In the order of the source."""
        return [one for one in self._all if one.is_setting]

    def conceal(self, text: str) -> str:
        """`text` with `***` for each secret that is known or looks like one: for people, in comments and titles."""
        text = self._secrets.replaced(text, lambda owner: MASK if owner.secret else None)
        for begin, end, _ in reversed(list(_apart(secrets_in(text)))):
            if text[begin:end] != MASK and not PLACEHOLDER.search(text[begin:end]):
                text = text[:begin] + MASK + text[end:]
        return text

    def write(self, filled: Filled) -> str:
        """A text as the template has it."""
        return "".join(
            f"{{{{{part.name}}}}}" if isinstance(part, Field) else self._constant(part) for part in filled.parts
        )

    def _constant(self, text: str) -> str:
        """A constant with its `{{` as letters, and with the setting in place of a secret that it repeats."""
        return self._secrets.replaced(text.replace("{{", "\\{{"), lambda owner: f"{{{{{owner.name}}}}}")


def _apart(found: Iterator[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """From the left to the right, without those that begin inside another."""
    at = -1
    for begin, end, name in sorted(found, key=lambda one: (one[0], -one[1], not one[2])):
        if begin >= at and end > begin:
            yield begin, end, name
            at = end

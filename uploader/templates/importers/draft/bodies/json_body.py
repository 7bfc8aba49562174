"""A JSON body as a template lays it out: every value is a column, what can't vary stays as it is."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from uploader.errors import TemplateError
from uploader.i18n import Message
from uploader.model.secret_names import names_a_secret
from uploader.templates.importers.draft.bodies.cells import LONGEST_EXAMPLE, cell_of, fits_a_cell, holds, trimmed
from uploader.templates.importers.draft.fields import MOST_COLUMNS, NOTHING_SAID, PLACEHOLDER, Field, Fields, Filled
from uploader.templates.importers.draft.secrets.values import is_of_a_record, is_secret, secrets_in
from uploader.templates.importers.imported import FieldFacts, ValueType

DEEPEST = 40
"""Levels of a body; a template has 50, and its own tables are around it."""
_MOST_ELEMENTS = 20
_SEPARATORS = (";", "|", "\n")
_HINT = re.compile(r"<([^<>]+)>")
_GRAPHQL = re.compile(r"\s*(?:(?:query|mutation)\b[^{]*)?\{")
_NAMES, _VALUES = ("name", "key", "field", "id", "label"), ("value", "val", "content", "text")
"""How a pair of a name and a value is written: `{"name": "password", "value": "…"}`."""
_TYPES: dict[type, ValueType] = {bool: "boolean", int: "integer", float: "number", str: "text"}

Place = tuple[str | int, ...]


class Body:
    """Lays one body out. A tree of it has `Filled` where the template has texts with placeholders."""

    def __init__(self, fields: Fields, facts: Mapping[str, FieldFacts], root: str) -> None:
        self._fields, self._facts, self._root = fields, facts, root
        self.notes: list[Message] = []

    def tree(self, value: Any, place: Place = (), *, named: str = "") -> Any:
        """What becomes of a value at that place. `named` is what the source calls it, where that is no key of JSON."""
        if len(place) > DEEPEST:
            raise TemplateError(Message("import.too_deep", most=DEEPEST))
        if isinstance(value, Mapping):
            return self._table(value, place)
        if isinstance(value, list):
            return self._list(value, place)
        return self.leaf(value, place, named=named)

    def _table(self, value: Mapping[str, Any], place: Place) -> dict[str, Any]:
        pair = next((value[name] for name in _NAMES if isinstance(value.get(name), str)), "")
        is_pair = len(value) <= 3 and names_a_secret(pair)  # noqa: PLR2004  # a type, perhaps
        return {
            name: self.tree(inner, (*place, name), named=pair if is_pair and name in _VALUES else "")
            for name, inner in value.items()
        }

    def _list(self, value: list[Any], place: Place) -> Any:
        as_one = self._list_column(value, place)
        if as_one is not None:
            return [as_one]
        if len(value) > _MOST_ELEMENTS:
            self.notes.append(Message("draft.long_list", where=_written(place), count=len(value)))
            return self.constant(value, place)
        return [self.tree(inner, (*place, position)) for position, inner in enumerate(value)]

    def _list_column(self, values: list[Any], place: Place) -> Filled | None:
        """One column for a list of plain values of one kind; None where a cell can't hold them."""
        name = _last_key(place)
        kinds = {type(one) for one in values}
        if len(kinds) != 1 or kinds & {dict, list, type(None)} or (len(values) == 1 and kinds != {str}):
            return None
        if any(is_secret(name, one) or not fits_a_cell(one) for one in values) or self._is_constant(place):
            return None
        texts = [cell_of(one) for one in values]
        separator = next((one for one in _SEPARATORS if not any(one in text for text in texts)), None)
        if separator is None or any(text != trimmed(text) or not text or _is_special(text) for text in texts):
            return None
        example = (separator if separator == "\n" else f"{separator} ").join(texts)
        if len(example) > LONGEST_EXAMPLE or self._is_full():
            return None
        facts = self._facts_at((*place, 0), self._facts_at(place))
        said = {"type": facts.type or _TYPES[kinds.pop()], "list_separator": separator}
        return Filled((self._fields.column(self._wish(place), example, facts, **said),))

    def leaf(self, value: Any, place: Place, *, named: str = "") -> Any:
        """What becomes of a text, a number, a boolean or null."""
        name = named or _last_key(place)
        if is_secret(name, value):
            return (
                self._password(value, place, named)
                if self._is_password(name, value, place)
                else self._secret(name, value)
            )
        if self._is_constant(place) or _is_graphql(value, place) or self._is_full():
            return self.constant(value, place)
        if isinstance(value, str):
            return self._text(value, place)
        if value is None:
            return self._column(place, "", null_if_empty=True)
        if not fits_a_cell(value):
            return self.constant(value, place)
        return self._column(place, cell_of(value), type=_TYPES[type(value)])

    def _is_password(self, name: str, value: Any, place: Place) -> bool:
        """Whether a secret is the record's own. In XML, passwords are those of who sends: WS-Security's."""
        is_sender = self._root == "xml" or (isinstance(value, str) and PLACEHOLDER.search(value))
        return is_of_a_record(name) and not is_sender and not self._is_constant(place) and not self._is_full()

    def _password(self, value: Any, place: Place, named: str) -> Filled:
        facts = self._facts_at(place)
        wish = (named,) if named else self._wish(place)
        return Filled((self._fields.password(wish, str(value), facts, type=facts.type or _TYPES[type(value)]),))

    def _secret(self, name: str, value: Any) -> Filled:
        if isinstance(value, str) and PLACEHOLDER.search(value):
            return self._fields.hide(self._fields.filled(value, as_setting=True, wish=name))
        if not isinstance(value, str):
            self.notes.append(Message("draft.secret_number", name=name))
        return Filled((self._fields.secret(name, str(value)),))

    def _text(self, text: str, place: Place) -> Any:
        within = _json_within(text)
        if within is not None and len(place) < DEEPEST:
            return {"json_text": self.tree(within, place)}
        hint = _HINT.fullmatch(text.strip())
        if hint is not None:
            facts = self._facts_at(place)
            description = facts.description or hint[1]
            as_it_is = text if (facts.type or "text") == "text" else ""
            return self._column(place, facts.example or as_it_is, description=description)
        filled = self._fields.filled(text, wish=_last_key(place))
        if any(isinstance(part, Field) for part in filled.parts):
            self._type_alone(filled, place)
            return filled
        if not fits_a_cell(text):
            return self.constant(text, place)
        return self._column(place, text)

    def _type_alone(self, filled: Filled, place: Place) -> None:
        """A placeholder that is a whole value has its facts."""
        facts = self._facts_at(place)
        part = filled.parts[0]
        if len(filled.parts) == 1 and isinstance(part, Field) and not part.is_setting:
            part.facts, part.type = facts, facts.type or part.type
            part.description = part.description or facts.description
            part.example = part.example or facts.example or ""

    def _column(self, place: Place, example: str, **said: Any) -> Any:
        facts = self._facts_at(place)
        said["type"] = said.get("type") or facts.type or "text"
        column = self._fields.column(self._wish(place), example, facts, **said)
        return Filled((column,))

    def constant(self, value: Any, place: Place) -> Any:
        """A value that stays as it is, but for its secrets; and null, which a template has only as an empty column."""
        if len(place) > DEEPEST:
            raise TemplateError(Message("import.too_deep", most=DEEPEST))
        if isinstance(value, Mapping):
            return {name: self.constant(inner, (*place, name)) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.constant(inner, (*place, position)) for position, inner in enumerate(value)]
        if is_secret(_last_key(place), value):
            return self._secret(_last_key(place), value)
        if value is None:
            return Filled((self._fields.column(self._wish(place), "", null_if_empty=True),))
        return self._fields.filled(value, wish=_last_key(place)) if isinstance(value, str) else value

    # What is known of a place

    def _facts_at(self, place: Place, otherwise: FieldFacts = NOTHING_SAID) -> FieldFacts:
        return self._facts.get(".".join([self._root, *map(str, place)]), otherwise)

    def _is_constant(self, place: Place) -> bool:
        return self._facts_at(place).varies is False

    def _is_full(self) -> bool:
        """Whether there are columns enough: the values that follow stay as they are, and a note says so."""
        is_full = self._fields.is_full
        note = Message("draft.many_columns", most=MOST_COLUMNS)
        if is_full and note not in self.notes:
            self.notes.append(note)
        return is_full

    def _wish(self, place: Place) -> tuple[str, ...]:
        return tuple(one for one in place if isinstance(one, str)) or ("value",)


def _json_within(text: str) -> Any:
    """The table or list that a text is, written as JSON; None for any other text."""
    if text[:1] not in ("{", "[") or text[-1:] not in ("}", "]") or PLACEHOLDER.fullmatch(text):
        return None
    try:
        value = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None
    return value if value and holds(value) else None


def _is_graphql(value: Any, place: Place) -> bool:
    """Whether a text is what GraphQL is to do; what varies is in its variables."""
    return place == ("query",) and isinstance(value, str) and bool(_GRAPHQL.match(value))


def _is_special(text: str) -> bool:
    return bool(PLACEHOLDER.search(text) or _HINT.fullmatch(text) or next(secrets_in(text), None))


def _no_number(_: str) -> float:
    raise ValueError


def _last_key(place: Sequence[str | int]) -> str:
    return next((one for one in reversed(place) if isinstance(one, str)), "")


def _written(place: Place) -> str:
    return ".".join(map(str, place)) or "json"

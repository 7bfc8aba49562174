"""What an answer says at the places that its template names."""

import re
from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

from uploader.model.http import Response
from uploader.templates.answers.form import AnswerForm, Rule
from uploader.templates.answers.places import pairs_at, says_something, value_at, values_at
from uploader.templates.answers.reading import json_in, kind_of, text_of
from uploader.templates.answers.secrets import MaskedAnswer, as_text
from uploader.templates.answers.xml_tree import xml_in
from uploader.templates.values.paths import HEADER

_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}(\.0+)?")
_BETWEEN = "; "
"""Between the texts that several places hold."""
_NOTHING = frozenset({"", "null", "false", "0"})
"""Texts for nothing: APIs write the values themselves as texts, too."""
_XML = ("application/xml", "+xml")
_BEGINNINGS = ("{", "[", "<", '"', "\x00")
_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


class Said(NamedTuple):
    """A text of the answer, and what may be shown of it."""

    whole: str = ""
    shown: str = ""


class AnswerFields(NamedTuple):
    """An answer as far as it could be read."""

    data: Any
    """Its JSON, if that is an object or a list, or its XML; else None."""
    masked: MaskedAnswer
    text: str
    code: Said = Said()
    message: Said = Said()
    error: bool = False
    refused: bool = False
    """Something stands where the answer says no."""
    ok: bool | None = None
    """What it says where it says yes; None where nothing stands there."""
    lacks_expected: bool = False
    """Nothing stands at a place where every yes has something."""
    retry_after_seconds: float = 0.0
    is_plain_text: bool = False
    """Whether it is neither JSON nor XML, nor begins as one of them does: a word such as OK."""

    @classmethod
    def of(cls, answer: Response, form: AnswerForm, rules: Sequence[Rule] = ()) -> "AnswerFields":
        """What the answer says; of one that can't be read, the text alone."""
        text = text_of(answer)
        data = json_in(text)
        if data is None and text.lstrip().startswith("<"):
            data = _xml_that_is_looked_at(text, form, rules)
        masked = MaskedAnswer.of(data, form.secrets)
        if not isinstance(data, dict | list):
            message, is_plain = _said_in_text(text, answer, form), not text.lstrip().startswith(_BEGINNINGS)
            return cls(None, masked, text, message=message, is_plain_text=is_plain and data is None)
        codes = _texts(data, masked, form.code)
        return cls(
            data,
            masked,
            text,
            code=Said(*(part.strip() for part in codes[0])) if codes else Said(),
            message=_joined(_texts(data, masked, form.message)),
            error=value_at(data, form.error) not in (None, "", "null", False),
            refused=anything_at(data, form.refused),
            ok=_yes_or_no([value for path in form.ok for value in values_at(data, path)]),
            lacks_expected=not all(anything_at(data, [path]) for path in form.expected),
            retry_after_seconds=_seconds(value_at(data, form.retry_after_path)),
        )

    @property
    def readable(self) -> bool:
        """Whether it has places that a path can lead to."""
        return self.data is not None

    @property
    def number(self) -> int | None:
        """The body's code as a number: the API writes it as a number or as a text."""
        return int(float(self.code.whole)) if _WHOLE_NUMBER.fullmatch(self.code.whole) else None


def _xml_that_is_looked_at(text: str, form: AnswerForm, rules: Sequence[Rule]) -> dict[str, Any] | None:
    """An answer's XML, if a path of the template begins at its root: no other template expects XML."""
    tree = xml_in(text)
    paths = chain(form.paths(), *(rule.found for rule in rules))
    return tree if tree is not None and any(path.partition(".")[0] in tree for path in paths) else None


def anything_at(data: Any, paths: Sequence[str]) -> bool:
    """Whether there is something at one of these places of an answer; not in one that can't be read."""
    return any(is_something(value) for path in paths for value in values_at(data, path))


def is_something(value: Any) -> bool:
    """Whether a value where an answer names errors names any."""
    if isinstance(value, str):
        return value.strip().casefold() not in _NOTHING
    return bool(value)


def is_false(value: Any) -> bool:
    """Whether a value where an answer says whether it went well says no."""
    return value is False or (isinstance(value, str) and value.strip().casefold() == "false")


def keeps_headers(form: AnswerForm) -> bool:
    """Whether headers of the answers are among what is kept of them."""
    return any(path.startswith(HEADER) for path in form.columns.values())


def kept_of(answer: Response, fields: AnswerFields, path: str) -> str:
    """What may be shown of the values at a path, or of a header; "" where there is nothing."""
    if path.startswith(HEADER):
        return answer.headers.get(path.removeprefix(HEADER).lower(), "").strip()
    return _BETWEEN.join(said.shown for said in _texts(fields.data, fields.masked, (path,)))


def _yes_or_no(values: Sequence[Any]) -> bool | None:
    if not values:
        return None
    return all(value is True or (isinstance(value, str) and value.strip().casefold() == "true") for value in values)


def _seconds(value: Any) -> float:
    text = as_text(value).strip()
    return float(text) if _SECONDS.fullmatch(text) else 0.0


def _said_in_text(text: str, answer: Response, form: AnswerForm) -> Said:
    """An answer that is text and no page counts as its own message, if the template looks for one."""
    kind = kind_of(answer)
    is_page = "html" in kind and text.lstrip().startswith("<")
    if not form.message or is_page or not (kind.startswith("text/") or kind.endswith(_XML)):
        return Said()
    whole = text.strip()
    return Said(whole, "" if form.secrets else whole)


def _texts(data: Any, masked: MaskedAnswer, paths: Sequence[str]) -> list[Said]:
    """The texts at these paths, one after the other, each with what may be shown of it."""
    return [
        Said(as_text(value), as_text(shown))
        for path in paths
        for value, shown in pairs_at(data, masked.data, path)
        if says_something(value)
    ]


def _joined(texts: Sequence[Said]) -> Said:
    """All of them, each once."""
    if len(texts) < 2:  # noqa: PLR2004  # as most are
        return texts[0] if texts else Said()
    whole, shown = (_BETWEEN.join(dict.fromkeys(column)) for column in zip(*texts, strict=True))
    return Said(whole, shown)

"""A sentence of the catalogue becomes its message again, whatever the language and the face in which it was written."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from string import Formatter
from typing import NamedTuple

from uploader.i18n.catalogue import entries
from uploader.i18n.message import Message
from uploader.i18n.ways import FACES, Ways


class _Sentences(NamedTuple):
    """How the messages of one chapter are written, in all languages."""

    whole: Mapping[str, str]
    """The code of each that names no fact, by its sentence."""
    with_facts: Mapping["re.Pattern[str]", str]
    """The code of each other, by what its sentences fit."""


@lru_cache(maxsize=1024)  # thousands of rows have the same advice
def recognised(sentence: str, chapter: str) -> Message | None:
    """The message of that sentence, its facts as texts; None where it is none whose code begins with `chapter`."""
    sentences = _sentences(chapter)
    if sentence in sentences.whole:
        return Message(sentences.whole[sentence])
    fits = ((pattern.fullmatch(sentence), code) for pattern, code in sentences.with_facts.items())
    return next((Message(code, **match.groupdict()) for match, code in fits if match), None)


@cache
def _sentences(chapter: str) -> _Sentences:
    whole, with_facts = dict[str, str](), dict["re.Pattern[str]", str]()
    own = {code: entry for code, entry in entries().items() if code.startswith(chapter)}
    for code, entry in own.items():
        for pattern in entry.values():
            for face in FACES if isinstance(pattern, str) else ():
                fitting = _fitting(str(pattern), face)
                if fitting is not None and fitting.groups:
                    with_facts[fitting] = code
                elif fitting is not None:
                    whole[str(pattern).format(way=Ways(face))] = code
    return _Sentences(whole, with_facts)


def _fitting(pattern: str, face: str) -> "re.Pattern[str] | None":
    """What the sentences of a pattern fit; None where a fact is not shown as it is, or nothing is said but facts."""
    parts, words = list[str](), ""
    for literal, name, form, _ in Formatter().parse(pattern):
        words += literal
        parts.append(re.escape(literal))
        if name is None:
            continue
        fact = f"(?P<{name}>.+?)"
        if name.startswith("way.") and "{" not in (form or ""):
            parts.append(re.escape(format(getattr(Ways(face), name.removeprefix("way.")), form or "")))
        elif form or fact in parts:
            return None
        else:
            parts.append(fact)
    return re.compile("".join(parts), re.DOTALL) if any(map(str.isalpha, words)) else None

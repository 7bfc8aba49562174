"""A sentence of the catalogue becomes its message again, whatever the language and the face in which it was written."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from string import Formatter
from typing import NamedTuple

from uploader.i18n.catalogue import entries
from uploader.i18n.message import Message
from uploader.i18n.ways import FACES, Actions, Ways


class _Sentences(NamedTuple):
    """How the messages of one chapter are written, in all languages."""

    whole: Mapping[str, str]
    """The code of each that names no fact, by its sentence."""
    with_facts: Mapping["re.Pattern[str]", str]
    """The code of each other, by what its sentences fit."""


class _Reader(NamedTuple):
    """Who reads a sentence: how they call the ways, and what is on their page."""

    ways: Ways
    actions: Actions


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
    for code, pattern, reader in _patterns(chapter):
        texts, facts = _parts(pattern, reader)
        if not any(map(str.isalpha, "".join(texts))):
            continue  # nothing is said but facts
        if facts:
            with_facts.setdefault(_fitting(texts, facts), code)
        else:
            whole.setdefault(texts[0], code)
    return _Sentences(whole, with_facts)


def _patterns(chapter: str) -> Iterator[tuple[str, str, _Reader]]:
    """Code and pattern of each sentence, and how who reads it calls the ways; the oldest faces come first."""
    for face in FACES:
        for code, entry in entries(face, chapter).items():
            for language, pattern in entry.items():
                if isinstance(pattern, str):
                    yield code, pattern, _Reader(Ways(face, language), Actions(language))


def _parts(pattern: str, reader: _Reader) -> tuple[list[str], list[str]]:
    """The texts around the facts of a pattern, and the facts; none of either where a fact is not shown as it is."""
    texts, facts = [""], list[str]()
    for literal, name, form, _ in Formatter().parse(pattern):
        texts[-1] += literal
        if name is not None and name.startswith("way.") and "{" not in (form or ""):
            texts[-1] += format(getattr(reader.ways, name.removeprefix("way.")), form or "")
        elif name is not None and name.startswith("action."):
            texts[-1] += getattr(reader.actions, name.removeprefix("action."))
        elif name is not None and (form or name in facts):
            return [], []
        elif name is not None:
            facts.append(name)
            texts.append("")
    return texts, facts


def _fitting(texts: Sequence[str], facts: Sequence[str]) -> "re.Pattern[str]":
    """What a sentence with facts fits. A fact ends where the text behind it begins first: nothing is tried twice."""
    first, *between, last = map(re.escape, texts)
    *others, final = (f"(?P<{fact}>.+?)" for fact in facts)
    parted = (f"(?>{fact}{text})" for fact, text in zip(others, between, strict=True))
    return re.compile("".join([first, *parted, final, last]), re.DOTALL)

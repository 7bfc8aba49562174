"""How our sentences read: no word that only we use, and no flag or command but by the name of a way."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from uploader.i18n.ways import FACES, ways

CATALOGUE = Path(__file__).parents[2] / "uploader" / "i18n" / "catalogue"
BANNED = (
    r"\bmend",
    r"\bstands?\b",
    r"\btells? of\b",
    r"\bgo(es)? on\b",
    r"\bis no\b(?! longer)",
    r"\bsigns\b",
    r"(?<!capital )\bletters\b",
    r"\bblanks\b",
    r"\bparted\b",
    r"\btold\b",
    r"\bthe same command\b",
    r"\ball the same\b",
    r"\bone after the other\b",
    r"\bbegun\b",
    r"\bbecame of\b",
    r"\bbecomes of\b",
    r"\bnone of (its|them)\b",
    r"\bwhatever its\b",
    r"\bpractice server\b",
    r"\bcases?\b",
    r";.*;",
)
"""What `english.md` rules out: German word order, private words, and words of one API."""
FLAG_OR_COMMAND = re.compile(
    r"(^|[\s(“`])-{1,2}[a-z]|`|\buploader (?:send|check|resume|results|history|verify|settle)\b"
)


def sentences(file: Path, language: str) -> Iterator[tuple[str, str]]:
    def walk(table: Mapping[str, Any], code: str) -> Iterator[tuple[str, str]]:
        if "en" in table:
            for found in (table[language], table.get("page", {}).get(language, ())):
                texts = [found] if isinstance(found, str) else found.values() if isinstance(found, Mapping) else []
                yield from ((code, text) for text in texts)
            return
        for key, inner in table.items():
            yield from walk(inner, f"{code}.{key}" if code else key)

    yield from walk(tomllib.loads(file.read_text(encoding="utf-8")), "")


chapters = pytest.mark.parametrize("chapter", sorted(file.name for file in CATALOGUE.glob("*.toml")))


@chapters
def test_no_sentence_has_a_phrase_that_no_native_writer_would_use(chapter: str) -> None:
    said = [
        (code, phrase, text)
        for code, text in sentences(CATALOGUE / chapter, "en")
        for phrase in BANNED
        if re.search(phrase, text, re.IGNORECASE)
    ]
    assert said == []


@chapters
@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_a_sentence_names_no_flag_and_no_command_but_as_a_way(chapter: str, language: str) -> None:
    assert [said for said in sentences(CATALOGUE / chapter, language) if FLAG_OR_COMMAND.search(said[1])] == []


@chapters
@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_every_way_that_a_sentence_names_is_known_at_every_face(chapter: str, language: str) -> None:
    named = {
        field.removeprefix("way.")
        for _, text in sentences(CATALOGUE / chapter, language)
        for _, field, _, _ in Formatter().parse(text)
        if field and field.startswith("way.")
    }
    assert named <= set(ways())


@pytest.mark.parametrize("name", sorted(ways()))
def test_every_way_has_a_name_at_every_face(name: str) -> None:
    assert set(ways()[name]) == set(FACES)

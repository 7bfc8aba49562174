"""Every text that follows the user's language is there in each language, whole; a new one without them fails here."""

import ast
import importlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest

from uploader.cli.options import LANGUAGES
from uploader.i18n.translations import TRANSLATIONS
from uploader.i18n.words import Words
from uploader.model import advice
from uploader.templates.catalog import Catalog
from uploader.templates.profile import Localized

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "uploader").rglob("*.py"))
ALL = {"en", "es", "pt"}


def calls(name: str) -> Iterator[tuple[Path, ast.Call]]:
    """Every call of `name` in the package."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                yield path, node


def patterns() -> dict[str, str]:
    """The text of every `Words("…")` in the package, and where it stands."""
    found = {}
    for path, call in calls("Words"):
        if path.name == "words.py":
            continue
        text, where = call.args[0], f"{path.name}:{call.lineno}"
        assert isinstance(text, ast.Constant), f"{where}: write the text itself into Words(…), or nobody translates it"
        found[str(text.value)] = where
    return found


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{[^{}]*\}", text))


def is_whole(texts: Mapping[Any, str]) -> bool:
    """Whether all languages are there, say something, have the same placeholders, and end alike."""
    return (
        set(texts) == ALL
        and len({bool(text.strip()) for text in texts.values()}) == 1
        and len({tuple(placeholders(text)) for text in texts.values()}) == 1
        and len({text.endswith(".") for text in texts.values()}) == 1
        and not any(text != text.strip() or "  " in text for text in texts.values())
    )


def test_all_words_are_there_in_every_language() -> None:
    found = patterns()
    assert len(found) > 50
    for english, where in found.items():
        assert is_whole({"en": english, **TRANSLATIONS.get(english, {})}), f"{where}: {english}"


def test_no_translation_is_left_of_words_that_nobody_says() -> None:
    assert set(TRANSLATIONS) == set(patterns())


def test_what_is_wrong_with_a_row_is_always_said_in_words() -> None:
    """Neither made on the spot nor a plain text of its module, which would both stay English."""
    told = 0
    for path, call in calls("Problem"):
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for part in [node for argument in call.args[2:4] for node in ast.walk(argument)]:
            where = f"{path.name}:{call.lineno}"
            assert not isinstance(part, ast.JoinedStr | ast.BinOp), where
            assert not (isinstance(part, ast.Constant) and isinstance(part.value, str)), where
            known = getattr(module, part.id, ()) if isinstance(part, ast.Name) else ()
            for text in known if isinstance(known, tuple) else (known,):
                assert isinstance(text, Words), f"{where}: {text}"
                told += 1
    assert told > 20


@pytest.mark.parametrize("key", advice._ADVICE)
def test_advice_is_there_in_every_language(key: str) -> None:
    assert is_whole(advice._ADVICE[key])


@pytest.mark.parametrize("name", Catalog.of(Path("/nonexistent")).names())
def test_what_shipped_templates_say_is_there_in_every_language(name: str) -> None:
    template = Catalog.of(Path("/nonexistent")).load(name)
    assert is_whole(template.hint_out_of_reach)
    assert template.rules
    for rule in template.rules:
        assert is_whole(rule.advice), rule.advice["en"]


def test_the_option_knows_the_languages_that_there_are() -> None:
    known = get_args(get_args(Localized)[0])
    assert set(LANGUAGES) == set(known) == ALL

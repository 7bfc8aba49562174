"""Every message is whole in every language, every code that is used has one, and no entry is left that nobody uses."""

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from uploader.i18n.catalogue import Pattern, entries, entry_of
from uploader.i18n.languages import LANGUAGES
from uploader.i18n.ways import FACES
from uploader.templates.catalog import Catalog

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "uploader"
CATALOGUE = PACKAGE / "i18n" / "catalogue"
CODE = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
GIVEN_BY_THE_SHOWING = {"cell"}
"""What a sentence may name that is no fact of its message, where the message has a fact `column`."""
IN_SENTENCES = "page.action."
"""What is written on buttons and fields. The page shows most of them, and sentences name them."""
PROBLEM = re.compile(r"problem\.([a-z0-9_]+)\.(cause|fix)")


@dataclass
class Use:
    """One place in the package where a message or a problem is made."""

    where: str
    codes: list[str]
    facts: set[str] | None
    """None where they can't be seen there."""


@dataclass
class Used:
    """What the package says of its messages."""

    messages: list[Use] = field(default_factory=list)
    problems: list[Use] = field(default_factory=list)
    texts: set[str] = field(default_factory=set)
    """All texts in the code."""
    patterns: list["re.Pattern[str]"] = field(default_factory=list)
    """Codes that are put together: `problem.(.*).cause`."""

    def is_used(self, code: str) -> bool:
        """Whether the code is in the source, or its variable parts are where it is put together."""
        fitting = (pattern.fullmatch(code) for pattern in self.patterns)
        return code in self.texts or any(found and set(found.groups()) <= self.texts for found in fitting)


@cache
def used() -> Used:
    found = Used()
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.parent != PACKAGE / "i18n" or path.name == "rows.py":
            look_at_module(path, found)
    for path in sorted(PACKAGE.rglob("*.html")):
        look_at_page(path, found)
    return found


def look_at_module(path: Path, found: Used) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)):
                found.texts |= {text, text.replace(" ", "_")}  # a status has a space where a code has none
            case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_]) if "." in start:
                found.patterns.append(pattern(node))
    for call in calls(tree, "Message"):
        if call.args:
            given = {word.arg for word in call.keywords if word.arg}
            is_whole = all(word.arg for word in call.keywords)  # no `**facts`
            found.messages.append(
                Use(f"{path.name}:{call.lineno}", constants(call.args[0]), given if is_whole else None)
            )
    for call in calls(tree, "Problem"):
        code = argument(call, 2, "code")
        if code is not None:
            given_here = keys(argument(call, 3, "facts"))
            found.problems.append(Use(f"{path.name}:{call.lineno}", constants(code), given_here))


def look_at_page(path: Path, found: Used) -> None:
    """The codes on a page: whole ones, `t('web.rows')`, and those that are put together, `'web.word.' ~ status`."""
    for code, joined in re.findall(r"'([a-z0-9_]+\.[a-z0-9_.]+)'(\s*~)?", path.read_text(encoding="utf-8")):
        if joined:
            found.patterns.append(re.compile(re.escape(code) + r"([a-z0-9_]+)"))
        elif not code.endswith(".html"):
            found.messages.append(Use(path.name, [code], None))
            found.texts.add(code)


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called)) if called == name:
                yield node


def argument(call: ast.Call, position: int, name: str) -> ast.expr | None:
    by_name = next((word.value for word in call.keywords if word.arg == name), None)
    return call.args[position] if len(call.args) > position else by_name


def constants(code: ast.expr) -> list[str]:
    """The codes that an expression may come to, as far as they are written there."""
    match code:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=one, orelse=other):
            return constants(one) + constants(other)
        case _:
            return []


def keys(facts: ast.expr | None) -> set[str] | None:
    match facts:
        case None:
            return set()
        case ast.Dict(keys=names) if all(isinstance(name, ast.Constant) for name in names):
            return {str(name.value) for name in names if isinstance(name, ast.Constant)}
        case _:
            return None


def pattern(text: ast.JoinedStr) -> "re.Pattern[str]":
    parts = (
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"([a-z0-9_]+(?:\.[a-z0-9_]+)*)"
        for part in text.values
    )
    return re.compile("".join(parts))


def texts(entry: Mapping[str, Pattern]) -> list[str]:
    """An entry's texts in all languages, those of both plural categories too."""
    return [text for one in entry.values() for text in (one.values() if isinstance(one, Mapping) else [one])]


def facts(text: str) -> set[str]:
    named = [(name, spec or "") for _, name, spec, _ in Formatter().parse(text) if name is not None]
    inner = {name for way, spec in named if way.startswith("way.") for name in facts(spec)}
    return inner | {name for name, _ in named if not name.startswith("way.")}


@pytest.mark.parametrize("code", sorted(entries()))
def test_every_entry_is_whole_in_every_language(code: str) -> None:
    entry = entries()[code]
    assert CODE.fullmatch(code)
    assert set(entry) == set(LANGUAGES) == {"en", "es", "pt"}
    categories = {frozenset(one) if isinstance(one, Mapping) else None for one in entry.values()}
    assert categories in ({None}, {frozenset({"one", "other"})}), "the same plural categories in every language"
    assert len({bool(text.strip()) for text in texts(entry)}) == 1, "all languages say something, or none does"
    assert len({text.endswith(".") for text in texts(entry)}) == 1, "all languages end alike"
    assert not [text for text in texts(entry) if text != text.strip() or "  " in text]


@pytest.mark.parametrize("code", sorted(entries()))
def test_every_language_names_the_same_facts(code: str) -> None:
    entry = entries()[code]
    for one in entry.values():
        if isinstance(one, Mapping):
            assert facts(one["one"]) | {"count"} == facts(one["other"]) | {"count"}, "`one` may leave the count out"
    named = {frozenset(facts(one["other"] if isinstance(one, Mapping) else one)) for one in entry.values()}
    assert len(named) == 1
    parts = [part for text in texts(entry) for part in Formatter().parse(text)]
    formats = {spec for _, name, spec, _ in parts if name is not None and not name.startswith("way.")}
    assert formats <= {"", "n", "c", "p"}


def entries_of(table: Mapping[str, object], code: str = "") -> Iterator[tuple[str, object]]:
    """Those of a file that was parsed whole."""
    if "en" in table:
        yield code, table
        return
    for key, inner in table.items():
        assert isinstance(inner, dict), f"{code}.{key}"
        yield from entries_of(inner, f"{code}.{key}".lstrip("."))


@pytest.mark.parametrize("file", sorted(CATALOGUE.glob("*.toml")), ids=lambda file: file.stem)
def test_an_entry_that_is_parsed_alone_is_what_the_whole_file_has(file: Path) -> None:
    whole = dict(entries_of(tomllib.loads(file.read_text(encoding="utf-8"))))
    assert whole
    for code, entry in whole.items():
        assert isinstance(entry, dict)
        for face in FACES:
            assert entry_of(code, face) == entry.get(face, entry)


def test_a_code_without_an_entry_is_a_mistake() -> None:
    for code in ("nope", "end", "screen", "end.figures.en", "end.figures]\n[end.run", ""):
        with pytest.raises(KeyError):
            entry_of(code)


def test_no_code_has_two_entries() -> None:
    codes = Counter[str]()
    for file in CATALOGUE.glob("*.toml"):
        codes.update(set(re.findall(r"^\[([a-z0-9_.]+)\]$", file.read_text(encoding="utf-8"), re.MULTILINE)))
        assert tomllib.loads(file.read_text(encoding="utf-8")), file.name
    assert [code for code, files in codes.items() if files > 1] == []
    assert set(codes) == set(entries())


def test_every_message_has_an_entry_and_the_facts_that_it_names() -> None:
    assert len(used().messages) > 30
    for use in used().messages:
        for code in use.codes:
            assert code in entries(), f"{use.where}: {code}"
            named = {name for text in texts(entries()[code]) for name in facts(text)}
            given = (
                None if use.facts is None else use.facts | (GIVEN_BY_THE_SHOWING if "column" in use.facts else set())
            )
            assert given is None or named <= given, f"{use.where}: {code} names {named - given}"


def test_every_problem_has_a_cause_and_a_fix_and_the_facts_that_they_name() -> None:
    assert len(used().problems) > 10
    for use in used().problems:
        for code in use.codes:
            for part in ("cause", "fix"):
                entry = f"problem.{code}.{part}"
                assert entry in entries(), f"{use.where}: {entry}"
                named = {name for text in texts(entries()[entry]) for name in facts(text)}
                assert use.facts is None or named <= use.facts, f"{use.where}: {entry} names {named - use.facts}"


@pytest.mark.parametrize("code", sorted(code for code in entries() if not code.startswith(IN_SENTENCES)))
def test_every_entry_is_used(code: str) -> None:
    problem = PROBLEM.fullmatch(code)
    assert used().is_used(code) if problem is None else problem[1] in used().texts


@pytest.mark.parametrize("name", Catalog.of(Path("/nonexistent")).names())
def test_what_shipped_templates_say_is_there_in_every_language(name: str) -> None:
    template = Catalog.of(Path("/nonexistent")).load(name)
    assert template.rules
    texts_of = [template.title, template.hint_out_of_reach]
    texts_of += [column.description for column in template.columns.values()]
    texts_of += [setting.description for setting in template.settings.values()]
    texts_of += [rule.advice for rule in template.rules if rule.advice] + [
        question.title for question in template.preflight
    ]
    for said in texts_of:
        assert set(said) == set(LANGUAGES)
        assert len({bool(text.strip()) for text in said.values()}) == 1
        assert len({frozenset(facts(text)) for text in said.values()}) == 1
        assert len({text.endswith(".") for text in said.values()}) == 1
        assert not [text for text in said.values() if text != text.strip() or "  " in text]

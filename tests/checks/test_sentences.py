"""The sentences about lists and rows: each problem has a cause and a fix, in each language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import uploader
from uploader.checks import rules
from uploader.i18n.catalogue import Pattern, entries
from uploader.i18n.languages import LANGUAGES

OURS = (
    "problem.", "how_to_write.", "note.", "list.", "missing_file.", "folder.", "unreadable", "not_a_list.", "filetype.", "csv.",
    "encoding.", "book.", "damage.", "hostile.", "hint.", "table.", "mapping.", "address.",
)  # fmt: skip
CODES = sorted(code for code in entries() if code.startswith(OURS))
PACKAGE = Path(uploader.__file__).parent


def forms(pattern: Pattern) -> list[str]:
    return [pattern] if isinstance(pattern, str) else list(pattern.values())


@pytest.mark.parametrize("code", CODES)
def test_a_sentence_is_there_in_each_language_with_the_same_facts_and_the_same_end(code: str) -> None:
    entry = entries()[code]
    texts = {language: forms(entry[language]) for language in entry}
    assert set(texts) == set(LANGUAGES)
    assert len({tuple(sorted(set(re.findall(r"\{([^{}:]*)", "".join(some))))) for some in texts.values()}) == 1
    assert len({text.endswith(".") for some in texts.values() for text in some}) == 1
    assert not [text for some in texts.values() for text in some if text != text.strip() or "  " in text or not text]


def test_each_problem_has_a_cause_and_a_fix() -> None:
    parts = [code.rpartition(".") for code in CODES if code.startswith("problem.")]
    assert {part for _, _, part in parts} == {"cause", "fix"}
    assert {code for code, _, part in parts if part == "cause"} == {code for code, _, part in parts if part == "fix"}


def messages() -> Iterator[str]:
    """The codes of all messages of readers and checks that are written out."""
    for path in [*(PACKAGE / "readers").rglob("*.py"), *(PACKAGE / "checks").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                index = {"Message": 0, "Problem": 2}.get(node.func.id, -1)
                code = node.args[index] if 0 <= index < len(node.args) else None
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    yield code.value if index == 0 else f"problem.{code.value}.cause"


def test_every_code_that_readers_and_checks_write_is_in_the_catalogue() -> None:
    written = {*messages(), *(f"problem.{code}.cause" for code in rules._LOST_BY_EXCEL.values())}
    assert len(written) > 30
    assert written - set(entries()) == set()


def test_every_error_of_readers_and_checks_carries_a_message() -> None:
    files = [
        *(PACKAGE / "readers").rglob("*.py"),
        *(PACKAGE / "checks").rglob("*.py"),
        *(PACKAGE / "model").glob("*.py"),
    ]
    errors = [
        (file.name, ast.unparse(node))
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.endswith("Error")
    ]
    assert len(errors) > 30
    assert [error for error in errors if re.match(r"\w+\((f?['\"]|\w+\.format)", error[1])] == []

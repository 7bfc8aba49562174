"""The examples of docs/python.md: each is run, in the page's order, with the names that the ones before it made."""

import ast
import asyncio
import inspect
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import uploader
from tests.conftest import PracticeProcess, interactions, write_xlsx
from uploader import errors
from uploader.sandbox import TOKEN

PAGE = (Path(__file__).parents[2] / "docs" / "python.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
ROWS = 6


def run(example: str, names: dict[str, Any]) -> object:
    """As a cell of a notebook, where `await` may be used outside a function; the exit code, if it exits."""
    code = compile(example, "docs/python.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    try:
        waiting = eval(code, names)
        if inspect.iscoroutine(waiting):
            asyncio.run(waiting)
    except SystemExit as end:
        return end.code
    return None


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library that the page keeps its token in."""
    library = ModuleType("keyring")
    library.get_password = lambda service, user: TOKEN  # type: ignore[attr-defined]  # a stand-in for the keyring library
    monkeypatch.setitem(sys.modules, "keyring", library)


@pytest.mark.usefixtures("keyring")
def test_every_example_does_what_the_page_says(
    tmp_path: Path, sandbox: PracticeProcess, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write_xlsx(tmp_path / "clients.xlsx", interactions(ROWS))
    send = uploader.send

    def to_tests(source: Any, **options: Any) -> uploader.Result:
        """The page sends to the API where it does not say `sandbox=True`; its tests don't."""
        return send(source, base_url=None if "sandbox" in options else sandbox.url, **options)

    monkeypatch.setattr(uploader, "send", to_tests)
    names: dict[str, Any] = {"uploader": uploader}
    for example in EXAMPLES:
        assert run(example, names) in (None, 0)
        assert not isinstance(names.get("result"), uploader.Result) or names["result"].exit_code in (0, 1)
    assert len(sandbox.bodies()) == ROWS
    assert f"{{'accepted': {ROWS}, 'rejected': 0" in capsys.readouterr().out


def test_the_counts_that_the_page_shows_are_those_of_its_example() -> None:
    assert f"'accepted': {ROWS}" in EXAMPLES[0]
    assert len(EXAMPLES) >= 15


def test_every_argument_of_send_is_explained() -> None:
    for name in list(inspect.signature(uploader.send).parameters)[1:]:
        assert re.search(rf"^\| [^|]*`{name}`", PAGE, re.MULTILINE) or f"`{name}=True`" in PAGE, name


def test_every_function_and_error_is_on_the_page() -> None:
    ours = {name for name, one in vars(errors).items() if inspect.isclass(one) and issubclass(one, Exception)}
    functions = {name for name in uploader.__all__ if inspect.isfunction(getattr(uploader, name))}
    assert [name for name in ours | functions if name not in PAGE] == []


def test_every_exit_code_of_an_error_is_as_the_page_says() -> None:
    told = re.findall(r"^\| `(\w+Error)` \|.*\| (\d+) \|$", PAGE, re.MULTILINE)
    assert len(told) == 8
    for name, code in told:
        assert getattr(uploader, name).exit_code == int(code)

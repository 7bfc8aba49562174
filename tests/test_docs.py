"""What the documents say of the program, held against the program."""

import re
import tomllib
from pathlib import Path

import pytest

from uploader.cli.commands import cli
from uploader.cli.exit_codes import ExitCode
from uploader.i18n import Message, render
from uploader.model.outcomes import Verdict
from uploader.model.rows import RESULT_COLUMNS, Status

ROOT = Path(__file__).parent.parent


def document(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def table_keys(text: str) -> set[str]:
    """What stands in backticks at the front of a table's rows."""
    return set(re.findall(r"^\| `([^`|]+)`", text, re.MULTILINE))


@pytest.mark.parametrize("name", ["README.md", "docs/results.md"])
def test_every_status_is_explained(name: str) -> None:
    assert {str(status) for status in Status} <= table_keys(document(name))


def test_every_exit_code_is_explained() -> None:
    codes = re.findall(r"^\| (\d+) \|", document("docs/commands.md"), re.MULTILINE)
    assert sorted(map(int, codes)) == sorted(ExitCode)


def test_every_column_of_ours_is_explained() -> None:
    told = document("docs/results.md")
    assert all(f"`{name}`" in told for name in ("Row", *RESULT_COLUMNS))


def test_every_word_of_the_rules_is_explained() -> None:
    assert {str(meaning) for meaning in Verdict} - {"out of reach", "unsendable"} <= table_keys(
        document("docs/templates.md")
    )


def test_every_command_is_documented_with_its_own_help() -> None:
    told = document("docs/commands.md")
    for name, command in cli.commands.items():
        assert f"## uploader {name}\n" in told
        first, _, _ = render(Message(f"help.command.{name}"), "en").partition("\n")
        assert first in re.sub(r"\s+", " ", told)
        for parameter in command.params:
            assert all(option in told for option in parameter.opts if option.startswith("-"))


def test_the_commands_that_the_readme_shows_exist() -> None:
    shown = re.findall(
        r"uploader ([a-z]+)((?: [^`\n]*)?)",
        "\n".join(re.findall(r"```console\n(.*?)```", document("README.md"), re.DOTALL)),
    )
    assert len(shown) >= 5
    for name, rest in shown:
        params = cli.commands[name].params
        known = {option for parameter in params for option in (*parameter.opts, *parameter.secondary_opts)}
        assert set(re.findall(r"(?<= )--?[a-z-]+", rest)) <= known


def test_links_between_documents_lead_somewhere() -> None:
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_every_dependency_has_its_decision() -> None:
    project = tomllib.loads(document("pyproject.toml"))["project"]
    told = document("docs/decisions.md").lower()
    for requirement in project["dependencies"]:
        assert f"**{re.split('[>=]', requirement)[0].lower()}**" in told


def test_every_room_of_the_house_is_in_the_contributors_guide() -> None:
    told = document("CONTRIBUTING.md")
    for path in (ROOT / "uploader").iterdir():
        if path.name.startswith("__") or path.name in ("errors.py", "py.typed"):
            continue
        assert f"`{path.name}{'/' if path.is_dir() else ''}`" in told, path.name

"""The documents compared with the program, and the README's commands run as a new user would run them."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from pydantic import BaseModel

from tests.command_tree import commands_of
from tests.conftest import UPLOADER, PracticeProcess, environment, sheet_rows, write_csv, write_xlsx
from tests.waiting import HANG_SECONDS
from uploader.cli.commands import cli
from uploader.i18n import Message, render
from uploader.model.exit_codes import ExitCode
from uploader.model.outcomes import Verdict
from uploader.model.rows import RESULT_COLUMNS, Status
from uploader.templates.answers.form import AnswerForm, Rule
from uploader.templates.batches.form import BatchForm
from uploader.templates.columns.column import Column
from uploader.templates.oauth2.client_credentials import ClientCredentials
from uploader.templates.parsing.parser import parse
from uploader.templates.parsing.tables import Limits, ProfileTables, TemplateTables
from uploader.templates.preflight.question import Ids, PreflightQuestion, Quota
from uploader.templates.requests.form import RequestForm
from uploader.templates.settings.setting import Setting

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)

CUSTOMERS = ("De", "Para", "Asunto", "Mensaje", "Punto de enrutamiento")
"""The header of the README's list. In its rows happens what the README speaks of."""
REJECTED_ROW, ARRIVED_ROWS, LOST_ROW, LAST_ROW = 6, (4, 9), 12, 13
FAULTS = {**dict.fromkeys(ARRIVED_ROWS, " [practice reset-after]"), LOST_ROW: " [practice reset-before x1]"}


def document(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def table_keys(text: str) -> set[str]:
    """What is in backticks at the start of a table's rows."""
    return set(re.findall(r"^\| `([^`|]+)`", text, re.MULTILINE))


@pytest.mark.parametrize("name", ["README.md", "docs/results.md"])
def test_every_status_is_explained(name: str) -> None:
    assert {str(status) for status in Status} <= table_keys(document(name))


@pytest.mark.parametrize("name", ["README.md", "docs/commands.md"])
def test_every_exit_code_is_explained(name: str) -> None:
    codes = re.findall(r"^\| (\d+) \|", document(name), re.MULTILINE)
    assert sorted(map(int, codes)) == sorted(ExitCode)


def test_every_column_of_ours_is_explained() -> None:
    explained = document("docs/results.md")
    assert all(f"`{name}`" in explained for name in ("Row", *RESULT_COLUMNS))


def test_every_word_of_the_rules_is_explained() -> None:
    assert {str(meaning) for meaning in Verdict} - {"refused together", "out of reach", "unsendable"} <= table_keys(
        document("docs/template-reference.md")
    )


def test_every_command_is_documented_with_its_own_help() -> None:
    documented = document("docs/commands.md")
    for name, command in commands_of(cli).items():
        assert f"## uploader {name}\n" in documented
        first, _, _ = render(Message(f"help.command.{name}"), "en").partition("\n")
        assert first in re.sub(r"\s+", " ", documented)
        for parameter in command.params:
            assert all(option in documented for option in parameter.opts if option.startswith("-"))


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pages
def test_links_lead_to_a_file_and_to_a_heading_in_it(page: Path) -> None:
    for path, anchor in re.findall(r"\]\(([^)#:]*)(?:#([^)]+))?\)", page.read_text(encoding="utf-8")):
        target = page.parent / path if path else page
        assert target.exists(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"


@pages
def test_pages_have_no_word_that_only_we_use(page: Path) -> None:
    private = (
        r"\bmend|practice server|all the same|\bgoes on\b|\btells of\b|\bparted\b|\bblanks\b|is no (?:date|workbook)"
    )
    assert re.findall(private, page.read_text(encoding="utf-8"), re.IGNORECASE) == []


def lines_of(picture: str) -> list[str]:
    """The texts in a picture of terminals."""
    texts = ET.parse(ROOT / "docs" / "pictures" / picture).iter("{http://www.w3.org/2000/svg}text")
    return ["".join(text.itertext()) for text in texts]


def test_the_pictures_show_the_runs_that_the_readme_speaks_of() -> None:
    assert "$ uploader demo" in lines_of("terminal.svg")
    assert "$ uploader send clientes.xlsx --sandbox" in lines_of("terminal-es.svg")


def test_the_picture_of_a_spanish_run_has_no_english_sentence() -> None:
    english = re.compile(r"\b(the|The|rows|is|in|of|Template|Results)\b")
    assert [line for line in lines_of("terminal-es.svg") if english.search(line)] == []


def texts_of_the_page() -> Iterator[str]:
    """What the page says in English and Spanish, with … for each fact."""
    for chapter in ("page", "web"):
        entries = [tomllib.loads(document(f"uploader/i18n/catalogue/{chapter}.toml"))]
        while entries:
            for key, value in entries.pop().items():
                if key in {"en", "es"}:
                    texts = value.values() if isinstance(value, dict) else [value]
                    yield from (re.sub(r"{[^}]*}", "…", text) for text in texts)
                elif isinstance(value, dict):
                    entries.append(value)


def test_the_guide_to_the_page_calls_its_buttons_by_their_names() -> None:
    """What is bold is one of the page's texts, or the end of one; but for the words with which a line begins."""
    texts, no_texts = list(texts_of_the_page()), {"uploader", "ES", "PT", "EN"}
    bold = re.finditer(r"(^(?:- |\d\. )?)?\*\*([^*]+?)\.?\*\*", document("docs/page.md"), re.MULTILINE)
    named = (" ".join(one[2].split()) for one in bold if one[1] is None)
    names = {re.sub(r"\d+", "…", name) for name in named}
    assert len(names) > len(no_texts)
    assert [name for name in names - no_texts if not any(text.endswith(name) for text in texts)] == []


def test_every_dependency_has_its_decision() -> None:
    project = tomllib.loads(document("pyproject.toml"))["project"]
    decided = document("docs/decisions.md").lower()
    for requirement in project["dependencies"]:
        assert f"**{re.split('[>=]', requirement)[0].lower()}**" in decided


def test_every_folder_of_the_program_is_in_the_contributors_guide() -> None:
    guide = document("CONTRIBUTING.md")
    for path in (ROOT / "uploader").iterdir():
        if path.name.startswith("__") or path.name in {"errors.py", "py.typed"}:
            continue
        assert f"`{path.name}{'/' if path.is_dir() else ''}`" in guide, path.name


def blocks(language: str) -> list[str]:
    """The README's blocks of code in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", document("README.md"), re.DOTALL | re.MULTILINE)


def commands() -> Iterator[str]:
    """The README's uploader commands, in its order."""
    for block in blocks("console"):
        yield from (line for line in block.splitlines() if line.startswith("uploader "))


def customers(folder: Path) -> None:
    """The lists that the README names."""
    rows = [
        ["soporte@andina.example", f"{row}@correo.example", f"Factura{FAULTS.get(row, '')}", "Buenos días", "61196"]
        for row in range(2, LAST_ROW + 1)
    ]
    rows[REJECTED_ROW - 2][4] = "99999"
    write_xlsx(folder / "customers.xlsx", rows, CUSTOMERS)
    write_csv(folder / "today.csv", [["a@b.example", "today@correo.example", "Hoy", "Hola", "61196"]], CUSTOMERS)


def fix_rejected_row(workbook: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    sheet = book["Results"]
    columns = {str(cell.value): number for number, cell in enumerate(sheet[1], start=1)}
    line = next(cell.row for cell in sheet["A"] if cell.value == REJECTED_ROW)
    sheet.cell(line, columns[CUSTOMERS[4]], "61196")
    book.save(workbook)


def run_in(folder: Path, command: str, api: str) -> int:
    """The exit code of a line of the README; what would go to the API goes to a sandbox of the test's own."""
    verb, *rest = shlex.split(command.partition("<")[0])[1:]
    goes_out = verb in {"send", "resume"} and "--sandbox" not in rest
    arguments = [verb, *rest, *(["--base-url", api] if goes_out else [])]
    standard_input = command.partition("<")[2].strip()
    with (folder / standard_input if standard_input else Path(os.devnull)).open("rb") as given:
        ended = subprocess.run(
            [UPLOADER, *arguments], cwd=folder, env=environment(), stdin=given, timeout=HANG_SECONDS, check=False
        )
    return ended.returncode


@pytest.mark.usefixtures("api_that_ends_soon")
def test_the_readmes_commands_take_a_new_user_from_a_list_to_rows_that_are_all_accepted(
    tmp_path: Path, practice: PracticeProcess
) -> None:
    customers(tmp_path)
    for command in commands():
        if command.startswith("uploader send customers.results.xlsx"):
            fix_rejected_row(tmp_path / "customers.results.xlsx")
        expected = {0, 1, 2} if command == "uploader resume" else {0, 1}
        assert run_in(tmp_path, command, practice.url) in expected, command
    taken = Counter(line["body"] for line in practice.received() if line["taken"])
    assert set(taken.values()) == {1}
    assert len(taken) == LAST_ROW - 1 + 1  # and the row of today.csv
    statuses = {line["Row"]: line["Status"] for line in sheet_rows(tmp_path / "customers.results.xlsx")}
    assert statuses == dict.fromkeys(range(2, LAST_ROW + 1), "accepted")


@pytest.mark.usefixtures("api_that_ends_soon")
def test_the_readmes_python_runs(tmp_path: Path, practice: PracticeProcess) -> None:
    customers(tmp_path)
    [script] = blocks("python")
    sent = script.replace("skip_invalid=True", f"skip_invalid=True, base_url={practice.url!r}")
    assert sent != script
    subprocess.run([sys.executable, "-c", sent], cwd=tmp_path, env=environment(), timeout=HANG_SECONDS, check=True)
    assert len(practice.bodies()) >= LAST_ROW - 1


TABLES = (
    TemplateTables, ProfileTables, RequestForm, BatchForm, ClientCredentials, Column, AnswerForm, Rule, Setting, Limits,
    PreflightQuestion, Quota, Ids,
)  # fmt: skip


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_every_key_of_a_template_is_in_the_reference_with_an_example(table: type[BaseModel]) -> None:
    examples = "\n".join(re.findall(r"```toml\n(.*?)```", document("docs/template-reference.md"), re.DOTALL))
    keys = [field.alias or name for name, field in table.model_fields.items()]
    shown = [
        key
        for key in keys
        if re.search(rf"^#? ?(?:{key} =|{key}\.en =|\[+(?:\w+\.)*{key}[\].])", examples, re.MULTILINE)
    ]
    assert [key for key in keys if key not in shown] == []


@pytest.mark.parametrize("example", re.findall(r"```toml\n(.*?)```", document("docs/template-reference.md"), re.DOTALL))
def test_every_example_of_the_reference_is_toml(example: str) -> None:
    assert tomllib.loads(example)


def test_the_whole_template_of_the_reference_is_one() -> None:
    whole = re.search(r"## A whole template\n\n```toml\n(.*?)```", document("docs/template-reference.md"), re.DOTALL)
    assert whole is not None
    assert parse(whole[1], "whole.toml", "whole").kept_columns == ("ticket_id",)

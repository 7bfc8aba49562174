"""Every template that ships is explained in three languages, and has a blank list that can be filled in and sent."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import openpyxl
import pytest

import uploader
from tests.templates_shipped.catalogue import CATALOG, FOLDER, NAMES, TEMPLATES
from uploader.actions.session import Session
from uploader.actions.templates.known import blank
from uploader.checks.columns.mapping import match_columns
from uploader.i18n.languages import LANGUAGES
from uploader.templates.catalog import PROFILE
from uploader.templates.template import Template


def texts_of(template: Template) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Every sentence for people, and where it is."""
    yield "hint_out_of_reach", template.hint_out_of_reach
    yield from ((f"columns.{name}", column.description) for name, column in template.columns.items())
    yield from ((f"settings.{name}", setting.description) for name, setting in template.settings.items())
    yield from ((f"rules.{number}", rule.advice) for number, rule in enumerate(template.rules) if rule.advice)


@pytest.mark.parametrize("name", NAMES)
def test_descriptions_are_sentences_that_were_translated(name: str) -> None:
    for where, text in texts_of(TEMPLATES[name]):
        assert text.keys() == LANGUAGES.keys(), where
        assert all(written.endswith((".", ";")) for written in text.values()), where
        assert len(set(text.values())) == len(LANGUAGES), where


@pytest.mark.parametrize("name", NAMES)
def test_people_find_what_it_does_and_where_the_api_explains_it(name: str) -> None:
    template = TEMPLATES[name]
    assert template.documentation.startswith("https://")
    assert all(column.example for column in template.columns.values() if column.required)
    assert all(setting.sandbox for setting in template.settings.values())
    assert (FOLDER / f"{name}.toml").read_text(encoding="utf-8").startswith("# ")


def test_every_api_has_a_profile_with_its_name() -> None:
    folders = {name.partition("/")[0] for name in NAMES}
    assert {path.parent.name for path in FOLDER.glob(f"*/{PROFILE}")} == folders


@pytest.mark.parametrize("name", NAMES)
def test_each_name_of_a_column_leads_to_that_column_alone(name: str) -> None:
    columns = CATALOG.load(name).columns
    for field, column in columns.items():
        for written in (field, *column.aliases):
            assert match_columns([written], columns).fields == {field: 0}, written


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_blank_list_is_written_and_its_example_row_would_be_sent(tmp_path: Path, name: str, language: str) -> None:
    path = tmp_path / "list.xlsx"
    blank(name, path, Session(tmp_path, language=language))
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet.max_column == len(TEMPLATES[name].columns)
    found = uploader.check(path, template=name)
    assert set(found.problems["code"]) == {"example_row"}, found.problems[["cell", "cause"]]

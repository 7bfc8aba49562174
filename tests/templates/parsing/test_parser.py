"""A text that was read before isn't read again, and what it was read as stays the same, whatever is done with it."""

import pytest
from pydantic import ValidationError

from tests.templates_shipped.catalogue import CATALOG, NAMES, examples_of
from uploader.errors import TemplateError
from uploader.model.http import Response
from uploader.model.settings import Settings
from uploader.templates.answers.judging import judge
from uploader.templates.parsing.parser import parse
from uploader.templates.template import Template

PROFILE = ("title = 'API'\n[limits]\nconcurrency = 2", "api.toml")
TEXT = """
title = 'x'
[request]
url = 'https://api.example.com'
json = { nested = ['{{a}}'] }
[columns.a]
"""


def _same_read_anew(template: Template) -> Template:
    profile = None if template.profile_text is None else (template.profile_text, "api.toml")
    return parse.__wrapped__(template.text, "x.toml", template.name, profile)


def test_a_text_that_was_read_is_not_read_again() -> None:
    assert parse(TEXT, "x.toml", "x", PROFILE) is parse(TEXT, "x.toml", "x", PROFILE)


def test_another_text_or_profile_or_name_is_another_template() -> None:
    first = parse(TEXT, "x.toml", "x", PROFILE)
    assert parse(TEXT.replace("{{a}}", "{{a}}!"), "x.toml", "x", PROFILE).request != first.request
    assert parse(TEXT, "x.toml", "x", ("title = 'API'", "api.toml")).limits != first.limits
    assert parse(TEXT, "x.toml", "y", PROFILE).name == "y"


def test_a_mistake_is_told_each_time_with_the_file_in_which_it_is() -> None:
    for source in ("a.toml", "b.toml", "b.toml"):
        with pytest.raises(TemplateError) as why:
            parse("title = 1", source, "x")
        assert why.value.message.facts["path"] == source


@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_done_with_a_template_it_stays_as_it_was_read(name: str) -> None:
    template = CATALOG.load(name)
    settings = Settings({name: setting.sandbox or "1" for name, setting in template.settings.items()}, {})
    values = examples_of(template)

    template.with_held_files().build(values, settings, None, template.fingerprint(values, settings))
    list(template.fingerprints({name: [value] for name, value in values.items()}, settings))
    template.with_decimals(dict.fromkeys(template.columns, ","))
    template.combiner(settings, None)
    list(template.file_problems(values))
    for question in template.preflight:
        template.question(question, settings)
    judge(Response(200, b'{"code": "200", "data": [{"a": 1}]}', 1), template)

    assert template.model_dump() == _same_read_anew(template).model_dump()
    with pytest.raises(ValidationError):
        template.title = {}  # type: ignore[misc]  # that is what it refuses

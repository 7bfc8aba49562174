"""What a template says to people: one text for everybody, or one for each language; and its mistakes, in each."""

import re
from collections.abc import Mapping
from datetime import date

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from uploader.errors import SettingsError, TemplateError
from uploader.i18n import Message, in_language, render
from uploader.i18n.languages import LANGUAGES
from uploader.templates.parsing.parser import parse
from uploader.templates.template import Template
from uploader.templates.values.faults import faults_of

TEMPLATE = """
title = {title}
[request]
url = "https://api.example.com/{{{{name}}}}"
[columns.name]
description = {description}
[settings.key]
secret = false
description = {description}
accept = '[0-9]+'
[[preflight]]
title = {title}
url = "https://api.example.com/quota"
[[rules]]
code = [400]
means = "rejected"
advice = {description}
[hint_out_of_reach]
en = "Check the cable."
"""
SPANISH = '{ en = "The name.", es = "El nombre." }'


def template(title: str = '"Things"', description: str = SPANISH) -> Template:
    return parse(TEMPLATE.format(title=title, description=description), "x.toml", "x")


def texts_of(shown: Template) -> list[Mapping[str, str]]:
    return [shown.columns["name"].description, shown.settings["key"].description, shown.rules[0].advice]


def test_a_plain_text_counts_for_every_language() -> None:
    shown = template()
    for language in LANGUAGES:
        assert in_language(shown.title, language) == in_language(shown.preflight[0].title, language) == "Things"
        assert in_language(shown.hint_out_of_reach, language) == "Check the cable."


def test_a_text_by_language_is_read_in_each_and_else_in_english() -> None:
    for texts in texts_of(template()):
        assert [in_language(texts, language) for language in LANGUAGES] == ["The name.", "El nombre.", "The name."]


def test_a_column_needs_no_description() -> None:
    text = 'title = "x"\n[request]\nurl = "https://api.example.com/{{a}}"\n[columns.a]\n'
    assert in_language(parse(text, "x.toml", "x").columns["a"].description, "es") == ""


@pytest.mark.parametrize(
    ("given", "key", "words"),
    [
        ('{ es = "El nombre." }', "columns.name.description", "at least en"),
        ('{ en = "The name.", de = "Der Name." }', "columns.name.description", "de is not one of"),
        ("7", "settings.key.description", "table"),
        ("{ en = 7 }", "columns.name.description.en", "in quotes"),
    ],
)
def test_a_text_that_is_none_is_refused(given: str, key: str, words: str) -> None:
    with pytest.raises(TemplateError, match=rf"{re.escape(key)}: [^:]*{words}"):
        template(description=given)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", 3),
        ("[limits]\nconcurrency = 0\nrate = 'often'\nprobe_seconds = 0\ntimeout_seconds = 'x'\n", 7),
        ("title = 'x'\nextra = 1\n[request]\nurl = 'x'\nmethod = 'LOOK'\n[columns.a]\nrequired = 'yes'\n", 3),
    ],
)
def test_every_mistake_is_named_in_every_language(text: str, faults: int) -> None:
    with pytest.raises(TemplateError) as refused:
        parse(text, "x.toml", "x")
    message = refused.value.message
    assert (message.code, message.facts["count"]) == ("template.invalid", faults)
    said = {language: render(message, language) for language in LANGUAGES}
    assert len(set(said.values())) == len(LANGUAGES)
    assert "Input should" not in "".join(said.values()), "in our words, not pydantic's"


def test_a_value_that_may_be_of_several_kinds_is_one_mistake_at_its_own_key() -> None:
    with pytest.raises(TemplateError, match=r"has a mistake\. limits\.timeout_seconds: write a number, without quotes"):
        parse(TEMPLATE.format(title='"x"', description='"x"') + "[limits]\ntimeout_seconds = '9'\n", "x.toml", "x")


def test_a_kind_of_mistake_that_is_rare_is_told_as_pydantic_tells_it() -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(dict[str, date]).validate_python({"day": "2026-13-01"})
    (fault,) = faults_of(refused.value, BaseModel)
    assert render(fault, "es").startswith("day: Input should be a valid date")


def test_a_setting_that_does_not_fit_is_refused_with_what_the_template_says_of_it() -> None:
    with pytest.raises(SettingsError) as refused:
        template().accepted_setting("key", "abc")
    assert refused.value.message == Message(
        "setting.not_accepted_explained",
        value=Message("setting.quoted", value="abc"),
        name="key",
        description={"en": "The name.", "es": "El nombre."},
    )
    assert render(refused.value.message, "es") == "“abc” no es válido para key. El nombre."
    assert render(refused.value.message, "pt") == "“abc” não é válido para key. The name."


def test_a_secret_setting_is_never_quoted_in_any_language(wolkvox: Template) -> None:
    with pytest.raises(SettingsError) as refused:
        wolkvox.accepted_setting("wolkvox_token", "s3cret\nñ")
    assert "s3cret" not in repr(refused.value.message)
    assert render(refused.value.message, "es").startswith("El valor no es válido para wolkvox_token")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shipped_templates_name_the_routing_point_in_the_reader_s_language(
    wolkvox: Template, language: str
) -> None:
    named = {"en": "routing point", "es": "punto de enrutamiento", "pt": "ponto de roteamento"}[language]
    assert named in in_language(wolkvox.columns["rp_id"].description, language)

"""Every draft is a template, and the language itself sends with its example row what the source sends."""

import json
from html import unescape
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import assume, given, settings

from tests.templates.importers.curl_commands import BASH, WINDOWS, Known
from tests.templates.importers.filling import sent
from tests.templates.importers.test_draft import JSON, alike, has_secret, request_of
from uploader.errors import TemplateError
from uploader.model.settings import Settings
from uploader.templates.importers.curl import requests_in
from uploader.templates.importers.draft import draft
from uploader.templates.importers.imported import Body, ImportedRequest
from uploader.templates.parsing.parser import parse
from uploader.templates.template import Template

KNOWN = {**BASH, **WINDOWS}


def template_of(request: ImportedRequest) -> Template:
    return parse(draft(request).toml, "draft.toml", "draft")


def example_row(template: Template) -> Any:
    values = {name: column.meant(column.example) for name, column in template.columns.items()}
    plain = {name: "1" for name, setting in template.settings.items() if not setting.secret}
    secret = {name: "SECRET" for name, setting in template.settings.items() if setting.secret}
    return template.build(values, Settings(plain, secret), None, "")


@pytest.mark.parametrize("known", KNOWN.values(), ids=KNOWN)
def test_the_draft_of_a_command_is_a_template_that_sends_the_same(known: Known) -> None:
    for request in requests_in(known.command):
        toml = draft(request).toml
        template = parse(toml, "draft.toml", "draft")
        assert all(column.takes(column.meant(column.example)) for column in template.columns.values() if column.example)
        if known.kind == "multipart":
            continue
        made, expected = example_row(template), sent(toml)
        if known.kind == "json":
            assert alike(json.loads(made.body)) == alike(expected.body)
        elif known.kind == "form":
            pairs: dict[str, list[str]] = {}
            for name, value in parse_qsl(made.body.decode(), keep_blank_values=True):
                pairs.setdefault(name, []).append(value)
            assert pairs == {
                name: value if isinstance(value, list) else [value] for name, value in expected.body.items()
            }
        elif known.kind in ("text", "xml"):
            assert made.body.decode() == expected.body


@settings(max_examples=150)
@given(JSON)
def test_the_draft_of_any_json_is_a_template_that_sends_the_same(value: Any) -> None:
    assume(not has_secret(value) and "{{" not in json.dumps(value) and "<" not in json.dumps(value))
    try:
        template = template_of(request_of(Body("json", value)))
    except TemplateError as why:
        raise AssertionError(draft(request_of(Body("json", value))).toml) from why
    assert alike(json.loads(example_row(template).body)) == alike(value)


@pytest.mark.parametrize(
    "text",
    ['query{x(id:1){id}}', '{"a": {"b": {}}}, {"b"', "a }} b", "}}", "{{", "{{ }}", r"\{{x", "{{#if a}}b{{/if}}", '{"x": "{{id}}"}}}'],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["text", "xml", "json"])
def test_braces_of_a_text_are_letters(kind: Any, text: str) -> None:
    body = Body(
        kind,
        f"<a>{text.replace('{{id}}', 'x')}</a>"
        if kind == "xml"
        else {"a": 2**70, "b": text}
        if kind == "json"
        else text,
    )
    toml = draft(request_of(body)).toml
    made = example_row(parse(toml, "draft.toml", "draft"))
    assert unescape(made.body.decode()) == sent(toml).body
    assert all(
        brace in made.body.decode()
        for brace in ("{", "}")
        if brace in text.replace("{{id}}", "").replace("{{#if a}}", "").replace("{{/if}}", "")
    )


def test_a_placeholder_that_lacks_a_brace_is_still_told() -> None:
    for broken in ("{name}} {{name}}", "name}} {{name}}", "{{name} {{name}}"):
        toml = f'title = "T"\n[request]\nurl = "https://x.co/a"\ntext = "{broken}"\n[columns.name]\n'
        with pytest.raises(TemplateError, match="incomplete"):
            parse(toml, "t.toml", "t")

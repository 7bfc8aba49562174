"""One request of many rows has each row's own element, as its own request has it, and nothing else of it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uploader.model.http import Request
from uploader.model.settings import Settings
from uploader.templates.parsing.parser import parse
from uploader.templates.template import Template

SETTINGS = Settings({"base": "app0042"}, {"token": "s3cret-token"})
RECORDS = """
title = "Records"
[request]
url = "https://api.example.com/{{base}}/records"
empty = "omit"
bearer = "{{token}}"
[request.batch]
size = 10
rows = "data.records"
[request.json]
base = "{{base}}"
data = { records = [{ name = "{{name}}", more = { note = "{{note}}" }, kind = "x" }], after = [1, "2"] }
[settings.base]
[settings.token]
secret = true
[columns.name]
required = true
[columns.note]
"""
IN_TEXT = """
title = "Rows in a text"
[request]
url = "https://api.example.com/records"
[request.batch]
size = 10
rows = "query.json_text.rows"
[request.json]
query = { json_text = { rows = ["{{name}}"], base = "{{base}}" } }
[settings.base]
[columns.name]
"""
AT_ROOT = """
title = "Rows at the root"
[request]
url = "https://api.example.com/records"
json = [{ name = "{{name}}" }]
[request.batch]
size = 10
rows = ""
[columns.name]
"""
texts = st.text(st.characters(codec="utf-8"), max_size=20)


def made(text: str, rows: list[dict[str, str]], settings: Settings = SETTINGS) -> tuple[list[Request], Request]:
    """The request of each row alone, and the one of all."""
    template: Template = parse(text, "x.toml", "x")
    maker, combiner = template.maker(settings, None), template.combiner(settings, None)
    assert combiner is not None
    alone = [maker.made(row, f"print {nth}") for nth, row in enumerate(rows)]
    return alone, combiner.combined(alone)


def body(request: Request) -> Any:
    return json.loads(request.body)


def test_rows_stand_side_by_side_and_what_is_around_them_stands_once() -> None:
    rows = [{"name": "Ana", "note": "a, b"}, {"name": "Ñandú", "note": ""}]
    _, request = made(RECORDS, rows)
    ana, other = {"name": "Ana", "more": {"note": "a, b"}, "kind": "x"}, {"name": "Ñandú", "kind": "x"}
    assert body(request) == {"base": "app0042", "data": {"records": [ana, other], "after": [1, "2"]}}
    assert (request.method, request.url) == ("POST", "https://api.example.com/app0042/records")
    assert dict(request.headers) == {"Content-Type": "application/json", "Authorization": "Bearer s3cret-token"}


def test_rows_stand_side_by_side_in_json_that_is_a_text() -> None:
    _, request = made(IN_TEXT, [{"name": 'say "yes"'}, {"name": "\\"}])
    assert json.loads(body(request)["query"]) == {"rows": ['say "yes"', "\\"], "base": "app0042"}


def test_the_body_may_be_the_list_itself() -> None:
    _, request = made(AT_ROOT, [{"name": "a"}, {"name": "b"}, {"name": "c"}], Settings({}, {}))
    assert body(request) == [{"name": "a"}, {"name": "b"}, {"name": "c"}]


@pytest.mark.parametrize("text", [RECORDS, IN_TEXT, AT_ROOT])
def test_a_request_of_one_row_is_the_rows_own(text: str) -> None:
    (alone,), request = made(text, [{"name": "a", "note": "b"}])
    assert request.body == alone.body


@given(st.lists(st.fixed_dictionaries({"name": texts.filter(bool), "note": texts}), min_size=1, max_size=6))
def test_every_row_has_the_element_of_its_own_request_whatever_it_holds(rows: list[dict[str, str]]) -> None:
    alone, request = made(RECORDS, rows)
    assert body(request)["data"]["records"] == [body(one)["data"]["records"][0] for one in alone]
    alone, request = made(IN_TEXT, [{"name": row["name"]} for row in rows])
    assert json.loads(body(request)["query"])["rows"] == [json.loads(body(one)["query"])["rows"][0] for one in alone]


def test_every_row_keeps_its_own_id_and_type() -> None:
    text = AT_ROOT.replace('name = "{{name}}"', 'name = "{{name}}", key = "{{request_id}}"')
    template = parse(text.replace("[columns.name]", '[columns.name]\ntype = "number"'), "x.toml", "x")
    maker, combiner = template.maker(Settings({}, {}), None), template.combiner(Settings({}, {}), None)
    assert combiner is not None
    alone = [maker.made({"name": f"{nth}.5"}, "", f"id-{nth}") for nth in (1, 2)]
    assert body(combiner.combined(alone)) == [{"name": 1.5, "key": "id-1"}, {"name": 2.5, "key": "id-2"}]


def test_a_row_is_known_by_its_own_request() -> None:
    alone, request = made(RECORDS, [{"name": "a", "note": ""}, {"name": "b", "note": ""}])
    assert ([one.fingerprint for one in alone], request.fingerprint) == (["print 0", "print 1"], "")


def test_how_many_rows_share_a_request_makes_no_other_request_of_a_row() -> None:
    few, many = (parse(RECORDS.replace("size = 10", f"size = {size}"), "x.toml", "x") for size in (2, 100))
    single = parse(RECORDS.replace('[request.batch]\nsize = 10\nrows = "data.records"\n', ""), "x.toml", "x")
    values = {"name": "a", "note": "b"}
    assert len({one.fingerprint(values, SETTINGS) for one in (few, many, single)}) == 1


def test_a_template_without_a_batch_combines_nothing() -> None:
    single = parse(AT_ROOT.replace('[request.batch]\nsize = 10\nrows = ""\n', ""), "x.toml", "x")
    assert single.combiner(Settings({}, {}), None) is None

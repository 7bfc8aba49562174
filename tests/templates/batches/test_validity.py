"""A template whose rows can't share a request is refused, at the key that says so."""

import pytest

from uploader.errors import TemplateError
from uploader.i18n import Message
from uploader.templates.parsing.parser import parse
from uploader.templates.template import Template

GOOD = """
title = "Records"
[request]
url = "https://api.example.com/{{base}}/records"
[request.headers]
X-Base = "{{base}}"
[request.batch]
size = 10
rows = "records"
answers = "records"
[request.json]
typecast = true
records = [{ fields = { name = "{{name}}", note = "{{note}}" } }]
[settings.base]
[columns.name]
required = true
[columns.note]
"""


def fault(text: str) -> Message:
    with pytest.raises(TemplateError) as why:
        parse(text, "x.toml", "x")
    faults = why.value.message.facts["faults"]
    assert isinstance(faults, tuple)
    (found,) = faults
    assert isinstance(found, Message)
    return found


def code_of(found: Message) -> str:
    said = found.facts["fault"]
    assert isinstance(said, Message)
    return said.code


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


def batch_of(template: Template) -> tuple[int, str, str | None]:
    assert template.request.batch is not None
    return template.request.batch.size, template.request.batch.rows, template.request.batch.answers


def test_a_batch_is_read() -> None:
    assert batch_of(parse(GOOD, "x.toml", "x")) == (10, "records", "records")


def test_one_answer_counts_for_all_where_none_is_named() -> None:
    assert batch_of(parse(changed('answers = "records"\n', ""), "x.toml", "x"))[2] is None


@pytest.mark.parametrize(
    ("rows", "body"),
    [
        ("", '[[request.json]]\nname = "{{name}}"\nnote = "{{note}}"'),
        ("", 'X'),
        ("a.b", '[request.json]\na = { b = ["{{name}} {{note}}"] }'),
        ("a.1", '[request.json]\na = [7, ["{{name}} {{note}}"]]'),
        ("a.json_text.b", '[request.json]\na = { json_text = { b = [["{{name}}", "{{note}}"]] } }'),
    ],
)  # fmt: skip
def test_rows_may_stand_anywhere_in_the_body(rows: str, body: str) -> None:
    begin, rest = GOOD.split("[request.json]")
    settings = rest[rest.index("[settings.base]") :]
    if body == "X":
        begin = begin.replace("[request.headers]", 'json = [{ name = "{{name}}{{note}}" }]\n[request.headers]')
        body = ""
    text = f"{begin}{body}\n{settings}".replace('rows = "records"', f'rows = "{rows}"')
    assert batch_of(parse(text, "x.toml", "x"))[1] == rows


@pytest.mark.parametrize(
    ("old", "new", "key", "code"),
    [
        ("size = 10", "size = 1", "request.batch.size", "too_small"),
        ("size = 10", "size = 10001", "request.batch.size", "too_large"),
        ("size = 10", 'size = "10"', "request.batch.size", "not_a_whole_number"),
        ("size = 10\n", "", "request.batch.size", "missing"),
        ("size = 10", "size = 10\nrow = 1", "request.batch.row", "unknown_key_meant"),
        ('rows = "records"', 'rows = "fields"', "request.batch.rows", "batch_rows"),
        ('rows = "records"', 'rows = ""', "request.batch.rows", "batch_rows"),
        ('rows = "records"', 'rows = "records.0"', "request.batch.rows", "batch_rows"),
        ('rows = "records"', 'rows = "records.9.x"', "request.batch.rows", "batch_rows"),
        ('rows = "records"', 'rows = "*"', "request.batch.rows", "batch_place"),
        ('answers = "records"', 'answers = "records.*"', "request.batch.answers", "batch_place"),
        ('"{{note}}" } }]', '"{{note}}" } }, 7]', "request.batch.rows", "batch_rows"),
        ("typecast = true", 'list = "{{note}}"', "request.batch", "batch_shared"),
        ("typecast = true", 'list = "{{request_id}}"', "request.batch", "batch_shared"),
        ("/records", "/{{note}}", "request.batch", "batch_shared"),
        ('X-Base = "{{base}}"', 'X-Base = "{{note}}"', "request.batch", "batch_shared"),
        ('X-Base = "{{base}}"', 'X-Base = "{{request_id}}"', "request.batch", "batch_shared"),
        ("[request.headers]", 'idempotency_header = "X-Base"\n[request.headers]', "request.idempotency_header",
         "batch_idempotency"),
        ("[columns.note]", '[columns.note]\nlist = ";"', "request.batch.rows", "batch_list"),
    ],
)  # fmt: skip
def test_what_keeps_rows_from_sharing_a_request_is_a_mistake(old: str, new: str, key: str, code: str) -> None:
    found = fault(changed(old, new))
    assert found.facts["key"] == key
    assert code_of(found) == f"template.fault.{code}"


def test_only_a_json_body_holds_several_rows() -> None:
    body = '[request.json]\ntypecast = true\nrecords = [{ fields = { name = "{{name}}", note = "{{note}}" } }]'
    found = fault(changed(body, '[request.form]\nname = "{{name}}"\nnote = "{{note}}"'))
    assert (found.facts["key"], code_of(found)) == ("request.batch", "template.fault.batch_body")


def test_a_row_that_could_be_left_out_is_a_mistake() -> None:
    text = changed("required = true\n", "").replace("[request.headers]", 'empty = "omit"\n[request.headers]')
    assert code_of(fault(text)) == "template.fault.batch_left_out"
    required = parse(text.replace("[columns.note]", "[columns.note]\nrequired = true"), "x.toml", "x")
    assert batch_of(required)[0] == 10


def test_a_setting_called_as_the_id_of_a_request_may_be_shared() -> None:
    text = changed("[settings.base]", "[settings.request_id]\n[settings.base]")
    shared = parse(text.replace("typecast = true", 'list = "{{request_id}}"'), "x.toml", "x")
    assert (batch_of(shared)[0], shared.uses_request_id) == (10, False)

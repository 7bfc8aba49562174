"""What the rows of one template don't have in common: types, lists, and what becomes of empty fields."""

import json
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.templates.requests.test_bodies import SETTINGS
from uploader.errors import TemplateError
from uploader.model.http import Request
from uploader.templates.parsing.parser import parse
from uploader.templates.requests.many.shape import is_alike
from uploader.templates.template import Template


def template(request: str, **columns: str) -> Template:
    """A template whose request has these keys, and these columns."""
    url = "" if "url =" in request else 'url = "https://api.example.com/x"\n'
    settings = "[settings.token]\nsecret = true\n[settings.user]\n"
    tables = "".join(f"[columns.{name}]\n{keys}\n" for name, keys in columns.items())
    return parse(f'title = "T"\n[request]\n{url}{request}\n[columns]\n{tables}{settings}', "t.toml", "t")


def made(known: Template, **values: str) -> Request:
    return known.build(values, SETTINGS, None, "")


def sent(known: Template, **values: str) -> Any:
    return json.loads(made(known, **values).body)


TYPES = {
    "n": 'type = "number"',
    "i": 'type = "integer"',
    "b": 'type = "boolean"',
    "v": "values = { Baja = 1, Alta = true }",
}


def test_a_lone_field_has_its_column_s_type_and_mixed_text_stays_text() -> None:
    known = template('json = { n = "{{n}}", i = "{{i}}", b = "{{ b }}", v = "{{v}}", mixed = "{{n}} {{b}}" }', **TYPES)
    body = sent(known, n="1250.50", i="7", b="true", v="1")
    assert body == {"n": 1250.5, "i": 7, "b": True, "v": 1, "mixed": "1250.50 true"}
    assert (type(body["v"]), type(body["i"])) == (int, int)
    assert sent(known, n="x", i="", b="false", v="true") == {
        "n": "x",
        "i": "",
        "b": False,
        "v": True,
        "mixed": "x false",
    }


def test_a_list_element_is_repeated_for_each_part_of_its_cell() -> None:
    tree = (
        '{ tags = ["first", "{{tags}}", "last"], rows = [{ name = "{{tags}}", of = "{{a}}" }], numbers = ["{{ns}}"] }'
    )
    known = template(f"json = {tree}", tags='list = ";"', a="", ns='list = "|"\ntype = "number"')
    assert sent(known, tags="x;y", a="1", ns="1|2.5") == {
        "tags": ["first", "x", "y", "last"],
        "rows": [{"name": "x", "of": "1"}, {"name": "y", "of": "1"}],
        "numbers": [1, 2.5],
    }
    assert sent(known, tags="", a="1", ns="") == {"tags": ["first", "last"], "rows": [], "numbers": []}


def test_a_field_of_a_form_or_a_part_is_repeated_too() -> None:
    for kind in ("form", "multipart"):
        known = template(f'[request.{kind}]\nMedia = ["{{{{m}}}}", "z"]\nTo = "{{{{a}}}}"', m='list = ";"', a="")
        request = made(known, m="x;y", a="1")
        if kind == "form":
            pairs = parse_qsl(request.body.decode())
        else:
            whole = message_from_bytes(
                b"Content-Type: " + request.headers["Content-Type"].encode() + b"\r\n\r\n" + request.body
            )
            pairs = [
                (str(part.get_param("name", header="content-disposition")), str(part.get_payload()))
                for part in whole.walk()
                if not part.is_multipart()
            ]
        assert pairs == [("Media", "x"), ("Media", "y"), ("Media", "z"), ("To", "1")]


OMITTED = """
empty = "omit"
[request.json]
kind = "fixed"
name = "{{a}}"
mixed = "{{a}}-{{b}}"
address = { city = "{{b}}", country = "CO", deep = { x = "{{b}}" } }
list = [{ type = "home", value = "{{a}}" }, { type = "work", value = "{{b}}" }]
tags = ["{{t}}"]
more = ["{{t}}", "fixed"]
text = { json_text = { b = "{{b}}", c = 1 } }
empty = {}
"""


def test_what_is_left_out_takes_along_what_is_around_it_constants_included() -> None:
    known = template(OMITTED, a="", b="", t='list = ";"')
    assert sent(known, a="1", b="2", t="x") == {
        "kind": "fixed", "name": "1", "mixed": "1-2", "address": {"city": "2", "country": "CO", "deep": {"x": "2"}},
        "list": [{"type": "home", "value": "1"}, {"type": "work", "value": "2"}], "tags": ["x"],
        "more": ["x", "fixed"], "text": '{"b": "2", "c": 1}', "empty": {},
    }  # fmt: skip
    assert sent(known, a="1") == {
        "kind": "fixed", "name": "1", "mixed": "1-", "list": [{"type": "home", "value": "1"}], "more": ["fixed"], "empty": {},
    }  # fmt: skip
    assert sent(known) == {"kind": "fixed", "more": ["fixed"], "empty": {}}


def test_the_whole_body_is_never_left_out() -> None:
    for tree, left in (('{ a = "{{a}}" }', {}), ('[{ a = "{{a}}" }]', []), ('"{{a}}"', "")):
        assert sent(template(f'empty = "omit"\njson = {tree}', a="")) == left


def test_null_stands_for_a_lone_field_and_a_column_is_asked_before_the_request() -> None:
    known = template(
        'empty = "null"\njson = { a = "{{a}}", b = "{{b}}", c = "{{c}}", n = "{{n}}", mixed = "x{{a}}" }',
        a="", b='empty = "text"', c='empty = "omit"', n='type = "number"',
    )  # fmt: skip
    assert sent(known) == {"a": None, "b": "", "n": None, "mixed": "x"}


def test_a_default_stands_in_an_empty_cell() -> None:
    known = template(
        'empty = "omit"\njson = { a = "{{a}}", n = "{{n}}" }', a='default = "open"', n='type = "number"\ndefault = 2.5'
    )
    assert sent(known) == {"a": "open", "n": 2.5}


def test_what_is_left_out_of_an_address_a_header_a_form_and_parts() -> None:
    address = 'empty = "omit"\nurl = "https://api.example.com/x?a={{a}}&fixed=1&b=x{{b}}"\n'
    known = template(address + '[request.headers]\nX-A = "{{a}}"\nX-B = "1"\n', a="", b="")
    assert (made(known).url, made(known).headers) == ("https://api.example.com/x?fixed=1", {"X-B": "1"})
    assert urlsplit(made(known, a="1", b="2").url).query == "a=1&fixed=1&b=x2"
    assert (
        made(template('empty = "omit"\nurl = "https://api.example.com/x?a={{a}}"', a="")).url
        == "https://api.example.com/x"
    )
    form = template(
        'empty = "omit"\n[request.form]\na = "{{a}}"\nb = ["{{b}}", "1"]\nc = { json_text = { x = "{{a}}" } }',
        a="",
        b="",
    )
    assert made(form).body == b"b=1"
    several = template('empty = "omit"\n[request.multipart]\na = "{{a}}"\nb = ["{{b}}", "1"]', a="", b="")
    assert made(several).body.count(b"Content-Disposition") == 1


def test_in_xml_and_in_a_text_an_empty_cell_is_empty_text() -> None:
    assert made(template('empty = "omit"\nxml = \'<a b="{{b}}">{{a}}</a>\'', a="", b="")).body == b'<a b=""></a>'
    assert made(template('empty = "null"\ntext = "{{a}};{{b}}"', a="", b="")).body == b";"


SHAPES = [
    template(OMITTED, a="", b="", t='list = ";"'),
    template(
        'json = { n = "{{a}}", t = ["{{t}}"], b = "{{b}}" }', a='type = "number"', b='empty = "null"', t='list = ";"'
    ),
    template('empty = "omit"\n[request.form]\na = "{{a}}"\nb = "{{b}}"\nt = ["{{t}}"]', a="", b="", t='list = ";"'),
    template('[request.multipart]\na = "{{a}}"\nb = "{{b}}"\nt = ["{{t}}"]', a="", b="", t='list = ";"'),
]
VALUES = st.sampled_from(["", "1", "2.5", "x", "ñ&", "\0", "{{b}}"])


@pytest.mark.parametrize("known", SHAPES)
@given(st.lists(st.tuples(VALUES, VALUES, st.sampled_from(["", "x", "x;y"])), min_size=1, max_size=4))
def test_many_fingerprints_are_those_of_each_row_alone(known: Template, rows: list[tuple[str, str, str]]) -> None:
    assert not is_alike(known.request, known.columns)
    fields = {name: [row[at] for row in rows] for at, name in enumerate("abt")}
    alone = [known.fingerprint(dict(zip("abt", row, strict=True)), SETTINGS) for row in rows]
    assert list(known.fingerprints(fields, SETTINGS)) == alone
    requests = {
        (made(known, **dict(zip("abt", row, strict=True))).body): print_
        for row, print_ in zip(rows, alone, strict=True)
    }
    assert len(set(alone)) == len(requests)


@pytest.mark.parametrize(
    ("request_keys", "key", "what"),
    [
        ('json = { a = "{{t}}{{u}}" }', "request.json.a", "square brackets"),
        ('json = [{ a = "{{t}}", b = "{{u}}" }]', "request.json[0]", "{{t}} and {{u}} are lists"),
        ('json = { deep = [[{ a = "{{t}} {{u}}" }]] }', "request.json.deep[0][0]", "are lists"),
        ('[request.form]\na = "{{t}}"\nb = ["{{u}}"]', "request.form.a", "square brackets"),
        ('[request.form]\na = ["{{t}}{{u}}"]', "request.form.a[0]", "are lists"),
        ('[request.multipart]\na = { file = "{{t}}" }\nb = ["{{u}}"]', "request.multipart.a", "square brackets"),
        ('[request.multipart]\na = [{ file = "{{t}}{{u}}" }]', "request.multipart.a[0]", "are lists"),
    ],
)
def test_a_list_in_a_place_where_it_can_not_be_repeated_is_refused(request_keys: str, key: str, what: str) -> None:
    with pytest.raises(TemplateError) as refused:
        template(request_keys, t='list = ";"', u='list = ","')
    assert f" {key}:" in str(refused.value)
    assert what in str(refused.value)

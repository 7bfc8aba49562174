"""What a request of a collection carries is what its writer meant, however it is written."""

import json
from typing import Any

import pytest

from tests.templates.importers.postman.bodies import ALL, LOOSE, STRICT, VARIABLES, Kept, collection, request
from uploader.i18n import Message
from uploader.templates.importers import postman
from uploader.templates.importers.draft import draft
from uploader.templates.importers.imported import Body, FieldFacts, ImportedRequest, Part

COLLECTION = collection(*(request(kept) for kept in ALL))


def codes(read: ImportedRequest) -> list[str]:
    return [note.message.code for note in read.notes]


def carried(body: dict[str, Any], *headers: tuple[str, str]) -> ImportedRequest:
    given: dict[str, Any] = {"method": "POST", "url": "https://api.example.com/x", "body": body}
    given["header"] = [{"key": name, "value": value} for name, value in headers]
    (read,) = postman.requests_in(collection({"name": "x", "request": given}))
    return read


def raw(text: str, *headers: tuple[str, str], language: str = "") -> ImportedRequest:
    body: dict[str, Any] = {"mode": "raw", "raw": text}
    if language:
        body["options"] = {"raw": {"language": language}}
    return carried(body, *headers)


def test_there_are_many_kinds_of_bodies() -> None:
    assert len(ALL) >= 60
    assert len({kept.name for kept in ALL}) == len(ALL)


@pytest.mark.parametrize("kept", ALL, ids=lambda kept: kept.name)
def test_a_body_is_read_as_it_was_meant(kept: Kept) -> None:
    read = next(one for one in postman.requests_in(COLLECTION) if one.name == kept.name)
    assert read.body == Body("json", kept.meant)
    assert json.dumps(read.body.value) == json.dumps(kept.meant), "in the same order, and of the same types"


@pytest.mark.parametrize("kept", STRICT, ids=lambda kept: kept.name)
def test_valid_json_has_no_note(kept: Kept) -> None:
    (read,) = postman.requests_in(collection(request(kept)))
    assert codes(read) == []


@pytest.mark.parametrize("kept", LOOSE, ids=lambda kept: kept.name)
def test_other_json_is_said_to_be_read_loosely(kept: Kept) -> None:
    (read,) = postman.requests_in(collection(request(kept)))
    assert codes(read) == ["collection.note.loose_json"]


@pytest.mark.parametrize(
    "text", ['{"a":"b"', '{"a":["b","c"},"d":1}', '{"a":1} {"b":2}', '{"a"; "b"}', "{" * 100, '{"a":"b' + '\\"' * 10]
)
def test_what_is_no_json_at_all_is_a_text_and_said(text: str) -> None:
    (read,) = postman.requests_in(collection(request(Kept("x", text + "!", None))))
    assert read.body == Body("text", text + "!", is_broken_json=True)
    assert draft(read).left_out[0].code == "draft.broken_json"
    assert ("Content-Type", "application/json") in read.headers


@pytest.mark.parametrize(("value", "kind"), [("12", "integer"), ("1.5", "number"), ("true", "boolean"), ("", "number")])
def test_a_variable_without_quotes_has_the_type_of_its_value(value: str, kind: str) -> None:
    given = collection(request(Kept("x", '{"a":[{"id": {{id}}}]}', None)), variable=[{"key": "id", "value": value}])
    (read,) = postman.requests_in(given)
    assert read.fields["json.a.0.id"].type == kind
    assert Message("collection.note.guessed_type", count=1, names=("id",), kind=kind) in [
        note.message for note in read.notes
    ]


def test_a_body_that_is_one_variable_is_no_broken_json() -> None:
    (read,) = postman.requests_in(collection(request(Kept("x", "{{order}}", None))))
    assert read.body == Body("text", "{{order}}")
    assert codes(read) == ["import.one_placeholder"]


def test_a_variable_within_quotes_has_none() -> None:
    (read,) = postman.requests_in(collection(request(VARIABLES[0])))
    assert read.fields == {}


def test_a_body_that_only_looks_like_json_is_read_so_too() -> None:
    read = raw('{"a":"b"}', ("Content-Type", "text/plain"))
    assert read.body == Body("json", {"a": "b"})
    assert read.headers == (("Content-Type", "text/plain"),)


def test_a_whole_body_out_of_a_variable_is_a_text_with_json_s_type() -> None:
    read = raw("{{payload}}", language="json")
    assert read.body == Body("text", "{{payload}}")
    assert read.headers == (("Content-Type", "application/json"),)


@pytest.mark.parametrize("text", ["", "  \n", "\ufeff"])
def test_an_empty_body_is_none(text: str) -> None:
    assert raw(text, language="json").body is None


def test_xml_and_text_stay_as_they_are() -> None:
    xml = '<?xml version="1.0"?>\n<a b="{{my x}}">ñ</a>'
    assert raw(xml).body == raw(xml, language="xml").body == Body("xml", xml.replace("my x", "my_x"))
    assert raw("<a/>", ("content-type", "text/xml; charset=utf-8")).body == Body("xml", "<a/>")
    assert raw("hola {{x}}", language="text").body == Body("text", "hola {{x}}")


def test_a_form_written_as_a_text_is_a_form() -> None:
    read = raw("a=1&b=x+y%26&c=", ("Content-Type", "application/x-www-form-urlencoded"))
    assert read.body == Body("form", [("a", "1"), ("b", "x y&"), ("c", "")])


def test_a_form_has_its_enabled_fields_in_their_order() -> None:
    fields = [
        {"key": "To", "value": "+57300", "description": "(Required) The number"},
        {"key": "off", "value": "x", "disabled": True},
        {"key": "MediaUrl", "value": "a"},
        {"key": "MediaUrl", "value": None},
        {"key": "", "value": "nameless"},
    ]
    read = carried({"mode": "urlencoded", "urlencoded": fields})
    assert read.body == Body("form", [("To", "+57300"), ("MediaUrl", "a"), ("MediaUrl", "")])
    assert read.fields == {"form.To": FieldFacts(required=True, description="The number")}
    assert codes(read) == ["collection.note.disabled"]


def test_a_form_with_files_keeps_no_path_of_somebody_s() -> None:
    fields = [
        {"key": "subject", "value": "Hola", "type": "text"},
        {"key": "photo", "type": "file", "src": "/C:/Users/maria/Pictures/foto.png", "contentType": "image/png"},
        {"key": "more", "type": "file", "src": ["/home/m/a.pdf", "b.pdf"]},
        {"key": "none", "type": "file", "src": []},
        {"key": "form", "value": '{"a":1}', "contentType": "application/json"},
    ]
    read = carried({"mode": "formdata", "formdata": fields}, ("Content-Type", "multipart/form-data; boundary=x"))
    assert read.body == Body(
        "multipart",
        [
            Part("subject", "Hola"),
            Part("photo", "foto.png", is_file=True, type="image/png"),
            Part("more", "a.pdf", is_file=True),
            Part("more", "b.pdf", is_file=True),
            Part("none", "", is_file=True),
            Part("form", '{"a":1}', type="application/json"),
        ],
    )


def test_graphql_is_sent_as_postman_sends_it() -> None:
    query = "mutation ($id: ID!) { change(id: $id) { id } }"
    read = carried({"mode": "graphql", "graphql": {"query": query, "variables": '{"id": {{id}}, "name": "x",}'}})
    assert read.body == Body("json", {"query": query, "variables": {"id": "{{id}}", "name": "x"}})
    assert read.fields["json.query"].varies is False
    assert read.fields["json.variables.id"].type == "number"


@pytest.mark.parametrize("mode", ["file", "urlencoded", "formdata", "graphql", "none"])
def test_a_mode_without_anything_has_no_body(mode: str) -> None:
    assert carried({"mode": mode, mode: {}}).body is None


def test_a_file_as_the_body_is_said_and_left_out() -> None:
    assert codes(carried({"mode": "file", "file": {"src": "/x.csv"}})) == ["collection.note.file_body"]
    assert codes(carried({"mode": "later"})) == ["collection.note.body"]


def test_a_body_that_is_switched_off_is_none() -> None:
    assert carried({"mode": "raw", "raw": "{}", "disabled": True}).body is None


VALUES = [
    {"key": "client", "value": '{"id": 1, "tags": ["a"]}'}, {"key": "tags", "value": '["a", "b"]'},
    {"key": "name", "value": '"Ana"'}, {"key": "n", "value": "3"}, {"key": "token", "value": '{"a": 1}'},
]  # fmt: skip


def with_values(text: str) -> ImportedRequest:
    given = {"method": "POST", "url": "https://api.example.com/x", "body": {"mode": "raw", "raw": text}}
    (read,) = postman.requests_in(collection({"name": "x", "request": given}, variable=VALUES))
    return read


def test_json_that_a_variable_stands_for_is_part_of_the_body() -> None:
    read = with_values('{"client": {{client}}, "tags": {{tags}}, "name": {{name}}, "n": {{n}}, "f_{{n}}": "{{tags}}"}')
    assert read.body == Body(
        "json",
        {"client": {"id": 1, "tags": ["a"]}, "tags": ["a", "b"], "name": "Ana", "n": "{{n}}", "f_3": "{{tags}}"},
    )
    assert with_values(" {{client}} ").body == Body("json", {"id": 1, "tags": ["a"]})
    assert with_values("{{n}}").body == Body("text", "{{n}}")
    assert with_values("{{token}}").body == Body("text", "{{token}}")
    assert with_values('{"t": {{token}}}').body == Body("json", {"t": "{{token}}"})


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ('{"a": 1}', Body("json", {"a": 1})),
        ("a sentence, and no form", Body("text", "a sentence, and no form")),
        ("a={{x}}&b=ñ", Body("form", [("a", "{{x}}"), ("b", "ñ")])),
    ],
)
def test_what_a_header_calls_a_form_is_what_it_looks_like(text: str, body: Body) -> None:
    assert raw(text, ("Content-Type", "application/x-www-form-urlencoded"), language="text").body == body


def test_graphql_without_variables_has_none() -> None:
    read = carried({"mode": "graphql", "graphql": {"query": "{ a }", "variables": ""}})
    assert read.body == Body("json", {"query": "{ a }"})


def test_json_of_variables_has_its_bounds() -> None:
    given = {
        "method": "POST",
        "url": "https://x.co",
        "body": {"mode": "raw", "raw": f"[{','.join(['{{v}}'] * 3_000)}]"},
    }
    variable = [{"key": "v", "value": json.dumps(["x"] * 2_000)}]
    (read,) = postman.requests_in(collection({"name": "x", "request": given}, variable=variable))
    assert read.body is not None
    filled = [one for one in read.body.value if isinstance(one, list)]
    assert (len(read.body.value), len(filled)) == (3_000, 99_999 // len(variable[0]["value"]))

"""Operations as requests: servers, parameters, bodies, what proves who asks, answers, and what is refused."""

import json
from typing import Any

import pytest

from tests.templates.importers.openapi.documents import carrying, document, table
from uploader.errors import TemplateError
from uploader.templates.importers import openapi
from uploader.templates.importers.document import data_of
from uploader.templates.importers.imported import (
    Auth,
    Body,
    ExampleAnswer,
    FieldFacts,
    ImportedRequest,
    Part,
    Variable,
)


def only(operation: dict[str, Any], path: str = "/things", **more: Any) -> ImportedRequest:
    (read,) = openapi.requests_in(document(operation, path, **more))
    return read


def codes(read: ImportedRequest) -> list[str]:
    return [note.message.code for note in read.notes]


def parameter(name: str, place: str, schema: Any = None, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": place,
        "schema": {"type": "string", "example": "x"} if schema is None else schema,
        **more,
    }


# Names and servers


def test_operations_are_in_their_order_with_names_of_their_own() -> None:
    item = {"get": {"summary": "List"}, "post": {"tags": ["A/b"], "summary": "Add  one"}, "head": {}, "trace": {}}
    other = {
        "post": {"tags": ["A b"], "summary": "add one"},
        "delete": {"operationId": "dropOne", "summary": "x" * 101},
    }
    read = openapi.requests_in(document(paths={"/a": item, "/b/{id}": other, "/c": {"put": {}}, "x-more": {}}))
    assert [one.name for one in read] == ["List", "A b/Add one", "A b/add one 2", "dropOne", "PUT c"]
    assert [one.method for one in read] == ["GET", "POST", "POST", "DELETE", "PUT"]


@pytest.mark.parametrize(
    ("servers", "expected", "variables"),
    [
        ([{"url": "https://api.example.com/v2/"}], "https://api.example.com/v2/things", {}),
        ([{"url": "http://a.example.com"}, {"url": "https://b.example.com"}], "https://b.example.com/things", {}),
        ([{"url": "/v1"}], "https://{{server}}/v1/things", {"server": Variable(is_setting=True)}),
        ([], "https://{{server}}/things", {"server": Variable(is_setting=True)}),
        ([{"url": "//api.example.com/x"}], "https://api.example.com/x/things", {}),
        (
            [{"url": "{scheme}://{sub domain}.example.com:{port}/{base}", "variables": {"scheme": {"default": "https"}, "sub domain": {"default": "demo", "description": "Yours"}, "port": {"default": 8443}, "base": {"default": "v3"}}}],
            "https://{{sub_domain}}.example.com:8443/v3/things",
            {"sub_domain": Variable("demo", "Yours", is_setting=True)},
        ),
    ],
)  # fmt: skip
def test_the_server(servers: Any, expected: str, variables: dict[str, Variable]) -> None:
    read = only({}, servers=servers)
    assert (read.url, read.variables) == (expected, variables)


def test_an_operation_s_own_server_comes_first() -> None:
    item = {
        "servers": [{"url": "https://path.example.com"}],
        "get": {},
        "post": {"servers": [{"url": "https://own.example.com"}]},
    }
    assert [one.url for one in openapi.requests_in(document(paths={"/x": item}))] == [
        "https://path.example.com/x",
        "https://own.example.com/x",
    ]


# Parameters


def test_parameters_of_the_path_and_of_the_operation() -> None:
    item = {
        "parameters": [
            parameter("id", "path", {"type": "integer", "example": 7}, description="The thing"),
            parameter("q", "query"),
        ],
        "get": {
            "parameters": [
                parameter("q", "query", {"type": "string", "example": "own & more"}),
                {"$ref": "#/components/parameters/X"},
            ]
        },
    }
    more = {
        "parameters": {
            "X": parameter("X-Reference", "header", {"type": "string", "maxLength": 9, "example": "R1"}, required=True)
        }
    }
    (read,) = openapi.requests_in(document(paths={"/things/{id}": item}, components=more))
    assert read.url == "https://api.example.com/v2/things/{{id}}?q=own%20%26%20more"
    assert read.headers == (("X-Reference", "R1"),)
    assert read.variables == {"id": Variable("7", "The thing")}
    assert read.fields == {
        "path.id": FieldFacts(required=True, type="integer", description="The thing", varies=True),
        "query.q": FieldFacts(type="text", varies=True),
        "header.X-Reference": FieldFacts(required=True, type="text", max_length=9, varies=True),
    }


LIST = {"type": "array", "items": {"type": "string"}, "example": ["a b", "c"]}
TABLE = {"type": "object", "example": {"from": 1, "to": True}}


@pytest.mark.parametrize(
    ("given", "query"),
    [
        (parameter("t", "query", LIST), "t=a%20b"),
        (parameter("t", "query", LIST, explode=False), "t=a%20b%2Cc"),
        (parameter("t", "query", LIST, style="pipeDelimited"), "t=a%20b%7Cc"),
        (parameter("t", "query", LIST, style="spaceDelimited", explode=False), "t=a%20b%20c"),
        (parameter("t", "query", TABLE), "from=1&to=true"),
        (parameter("t", "query", TABLE, style="deepObject", explode=True), "t[from]=1&t[to]=true"),
        ({"name": "t", "in": "query", "content": {"application/json": {"example": "x"}}}, "t=x"),
        (parameter("filter[name]", "query"), "filter[name]=x"),
        (parameter("t", "query", example="own", examples={"a": {"value": "other"}}), "t=own"),
        (parameter("t", "query", {"enum": ["only"]}), "t=only"),
    ],
)
def test_a_parameter_is_written_in_its_style(given: dict[str, Any], query: str) -> None:
    assert only({"parameters": [given]}).url == f"https://api.example.com/v2/things?{query}"


def test_what_a_template_can_not_send_is_left_out_and_said() -> None:
    nested = parameter("n", "query", {"type": "array", "example": [{"a": 1}]})
    read = only({"parameters": [parameter("c", "cookie"), nested, parameter("Accept", "header"), 7, {}]})
    assert (read.url, read.headers, codes(read)) == (
        "https://api.example.com/v2/things",
        (),
        ["openapi.note.parameters"],
    )


# Bodies


def body(content: dict[str, Any], **more: Any) -> ImportedRequest:
    return only({"requestBody": {"content": content}}, **more)


SIMPLE = {"schema": {"required": ["To"], **table(To={"type": "string", "example": "+57"}, n={"type": "integer"}, tags={"type": "array", "items": {"type": "string"}, "example": ["a", "b"]}, meta=table(a={"type": "boolean"}))}}  # fmt: skip


def test_json_is_preferred_and_another_name_of_it_is_said() -> None:
    read = body({"text/plain": {}, "application/xml": {}, "application/json; charset=utf-8": {"example": {"a": 1}}})
    assert (read.body, read.headers) == (Body("json", {"a": 1}), ())
    read = body({"application/vnd.api+json": {"example": [1]}})
    assert (read.body, read.headers) == (Body("json", [1]), (("Content-Type", "application/vnd.api+json"),))


def test_a_form() -> None:
    read = body({"application/x-www-form-urlencoded": SIMPLE})
    assert read.body == Body("form", [("To", "+57"), ("n", "1"), ("tags", "a"), ("tags", "b"), ("meta", '{"a": true}')])
    assert read.fields["form.To"].required
    assert set(read.fields) == {"form.To", "form.n", "form.tags"}


def test_a_form_with_files() -> None:
    schema = table(
        subject={"type": "string", "example": "Hola"},
        photo={"type": "string", "format": "binary"},
        more={"type": "array", "items": {"type": "string", "format": "binary"}},
        meta=table(a={"type": "integer"}),
    )
    read = body(
        {"multipart/form-data": {"schema": schema, "encoding": {"photo": {"contentType": "image/png, image/jpeg"}}}}
    )
    assert read.body == Body(
        "multipart",
        [
            Part("subject", "Hola"),
            Part("photo", "file", is_file=True, type="image/png"),
            Part("more", "file", is_file=True),
            Part("meta", '{"a": 1}', type="application/json"),
        ],
    )


def test_xml_and_text_by_their_example_else_out_of_one_column() -> None:
    read = body({"application/xml": {"example": "<a>b</a>"}})
    assert (read.body, read.headers) == (Body("xml", "<a>b</a>"), (("Content-Type", "application/xml"),))
    read = body({"text/plain": {"schema": {"type": "string"}}})
    assert (read.body, codes(read)) == (Body("text", "{{body}}"), ["openapi.note.text"])


def test_another_body_is_said_and_left_out() -> None:
    read = body({"application/octet-stream": {}})
    assert (read.body, codes(read)) == (None, ["openapi.note.body"])


# What proves who asks


def proved(schemes: dict[str, Any], *ways: dict[str, Any]) -> ImportedRequest:
    return only({"security": list(ways)}, components={"securitySchemes": schemes})


FLOWS = {"clientCredentials": {"tokenUrl": "http://l.example.com/t", "scopes": {"a": ""}}}


@pytest.mark.parametrize(
    ("scheme", "auth"),
    [
        ({"type": "http", "scheme": "Basic"}, Auth("basic", {"user": "{{username}}", "password": "{{password}}"})),
        ({"type": "http", "scheme": "bearer"}, Auth("bearer", {"token": "{{access_token}}"})),
        ({"type": "oauth2", "flows": FLOWS}, Auth("oauth2", {"url": "https://l.example.com/t", "id": "{{client_id}}", "secret": "{{client_secret}}", "scope": "a b"})),
    ],
)  # fmt: skip
def test_what_a_template_has_a_word_for(scheme: dict[str, Any], auth: Auth) -> None:
    read = proved({"S": scheme}, {"S": ["a", "b"]})
    assert (read.auth, codes(read)) == (auth, [])


@pytest.mark.parametrize(("place", "url", "headers"), [("header", "", (("X-Odd", "{{X-Odd}}"),)), ("query", "?X-Odd={{X-Odd}}", ())])  # fmt: skip
def test_a_key_is_a_secret_setting_whatever_it_is_called(place: str, url: str, headers: Any) -> None:
    read = proved({"S": {"type": "apiKey", "in": place, "name": "X-Odd"}}, {"S": []})
    assert (read.url, read.headers) == (f"https://api.example.com/v2/things{url}", headers)
    assert read.variables == {"X-Odd": Variable(secret=True, is_setting=True)}


def test_of_several_ways_one_that_a_template_can_do() -> None:
    schemes = {
        "M": {"type": "mutualTLS"},
        "B": {"type": "http", "scheme": "bearer"},
        "K": {"type": "apiKey", "in": "header", "name": "K"},
    }
    read = proved(schemes, {}, {"M": []}, {"B": [], "K": []})
    assert read.auth == Auth("bearer", {"token": "{{access_token}}"})
    assert read.headers == (("K", "{{K}}"),)


@pytest.mark.parametrize(
    ("scheme", "code"),
    [
        ({"type": "mutualTLS"}, "openapi.note.auth"),
        ({"type": "http", "scheme": "digest"}, "openapi.note.auth"),
        ({"type": "apiKey", "in": "cookie", "name": "sid"}, "openapi.note.auth"),
        ({}, "openapi.note.auth"),
        ({"type": "oauth2", "flows": {"authorizationCode": {}}}, "openapi.note.oauth2"),
        ({"type": "openIdConnect"}, "openapi.note.oauth2"),
    ],
)
def test_another_way_is_said(scheme: dict[str, Any], code: str) -> None:
    assert codes(proved({"S": scheme}, {"S": []})) == [code]


def test_the_document_s_way_holds_unless_an_operation_says_none() -> None:
    more: dict[str, Any] = {
        "components": {"securitySchemes": {"B": {"type": "http", "scheme": "bearer"}}},
        "security": [{"B": []}],
    }
    assert only({}, **more).auth is not None
    assert only({"security": []}, **more).auth is None


# Answers


def test_answers_by_example_and_by_schema() -> None:
    schema = {
        "required": ["id"],
        **table(id={"type": "integer", "readOnly": True}, pin={"type": "string", "writeOnly": True}),
    }
    responses = {
        "default": {},
        "4XX": {"content": {"application/problem+json": {"example": {"detail": "No"}}}},
        "201": {"$ref": "#/components/responses/Made"},
        "204": {"description": "Nothing"},
        "500": {},
        "203": {"content": {"application/json": {"schema": {"$ref": "other.yaml"}}}},
    }
    made = {"content": {"application/json": {"schema": schema}}}
    assert only({"responses": responses}, components={"responses": {"Made": made}}).answers == (
        ExampleAnswer(201, '{"id": 1}'),
        ExampleAnswer(204, ""),
        ExampleAnswer(400, '{"detail": "No"}'),
    )


# The rest, and what is refused


def test_texts_for_people() -> None:
    read = only(
        {
            "summary": "Add",
            "description": " Adds one. ",
            "deprecated": True,
            "externalDocs": {"url": "https://d.example.com"},
        }
    )
    assert (read.description, read.documentation, codes(read)) == (
        "Adds one.",
        "https://d.example.com",
        ["openapi.note.deprecated"],
    )
    assert only({"externalDocs": {"url": "javascript:alert(1)"}}).documentation == ""


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"swagger": "2.0", "paths": {}}, "openapi.swagger"),
        ({"openapi": "4.0.0", "paths": {}}, "openapi.version"),
        ({"openapi": "3.1.0", "webhooks": {}}, "openapi.empty"),
        ({"openapi": 3.1, "paths": {"/x": {"head": {}}, "/y": 7}}, "openapi.empty"),
        (document(paths={"/x": {"$ref": "paths.yaml#/x"}}), "openapi.outside"),
    ],
)
def test_another_document_is_refused_in_a_sentence(data: dict[str, Any], code: str) -> None:
    assert openapi.recognises(data)
    with pytest.raises(TemplateError) as refused:
        openapi.requests_in(data)
    assert refused.value.message.code == code


@pytest.mark.parametrize("data", [None, [], "openapi", {}, {"openapi": {}}, {"item": []}, {"log": {}}])
def test_a_document_of_others_is_not_recognised(data: object) -> None:
    assert not openapi.recognises(data)


def test_a_document_in_yaml() -> None:
    text = """
openapi: 3.1.0
paths:
  /tickets:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                country: {enum: [NO, CO]}
                opens: {type: string, example: 08:30}
      responses:
        200: {description: ok}
"""
    data = data_of(text, "api.yaml")
    assert isinstance(data, dict)
    (read,) = openapi.requests_in(data)
    assert read.body == Body("json", {"country": "NO", "opens": "08:30"})
    assert read.answers == (ExampleAnswer(200, ""),)


ODD: list[Any] = [None, 7, "x", [], {}, [None], [[]], {"content": 7}, {"content": {"application/json": 7}}, {"content": {"application/json": {"examples": {"a": 7}}}}, [{"url": 7}], {"201": 7}]  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=json.dumps)
@pytest.mark.parametrize("key", ["parameters", "requestBody", "responses", "security", "servers", "tags", "summary", "externalDocs"])  # fmt: skip
def test_nothing_odd_in_an_operation_stops_the_others(key: str, odd: Any) -> None:
    paths = {"/odd": {"post": {key: odd}}, "/good": {"post": carrying(table(a={"type": "string"}))}}
    assert openapi.requests_in(document(paths=paths))[-1].body == Body("json", {"a": "text"})

"""A collection as requests: folders, addresses, what is inherited, what is left out, and what is refused."""

import json
from typing import Any

import pytest

from tests.templates.importers.postman.bodies import collection
from uploader.errors import TemplateError
from uploader.templates.importers import postman
from uploader.templates.importers.imported import Auth, ExampleAnswer, FieldFacts, ImportedRequest, Variable


def item(name: str = "x", url: Any = "https://api.example.com/x", **request: Any) -> dict[str, Any]:
    return {"name": name, "request": {"method": "POST", "url": url, **request}}


def only(given: dict[str, Any], **more: Any) -> ImportedRequest:
    (read,) = postman.requests_in(collection(given, **more))
    return read


def url_of(url: Any, **more: Any) -> str:
    return only(item(url=url), **more).url


def codes(read: ImportedRequest) -> list[str]:
    return [note.message.code for note in read.notes]


# Names


def test_folders_are_before_a_name_and_no_name_has_a_slash_of_its_own() -> None:
    folder = {"name": "Inbound/outbound", "item": [item("a"), {"name": " in ", "item": [item("GET /b/:id")]}]}
    assert [one.name for one in postman.requests_in(collection(folder))] == [
        "Inbound outbound/a",
        "Inbound outbound/in/GET b :id",
    ]


def test_names_differ_also_where_capitals_do_not_count() -> None:
    read = postman.requests_in(collection(item("Add"), item("add"), item("Add 2"), item("ADD"), item("")))
    assert [one.name for one in read] == ["Add", "add 2", "Add 2 2", "ADD 3", "POST x"]


# Addresses


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://wv{{wolkvox_server}}.wolkvox.com/api/v2/sms.php?api=send_sms", "https://wv{{wolkvox_server}}.wolkvox.com/api/v2/sms.php?api=send_sms"),
        ("api.example.com/x", "https://api.example.com/x"),
        ("localhost:3000/x", "http://localhost:3000/x"),
        ("{{base}}/x", "https://{{base}}/x"),
        ("/api/x", "https://{{server}}/api/x"),
        ("//api.example.com/x", "https://api.example.com/x"),
        ("{{protocol}}://{{host}}/x", "https://{{host}}/x"),
        ("HTTPS://API.example.com/x#part", "https://API.example.com/x"),
        (" https://api.example.com/a b\n", "https://api.example.com/a%20b"),
        ("https://api.example.com/x?a=1 2& b=&c&d=%20ñ", "https://api.example.com/x?a=1%202&b=&c&d=%20%C3%B1"),
        ("https://api.example.com/{id}/:other", "https://api.example.com/{{id}}/{{other}}"),
        ("https://api.example.com:8443/a:b/:id.json", "https://api.example.com:8443/a:b/{{id}}.json"),
        ("https://api.example.com/100%?q=5%", "https://api.example.com/100%25?q=5%25"),
        ("https://api.example.com/{{my id}}?at={{$isoTimestamp}}", "https://api.example.com/{{my_id}}?at={{isoTimestamp}}"),
    ],
)  # fmt: skip
def test_an_address_that_is_a_text(url: str, expected: str) -> None:
    assert url_of(url) == expected


def test_an_address_in_parts() -> None:
    parts = {
        "protocol": "https",
        "host": ["api", "example", "com"],
        "port": "8443",
        "path": ["a", ":id", {"value": "b"}],
    }
    assert url_of(parts) == "https://api.example.com:8443/a/{{id}}/b"
    assert url_of({"host": "{{base}}", "path": "a/b"}) == "https://{{base}}/a/b"


def test_the_list_of_parameters_says_which_are_sent() -> None:
    query = [
        {"key": "api", "value": "add&more", "description": {"content": "What to do", "type": "text/plain"}},
        {"key": " campaign_id", "value": "{{id}}"},
        {"key": "flag", "value": None},
        {"key": "off", "value": "1", "disabled": True},
    ]
    read = only(item(url={"raw": "https://api.example.com/x?api=old&off=1", "query": query}))
    assert read.url == "https://api.example.com/x?api=add%26more&campaign_id={{id}}&flag"
    assert read.fields == {"query.api": FieldFacts(description="What to do")}
    assert codes(read) == ["collection.note.disabled"]


def test_variables_of_the_path_have_examples_and_one_that_is_another_variable_is_that_one() -> None:
    known = [{"key": "id", "value": "77", "description": "The ticket"}, {"key": "user", "value": "{{user_id}}"}]
    read = only(item(url={"raw": "https://api.example.com/:id/u/:user", "variable": known}))
    assert read.url == "https://api.example.com/{{id}}/u/{{user_id}}"
    assert read.variables == {"user_id": Variable(), "id": Variable("77", "The ticket")}
    assert read.fields == {"path.id": FieldFacts(description="The ticket")}


# Variables


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://api.example.com/v1/", "https://api.example.com/v1/x"),
        ("{{scheme}}://{{sub}}.example.com", "https://{{sub}}.example.com/x"),
        ("localhost:8080", "http://localhost:8080/x"),
        ("{{base}}", "https://{{base}}/x"),
        ("/", "https://{{base}}/x"),
        ("/api/v1", "https://{{base}}/api/v1/x"),
        ("", "https://{{base}}/x"),
    ],
)
def test_a_variable_that_stands_for_the_server_gives_way_to_it(value: str, expected: str) -> None:
    assert url_of("{{base}}/x", variable=[{"key": "base", "value": value}]) == expected


def test_known_variables_have_examples_and_those_of_a_folder_come_first() -> None:
    known = [
        {"key": "name", "value": "María", "description": "Who"},
        {"key": "greeting", "value": "Hola {{name}}"},
        {"key": "off", "value": "x", "disabled": True},
        {"id": "old", "value": 7},
    ]
    body = {"mode": "raw", "raw": '{"a":"{{greeting}} {{off}} {{old}} {{name}}"}'}
    folder = {"name": "F", "item": [item(body=body)], "variable": [{"key": "old", "value": "8"}]}
    assert only(folder, variable=known).variables == {
        "greeting": Variable("Hola María"),
        "off": Variable(),
        "old": Variable("8"),
        "name": Variable("María", "Who"),
    }


def test_variables_that_stand_for_each_other_have_no_value() -> None:
    endless = [{"key": "a", "value": "{{b}}{{b}}"}, {"key": "b", "value": "{{a}}{{a}}"}]
    assert only(item(url="https://x.example.com/{{a}}"), variable=endless).variables["a"] == Variable()


def test_no_secret_is_an_example() -> None:
    secrets = [{"key": "api_token", "value": "S3CRET"}, {"key": "plain", "value": "S3CRET", "type": "secret"}, {"key": "both", "value": "x{{api_token}}"}]  # fmt: skip
    header = [{"key": "X-A", "value": "{{api_token}}{{plain}}{{both}}"}]
    read = only(item(header=header), variable=secrets)
    assert "S3CRET" not in repr(read)
    assert read.variables == {"api_token": Variable(secret=True), "plain": Variable(secret=True), "both": Variable()}


# What proves who it is


@pytest.mark.parametrize("parts", [[{"key": "username", "value": "u"}, {"key": "password", "value": "{{pw}}"}, {"key": "showPassword", "value": False}], {"username": "u", "password": "{{pw}}"}])  # fmt: skip
def test_basic_of_both_versions(parts: Any) -> None:
    assert only(item(auth={"type": "basic", "basic": parts})).auth == Auth("basic", {"user": "u", "password": "{{pw}}"})


def test_what_is_around_holds_unless_a_request_says_something_else() -> None:
    bearer = {"type": "bearer", "bearer": [{"key": "token", "value": "{{t}}"}]}
    basic = {"type": "basic", "basic": {"username": "u", "password": "p"}}
    inner = [item("a"), item("b", auth=None), item("c", auth={"type": "noauth"}), item("d", auth=bearer)]
    read = postman.requests_in(collection(item("0"), {"name": "F", "auth": basic, "item": inner}, auth=bearer))
    assert [one.auth and one.auth.kind for one in read] == ["bearer", "basic", "basic", None, "bearer"]


@pytest.mark.parametrize(("place", "url", "headers"), [("header", "https://api.example.com/x", (("X-Odd", "{{X-Odd}}"),)), ("query", "https://api.example.com/x?X-Odd={{X-Odd}}", ())])  # fmt: skip
def test_a_key_is_a_secret_setting_whatever_it_is_called(place: str, url: str, headers: Any) -> None:
    parts = [{"key": "key", "value": "X-Odd"}, {"key": "value", "value": "S3CRET"}, {"key": "in", "value": place}]
    read = only(item(auth={"type": "apikey", "apikey": parts}))
    assert (read.url, read.headers) == (url, headers)
    assert read.variables == {"X-Odd": Variable(secret=True, is_setting=True)}
    assert "S3CRET" not in repr(read)


def test_a_header_of_the_request_stands_instead_of_the_key_around_it() -> None:
    key = {"type": "apikey", "apikey": {"key": "X-Key", "value": "a"}}
    assert only(item(header=[{"key": "x-key", "value": "b"}]), auth=key).headers == (("x-key", "b"),)


def test_client_credentials_are_told_and_a_token_of_a_browser_is_a_setting() -> None:
    parts = {"grant_type": "client_credentials", "accessTokenUrl": "https://l.example.com/t", "clientId": "i", "clientSecret": "s", "scope": "x"}  # fmt: skip
    told = only(item(auth={"type": "oauth2", "oauth2": parts}))
    assert told.auth == Auth("oauth2", {"url": "https://l.example.com/t", "id": "i", "secret": "s", "scope": "x"})
    asked = only(item(auth={"type": "oauth2", "oauth2": {**parts, "grant_type": "authorization_code"}}))
    assert asked.auth == Auth("bearer", {"token": "{{access_token}}"})
    assert codes(asked) == ["collection.note.oauth2"]


@pytest.mark.parametrize("kind", ["digest", "hawk", "awsv4", "ntlm", "oauth1"])
def test_another_way_of_signing_in_is_said(kind: str) -> None:
    read = only(item(auth={"type": kind, kind: [{"key": "x", "value": "S3CRET"}]}))
    assert (read.auth, codes(read)) == (None, ["collection.note.auth"])
    assert "S3CRET" not in repr(read)


# The rest of a request


def test_headers_are_those_that_are_sent() -> None:
    header = [{"key": "wolkvox–token", "value": " {{t}} "}, {"key": "X-Off", "value": "1", "disabled": True}, {"key": "", "value": "x"}, {"key": "X-N", "value": 7}]  # fmt: skip
    assert only(item(header=header)).headers == (("wolkvox-token", "{{t}}"), ("X-N", "7"))
    assert only(item(header="A: 1\nB: x:y\n")).headers == (("A", "1"), ("B", "x:y"))


def test_saved_answers_come_along() -> None:
    given = {**item(), "response": [{"name": "ok", "code": 201, "body": '{"code":"201"}'}, {"code": None, "body": None}, {"code": 200, "body": "x" * 300_000}]}  # fmt: skip
    assert only(given).answers == (ExampleAnswer(201, '{"code":"201"}'), ExampleAnswer(200, ""))


def test_scripts_are_not_run_but_said_wherever_they_stand() -> None:
    script = [{"listen": "prerequest", "script": {"exec": ["pm.environment.set('a', 1)"]}}]
    idle = [{"listen": "test", "script": {"exec": [""]}}]
    assert codes(only({**item(), "event": script})) == ["collection.note.scripts"]
    assert codes(only({"name": "F", "event": script, "item": [item()]})) == ["collection.note.scripts"]
    assert codes(only({**item(), "event": idle})) == []


def test_what_postman_makes_up_is_said() -> None:
    read = only(item(url="https://api.example.com/x?at={{$timestamp}}&id={{$guid}}"))
    assert read.url == "https://api.example.com/x?at={{timestamp}}&id={{$request_id}}"
    assert set(read.variables) == {"timestamp"}
    assert codes(read) == ["collection.note.dynamic"]


def test_descriptions_and_methods() -> None:
    read = only(item(description={"content": " Adds one. "}, method="patch"))
    assert (read.description, read.method) == ("Adds one.", "PATCH")
    assert only({**item(), "description": "Of the item."}).description == "Of the item."
    assert only({"name": "x", "request": "https://api.example.com/x"}).method == "GET"


# What is refused


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"id": "1", "name": "x", "requests": [], "order": []}, "collection.version_1"),
        ({"version": 1, "collections": [], "environments": []}, "collection.version_1"),
        ({"name": "Prod", "values": [{"key": "token", "value": "S3CRET"}], "_postman_variable_scope": "environment"}, "collection.environment"),
        ({"name": "Globals", "values": [], "_postman_variable_scope": "globals"}, "collection.environment"),
        (collection(), "collection.empty"),
        (collection({"name": "F", "item": []}, 7, {"name": "x"}, {"request": {"url": ""}}, {"request": {"url": {}}}), "collection.empty"),
    ],
)  # fmt: skip
def test_another_document_of_postman_s_is_refused_in_a_sentence(data: dict[str, Any], code: str) -> None:
    assert postman.recognises(data)
    with pytest.raises(TemplateError) as refused:
        postman.requests_in(data)
    assert refused.value.message.code == code
    assert "S3CRET" not in str(refused.value)


@pytest.mark.parametrize("data", [None, [], "x", {}, {"log": {}}, {"openapi": "3.0.0"}, {"collection": 7}, {"item": 7}])
def test_a_document_of_others_is_not_recognised(data: object) -> None:
    assert not postman.recognises(data)


def test_what_postman_s_api_gives_is_a_collection_too() -> None:
    data = {"collection": collection(item())}
    assert postman.recognises(data)
    assert len(postman.requests_in(data)) == 1


ODD: list[Any] = [None, 7, True, "x", [], {}, [None], [7], {"raw": 7}, {"mode": "raw", "raw": {}}, [{"key": 7}], {"type": 7}]  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=json.dumps)
@pytest.mark.parametrize(
    "place", ["url", "header", "body", "auth", "method", "description", "response", "event", "variable"]
)
def test_nothing_odd_in_a_request_stops_the_others(place: str, odd: Any) -> None:
    given = item("odd")
    (given if place in ("response", "event", "variable") else given["request"])[place] = odd
    assert postman.requests_in(collection(given, item("good")))[-1].name == "good"


def test_a_variable_in_a_name_or_a_method_gives_way_to_its_value() -> None:
    url = {"raw": "https://x.co/a", "query": [{"key": "{{n}}", "value": "{{v}}"}]}
    form = {"mode": "urlencoded", "urlencoded": [{"key": "f_{{n}}", "value": "{{n}}"}]}
    headers = [{"key": "X-{{n}}", "value": "{{n}}"}, {"key": "content-type", "value": "{{type}}"}]
    given = item(url=url, method="{{do}}", body=form, header=headers)
    known = [{"key": "n", "value": "m"}, {"key": "do", "value": "put"}, {"key": "type", "value": "text/plain"}]
    read = only(given, variable=known)
    assert (read.method, read.url) == ("PUT", "https://x.co/a?m={{v}}")
    assert read.body is not None
    assert read.body.value == [("f_m", "{{n}}")]
    assert read.headers == (("X-m", "{{n}}"), ("content-type", "text/plain"))
    assert only(given).method == "{{DO}}"


def test_an_address_in_parts_keeps_its_last_slash() -> None:
    parts = {"protocol": "https", "host": ["x", "co"], "path": [""]}
    assert url_of(parts) == url_of({**parts, "path": "/"}) == "https://x.co/"
    assert url_of({**parts, "path": ["a", ""]}) == "https://x.co/a/"
    assert url_of({**parts, "path": []}) == "https://x.co"


def test_a_request_without_an_address_is_there_to_be_refused() -> None:
    found = postman.requests_in(collection(item("a", ""), item("b"), {"name": "none"}))
    assert [(one.name, bool(one.url)) for one in found] == [("a", False), ("b", True)]

"""A source is recognised by its content, and a request of it is chosen as a person names it."""

import json
from base64 import b64encode
from typing import Any

import pytest

from tests.templates.importers.filling import sent
from uploader.errors import TemplateError
from uploader.templates.importers import har, sources
from uploader.templates.importers.draft import draft
from uploader.templates.importers.imported import Body, ExampleAnswer, ImportedRequest

U = "https://api.example.com"


def entry(method: str, path: str, posted: Any = None, answer: Any = None, **headers: str) -> dict[str, Any]:
    request: dict[str, Any] = {
        "method": method,
        "url": f"{U}{path}",
        "headers": [{"name": name.replace("_", "-"), "value": value} for name, value in headers.items()],
    }
    if posted is not None:
        request["postData"] = posted
    return {"request": request, "response": answer or {"status": 200, "content": {"mimeType": "application/json"}}}


def log(*entries: Any) -> str:
    return json.dumps({"log": {"version": "1.2", "entries": list(entries)}})


JSON_POST = entry(
    "POST",
    "/v1/contacts",
    {"mimeType": "application/json", "text": '{"name": "Ana"}'},
    authorization="Bearer abc123def456",
)
PAGE = entry("GET", "/index.html", None, {"status": 200, "content": {"mimeType": "text/html"}})


def test_a_curl_command_is_recognised() -> None:
    (found,) = sources.read(f"curl {U}/x", "-").requests
    assert found.url == f"{U}/x"


def test_the_one_entry_with_a_body_is_meant() -> None:
    source = sources.read(log(PAGE, entry("GET", "/v1/me"), JSON_POST), "a.har")
    (found,) = sources.chosen(source, None)
    assert (found.name, found.body) == ("contacts", Body("json", {"name": "Ana"}))
    made = draft(found)
    assert "abc123def456" not in made.toml
    assert sent(made.toml).body == {"name": "Ana"}


def test_several_are_listed_without_their_queries() -> None:
    other = entry("PUT", "/v1/deals?api_key=abc123", {"mimeType": "application/json", "text": "{}"})
    source = sources.read(log(JSON_POST, other), "a.har")
    with pytest.raises(TemplateError, match=r"\n  1 = POST /v1/contacts\n  2 = PUT /v1/deals") as refused:
        sources.chosen(source, None)
    assert "abc123" not in str(refused.value)


@pytest.mark.parametrize(
    ("wish", "name"),
    [("2", "deals"), ("deals", "deals"), ("PUT /v1/deals", "deals"), ("put /v1/DEALS", "deals"), ("cont", "contacts"), ("/v1/c", "contacts")],
)  # fmt: skip
def test_a_request_is_chosen_by_number_name_or_a_piece_of_its_address(wish: str, name: str) -> None:
    source = sources.read(log(JSON_POST, entry("PUT", "/v1/deals")), "a.har")
    assert [one.name for one in sources.chosen(source, wish)] == [name]


@pytest.mark.parametrize(("wish", "words"), [("3", "No request matches “3”"), ("nope", "No request"), ("v1", "Several requests match"), ("0", "Several|No request"), ("²", "No request")])  # fmt: skip
def test_a_wish_that_names_none_or_several_is_refused(wish: str, words: str) -> None:
    source = sources.read(log(JSON_POST, entry("PUT", "/v1/deals")), "a.har")
    with pytest.raises(TemplateError, match=words):
        sources.chosen(source, wish)


def test_all_requests_of_commands_are_meant() -> None:
    source = sources.read(f"curl {U}/a\ncurl {U}/b", "-")
    assert [one.name for one in sources.chosen(source, None)] == ["a", "b"]


@pytest.mark.parametrize(
    ("posted", "body"),
    [
        ({"mimeType": "application/x-www-form-urlencoded", "params": [{"name": "a", "value": "b c"}]}, Body("form", [("a", "b c")])),
        ({"mimeType": "application/x-www-form-urlencoded", "text": "a=b+c"}, Body("form", [("a", "b c")])),
        ({"mimeType": "text/csv", "text": "a,b"}, Body("text", "a,b")),
        ({"mimeType": "application/json", "text": ""}, None),
        ({"mimeType": 3, "text": None, "params": "x"}, None),
        ("nonsense", None),
    ],
)  # fmt: skip
def test_what_was_posted_is_read_in_every_form(posted: Any, body: Body | None) -> None:
    (found,) = har.requests_in(json.loads(log(entry("POST", "/x", posted))))
    assert found.body == body


def test_files_of_a_form_are_parts() -> None:
    parameters = [{"name": "a", "value": "x"}, {"name": "f", "fileName": "me.png", "contentType": "image/png"}]
    (found,) = har.requests_in(
        json.loads(log(entry("POST", "/x", {"mimeType": "multipart/form-data; boundary=x", "params": parameters})))
    )
    assert found.body is not None
    assert [tuple(part) for part in found.body.value] == [("a", "x", False, ""), ("f", "me.png", True, "image/png")]


def test_answers_are_examples() -> None:
    text = b64encode(b'{"id": 7}').decode()
    answer = {"status": 201, "content": {"mimeType": "application/json", "text": text, "encoding": "base64"}}
    (found,) = har.requests_in(json.loads(log(entry("POST", "/x", None, answer))))
    assert found.answers == (ExampleAnswer(201, '{"id": 7}'),)


@pytest.mark.parametrize(
    "data",
    [
        {"log": {"entries": []}}, {"log": {"entries": [None, 3, {}, {"request": None}, {"request": {"method": 3}}]}},
        {"log": {"entries": [PAGE]}}, {"log": {"entries": [entry("OPTIONS", "/x")]}},
        {"log": {"entries": [{"request": {"method": "GET", "url": "file:///etc/passwd"}}]}},
    ],
)  # fmt: skip
def test_a_record_without_a_request_to_an_api_is_refused(data: Any) -> None:
    with pytest.raises(TemplateError, match="no request to an API"):
        har.requests_in(data)


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"a": 1}', "{" * 100_000, '{"log": {}}', "{", "\0curl x", "{\ud800", "hello"]
)
def test_what_is_of_no_known_kind_is_refused(text: str) -> None:
    with pytest.raises(TemplateError):
        sources.read(text, "x.json")


# Choosing among many


def chosen_of(wish: str) -> list[str]:
    """By their names, those of a collection with folders."""
    names = ["CRM (26)/Insertar casos", "Configuración/2. Crear agente", "Configuración/13. Editar agente"]
    names += ["Reportes/Agentes/1. Estados", "Reportes/Chat/1. Estados", "Reportes/Chat/Hoy/2. Códigos"]
    requests = [ImportedRequest(name, "POST", f"https://x.co/api.php?n={at}") for at, name in enumerate(names)]
    return [one.name.rpartition("/")[2] for one in sources.chosen(sources.Source(requests), wish)]


@pytest.mark.parametrize(
    ("wish", "names"),
    [
        ("2. crear AGENTE", ["2. Crear agente"]),
        ("crear agente", ["2. Crear agente"]),
        ("agente crear", ["2. Crear agente"]),
        ("codigos", ["2. Códigos"]),
        ("configuracion crear", ["2. Crear agente"]),
        ("chat estados", ["1. Estados"]),
        ("n=4", ["1. Estados"]),
        ("configuracion", ["2. Crear agente", "13. Editar agente"]),
        ("crm 26", ["Insertar casos"]),
        ("Reportes/Chat", ["1. Estados", "2. Códigos"]),
        ("chat", ["1. Estados", "2. Códigos"]),
        ("Reportes", ["1. Estados", "1. Estados", "2. Códigos"]),
        ("hoy/", ["2. Códigos"]),
    ],
)
def test_words_in_any_order_and_folders_choose(wish: str, names: list[str]) -> None:
    assert chosen_of(wish) == names


@pytest.mark.parametrize(
    ("wish", "words"),
    [("agente", "2 = .*\n  3 = "), ("estados", "4 = .*\n  5 = "), ("...", "No request"), ("", "Several")],
)
def test_words_of_several_or_none_are_refused(wish: str, words: str) -> None:
    with pytest.raises(TemplateError, match=words):
        chosen_of(wish)


def test_of_very_many_requests_the_folders_are_listed() -> None:
    requests = [ImportedRequest(f"F{at % 60}/{at}. Uno", "GET", "https://x.co") for at in range(300)]
    with pytest.raises(TemplateError, match=r"\n  F0 \(5\)\n  F1 \(5\)\n(.*\n)*  … and 10 more"):
        sources.chosen(sources.Source(requests), "nothing")
    with pytest.raises(TemplateError, match=r"\n  1 = F0/0. Uno .*\n(.*\n)*  … and 250 more"):
        sources.chosen(sources.Source(requests), "uno")
    flat = [one._replace(name=one.name.partition("/")[2]) for one in requests]
    with pytest.raises(TemplateError, match=r"\n  1 = 0. Uno .*\n(.*\n)*  … and 250 more"):
        sources.chosen(sources.Source(flat), "nothing")


def test_a_name_that_is_an_address_is_listed_without_its_secret() -> None:
    name = "Uno/https: x.co y?api_key=a1b2c3d4e5f6&n=1"
    requests = [ImportedRequest(f"{name}{at}", "GET", "https://x.co/y") for at in range(2)]
    with pytest.raises(TemplateError, match=r"1 = Uno/https: x.co y\?api_key=\*\*\*&n=10 \(GET /y\)") as refused:
        sources.chosen(sources.Source(requests), "y")
    assert "a1b2c3" not in str(refused.value)

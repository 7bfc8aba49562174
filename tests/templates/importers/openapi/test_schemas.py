"""What a schema's value looks like, and what is known of every plain value in it."""

from typing import Any

import pytest

from tests.templates.importers.openapi.documents import carrying, document, table
from uploader.errors import TemplateError
from uploader.templates.importers import openapi
from uploader.templates.importers.imported import FieldFacts, ImportedRequest


def read(schema: Any, schemas: dict[str, Any] | None = None, **media: Any) -> ImportedRequest:
    (request,) = openapi.requests_in(document(carrying(schema, **media), components={"schemas": schemas or {}}))
    return request


def value(schema: Any, schemas: dict[str, Any] | None = None, **media: Any) -> Any:
    body = read(schema, schemas, **media).body
    assert body is not None
    assert body.kind == "json"
    return body.value


TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (TEXT, "text"),
        ({"type": "string", "example": "María"}, "María"),
        ({"type": "string", "x-example": "María"}, "María"),
        ({"type": "string", "examples": ["a", "b"]}, "a"),
        ({"type": "string", "default": "open"}, "open"),
        ({"const": "fixed"}, "fixed"),
        ({"enum": [None, "low", "high"]}, "low"),
        ({"type": "string", "format": "date"}, "2026-01-31"),
        ({"type": "string", "format": "date-time"}, "2026-01-31T12:00:00Z"),
        ({"type": "string", "pattern": "^[A-Z]{3}$"}, "ABC"),
        ({"type": "string", "pattern": r"^\+?\d{10,}$"}, "1234567890"),
        ({"type": "string", "minLength": 8, "maxLength": 9}, "12345678"),
        ({"type": "string", "maxLength": 3}, "a"),
        ({"type": "integer"}, 1),
        ({"type": "integer", "minimum": 18}, 19),
        ({"type": "integer", "maximum": 0}, 0),
        ({"type": "number"}, 1.5),
        ({"type": "boolean"}, True),
        ({"type": ["null", "integer"]}, 1),
        ({"type": ["string", "null"]}, "text"),
        ({"type": "array", "items": TEXT}, ["text"]),
        ({"items": {"type": "integer", "example": 7}}, [7]),
        ({"type": "array", "items": table(a=TEXT)}, [{"a": "text"}]),
        ({"properties": {"a": TEXT}}, {"a": "text"}),
        ({"type": "object", "additionalProperties": TEXT}, {}),
        (table(a={"type": "string", "readOnly": True}, b={"type": "string", "writeOnly": True}), {"b": "text"}),
        (True, "text"),
    ],
)
def test_a_value_for_a_schema(schema: Any, expected: Any) -> None:
    assert value(table(x=schema)) == {"x": expected}


def test_an_example_beside_the_schema_is_the_body_as_it_is() -> None:
    example = {"name": "María", "extra": {"é b": [1, {"c": None}]}, "": ""}
    schema = table(name=TEXT, missing=TEXT)
    assert value(schema, example=example) == example
    assert value(schema, examples={"one": {"summary": "x", "value": example}}) == example
    assert value({**schema, "example": example}) == example
    assert value(schema, example='{"name": "María"}') == {"name": "María"}


def test_what_is_known_of_the_values() -> None:
    schema = {
        "required": ["name", "items"],
        **table(
            name={"type": "string", "description": " The\nname ", "maxLength": 20},
            status={"enum": ["open", "closed"]},
            count={"type": "integer", "title": "How many"},
            kind={"const": "person"},
            items={
                "type": "array",
                "items": {"required": ["sku"], **table(sku={"type": "string", "pattern": "^[A-Z]+$"})},
            },
        ),
    }
    assert read(schema).fields == {
        "json.name": FieldFacts(required=True, type="text", description="The name", max_length=20),
        "json.status": FieldFacts(type="text", values=("open", "closed")),
        "json.count": FieldFacts(type="integer", description="How many"),
        "json.kind": FieldFacts(type="text", varies=False),
        "json.items.0.sku": FieldFacts(required=True, type="text", pattern="[A-Z]+"),
    }


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("^a+$", "a+"), ("a", "(?s:.*)(?:a)(?s:.*)"), ("^a$|^b$", "(?s:.*)(?:^a$|^b$)(?s:.*)"), ("(?=a)", None), ("(", None), (7, None)],
)  # fmt: skip
def test_a_pattern_is_kept_for_the_whole_text_where_it_can_be_run(pattern: Any, expected: str | None) -> None:
    assert read(table(x={"type": "string", "pattern": pattern})).fields["json.x"].pattern == expected


def test_all_of_is_one_schema_and_the_nearest_word_counts() -> None:
    base = {"required": ["id"], **table(id={"type": "integer"}, name={"type": "string", "example": "base"})}
    more = {"allOf": [{"$ref": "#/components/schemas/Base"}, {"required": ["b"], **table(b=TEXT)}], **table(name={"type": "string", "example": "own"})}  # fmt: skip
    request = read({"$ref": "#/components/schemas/More"}, {"Base": base, "More": more})
    assert request.body is not None
    assert request.body.value == {"id": 1, "name": "own", "b": "text"}
    assert [where for where, facts in request.fields.items() if facts.required] == ["json.id", "json.b"]


@pytest.mark.parametrize("several", ["oneOf", "anyOf"])
def test_of_several_the_first_counts_and_it_is_said(several: str) -> None:
    request = read(table(x={several: [{"type": "null"}, {"type": "integer"}, TEXT]}))
    assert request.body is not None
    assert request.body.value == {"x": 1}
    assert [(note.message.code, note.where) for note in request.notes] == [("openapi.note.choice", "json.x")]
    assert read(table(x={several: [{"type": "null"}, TEXT]})).notes == (), "no choice: it may only be null"


def test_references_are_followed_with_escapes_and_words_beside_them() -> None:
    schemas = {"a/b": {"properties": {"c~d": {"type": "string", "example": "x"}}}}
    reference = {"$ref": "#/components/schemas/a~1b/properties/c~0d", "description": "Beside"}
    request = read(
        table(x=reference, y={"$ref": "#/components/schemas/nowhere"}, z={"$ref": "#/components/schemas/a%2Fb"}),
        schemas,
    )
    assert request.body is not None
    assert request.body.value["x"] == "x"
    assert request.body.value["y"] == "text"
    assert request.fields["json.x"].description == "Beside"


NODE = table(name=TEXT, next={"$ref": "#/components/schemas/Node"}, all={"type": "array", "items": {"$ref": "#/components/schemas/Node"}})  # fmt: skip


@pytest.mark.parametrize(
    ("schemas", "expected"),
    [
        ({"Node": NODE}, {"name": "text", "all": []}),
        ({"Node": {"$ref": "#/components/schemas/Node"}}, "text"),
        ({"Node": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/Node"}}, "text"),
        ({"Node": {"allOf": [{"$ref": "#/components/schemas/Node"}, table(a=TEXT)]}}, {"a": "text"}),
        ({"Node": {"oneOf": [{"$ref": "#/components/schemas/Node"}]}}, "text"),
    ],
)
def test_a_schema_that_is_within_itself_ends(schemas: dict[str, Any], expected: Any) -> None:
    assert value({"$ref": "#/components/schemas/Node"}, schemas) == expected


def test_a_wide_and_a_deep_schema_end() -> None:
    wide = {
        f"S{n}": table(**{f"p{m}": {"$ref": f"#/components/schemas/S{n + 1}"} for m in range(20)}) for n in range(20)
    }
    request = read({"$ref": "#/components/schemas/S0"}, wide)
    assert len(request.fields) <= 2000
    deep: dict[str, Any] = TEXT
    for _ in range(150):
        deep = {"required": ["x"], **table(x=deep)}
    assert read(deep).body is not None
    several: dict[str, Any] = {f"T{n}": {"allOf": [{"$ref": f"#/components/schemas/T{n + 1}"}] * 2} for n in range(30)}
    assert read({"$ref": "#/components/schemas/T0"}, several).body is not None


@pytest.mark.parametrize(
    "reference", ["other.yaml#/x", "https://example.com/x.json", "file:///etc/passwd", "/etc/passwd"]
)
def test_nothing_is_read_from_elsewhere(reference: str) -> None:
    with pytest.raises(TemplateError) as refused:
        read(table(x={"$ref": reference}))
    assert refused.value.message.code == "openapi.outside"


ODD: list[Any] = [None, 7, "x", [], {}, {"type": 7}, {"type": []}, {"properties": []}, {"required": 7, "properties": {"a": 7}}, {"allOf": 7}, {"oneOf": [7, None]}, {"items": []}, {"enum": 7}, {"enum": [[]]}, {"$ref": 7}, {"$ref": "#/components/schemas/0/9"}, {"maxLength": -1}, {"minLength": 10**9}, {"minimum": "x"}, {"type": "integer", "minimum": 10**400}, {"pattern": "(" * 9999}, {"description": 7}, {"example": {"a": {"b": [1]}}}, {"examples": {"a": 7}}]  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: str(odd)[:40])
def test_no_odd_schema_stops_an_import(odd: Any) -> None:
    assert read(table(good=TEXT, odd=odd)).fields["json.good"].type == "text"
    assert read(odd).name == "POST things"

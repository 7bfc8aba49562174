"""Every operation becomes a template that takes its own example row."""

import json

from tests.templates.importers.openapi.documents import carrying, document, table
from tests.templates.importers.test_parsing import example_row, template_of
from uploader.templates.importers import sources

SCHEMA = {
    "required": ["name"],
    **table(
        name={"type": "string", "maxLength": 20, "example": "María"},
        status={"enum": ["open", "closed"]},
        phone={"type": "string", "pattern": r"^\+?\d{10,15}$"},
        code={"type": "string", "pattern": "(?=x)"},
        count={"type": "integer", "minimum": 18},
        amount={"type": "number"},
        vip={"type": ["boolean", "null"]},
        tags={"type": "array", "items": {"type": "string"}, "example": ["a", "b"]},
        born={"type": "string", "format": "date"},
        address=table(city={"type": "string"}, country={"const": "CO"}),
        lines={"type": "array", "items": table(sku={"type": "string"}, quantity={"type": "integer"})},
        id={"type": "integer", "readOnly": True},
    ),
}


def test_an_operation_is_a_template_and_its_example_row_is_sent() -> None:
    operation = carrying(SCHEMA) | {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
        "security": [{"B": []}],
        "responses": {"201": {"content": {"application/json": {"example": {"id": 7}}}}},
    }
    data = document(
        operation, "/people/{id}", components={"securitySchemes": {"B": {"type": "http", "scheme": "bearer"}}}
    )
    (read,) = sources.read(json.dumps(data), "api.json").requests
    template = template_of(read)
    made = example_row(template)
    assert read.body is not None
    assert json.loads(made.body) == read.body.value
    assert made.url == "https://api.example.com/v2/people/1"
    assert made.headers["Authorization"] == "Bearer SECRET"
    assert template.columns["name"].required
    assert template.columns["status"].one_of == ("open", "closed")
    assert template.columns["phone"].pattern == r"\+?\d{10,15}"
    assert template.columns["count"].type == "integer"

"""The request that the example row of each template makes is the one that its API documents."""

import json
from collections.abc import Mapping
from email import message_from_bytes
from email.message import MIMEPart
from email.policy import HTTP
from typing import Any

import pytest

import uploader
from tests.templates_shipped.catalogue import NAMES, TEMPLATES, examples_of, frame_of, settings_of
from tests.templates_shipped.families import DOCUMENTED, FAMILIES, family_of

FROM_FAMILIES = [name for name in NAMES if name.partition("/")[0] in FAMILIES]


def read(body: bytes | str | None, headers: Mapping[str, str]) -> Any:
    """A body as JSON, or as the fields of a multipart form; None where there is none."""
    content_type = headers.get("Content-Type", "")
    if not body:
        return None
    text = body if isinstance(body, bytes) else body.encode()
    if content_type.startswith("multipart/form-data"):
        form = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + text, policy=HTTP)
        return {str(part["content-disposition"].params["name"]): _text_of(part) for part in form.iter_parts()}
    return json.loads(text)


def _text_of(part: MIMEPart) -> str:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


@pytest.mark.parametrize("name", FROM_FAMILIES)
def test_the_example_row_makes_the_documented_request(name: str) -> None:
    wanted, template = DOCUMENTED[name], TEMPLATES[name]
    made = uploader.preview(frame_of(examples_of(template)), 2, template=name, settings=settings_of(template))
    assert (made.method, made.url) == (wanted.method, family_of(name).host + wanted.address)
    assert read(made.body, made.headers) == wanted.body
    assert wanted.body is not None or "Content-Type" not in made.headers


def test_every_documented_request_ships_and_nothing_else_of_these_families() -> None:
    assert sorted(DOCUMENTED) == FROM_FAMILIES

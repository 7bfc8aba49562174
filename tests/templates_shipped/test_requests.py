"""The request that the example row of each template makes is the one that its API documents."""

import json

import pytest

import uploader
from tests.templates_shipped import wolkvox
from tests.templates_shipped.catalogue import NAMES, TEMPLATES, examples_of, frame_of, settings_of
from tests.templates_shipped.documented import Documented

DOCUMENTED: dict[str, Documented] = {f"wolkvox/{name}": request for name, request in wolkvox.REQUESTS.items()}
HOSTS = {"wolkvox": "https://wv0000.wolkvox.com"}


@pytest.mark.parametrize("name", [name for name in NAMES if name in DOCUMENTED])
def test_the_example_row_makes_the_documented_request(name: str) -> None:
    wanted, template = DOCUMENTED[name], TEMPLATES[name]
    made = uploader.preview(frame_of(examples_of(template)), 2, template=name, settings=settings_of(template))
    assert (made.method, made.url) == (wanted.method, HOSTS[name.partition("/")[0]] + wanted.address)
    assert (json.loads(made.body) if made.body else None) == wanted.body
    assert wanted.body is not None or "Content-Type" not in made.headers


def test_every_template_has_its_documented_request_here() -> None:
    assert [name for name in NAMES if name.startswith("wolkvox/") and name not in DOCUMENTED] == []

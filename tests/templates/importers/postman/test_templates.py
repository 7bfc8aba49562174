"""Every request of a collection becomes a template whose example row sends the collection's own body."""

import json
from typing import Any

import pytest

from tests.templates.importers.postman.bodies import LOOSE, STRICT, VARIABLES, Kept, collection, request
from tests.templates.importers.test_parsing import example_row, template_of
from uploader.i18n import render
from uploader.i18n.languages import LANGUAGES
from uploader.templates.importers import sources
from uploader.templates.importers.draft import draft

HINTS = {"placeholder of the docs"}
"""Of `<…>` the draft makes a column without an example: nobody would send it."""


def draft_of(kept: Kept) -> Any:
    (read,) = sources.read(json.dumps(collection(request(kept))), "demo.json").requests
    return read


@pytest.mark.parametrize(
    "kept", [one for one in (*STRICT, *LOOSE) if one.name not in HINTS], ids=lambda kept: kept.name
)
def test_the_example_row_sends_the_body_of_the_collection(kept: Kept) -> None:
    made = example_row(template_of(draft_of(kept)))
    assert json.loads(made.body) == kept.meant
    assert made.url == "https://wv1.wolkvox.com/api/v2/campaign.php?api=add_record&campaign_id="
    assert made.headers["wolkvox-token"] == "SECRET"


@pytest.mark.parametrize("kept", VARIABLES, ids=lambda kept: kept.name)
def test_variables_become_columns(kept: Kept) -> None:
    template = template_of(draft_of(kept))
    assert template.request.json_body == json.loads(json.dumps(kept.meant).replace("$request_id", "request_id"))
    assert "request_id" not in template.columns


def test_every_note_is_a_sentence_in_every_language() -> None:
    item = request(Kept("x", '{"a": {{id}},}', None))
    item["request"]["auth"] = {"type": "digest", "digest": []}
    item["event"] = [{"listen": "test", "script": {"exec": ["x()"]}}]
    (read,) = sources.read(json.dumps(collection(item)), "demo.json").requests
    assert len(read.notes) == 4
    for language in LANGUAGES:
        sentences = [render(note.message, language) for note in read.notes]
        toml = draft(read, language).toml.replace("\n# ", " ").replace("#", " ")
        assert all(sentence.split(":")[0][:40] in " ".join(toml.split()) for sentence in sentences)

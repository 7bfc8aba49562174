"""An API of tickets in memory, and templates for it: one creates a ticket and keeps its id, another takes that id."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.transports import answer
from uploader.model.http import Request, Response, SendFailure

PLACE = "https://tickets.example"
CREATE = """
title = "Create a ticket"
[request]
method = "POST"
url = "https://tickets.example/tickets"
[request.json]
subject = "{{subject}}"
[columns.subject]
required = true
[answer]
code = "status"
message = "message"
[answer.columns]
ticket_id = "ticket.id"
link = "ticket.link"
"""
UPDATE = """
title = "Update a ticket"
[request]
method = "PUT"
url = "https://tickets.example/tickets/{{id}}"
[request.json]
note = "{{note}}"
[columns.id]
required = true
[columns.note]
required = true
[answer]
code = "status"
message = "message"
[answer.columns]
version = "version"
"""


def templates(folder: Path) -> tuple[str, str]:
    """The paths of both templates, by which they are given."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = folder / "create.toml", folder / "update.toml"
    for path, text in zip(paths, (CREATE, UPDATE), strict=True):
        path.write_text(text, encoding="utf-8")
    create, update = map(str, paths)
    return create, update


@dataclass
class Tickets:
    """Creates tickets with ids that begin with zeros. What came is remembered."""

    created: dict[str, str] = field(default_factory=dict)
    """Id -> subject."""
    updated: list[tuple[str, str]] = field(default_factory=list)
    """Id and note of each update."""
    says: Callable[[str], Response | SendFailure | None] = lambda _: None
    """Its answer to a subject instead of creating a ticket."""
    came: int = 0
    """How many requests came."""

    def __call__(self, request: Request) -> Response | SendFailure:
        self.came += 1
        said = self._answer_to(request)
        # No two answers took as long: by that a workbook knows requests of one second and row apart.
        return said._replace(duration_ms=self.came) if isinstance(said, Response) else said

    def _answer_to(self, request: Request) -> Response | SendFailure:
        sent: Mapping[str, Any] = json.loads(request.body)
        if request.method == "PUT":
            self.updated.append((request.url.rpartition("/")[2], sent["note"]))
            return answer({"status": 200, "message": "updated", "version": len(self.updated)})
        instead = self.says(sent["subject"])
        if instead is not None:
            return instead
        number = f"{len(self.created) + 41:04}"
        self.created[number] = sent["subject"]
        link = f"{PLACE}/{number}"
        return answer({"status": 201, "message": "created", "ticket": {"id": number, "link": link}}, 201)

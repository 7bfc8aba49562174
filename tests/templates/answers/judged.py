"""Answers, and what a template makes of them."""

import json
from typing import Any

from uploader.model.http import Response
from uploader.model.outcomes import Outcome
from uploader.templates.answers.judging import judge
from uploader.templates.parsing.parser import parse
from uploader.templates.template import Template

REQUEST = "title='x'\n[request]\nurl='https://x.example'\n[request.json]\na='{{a}}'\n[columns.a]\n"


def template_of(text: str) -> Template:
    """A template that says this of answers."""
    return parse(REQUEST + text, "x.toml", "x")


def answer(body: Any, http_status: int = 200, **headers: str) -> Response:
    """An answer with such a body, as JSON unless it is bytes; `content_type` is the header Content-Type."""
    written = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(http_status, written, 5, headers={name.replace("_", "-"): text for name, text in headers.items()})


def judged(text: str, body: Any, http_status: int = 200, **headers: str) -> Outcome:
    """What an answer means to a template that says `text` of answers."""
    return judge(answer(body, http_status, **headers), template_of(text))

"""A page becomes HTML here, in the language of its session. Everything is escaped; texts come from the catalogue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from uploader.i18n import CellName, Fact, Localized, Message, in_language, render
from uploader.i18n.languages import LANGUAGES, language_of
from uploader.model.rows import Status
from uploader.web.faces import FACE
from uploader.web.pages.app_keys import DESK
from uploader.web.server.sessions import session_of

LANGUAGE_NAMES = {"es": "Español", "pt": "Português", "en": "English"}
"""In the order in which they are offered, each as its own readers call it."""


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("uploader.web", "html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class _Said(str):
    """A message as a text. `begins_with_a_name`: with a fact, such as a file's name, which is written as it is."""

    __slots__ = ("begins_with_a_name",)
    begins_with_a_name: bool

    @classmethod
    def of(cls, message: Message, text: str) -> "_Said":
        """The text of that message."""
        said = cls(text)
        names = [fact for fact in message.facts.values() if isinstance(fact, str) and fact]
        said.begins_with_a_name = any(text.startswith(name) for name in names)
        return said


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a page: texts, numbers and moments as they know them."""

    language: str

    def t(self, code: str, **facts: Fact) -> str:
        """A text of the catalogue."""
        return render(Message(code, **facts), self.language, face=FACE)

    def say(self, message: Message | None, cell: CellName | None = None) -> str:
        """A message as a sentence; nothing for none."""
        return "" if message is None else _Said.of(message, render(message, self.language, cell, face=FACE))

    def own(self, texts: Localized | str) -> str:
        """A template's own text."""
        return texts if isinstance(texts, str) else in_language(texts, self.language)

    def n(self, number: int) -> str:
        """A whole number with the language's separators."""
        return f"{number:,}".translate(language_of(self.language).separators)

    def when(self, moment: str | datetime | None) -> str:
        """A moment, ISO 8601 in UTC, in this computer's time, to the minute."""
        if not moment:
            return ""
        at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        return f"{at.astimezone():%d/%m/%Y %H:%M}" if self.language != "en" else f"{at.astimezone():%Y-%m-%d %H:%M}"

    def status(self, status: Status, count: int) -> str:
        """How many rows have a status, in words."""
        return self.t(f"web.status.{status.replace(' ', '_')}", count=count)

    def line(self, message: Message | None) -> str:
        """A message on a line of its own; what a template says begins as it was written."""
        said = self.say(message)
        return said if message is not None and message.code == "advice.from_template" else self.sentence(said)

    def sentence(self, text: str) -> str:
        """With a capital letter, as it begins a line of its own; but a file keeps the name that it has."""
        return text if isinstance(text, _Said) and text.begins_with_a_name else text[:1].upper() + text[1:]


def page(
    request: web.Request, name: str, *, status: int = 200, is_practice: bool = False, **facts: Any
) -> web.Response:
    """A whole page. `is_practice`: it is about practice alone, and says so at its top."""
    session, desk = session_of(request), request.app[DESK]
    reader = Reader(session.language)
    html = (
        _environment()
        .get_template(name)
        .render(
            r=reader,
            t=reader.t,
            csrf=session.csrf,
            language=session.language,
            languages=LANGUAGE_NAMES,
            here=request.path_qs,
            notices=desk.take_notices(session.csrf),
            is_demo=desk.is_demo,
            is_practice=is_practice or desk.is_demo,
            Status=Status,
            **facts,
        )
    )
    encoded = html.encode(errors="backslashreplace")  # the name of a file need not be text
    return web.Response(body=encoded, content_type="text/html", charset="utf-8", status=status)


def reader_of(request: web.Request) -> Reader:
    """Who reads the answer to this request."""
    return Reader(session_of(request).language)


def back_to(request: web.Request, path: str, *notices: Message) -> web.Response:
    """To another page, at whose top these are said once."""
    request.app[DESK].leave_notices(session_of(request).csrf, notices)
    raise web.HTTPSeeOther(path)


def known_languages() -> Sequence[str]:
    """Those that we have texts in, in the order in which they are offered."""
    return [code for code in LANGUAGE_NAMES if code in LANGUAGES]


def form_of(posted: Mapping[str, object]) -> dict[str, str]:
    """The texts of a form."""
    return {name: value for name, value in posted.items() if isinstance(value, str)}

"""A page with one message and nothing else: what is shown to who may not see the others, or where one failed."""

from aiohttp import web
from jinja2 import Environment

from uploader.i18n import Message, render
from uploader.web.faces import FACE

_PAGE = Environment(autoescape=True, trim_blocks=True).from_string("""<!doctype html>
<html lang="{{ language }}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>uploader</title>
{% if back %}
<link rel="stylesheet" href="/static/app.css">
{% endif %}
<main>
<h1>uploader</h1>
<p role="alert">{{ text }}</p>
{% if back %}
<p><a href="{{ path }}">{{ back }}</a></p>
{% endif %}
</main>
</html>
""")


def plain_page(message: Message, language: str, status: int, *, back_to: str | None = None) -> web.Response:
    """The message as a page, with a link to the page at that path."""
    back = None if back_to is None else render(Message("app.back"), language, face=FACE)
    text = render(message, language, face=FACE)
    page = _PAGE.render(language=language, text=text, back=back, path=back_to)
    return web.Response(text=page, status=status, content_type="text/html")


class RefusedError(Exception):
    """A request that is not answered as it wishes, and why."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.message = status, Message(code)

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
<main>
<h1>uploader</h1>
<p role="alert">{{ text }}</p>
{% if back %}
<p><a href="/">{{ back }}</a></p>
{% endif %}
</main>
</html>
""")


def plain_page(message: Message, language: str, status: int, *, leads_back: bool = False) -> web.Response:
    """The message as a page, with a link to the first screen if `leads_back`."""
    back = render(Message("app.back"), language, face=FACE) if leads_back else None
    page = _PAGE.render(language=language, text=render(message, language, face=FACE), back=back)
    return web.Response(text=page, status=status, content_type="text/html")


class RefusedError(Exception):
    """A request that is not answered as it wishes, and why."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.message = status, Message(code)

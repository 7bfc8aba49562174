"""What pages are made of besides their text: the style sheet, the script, the icon."""

from importlib.resources import files

from aiohttp import web

_KINDS = {"app.css": "text/css", "app.js": "text/javascript", "icon.svg": "image/svg+xml"}


async def _static(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    if name not in _KINDS:
        raise web.HTTPNotFound
    content = files("uploader.web.static").joinpath(name).read_bytes()
    return web.Response(body=content, content_type=_KINDS[name], charset="utf-8")


async def _icon(_: web.Request) -> web.Response:
    """Browsers ask for it by themselves."""
    content = files("uploader.web.static").joinpath("icon.svg").read_bytes()
    return web.Response(body=content, content_type="image/svg+xml")


ROUTES = [web.get("/static/{name}", _static), web.get("/favicon.ico", _icon)]

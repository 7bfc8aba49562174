"""All pages, at one desk."""

import os

from aiohttp import web

from uploader.web.desk.desk import Desk
from uploader.web.desk.works import Works
from uploader.web.pages import routes
from uploader.web.pages.app_keys import DESK
from uploader.web.server.app import Place, Screens
from uploader.web.server.guard import Guard
from uploader.web.server.life import Life


def screens(place: Place, guard: Guard, life: Life) -> Screens:
    """What the server shows, and the works behind it."""
    environment = dict(os.environ)
    works = Works(lambda: life.is_ending)
    desk = Desk(place.home, environment, place.is_practice_only, place.base_url, life.end, works)
    guard.language = lambda: desk.preferences.language or place.language
    if place.lists is not None:
        desk.lists.kept.set_folder(place.lists)

    def prepare(app: web.Application) -> None:
        app[DESK] = desk

    return Screens(works, routes(), prepare)

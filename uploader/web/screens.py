"""All pages, at one desk."""

import os

from aiohttp import web

from uploader.web.app import Place, Screens
from uploader.web.app_keys import DESK
from uploader.web.desk import Desk
from uploader.web.guard import Guard
from uploader.web.life import Life
from uploader.web.pages import routes
from uploader.web.works import Works


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

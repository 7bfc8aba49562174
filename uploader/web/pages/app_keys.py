"""Under which keys the application keeps what its handlers share."""

from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from uploader.web.desk.desk import Desk

DESK: "web.AppKey[Desk]" = web.AppKey("desk")

"""The pages, by what a clerk does there; each has an address."""

from aiohttp import web

from uploader.web.pages import files, jobs, lists, others, start, works


def routes() -> list[web.RouteDef]:
    """Every page."""
    return [*start.ROUTES, *lists.ROUTES, *works.ROUTES, *jobs.ROUTES, *others.ROUTES, *files.ROUTES]

"""The pages, by what a clerk does there; each has an address."""

from aiohttp import web

from uploader.web.pages import files, files_folder, jobs, lists, others, start, works


def routes() -> list[web.RouteDef]:
    """Every page."""
    pages = (start, lists, files_folder, works, jobs, others, files)
    return [route for page in pages for route in page.ROUTES]

"""The address of a request: filled so that no value leads elsewhere, and written as it is sent."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from uploader.model.address import checked_origin, origin_of
from uploader.templates.requests.cells import Cells
from uploader.templates.requests.placeholders import fill

_TO_QUOTE_IN_A_PATH = re.compile(r"""[^\x21\x24-\x3b\x3d\x40-\x5f\x61-\x7a|~]+""")
_TO_QUOTE_IN_A_QUERY = re.compile(r"""[^\x21\x24-\x3b\x3d\x3f-\x7e]+""")
"""What the transports would write in another way."""


def in_address(value: str) -> str:
    """A value as it stands in an address: it can't begin another part of it."""
    return quote(value, safe="")


def fill_address(url: str, values: Mapping[str, str], base_url: str | None) -> str:
    """An address with every placeholder replaced; `base_url` replaces its scheme and host. A server has one name."""
    origin = origin_of(url)
    path = fill(url.removeprefix(origin), values, in_address)
    return checked_origin(base_url or fill(origin, values)) + path


def filled_address(url: str, cells: Cells, base_url: str | None) -> str:
    """The same for one row, without the parts of the query all of whose fields are left out."""
    path, mark, query = url.partition("?")
    if mark:
        kept = [part for part in query.split("&") if not cells.are_left_out(part)]
        url = f"{path}?{'&'.join(kept)}" if kept else path
    return fill_address(url, cells.values, base_url)


def as_sent(url: str) -> str:
    """An address as it is written into a request, signs that can't stand there quoted."""
    origin = origin_of(url)
    path, mark, query = url.removeprefix(origin).partition("?")
    return f"{origin}{_TO_QUOTE_IN_A_PATH.sub(_quoted, path) or '/'}{mark}{_TO_QUOTE_IN_A_QUERY.sub(_quoted, query)}"


def _quoted(found: re.Match[str]) -> str:
    return quote(found[0], safe="")

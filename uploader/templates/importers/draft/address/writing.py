"""Pieces of an address as they are written in it."""

from urllib.parse import quote

_SAFE = "/:@!$'()*+,;=-._~%&?"


def quoted(text: str) -> str:
    """A piece of an address with what can't be in one percent-encoded; what is encoded stays so."""
    return quote(text, safe=_SAFE).replace("{{", "%7B%7B")


def escaped(text: str) -> str:
    """A value as it stands in an address."""
    return quote(text, safe="")

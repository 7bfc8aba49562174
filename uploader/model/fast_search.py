"""One search for many things at once in a long text, by RE2: only the text's length decides how long it takes."""

from typing import Any

import re2


def search_in_bytes(pattern: bytes) -> Any:
    """A pattern of single bytes, with `finditer` and `search` as those of `re`; the names of its groups are bytes."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    return re2.compile(pattern, options)


def search_in_text(pattern: str) -> Any:
    """A pattern whose `search` takes a text in UTF-8."""
    return re2.compile(pattern.encode())

"""Whether a text is in cells that are kept as JSON, whatever the case; as fast as it is asked for every row."""

import json

_ESCAPED = frozenset('"\\') | frozenset(map(chr, range(32)))
"""What a JSON text does not have as it is."""


def is_in_cells(cells: str, text: str) -> bool:
    """Whether `text`, casefolded, is in one of the cells: a JSON list of texts, or an object, without escapes."""
    if "\\u" not in cells and not _ESCAPED.intersection(text) and text not in cells.casefold():
        return False  # most rows end here
    found = json.loads(cells)
    texts = found.values() if isinstance(found, dict) else found
    return any(text in one.casefold() for one in texts if isinstance(one, str))

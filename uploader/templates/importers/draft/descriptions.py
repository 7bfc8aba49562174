"""What a source says of its requests and values, as much of it as a person reads in a template."""

import re

_PICTURE = re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)|<img\b[^<>]*>|\bdata:[\w./+-]+;base64,[\w+/=]*")
"""Collections hold pictures of megabytes in their texts."""
_MOST_LINES = 20
_LONGEST = 1_000


def lines_of(description: str) -> list[str]:
    """Its first lines without pictures, none of them endless; a line is never cut within a word."""
    lines = (line.rstrip() for line in _PICTURE.sub("", description).strip().splitlines())
    told: list[str] = []
    for line in lines:
        if line or (told and told[-1]):
            told.append(line if len(line) <= _LONGEST else f"{line[:_LONGEST].rpartition(' ')[0]} …".strip())
        if len(told) == _MOST_LINES:
            break
    return told if not told or told[-1] else told[:-1]

"""What a source says of its requests and values, as much of it as a person reads in a template."""

import re

_DATA = re.compile(r"\bdata:[\w./+-]{1,80};base64,[\w+/=]*")
"""Collections hold pictures of megabytes in their texts."""
_PICTURE = re.compile(r"!\[[^\]\n]{0,200}\]\([^)\n]{0,500}\)|<img\b[^<>]{0,500}>")
_LOOKED_AT = 100_000
"""Characters, without such pictures."""
_MOST_LINES = 20
_LONGEST = 1_000


def lines_of(description: str) -> list[str]:
    """Its first lines without pictures, none of them endless; a line is never cut within a word."""
    plain = _PICTURE.sub("", _DATA.sub("", description)[:_LOOKED_AT])
    lines = (line.rstrip() for line in plain.strip().splitlines())
    told: list[str] = []
    for line in lines:
        if line or (told and told[-1]):
            told.append(line if len(line) <= _LONGEST else f"{line[:_LONGEST].rpartition(' ')[0]} …".strip())
        if len(told) == _MOST_LINES:
            break
    return told if not told or told[-1] else told[:-1]

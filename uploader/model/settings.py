"""The values that are the same for all rows; secret ones stay out of every text."""

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from urllib.parse import quote

from uploader.model.secret_traces import SecretTraces


@dataclass(frozen=True, slots=True)
class Settings:
    """The values that are the same for all rows. Secret ones stay out of every text that this object makes."""

    plain: Mapping[str, str] = field(default_factory=dict)
    secret: Mapping[str, str] = field(default_factory=dict, repr=False)
    derived: Sequence[str] = field(default=(), repr=False)
    """What else tells a secret: what is made of several for a header."""

    def revealed(self) -> dict[str, str]:
        """All values as they go on the wire."""
        return {**self.plain, **self.secret}

    def masked(self) -> dict[str, str]:
        """All values as they may be shown and hashed: every secret is `***`."""
        return {**self.plain, **dict.fromkeys(self.secret, MASK)}

    def mask(self, text: str) -> str:
        """`text` without any secret that it may hold, as when a server sends the token back.

        Where a secret is spelt so oddly that it can't be cut out, nothing of the text is left.
        """
        for value in (*self.derived, *self.secret.values()):
            for written in ways_to_write(value):
                text = text.replace(written, MASK)
        return MASK if _traces(frozenset(self.secret.values())).are_in(text) else text


MASK = "***"


@lru_cache(maxsize=8)  # every row of a run has the same
def _traces(secrets: frozenset[str]) -> SecretTraces:
    return SecretTraces.of(secrets)


def ways_to_write(secret: str) -> list[str]:
    """A secret as a server may send it back: as it is, or escaped for JSON, an address or HTML, or in base64."""
    percent = quote(secret, safe="")
    lower = re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), percent)
    base64s = {encode(secret.encode()).decode() for encode in (b64encode, urlsafe_b64encode)}
    base64s |= {words.rstrip("=") for words in base64s}
    escaped = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    escaped |= {
        _without_html_characters(words, characters) for words in escaped for characters in ("<>", "<>&", "<>&'")
    }
    escaped |= {re.sub(r"\\u[0-9a-f]{4}", lambda found: f"\\u{found[0][2:].upper()}", words) for words in escaped}
    escaped |= {words.replace("/", "\\/") for words in escaped}
    forms = {secret, *escaped, percent, lower, escape(secret), *base64s}
    return sorted(forms - {""}, key=len, reverse=True)


def _without_html_characters(escaped: str, characters: str) -> str:
    """JSON as it is written inside a page, where these characters are escaped, too."""
    return escaped.translate({ord(one): f"\\u{ord(one):04x}" for one in characters})

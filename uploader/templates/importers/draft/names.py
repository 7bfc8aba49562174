"""How columns and settings of a draft are called: after the keys of the source, readable, no two alike."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from uploader.model.names import key

_LONGEST = 60
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BETWEEN = re.compile(r"[\W_]+")
_GENERIC_HOST = re.compile(r"apis?\d*|www\d*|apps?|rest|localhost|gateway|gw|prod|test|dev|staging|sandbox|v\d+")
"""What says what a host is for, and not whose it is."""
_BELOW_COUNTRY = re.compile(r"com?|net|org?|edu|go[bv]?|gub|ac|ne|nom|mil|ltd|plc|ind")
"""Zones below a country's: `com.co`, `co.uk`."""


def readable(wish: str) -> str:
    """A key of the source as a name: `firstName` and `First name` are `first_name`; "" where no letter is left."""
    words = _BETWEEN.split(_CAMEL.sub("_", unicodedata.normalize("NFC", wish)))
    name = "_".join(word for word in words if word).casefold()[:_LONGEST].strip("_")
    return unicodedata.normalize("NFC", name) if key(name) else ""


def distinct(wishes: Sequence[Sequence[str]], taken: Iterable[str]) -> list[str]:
    """A name for each wish, which is its keys from the outside in; none is one of those that are taken.

    Its last key, and where several would be called so, the keys around it as well: `address_city`, `billing_city`.
    Those that still are the same are numbered: `name`, `name_2`.
    """
    used = {key(name) for name in taken}
    numbers: dict[str, int] = {}
    parts = [[name for name in map(readable, wish) if name] or ["value"] for wish in wishes]
    lengths = [1] * len(parts)
    while alike := _to_extend(parts, lengths):
        for position in alike:
            lengths[position] += 1
    names = []
    for words, length in zip(parts, lengths, strict=True):
        name = _free("_".join(words[-length:])[-_LONGEST:].strip("_"), used, numbers)
        used.add(key(name))
        names.append(name)
    return names


def _to_extend(parts: Sequence[Sequence[str]], lengths: Sequence[int]) -> list[int]:
    """Which are called as another one with other keys around it, and have one more key to be told apart by."""
    groups: dict[str, list[int]] = {}
    for position, (words, length) in enumerate(zip(parts, lengths, strict=True)):
        groups.setdefault(key("_".join(words[-length:])), []).append(position)
    mixed = (group for group in groups.values() if len({tuple(parts[one]) for one in group}) > 1)
    return [one for group in mixed for one in group if lengths[one] < len(parts[one])]


def _free(name: str, used: set[str], numbers: dict[str, int]) -> str:
    """The name, with a number where it is used; `numbers` are the last ones by name."""
    candidate, number = name, numbers.get(name, 1)
    while key(candidate) in used:
        number += 1
        candidate = f"{name}_{number}"
    numbers[name] = number
    return candidate


def service_of(url: str) -> str:
    """What the company behind an address calls itself: `zendesk` of `https://{{subdomain}}.zendesk.com/…`; or "api"."""
    host = host_of(re.sub(r"\{\{.*?\}\}", "api", url))
    labels = [label for label in host.split(".") if label]
    if len(labels) < 2 or labels[-1].isdigit() or ":" in host:  # noqa: PLR2004  # a name and its zone
        return "api"
    is_below_country = len(labels) > 2 and len(labels[-1]) == 2 and _BELOW_COUNTRY.fullmatch(labels[-2])  # noqa: PLR2004  # as co.uk
    names = map(readable, reversed(labels[: -2 if is_below_country else -1]))
    return next((name for name in names if name and not _GENERIC_HOST.fullmatch(name)), "api")


def host_of(url: str) -> str:
    """The host of an address, without who logs in; "" where a placeholder is in it, or there is none."""
    try:
        host = urlsplit(url if "://" in url else f"https://{url}").hostname or ""
    except ValueError:
        return ""
    return host if re.fullmatch(r"[\w.:-]+", host) else ""


def variable_of(*words: str) -> str:
    """The name of an environment variable: `ZENDESK_TOKEN`."""
    plain = unicodedata.normalize("NFKD", "_".join(words)).encode("ascii", "ignore").decode().upper()
    name = re.sub(r"[^A-Z0-9]+", "_", plain).strip("_")
    return name if name and not name[0].isdigit() else f"API_{name}".strip("_")

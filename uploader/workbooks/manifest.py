"""What a workbook of ours says of itself on its hidden sheet, by which it is known again whatever its name."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from uploader.workbooks.digests import Digest

HIDDEN_SHEET = "uploader"
RESULTS, PROBLEMS = "results", "problems"
MOST_ROWS = 1_048_576
"""Rows of a sheet, the header's included; Excel has no more."""
_VERSION = "2"
_LINES_IN_A_CELL = 500
"""So that they fit in a cell: 32,767 characters."""
_LINES = "rows"
_NEEDED = ("kind", "list_sha256", "list_name", "template", "template_sha256")
_TEXTS = (*_NEEDED, "account", "zone", "user", "machine", "language", "digest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Which list a workbook is of, which of its columns are ours, and what its rows were when it was written."""

    kind: str
    """`RESULTS` or `PROBLEMS`."""
    list_sha256: str
    list_name: str
    list_sheet: str | None
    template: str
    template_sha256: str
    ours: Mapping[str, tuple[int, str]]
    """For each column of ours the position, from 0, and the name under which it was written."""
    fields: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    """Which column of the list fills which field: position among the list's columns, and name."""
    account: str = ""
    """What the jobs of the list have in common; "" where nothing was sent yet."""
    job: int = 0
    sandbox: bool = False
    redacted: Sequence[str] = ()
    """The columns that hold keyed hashes instead of values."""
    zone: str = "+00:00"
    """Of the times in it: `-05:00`."""
    user: str = ""
    machine: str = ""
    language: str = "en"
    """Of its own texts."""
    digest: str = ""
    """Over all lines of its rows, header and outcomes, and over `facts`, hex."""
    others: Mapping[str, str] = field(default_factory=dict)
    """The digests of its other sheets, by name."""
    packed: Sequence[str] = field(default=(), repr=False)
    """The digests of its rows, some hundreds in each text; see `Lines` and `lines`."""

    def facts(self) -> list[str]:
        """What it says of the list and of who sent it, as far as the digest covers it."""
        texts = (self.list_sha256, self.list_name, self.template, self.template_sha256, self.account)
        return [*texts, str(self.job), str(self.sandbox), self.zone, self.user, self.machine]

    def lines(self) -> dict[int, tuple[str, str]]:
        """For each row's number the digests of the list's cells and of our columns."""
        found = {}
        for text in self.packed:
            for line in text.split():
                number, _, rest = line.partition(":")
                if number.isdecimal():
                    cells, _, outcome = rest.partition(":")
                    found[int(number)] = (cells, outcome)
        return found

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Key and text of every line of the hidden sheet."""
        yield "version", _VERSION
        yield from ((key, getattr(self, key)) for key in _TEXTS)
        yield "practice", "yes" if self.sandbox else "no"
        facts: dict[str, Any] = {"list_sheet": self.list_sheet, "job": self.job, "our_columns": dict(self.ours)}
        facts |= {"fields": dict(self.fields), "redacted": list(self.redacted), "others": dict(self.others)}
        yield from ((key, json.dumps(value, ensure_ascii=False)) for key, value in facts.items())
        yield from ((_LINES, text) for text in self.packed)


class RowDigests:
    """The digests of a workbook's rows while it is written, in their order."""

    def __init__(self, header: Sequence[str]) -> None:
        self._total = Digest(header)
        self._packed: list[str] = []
        self._waiting: list[str] = []

    def add(self, number: int, cells: str, outcome: str) -> None:
        """One more row, by the digests of the list's cells and of ours."""
        line = f"{number}:{cells}:{outcome}"
        self._total.add(line)
        self._waiting.append(line)
        if len(self._waiting) == _LINES_IN_A_CELL:
            self._pack()

    def _pack(self) -> None:
        if self._waiting:
            self._packed.append(" ".join(self._waiting))
            self._waiting = []

    def packed(self) -> list[str]:
        """All of them, as the hidden sheet keeps them."""
        self._pack()
        return self._packed

    @property
    def total(self) -> str:
        """Over all of them and the header, hex."""
        return str(self._total)


def total(header: Sequence[str], packed: Sequence[str]) -> str:
    """The digest over all rows, made again from what a hidden sheet keeps."""
    digest = Digest(header)
    for text in packed:
        for line in text.split():
            digest.add(line)
    return str(digest)


def read(pairs: Iterable[tuple[str, str]]) -> Manifest | None:
    """The imprint on a hidden sheet; None where it is none that this version wrote, or somebody changed it."""
    texts: dict[str, str] = {}
    packed: list[str] = []
    try:
        for key, text in pairs:
            if key == _LINES:
                packed.append(text)
            else:
                texts[key] = text
        if texts.get("version") != _VERSION or texts.get("kind") not in (RESULTS, PROBLEMS):
            return None
        return Manifest(
            **{key: texts[key] for key in _NEEDED},
            **{key: texts.get(key, "") for key in _TEXTS if key not in _NEEDED},
            list_sheet=json.loads(texts["list_sheet"]),
            ours=_places(json.loads(texts["our_columns"])),
            fields=_places(json.loads(texts["fields"])),
            job=int(json.loads(texts["job"])),
            sandbox=texts["practice"] == "yes",
            redacted=[str(name) for name in json.loads(texts["redacted"])],
            others={str(name): str(digest) for name, digest in json.loads(texts["others"]).items()},
            packed=packed,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _places(read: Any) -> dict[str, tuple[int, str]]:
    return {str(key): (int(position), str(name)) for key, (position, name) in read.items()}

"""A workbook's hidden sheet: which list it belongs to, and digests that reveal changes."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from uploader.i18n.ways import FACES
from uploader.model.job import Job
from uploader.model.rows import PROBLEM_COLUMNS
from uploader.workbooks.cell_digests import SheetDigest, line_digest
from uploader.workbooks.columns import kept_columns, result_columns

HIDDEN_SHEET = "uploader"
RESULTS, PROBLEMS = "results", "problems"
MOST_ROWS = 1_048_576
"""The most rows of an Excel sheet, with the header."""
VERSION, _OLDER = "3", "2"
_WITH_ANSWERS = "4"
"""That of a workbook with values of the answers: what version 3 says of its rows leaves these out."""
_KNOWN = (VERSION, _WITH_ANSWERS, _OLDER)
_MOST_CHARACTERS = 15_000
"""Of a text in one cell, which Excel may count twice; a longer one goes on in the next line."""
_ROWS, _PLACE, _FACE, _DIGEST, _OWN = "rows", "place", "face", "digest", "own"
_REQUEST_IDS, _DECIMALS = "request_ids", "decimals"
_NOTES, _NO_NOTES = "notes", "none"
_NEEDED = ("kind", "list_sha256", "list_name", "template", "template_sha256")
_TEXTS = {
    **{key: key for key in _NEEDED},
    "account": "job_key",  # as version 0.1.0 called it
    **{key: key for key in ("zone", "user", "machine", "language", _DIGEST)},
}
"""The lines of one text each, in their order: key, and attribute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWorkbook:
    """What a workbook says of itself that is a copy of the person's own, with columns of ours behind theirs."""

    made_from: str
    """The SHA-256 of the file that was copied."""
    sheet: str
    """The sheet with the list; a list may have been known by a CSV of it before."""
    digest: str
    """Over the cells of the list's sheet that are not ours, and the comments that are not; see `own_digest`."""
    fills: Mapping[str, str] = field(default_factory=dict)
    """The fills that coloured cells had before, as XML, by `row:column`: number in the list, column from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Which list a workbook belongs to, which of its columns are ours, and what its rows were when it was written."""

    kind: str
    """`RESULTS` or `PROBLEMS`."""
    list_sha256: str
    list_name: str
    list_sheet: str | None
    template: str
    template_sha256: str
    our_columns: Mapping[str, tuple[int, str]]
    """For each column of ours the position, from 0, and the name under which it was written."""
    list_header: Sequence[str] = ()
    """The names of the list's own columns; empty in workbooks that were written before it was kept."""
    fields: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    """Which column of the list fills which field: position among the list's columns, and name."""
    job_key: str = ""
    """The key of the list's job; "" where nothing was sent yet."""
    job: int = 0
    sandbox: bool = False
    place: str = ""
    """Where its rows went, as `place_hash` says it; "" in workbooks that were written before it was kept."""
    redacted: Sequence[str] = ()
    """The columns that hold keyed hashes instead of values."""
    decimals: Mapping[str, str] = field(default_factory=dict)
    """The decimal signs with which the texts of fields of numbers were read; "" where each shows its own."""
    request_ids: Mapping[int, str] = field(default_factory=dict)
    """Of rows whose requests may have arrived the ids of these: wherever they go again, they have the same."""
    zone: str = "+00:00"
    """Of the times in it: `-05:00`."""
    user: str = ""
    machine: str = ""
    language: str = "en"
    """Of its own texts."""
    face: str = "cli"
    """Whose ways its own texts name."""
    digest: str = ""
    """Over all of the hidden sheet, hex. In version 2 over the rows, the columns' names, and `covered_facts` alone."""
    sheets: Sequence[str] = ()
    """Its visible sheets, in their order; empty in version 2."""
    other_sheets: Mapping[str, str] = field(default_factory=dict)
    """The digests of its other sheets, by name."""
    packed_rows: Sequence[str] = field(default=(), repr=False)
    """The digests of its rows, some hundreds in each text; see `PackedRows` and `row_digests`."""
    own: OwnWorkbook | None = None
    """None for a workbook that is all ours."""
    has_notes: bool = field(default=True, compare=False)
    """Whether it was written with what a person had added to an earlier one; also where nobody noted that."""
    version: str = VERSION
    is_intact: bool = field(default=True, compare=False)
    """Whether the hidden sheet is as it was written; in version 2 that takes the columns' names, too."""

    @classmethod
    def of_job(cls, job: Job, fields: Mapping[str, tuple[int, str]], *, sandbox: bool, zone: str) -> Self:
        """Of a workbook with a job's results; which columns are ours, and what is in it, the workbook adds."""
        return cls(
            kind=RESULTS,
            list_sha256=job.list_sha256,
            list_name=job.list_name,
            list_sheet=job.sheet,
            template=job.template,
            template_sha256=job.template_sha256,
            our_columns={},
            fields=fields,
            job_key=job.key,
            job=job.id,
            sandbox=sandbox,
            place=place_hash(job.list_sha256, job.destination, job.settings),
            redacted=job.redacted,
            decimals=job.decimals,
            zone=zone,
            user=job.sender.user,
            machine=job.sender.machine,
        )

    def sealed(self) -> Self:
        """With the digest over all that it says."""
        whole = replace(self, version=_WITH_ANSWERS) if self.kept_columns else self
        return replace(whole, digest=_seal(whole.entries()))

    @property
    def outcome_columns(self) -> Sequence[str]:
        """The keys of our columns without `Row`, in the order in which the digests have them."""
        return PROBLEM_COLUMNS if self.kind == PROBLEMS else result_columns(self.kept_columns)

    @property
    def kept_columns(self) -> Sequence[str]:
        """Those of our columns that have values of the answers, by the names that the template gives."""
        return kept_columns(self.our_columns)

    @property
    def is_older(self) -> bool:
        """Whether its digest covers less than the whole hidden sheet."""
        return self.version == _OLDER

    def covered_facts(self) -> list[str]:
        """What it says of the list and of who sent it, as far as the digest of version 2 covers it."""
        texts = (self.list_sha256, self.list_name, self.template, self.template_sha256, self.job_key)
        return [*texts, str(self.job), str(self.sandbox), self.zone, self.user, self.machine]

    def row_digests(self) -> dict[int, tuple[str, str]]:
        """For each row's number the digests of the list's cells and of our columns."""
        digests = {}
        for text in self.packed_rows:
            for line in text.split():
                number, _, rest = line.partition(":")
                if number.isdecimal():
                    cells, _, outcome = rest.partition(":")
                    digests[int(number)] = (cells, outcome)
        return digests

    def entries(self) -> Iterator[tuple[str, str]]:
        """Key and text of every line of the hidden sheet."""
        yield "version", self.version
        yield from ((key, getattr(self, name)) for key, name in _TEXTS.items())
        yield "practice", "yes" if self.sandbox else "no"
        if self.place:
            yield _PLACE, self.place
        if self.face != FACES[0]:
            yield _FACE, self.face
        facts: dict[str, Any] = {"list_sheet": self.list_sheet, "job": self.job, "our_columns": dict(self.our_columns)}
        facts |= {"list_header": list(self.list_header)} if self.list_header else {}
        facts |= {"fields": dict(self.fields), "redacted": list(self.redacted), "others": dict(self.other_sheets)}
        facts |= {"sheets": list(self.sheets)} if self.sheets else {}
        facts |= {_DECIMALS: dict(self.decimals)} if self.decimals else {}
        facts |= {_REQUEST_IDS: dict(self.request_ids)} if self.request_ids else {}
        facts |= {_OWN: asdict(self.own)} if self.own is not None else {}
        if not self.has_notes:
            yield _NOTES, _NO_NOTES
        for key, value in facts.items():
            yield from ((key, part) for part in _parts(json.dumps(value, ensure_ascii=False)))
        yield from ((_ROWS, text) for text in self.packed_rows)


def read_manifest(entries: Iterable[tuple[str, str]]) -> Manifest | None:
    """The manifest on a hidden sheet; None where this version can't read it, or somebody changed it."""
    texts: dict[str, str] = {}
    packed_rows: list[str] = []
    entries = list(entries)
    try:
        for key, text in entries:
            if key == _ROWS:
                packed_rows.append(text)
            else:
                texts[key] = texts.get(key, "") + text
        if texts.get("version") not in _KNOWN or texts.get("kind") not in (RESULTS, PROBLEMS):
            return None
        return Manifest(
            **{key: texts[key] for key in _NEEDED},
            **{name: texts.get(key, "") for key, name in _TEXTS.items() if key not in _NEEDED},
            list_sheet=json.loads(texts["list_sheet"]),
            our_columns=_places(json.loads(texts["our_columns"])),
            list_header=tuple(str(name) for name in json.loads(texts.get("list_header", "[]"))),
            fields=_places(json.loads(texts["fields"])),
            job=int(json.loads(texts["job"])),
            sandbox=texts["practice"] == "yes",
            place=texts.get(_PLACE, ""),
            face=_face(texts.get(_FACE, "")),
            redacted=[str(name) for name in json.loads(texts["redacted"])],
            decimals={str(name): str(sign) for name, sign in json.loads(texts.get(_DECIMALS, "{}")).items()},
            request_ids={int(row): str(one) for row, one in json.loads(texts.get(_REQUEST_IDS, "{}")).items()},
            other_sheets={str(name): str(digest) for name, digest in json.loads(texts["others"]).items()},
            sheets=tuple(str(name) for name in json.loads(texts.get("sheets", "[]"))),
            packed_rows=packed_rows,
            has_notes=texts.get(_NOTES) != _NO_NOTES,
            own=_own(json.loads(texts.get(_OWN, "null"))),
            version=texts["version"],
            is_intact=texts["version"] == _OLDER or texts.get(_DIGEST, "") == _seal(entries),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def is_manifest(entries: Collection[tuple[str, str]]) -> bool:
    """Whether these are lines of a hidden sheet of ours, of any version, if perhaps not all of them."""
    return len({key for key, _ in entries}.intersection(("version", *_NEEDED))) > 1


def has_other_version(entries: Iterable[tuple[str, str]]) -> bool:
    """Whether lines of a hidden sheet are of a version that isn't ours."""
    version = dict(entries).get("version", "")
    return version.isdecimal() and version not in _KNOWN


def _parts(text: str) -> list[str]:
    """A text in pieces that fit into a cell."""
    return [text[at : at + _MOST_CHARACTERS] for at in range(0, len(text), _MOST_CHARACTERS)]


def _seal(entries: Iterable[tuple[str, str]]) -> str:
    """The digest over all lines of a hidden sheet except the one that holds it; empty lines count for nothing."""
    digest = SheetDigest(())
    for entry in entries:
        if entry[0] not in (_DIGEST, ""):
            digest.add(line_digest(entry))
    return str(digest)


def _face(written: str) -> str:
    """Those who wrote none had the first; one that a later version may have is read as that, too."""
    return written if written in FACES else FACES[0]


def _places(stored: Any) -> dict[str, tuple[int, str]]:
    return {str(key): (int(position), str(name)) for key, (position, name) in stored.items()}


def _own(stored: Any) -> OwnWorkbook | None:
    if stored is None:
        return None
    fills = {str(place): str(xml) for place, xml in stored["fills"].items()}
    return OwnWorkbook(
        made_from=str(stored["made_from"]), sheet=str(stored["sheet"]), digest=str(stored["digest"]), fills=fills
    )


def place_hash(list_sha256: str, destination: str, settings: Mapping[str, str]) -> str:
    """Where a list's rows went, hex: one place has one hash, and no two lists have the same.

    A workbook travels, so it says no more of an address than whether it is this one; `settings` are those without
    secrets.
    """
    place = json.dumps([list_sha256, destination, sorted(settings.items())])
    return hashlib.sha256(place.encode("utf-8", "replace")).hexdigest()

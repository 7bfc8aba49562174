"""The frozen values that every module speaks in; it knows no file, no network and no library."""

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from html import escape
from urllib.parse import quote

from uploader.words import Words


class Status(StrEnum):
    """What became of a row. The words are a contract: they stand in the result workbook and in the JSON summary."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    INVALID = "invalid"
    SKIPPED = "skipped"
    NOT_SENT = "not sent"


class Meaning(StrEnum):
    """What one answer means for its row and for the run; the first five are words that a template's rules use."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    SLOW_DOWN = "slow down"
    """Refused for going too fast; the row was not taken and may go again."""
    PAUSE = "pause"
    """The API takes nothing for a while (quota, maintenance); it says nothing about the row."""
    STOP = "stop"
    """The API takes nothing from us as we are (token, address); it says nothing about the row."""
    OUT_OF_REACH = "out of reach"
    """The request certainly did not arrive, so the row may go again."""
    UNSENDABLE = "unsendable"
    """The row's request can't be written as HTTP, so it never left and never will as it is."""


STATUS_OF: Mapping[Meaning, Status] = {
    Meaning.ACCEPTED: Status.ACCEPTED,
    Meaning.REJECTED: Status.REJECTED,
    Meaning.UNKNOWN: Status.UNKNOWN,
    Meaning.SLOW_DOWN: Status.NOT_SENT,
    Meaning.PAUSE: Status.NOT_SENT,
    Meaning.STOP: Status.NOT_SENT,
    Meaning.OUT_OF_REACH: Status.NOT_SENT,
    Meaning.UNSENDABLE: Status.INVALID,
}
"""Where a row stands whose last attempt ended so and which gets no further one in this run."""

ROW_COLUMN, STATUS_COLUMN = "Row", "Status"
RESULT_COLUMNS = (
    STATUS_COLUMN,
    "Response code",
    "Response message",
    "Advice",
    "HTTP status",
    "Attempts",
    "Sent at",
    "Duration ms",
)
"""Our columns of the result sheet, behind `Row` and the list's own; a contract."""

_WHOLE_ROW = Words("row {row}")


def column_letter(position: int) -> str:
    """The letters over a column of a spreadsheet; `position` counts from 0, so 0 is A and 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with one row. Problems of one `cause` are told together."""

    row: int
    """The row's number as Excel shows it."""
    column: int | None
    """The cell's column, counted from 0; None where the whole row is meant."""
    cause: str
    """What is wrong, without the place: `rp_id is empty`; where we say it, as `Words`."""
    mend: str
    """What the user can do about it, as a sentence."""
    stops: bool = True
    """Whether it keeps the row from being sent; else it is a warning, and the row goes all the same."""

    @property
    def cell(self) -> str:
        """The place as Excel names it: `C14`, or `row 14`."""
        return _WHOLE_ROW.format(row=self.row) if self.column is None else f"{column_letter(self.column)}{self.row}"


@dataclass(frozen=True, slots=True)
class Row:
    """One record of the list: its number as Excel shows it, and its cells as text, one for each header cell."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """The values that are the same for all rows. Secret ones stay out of every text that this object makes."""

    plain: Mapping[str, str] = field(default_factory=dict)
    secret: Mapping[str, str] = field(default_factory=dict, repr=False)

    def revealed(self) -> dict[str, str]:
        """All values as they go on the wire."""
        return {**self.plain, **self.secret}

    def masked(self) -> dict[str, str]:
        """All values as they may be shown and hashed: every secret is `***`."""
        return {**self.plain, **dict.fromkeys(self.secret, MASK)}

    def mask(self, text: str) -> str:
        """`text` without any secret that it may hold, as when a server sends the token back."""
        for value in self.secret.values():
            for written in ways_to_write(value):
                text = text.replace(written, MASK)
        return text


MASK = "***"


def ways_to_write(secret: str) -> list[str]:
    """A secret as a server may send it back: as it is, or escaped for JSON, an address or HTML, or in base64."""
    percent = quote(secret, safe="")
    lower = re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), percent)
    base64s = {encode(secret.encode()).decode() for encode in (b64encode, urlsafe_b64encode)}
    base64s |= {words.rstrip("=") for words in base64s}
    escaped = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    escaped |= {_without_signs_of_html(words, signs) for words in escaped for signs in ("<>", "<>&", "<>&'")}
    escaped |= {re.sub(r"\\u[0-9a-f]{4}", lambda found: f"\\u{found[0][2:].upper()}", words) for words in escaped}
    escaped |= {words.replace("/", "\\/") for words in escaped}
    forms = {secret, *escaped, percent, lower, escape(secret), *base64s}
    return sorted(forms - {""}, key=len, reverse=True)


def _without_signs_of_html(escaped: str, signs: str) -> str:
    """JSON as those write it who put it into a page: such a sign is an escape, too."""
    return escaped.translate({ord(sign): f"\\u{ord(sign):04x}" for sign in signs})


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, whole. `fingerprint` (hex) is the same for the same request without its secrets."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said: a whole HTTP answer."""

    http_status: int
    body: bytes
    duration_ms: int
    retry_after_seconds: float = 0.0
    """How long the server asks us to wait before we come again."""


class Arrival(StrEnum):
    """Whether a request without a whole answer may have reached the server: it decides what follows."""

    NEVER = "never"
    """It can't be written as HTTP: sent again it would fail again."""
    NO = "no"
    """Not a byte of it can have arrived, so it may go again."""
    MAYBE = "maybe"
    """It left, or may have left, so it is not sent again."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why no whole answer came. `detail` is in our own words: a library's text may quote a secret."""

    arrival: Arrival
    detail: str
    duration_ms: int
    timed_out: bool = False
    """We gave it up while the server may still be working on it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one attempt came to. `code` and `message` are the API's own, else empty."""

    meaning: Meaning
    advice: str
    code: str = ""
    message: str = ""
    http_status: int | None = None
    duration_ms: int | None = None
    detail: str = ""
    """Evidence for the `Attempts` sheet where the API's own code and message are missing."""
    retry_after_seconds: float = 0.0
    """How long the server asks us to wait before we come again."""
    advice_if_rejected: str = ""
    """For an answer that is taken for a pause, and that may be a refusal of this row alone: the advice then."""
    timed_out: bool = False
    """We gave it up while the server may still be working on it."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a run ended before its rows did."""

    reason: str
    """One sentence for the user, without its full stop."""
    meaning: Meaning | None
    """Of the answer that stopped it; None where no answer did (Ctrl-C, a closed terminal, the journal)."""
    is_a_guess: bool = False
    """Something seems to be wrong, and a person may know better: ask whether to go on."""
    interrupted: bool = False
    """The person stopped it."""


@dataclass(frozen=True, slots=True)
class Start:
    """A row about to leave, with its request; `nth` counts its attempts in this run from 1."""

    row: Row
    request: Request
    nth: int = 1
    at: float = 0.0
    """When it leaves, in the run's seconds."""
    first_at: float = 0.0
    """When its first attempt in this run left."""
    is_suspect: bool = False
    """It drew an answer that is taken for a pause, but another row was accepted since."""


@dataclass(frozen=True, slots=True)
class End:
    """A row's attempt that came to its end, and where the row stands now."""

    start: Start
    outcome: Outcome
    status: Status
    goes_again: bool = False
    """Whether it leaves again in this run."""


@dataclass(frozen=True, slots=True)
class Repeats:
    """What is sent again although the same request is known already."""

    duplicates: bool = False
    """Rows whose same request was accepted before or stands earlier in the list."""
    unknown: bool = False
    """Rows whose outcome is unknown."""
    since: str = ""
    """Requests accepted before this moment (ISO 8601 in UTC) don't count."""

    @property
    def waiting(self) -> Sequence[Status]:
        """Where the rows of a job stand that a run may send."""
        again = {Status.UNKNOWN: self.unknown, Status.SKIPPED: self.duplicates}
        return (Status.NOT_SENT, *(status for status, is_sent in again.items() if is_sent))


@dataclass(frozen=True, slots=True)
class Earlier:
    """The same request as it stands in the journal already, because of which a row is not sent."""

    status: Status
    """`accepted`, `unknown`, or `skipped` where it only stands earlier in the same list."""
    job: int
    row: int
    list_name: str
    at: str
    """When it was sent, ISO 8601 in UTC; "" if it has not been."""

    @property
    def standing(self) -> Status:
        """Where the row stands that is held back because of it."""
        return Status.UNKNOWN if self.status is Status.UNKNOWN else Status.SKIPPED

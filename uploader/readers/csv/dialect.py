"""How a text file separates its cells: which delimiter and which quotes, by how evenly the rows come out."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import StringIO
from itertools import islice

from uploader.i18n import Message
from uploader.readers.header import fit, header_position

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_MARKS = "".join(DELIMITERS)
_PAIR = 2
_RARE_DELIMITERS, _WIDTH_OF_RARE, _ROWS_OF_RARE, _ROWS_OF_SPACES = "^~: ", 3, 2, 10
"""Taken where no other comes out, all rows come out evenly, and with at least so many columns and rows."""
_CELLS_IN_APOSTROPHES = 3
_IN_APOSTROPHES = re.compile(r"'.*'", re.DOTALL)
_QUOTED_SPACE = re.compile(r'(?:^| )"[^"\n]* [^"\n]*"(?: |$)', re.MULTILINE)
"""A quoted cell with a space in it, which only a list separated by spaces needs."""
_SAMPLE_ROWS = 200
_SHOWN_CELLS = 3
_SEP_LINE = re.compile(r'\ufeff?\s*"?sep=(?P<delimiter>.)"?\s*', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one file's cells are separated."""

    delimiter: str
    skips_spaces: bool = False
    """Whether spaces between a delimiter and a cell belong to the delimiter: `a, "b"`."""
    escape: str | None = None
    r"""The escape character, as in `\"`. Without one, quotes within quotes are doubled."""
    quote: str = '"'
    trims_quotes: bool = False
    """Whether spaces around quotes belong to the delimiter too: `a , "b" , c`."""
    has_sep_line: bool = False
    """Whether the first line is `sep=;`, which only tells Excel the delimiter."""

    def rows(self, lines: Iterable[str], *, strict: bool = True) -> Iterator[list[str]]:
        """The rows as lists of cells; an empty line is a row without cells. Raises csv.Error for unbalanced quotes."""
        if self.trims_quotes:
            lines = self._trimmed(lines)
        elif self.escape is not None:
            lines = self._with_backslashes(lines)
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            skipinitialspace=self.skips_spaces,
            escapechar=self.escape,
            quotechar=self.quote,
            doublequote=True,
            strict=strict,
        )

    def _trimmed(self, lines: Iterable[str]) -> Iterator[str]:
        mark = re.escape(self.delimiter)
        after, before = re.compile(rf'(?<!")"[ \t]+(?={mark}|[\r\n]|\Z)'), re.compile(rf'(^|{mark})[ \t]+(?=")')
        return (before.sub(r"\1", after.sub('"', line)) for line in lines)

    def _with_backslashes(self, lines: Iterable[str]) -> Iterator[str]:
        r"""The lines with each backslash doubled that escapes nothing, as in `C:\datos`, and in a database's `\N`."""
        escaped = re.compile(rf'\\(?![{re.escape(self.delimiter)}"\r\n])(\\?)')
        return (escaped.sub(r"\\\\", line) if "\\" in line else line for line in lines)

    def is_sep_line(self, line: str) -> bool:
        """Whether a line only tells Excel the delimiter once more, as a file does that was joined to another."""
        sep = _SEP_LINE.fullmatch(line.rstrip("\r\n")) if self.has_sep_line else None
        return sep is not None and sep["delimiter"] == self.delimiter

    def description(self) -> Message:
        """For people: `delimiter semicolon`."""
        kind = "spaced" if self.skips_spaces or self.trims_quotes else "plain"
        described = Message(f"list.dialect.{kind}", delimiter=name_of(self.delimiter))
        if self.quote != '"':
            described = Message("list.dialect.quoted", dialect=described, quote=self.quote)
        if self.escape is not None:
            described = Message("list.dialect.escaped", dialect=described, escape=self.escape)
        return described


def name_of(delimiter: str) -> Message:
    """What people call a delimiter."""
    if delimiter in DELIMITERS:
        return Message(f"list.delimiter.{DELIMITERS[delimiter]}")
    return Message("list.delimiter.other", character=delimiter)


@dataclass(frozen=True, slots=True)
class RivalDialect:
    """Another delimiter by which all rows come out evenly."""

    delimiter: str
    taken_first: tuple[str, ...]
    """The first row's first cells as they are read."""
    first: tuple[str, ...]
    """The same by the other delimiter."""


@dataclass(frozen=True, slots=True)
class _Trial:
    """How a sample comes out in one dialect."""

    dialect: Dialect
    names: int
    """How many of the wanted names a row has at most."""
    has_split_header: bool
    """Whether what would be the header has several cells."""
    even: float
    """The share of rows that have the usual number of cells; without a split header, those that have one."""
    width: int
    """The usual number of cells."""
    pairs_up: bool
    """Whether all quotes do."""
    first: tuple[str, ...]
    """The first row."""

    @property
    def is_clean(self) -> bool:
        return self.pairs_up and (self.even == 1.0 or self.width == 1)

    @property
    def rank(self) -> tuple[int, bool, float, int, bool]:
        return self.names, self.has_split_header, self.even / (1 if self.pairs_up else 2), self.width, self.pairs_up


def detect(
    sample: str, wanted: Sequence[str] = (), delimiter: str | None = None
) -> tuple[Dialect, RivalDialect | None]:
    """The dialect in which a file's first lines, whole ones, come out best; and another that does as well.

    The best is the one with most of the wanted names, then with most rows equally wide, then with most columns.
    `delimiter` is the one that was given, so that only the quoting is looked for.
    """
    first = next(_lines(sample), "")
    sep = _SEP_LINE.fullmatch(first.rstrip("\r\n"))
    if sep is not None:
        sample = sample[len(first) :]
    has_sep_line = sep is not None
    candidates = delimiter or (sep["delimiter"] if sep else "".join(DELIMITERS))
    trials = [_best_variant(sample, candidate, wanted, has_sep_line=has_sep_line) for candidate in candidates]
    if len(candidates) > 1 and not any(trial.is_clean and trial.width > 1 for trial in trials):
        trials += _rare_ones(sample, wanted)
    best = max(trials, key=lambda trial: trial.rank)
    rivals = [trial for trial in trials if trial is not best and trial.is_clean and trial.width > 1]
    second = max(rivals, key=lambda trial: trial.rank, default=None)
    if second is None or second.names < best.names:
        return best.dialect, None
    return best.dialect, RivalDialect(second.dialect.delimiter, best.first[:_SHOWN_CELLS], second.first[:_SHOWN_CELLS])


def is_row(cell: str, width: int) -> bool:
    """Whether a cell is a whole row of so many cells, with a delimiter that its file didn't take for one."""
    if width == _PAIR and re.search(f"[{_MARKS}] ", cell):
        return False  # as in `Gil, Ana`
    return any(
        mark in cell and [len(cells) for cells in _read(Dialect(mark), cell, strict=True)] == [width]
        for mark in DELIMITERS
    )


def splits(sample: str, dialect: Dialect) -> bool:
    """Whether the lines come out as rows of several columns."""
    return _trial(dialect, sample, ()).width > 1


def _rare_ones(sample: str, wanted: Sequence[str]) -> Iterator[_Trial]:
    """Rarely used delimiters, where the usual ones come out worse."""
    for delimiter in _RARE_DELIMITERS:
        trial = _best_variant(sample, delimiter, wanted, has_sep_line=False)
        rows = sample.count("\n") or sample.count("\r")
        is_likely = delimiter != " " or rows >= _ROWS_OF_SPACES or _QUOTED_SPACE.search(sample) is not None
        if is_likely and trial.is_clean and trial.width >= _WIDTH_OF_RARE and rows >= _ROWS_OF_RARE:
            yield trial


def _best_variant(sample: str, delimiter: str, wanted: Sequence[str], *, has_sep_line: bool) -> _Trial:
    """The plain dialect if the sample comes out clean, else the best of those that the sample suggests."""
    plain = _trial(Dialect(delimiter, has_sep_line=has_sep_line), sample, wanted)
    mark, end = re.escape(delimiter), rf"(?={re.escape(delimiter)}|[\r\n]|\Z)"
    has_spaces = delimiter != " " and re.search(rf'{mark}[ ]+"[^"]*"{end}', sample) is not None
    apostrophes = len(re.findall(rf"(?:^|{mark})'(?:[^']|'')*'{end}", sample, re.MULTILINE))
    is_quoted_so = apostrophes >= _CELLS_IN_APOSTROPHES and all(_IN_APOSTROPHES.fullmatch(cell) for cell in plain.first)
    if plain.is_clean and not has_spaces and not is_quoted_so:
        return plain
    escapes = ["\\", None] if re.search(rf'\\(?:"|{mark})', sample) else [None]
    dialects = [Dialect(delimiter, skips, escape, has_sep_line=has_sep_line) for escape in escapes
                for skips in ([True, False] if has_spaces else [False])]  # fmt: skip
    if apostrophes >= _CELLS_IN_APOSTROPHES:
        dialects.insert(0 if is_quoted_so else len(dialects), Dialect(delimiter, quote="'", has_sep_line=has_sep_line))
    if re.search(rf'"[ \t]+{end}', sample):
        dialects.append(Dialect(delimiter, trims_quotes=True, has_sep_line=has_sep_line))
    others = [_trial(dialect, sample, wanted) for dialect in dialects]
    return max(others if is_quoted_so else [*others, plain], key=lambda trial: trial.rank)


def _trial(dialect: Dialect, sample: str, wanted: Sequence[str]) -> _Trial:
    rows = [cells for cells in _read(dialect, sample, strict=False) if any(map(str.strip, cells))]
    widths = [len(cells) for cells in rows]
    has_split_header = bool(rows) and len(rows[header_position(list(enumerate(rows)), wanted)]) > 1
    usual = max(set(widths), key=lambda width: (widths.count(width), width), default=0) if has_split_header else 1
    return _Trial(
        dialect,
        names=max((fit(cells, wanted) for cells in rows), default=0),
        has_split_header=has_split_header,
        even=round(widths.count(usual) / max(len(widths), 1), 2),
        width=usual,
        pairs_up=len(rows) == sum(any(map(str.strip, cells)) for cells in _read(dialect, sample, strict=True)),
        first=tuple(rows[0]) if rows else (),
    )


def _lines(sample: str) -> Iterator[str]:
    """The lines as a file gives them; `str.splitlines` would split a cell at characters that end no line of a CSV."""
    return iter(StringIO(sample, newline=""))


def _read(dialect: Dialect, sample: str, *, strict: bool) -> Iterator[list[str]]:
    """The sample's first rows, as far as they can be read."""
    rows = dialect.rows(_lines(sample), strict=strict)
    with suppress(csv.Error):
        yield from islice(rows, _SAMPLE_ROWS)

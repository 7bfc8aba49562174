"""The fingerprints of many rows: the same as those of each alone, with all that rows have in common written once."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import repeat
from json.encoder import encode_basestring_ascii

from uploader.model.address import origin_of
from uploader.templates.marked_form import MarkedForm
from uploader.templates.request import RequestForm, fingerprint_of, in_address, in_json, placeholders_in

_BETWEEN = "\0"
"""What is written in its place never overlaps itself: of as many parts as there are values, each is a value."""


def fingerprints_of(
    form: RequestForm, columns: Mapping[str, Sequence[str]], constants: Mapping[str, str], base_url: str | None
) -> Iterator[str]:
    """That of each row, as `fingerprint_of` makes it; `columns` has one value of each row by name."""
    if not columns or not columns.keys().isdisjoint(placeholders_in(origin_of(form.url))):
        rows = (dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True))
        return (fingerprint_of(form, {**constants, **row}, base_url) for row in rows)
    texts = zip(*_pieces(form, columns, constants, base_url), strict=False)
    return (hashlib.sha256("".join(text).encode()).hexdigest() for text in texts)


def _pieces(
    form: RequestForm, columns: Mapping[str, Sequence[str]], constants: Mapping[str, str], base_url: str | None
) -> Iterator[Sequence[str] | Iterator[str]]:
    """What each row's text is made of, in order: what is the same for all, and the values as they stand there."""
    marked = MarkedForm(form, columns, constants, base_url)
    texts: list[tuple[str, Callable[[Sequence[str]], Sequence[str]]]] = [
        (f"[{json.dumps(marked.method)}, {json.dumps(marked.url)}, ", _in_address),
        (json.dumps(marked.headers, sort_keys=True), _in_text),
        (f", {json.dumps(marked.body)}]", _in_json),
    ]
    yield repeat("", len(next(iter(columns.values()))))
    for text, write in texts:
        for nth, part in enumerate(marked.parts(text)):
            yield write(columns[part]) if nth % 2 else repeat(part)


def _in_address(values: Sequence[str]) -> Sequence[str]:
    written = {value: in_address(value) for value in set(values)}
    return list(map(written.__getitem__, values))


def _in_text(values: Sequence[str]) -> Sequence[str]:
    return _written_together(values, _as_text)


def _in_json(values: Sequence[str]) -> Sequence[str]:
    return _written_together(values, lambda value: _as_text(in_json(value)))


def _as_text(value: str) -> str:
    return encode_basestring_ascii(value)[1:-1]


def _written_together(values: Sequence[str], write: Callable[[str], str]) -> Sequence[str]:
    """Each value as it is written; all at once, unless one of them looks like what is put between them."""
    together = write(_BETWEEN.join(values)).split(write(_BETWEEN))
    return together if len(together) == len(values) else list(map(write, values))

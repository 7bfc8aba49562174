"""The fingerprints of rows; of many at once they are the same as of each alone, with what they share written once."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import repeat
from json.encoder import encode_basestring_ascii

from uploader.templates.columns.column import Column
from uploader.templates.requests.address.filling import in_address
from uploader.templates.requests.cells import Cells
from uploader.templates.requests.files import NO_FILES, Files
from uploader.templates.requests.filled import filled_form
from uploader.templates.requests.form import REQUEST_ID, RequestForm
from uploader.templates.requests.many.marked_form import MarkedForm
from uploader.templates.requests.many.shape import is_alike

_BETWEEN = "\0"
"""What is written in its place never overlaps itself: of as many parts as there are values, each is a value."""


def fingerprint_of(
    form: RequestForm,
    masked_values: Mapping[str, str],
    base_url: str | None,
    columns: Mapping[str, Column],
    files: Files = NO_FILES,
) -> str:
    """That of one row, whose values are without secrets; what is built in is the same for all."""
    cells = Cells({REQUEST_ID: REQUEST_ID, **masked_values}, columns, form.empty, files)
    return filled_form(form, cells, base_url).fingerprint()


def fingerprints_of(
    form: RequestForm,
    fields: Mapping[str, Sequence[str]],
    constants: Mapping[str, str],
    base_url: str | None,
    columns: Mapping[str, Column],
    files: Files = NO_FILES,
) -> Iterator[str]:
    """That of each row, as `fingerprint_of` makes it; `fields` has one value of each row by name."""
    if not fields or not is_alike(form, columns):
        rows = (dict(zip(fields, row, strict=True)) for row in zip(*fields.values(), strict=True))
        return (fingerprint_of(form, {**constants, **row}, base_url, columns, files) for row in rows)
    texts = zip(*_pieces(form, fields, {REQUEST_ID: REQUEST_ID, **constants}, base_url), strict=False)
    return (hashlib.sha256("".join(text).encode()).hexdigest() for text in texts)


def _pieces(
    form: RequestForm, fields: Mapping[str, Sequence[str]], constants: Mapping[str, str], base_url: str | None
) -> Iterator[Sequence[str] | Iterator[str]]:
    """What each row's text is made of, in order: what is the same for all, and the values as they stand there."""
    marked = MarkedForm(form, fields, constants, base_url)
    texts: list[tuple[str, Callable[[Sequence[str]], Sequence[str]]]] = [
        (f"[{json.dumps(marked.method)}, {json.dumps(marked.url)}, ", _in_address),
        (json.dumps(marked.headers, sort_keys=True), _in_text),
        (f", {json.dumps(marked.body)}]", lambda values: _in_body(values, marked.in_body)),
    ]
    yield repeat("", len(next(iter(fields.values()))))
    for text, write in texts:
        for nth, part in enumerate(marked.parts(text)):
            yield write(fields[part]) if nth % 2 else repeat(part)


def _in_address(values: Sequence[str]) -> Sequence[str]:
    written = {value: in_address(value) for value in set(values)}
    return list(map(written.__getitem__, values))


def _in_text(values: Sequence[str]) -> Sequence[str]:
    return _written_together(values, _as_text)


def _in_body(values: Sequence[str], write: Callable[[str], str]) -> Sequence[str]:
    return _written_together(values, lambda value: _as_text(write(value)))


def _as_text(value: str) -> str:
    return encode_basestring_ascii(value)[1:-1]


def _written_together(values: Sequence[str], write: Callable[[str], str]) -> Sequence[str]:
    """Each value as it is written; all at once, unless one of them looks like what is put between them."""
    together = write(_BETWEEN.join(values)).split(write(_BETWEEN))
    return together if len(together) == len(values) else list(map(write, values))

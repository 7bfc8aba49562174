"""In which places of a request its fields stand: some take less than others."""

from collections.abc import Iterator, Mapping
from typing import Any

from uploader.templates.requests.bodies.multipart import FILE, is_file
from uploader.templates.requests.form import RequestForm
from uploader.templates.requests.placeholders import placeholders_in


def header_fields(form: RequestForm, columns: Mapping[str, Any]) -> frozenset[str]:
    """Those that go into a header, which takes only plain ASCII."""
    return frozenset(name for text in form.headers.values() for name in placeholders_in(text) if name in columns)


def xml_fields(form: RequestForm, columns: Mapping[str, Any]) -> frozenset[str]:
    """Those that go into XML, which doesn't take every control character."""
    return frozenset(name for name in placeholders_in(form.xml or "") if name in columns)


def file_fields(form: RequestForm, columns: Mapping[str, Any]) -> frozenset[str]:
    """Those whose cells are the paths of files."""
    texts = _file_texts((form.multipart or {}).values())
    return frozenset(name for text in texts for name in placeholders_in(text) if name in columns)


def _file_texts(values: Any) -> Iterator[str]:
    for value in values:
        if is_file(value):
            yield value[FILE]
        elif isinstance(value, list):
            yield from _file_texts(value)

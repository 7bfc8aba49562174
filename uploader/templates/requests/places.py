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
    return frozenset(name for _, text in file_texts(form) for name in placeholders_in(text) if name in columns)


def file_texts(form: RequestForm) -> Iterator[tuple[str, str]]:
    """The paths of files, with their placeholders, and where they are."""
    for name, value in (form.multipart or {}).items():
        where = f"request.multipart.{name}"
        for position, element in enumerate(value if isinstance(value, list) else [value]):
            if is_file(element):
                yield f"{where}[{position}].{FILE}" if isinstance(value, list) else f"{where}.{FILE}", element[FILE]

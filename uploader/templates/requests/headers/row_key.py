"""The value of the header by which an API knows a request that came before: its fields, and what it is for a row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from uploader.i18n import Message
from uploader.templates.columns.column import Column
from uploader.templates.requests.form import REQUEST_ID, RequestForm
from uploader.templates.requests.placeholders import fill, placeholders_in, written
from uploader.templates.values.faults import FaultError


@dataclass(frozen=True, slots=True)
class RowKey:
    """What makes it."""

    text: str
    """With its placeholders; "" where there is no such header."""
    fields: tuple[str, ...]
    """Those that tell one row's from another's; none where no two rows can have the same."""

    def of(self, values: Mapping[str, str]) -> str:
        """What tells the key of a row from those of others; "" where all of its fields are empty."""
        if not any(values.get(name) for name in self.fields):
            return ""
        return fill(self.text, {**dict.fromkeys(placeholders_in(self.text), ""), **values}).strip(" \t")


def row_key_of(form: RequestForm, columns: Mapping[str, Column], settings: Iterable[str]) -> RowKey:
    """That of a form. Raises FaultError where rows might have none, or the same one without a mistake of theirs."""
    header = form.idempotency_header.casefold()
    text = next((text for name, text in form.headers.items() if name.casefold() == header), "")
    names = placeholders_in(text)
    has_own_id = is_built_in(REQUEST_ID, columns, settings) and REQUEST_ID in names
    if header and not has_own_id and not any(_is_in_every_row(columns.get(name)) for name in names):
        fault = Message("template.fault.idempotency_header", name=form.idempotency_header, id=written(REQUEST_ID))
        raise FaultError(fault, "request.idempotency_header")
    fields = dict.fromkeys(name for name in names if name in columns and not has_own_id)
    return RowKey(text, tuple(fields))


def is_built_in(name: str, columns: Iterable[str], settings: Iterable[str]) -> bool:
    """Whether a name is one that is always there, and no column or setting of the template."""
    return name == REQUEST_ID and name not in columns and name not in settings


def _is_in_every_row(column: Column | None) -> bool:
    """Whether each row says a field for itself, once."""
    return column is not None and column.required and column.list_separator is None

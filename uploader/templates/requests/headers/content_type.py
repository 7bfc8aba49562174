"""The media type of a body: that of its kind, unless the template's headers name another that fits it."""

import re
from collections.abc import Mapping

from uploader.i18n import Message
from uploader.templates.requests.bodies import xml_body
from uploader.templates.requests.form import RequestForm
from uploader.templates.requests.placeholders import placeholders_in
from uploader.templates.values.faults import FaultError

NAME = "Content-Type"
_OF_FORMS = "application/x-www-form-urlencoded"
_TYPES = {
    "json": "application/json",
    "form": _OF_FORMS,
    "multipart": "multipart/form-data",
    "xml": xml_body.CONTENT_TYPE,
    "text": "text/plain; charset=utf-8",
}
_FITS = {
    "json": re.compile(rf"(?!multipart/|{_OF_FORMS}|[^;]*xml).*", re.IGNORECASE),
    "form": re.compile(rf"{_OF_FORMS}\s*(;.*)?", re.IGNORECASE),
    "multipart": re.compile(r"(?!)"),
    "xml": re.compile(r"[^;]*xml\s*(;.*)?", re.IGNORECASE),
    "text": re.compile(rf"(?!multipart/|{_OF_FORMS}).*", re.IGNORECASE),
}
_CHARSET = re.compile(r""";\s*charset\s*=\s*"?([^\s";]*)""", re.IGNORECASE)
_OURS = "utf-8"


def kind_of_body(form: RequestForm) -> str | None:
    """The kind of body that a form has; None where it has none."""
    return next((name for name, body in form.bodies() if body is not None), None)


def type_of_body(form: RequestForm) -> str | None:
    """The media type of the form's kind of body."""
    kind = kind_of_body(form)
    return None if kind is None else _TYPES[kind]


def fits(kind: str, stated: str) -> bool:
    """Whether a body of that kind may be called so."""
    return _FITS[kind].fullmatch(stated.strip()) is not None


def stated_in(headers: Mapping[str, str]) -> str | None:
    """The name under which headers state a type, in whatever case."""
    return next((name for name in headers if name.lower() == NAME.lower()), None)


def check_content_type(form: RequestForm) -> None:
    """Raises FaultError where the headers call the body what it is not."""
    name, kind = stated_in(form.headers), kind_of_body(form)
    if name is None or kind is None:
        return
    stated, where = form.headers[name], f"request.headers.{name}"
    if kind == "multipart":
        raise FaultError(Message("template.fault.type_of_parts"), where)
    if placeholders_in(stated):
        raise FaultError(Message("template.fault.type_of_cells"), where)
    charset = _CHARSET.search(stated)
    if charset is not None and charset[1].lower() != _OURS:
        raise FaultError(Message("template.fault.charset"), where)
    if not fits(kind, stated):
        raise FaultError(Message("template.fault.content_type", kind=kind, right=_TYPES[kind]), where)

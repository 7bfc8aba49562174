"""A body as HTML forms send it (application/x-www-form-urlencoded)."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote_plus, urlencode

from uploader.i18n import Message
from uploader.templates.requests.bodies.json_body import (
    check_json,
    check_key,
    check_one_list,
    filled_json_text,
    json_text_in,
)
from uploader.templates.requests.cells import Cells
from uploader.templates.requests.placeholders import placeholders_in, written
from uploader.templates.values.faults import FaultError


def filled_form_body(form: Mapping[str, Any], cells: Cells) -> str:
    """The body's text."""
    return urlencode([pair for name, value in form.items() for pair in filled_pairs(name, value, cells)])


def in_form(value: str) -> str:
    """A value as it stands in a form."""
    return quote_plus(value)


def filled_pairs(name: str, value: Any, cells: Cells) -> Iterator[tuple[str, str]]:
    """What stands under a name: a text, or one for each element of a list, and for each part of a cell in it."""
    if isinstance(value, list):
        for element in value:
            held = cells.list_in(texts_fields(element))
            for one in [cells] if held is None else cells.each_part(held):
                yield from filled_pairs(name, element, one)
        return
    inner = json_text_in(value)
    if inner is not None:
        text = filled_json_text(inner, cells)
    elif isinstance(value, str):
        text = None if cells.are_left_out(value) else cells.text(value)
    else:
        text = plain_text(value)
    if text is not None:
        yield name, text


def plain_text(value: Any) -> str:
    """A number, or true or false, as a text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def texts_fields(element: Any) -> list[str]:
    """The placeholders of a text that may be repeated for the parts of a cell."""
    return placeholders_in(element) if isinstance(element, str) else []


def check_form(where: str, form: Mapping[str, Any], lists: frozenset[str]) -> None:
    """Raises FaultError for what a form can't hold."""
    for name, value in form.items():
        at = f"{where}.{name}"
        check_key(at, name)
        check_value(at, value, lists)


def check_value(where: str, value: Any, lists: frozenset[str], *, in_list: bool = False) -> None:
    """Raises FaultError for what can't be the value of a field."""
    inner = json_text_in(value)
    if isinstance(value, list) and not in_list:
        for position, element in enumerate(value):
            check_one_list(f"{where}[{position}]", texts_fields(element), lists)
            check_value(f"{where}[{position}]", element, lists, in_list=True)
    elif inner is not None:
        check_json(f"{where}.json_text", inner, lists)
    elif isinstance(value, Mapping | list):
        raise FaultError(Message("template.fault.not_in_a_form"), where)
    elif not in_list:
        check_outside(where, texts_fields(value), lists)


def check_outside(where: str, names: list[str], lists: frozenset[str]) -> None:
    """Raises FaultError where a cell of several parts stands outside of a list."""
    held = lists & set(names)
    if held:
        raise FaultError(Message("template.fault.list_outside", placeholder=written(min(held))), where)

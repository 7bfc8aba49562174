"""What is wrong with the form of a request, besides the kinds of its values: each mistake at its key."""

import re
from collections.abc import Mapping

from uploader.i18n import Message
from uploader.templates.columns.column import Column
from uploader.templates.requests.bodies.form_body import check_form
from uploader.templates.requests.bodies.json_body import check_json
from uploader.templates.requests.bodies.multipart import check_multipart
from uploader.templates.requests.bodies.xml_body import check_xml
from uploader.templates.requests.form import REQUEST_ID, RequestForm
from uploader.templates.requests.headers.authorization import check_pair, check_secret
from uploader.templates.requests.headers.content_type import check_content_type
from uploader.templates.requests.placeholders import is_broken, placeholders_in, written
from uploader.templates.requests.places import file_texts
from uploader.templates.settings.setting import Setting
from uploader.templates.values.faults import FaultError

_NO_NAME = re.compile(r"[\s{}]")
"""What no placeholder can have in its name."""


def check_form_of_request(form: RequestForm, columns: Mapping[str, Column], settings: Mapping[str, Setting]) -> None:
    """Raises FaultError where a form can't be filled by these columns and settings, or not safely."""
    for name in columns:
        if _NO_NAME.search(name) or not name:
            raise FaultError(Message("template.fault.column_name"), f"columns.{name}")
    _check_placeholders(form, {*columns, *settings, REQUEST_ID})
    _check_body(form, columns)
    check_content_type(form)
    if form.basic is not None:
        check_pair("request.basic", form.basic, settings)
    if form.bearer is not None:
        check_secret("request.bearer", (form.bearer,), settings)


def _check_placeholders(form: RequestForm, known: set[str]) -> None:
    for where, text in form.texts():
        if is_broken(text, known):
            raise FaultError(Message("template.fault.broken_placeholder", example="{{name}}"), where)
    for where, text in form.texts():
        unknown = next((name for name in placeholders_in(text) if name not in known), None)
        if unknown is not None:
            raise FaultError(Message("template.fault.unknown_placeholder", placeholder=written(unknown)), where)


def _check_files(form: RequestForm, columns: Mapping[str, Column]) -> None:
    """Which file goes along is said by the row alone."""
    for where, text in file_texts(form):
        if not set(placeholders_in(text)) <= columns.keys():
            raise FaultError(Message("template.fault.file_of_no_column", example=written("photo")), where)


def _check_body(form: RequestForm, columns: Mapping[str, Column]) -> None:
    lists = frozenset(name for name, column in columns.items() if column.is_list)
    if form.json_body is not None:
        check_json("request.json", form.json_body, lists)
    elif form.form is not None:
        check_form("request.form", form.form, lists)
    elif form.multipart is not None:
        check_multipart("request.multipart", form.multipart, lists)
        _check_files(form, columns)
    elif form.xml is not None:
        check_xml("request.xml", form.xml)

"""What keeps a template from being used, though each of its values is one: each mistake at its key."""

from typing import TYPE_CHECKING

from uploader.i18n import Message
from uploader.model.address import origin_of, same_origin
from uploader.model.names import key
from uploader.templates.batches.validity import check_batch
from uploader.templates.requests import places
from uploader.templates.requests.address.host import check_host
from uploader.templates.requests.address.segments import leads_away
from uploader.templates.requests.headers.authorization import is_said_by
from uploader.templates.requests.headers.row_key import row_key_of
from uploader.templates.requests.placeholders import placeholders_in, written
from uploader.templates.requests.validity import check_form_of_request
from uploader.templates.settings.accepted import PLAIN
from uploader.templates.values.faults import FaultError

if TYPE_CHECKING:
    from uploader.templates.template import Template


def check_template(template: "Template") -> None:
    """Raises FaultError with the first mistake."""
    check_form_of_request(template.request, template.columns, template.settings)
    check_batch(template.request, template.columns, template.settings)
    _check_practice_values(template)
    _check_columns(template)
    _check_aliases(template)
    _check_host(template)
    _check_questions(template)
    _check_token(template)
    row_key_of(template.request, template.columns, template.settings)
    _check_defaults(template)


def _check_practice_values(template: "Template") -> None:
    for name, setting in template.settings.items():
        if setting.sandbox and not template.takes_setting(name, setting.sandbox):
            raise FaultError(Message("template.fault.wrong_sandbox"), f"settings.{name}.sandbox")


def _check_columns(template: "Template") -> None:
    used = {name for _, name in template.placeholders()}
    for name, column in template.columns.items():
        if name in template.settings:
            raise FaultError(Message("template.fault.column_and_setting"), f"columns.{name}")
        if name not in used:
            raise FaultError(Message("template.fault.unused_column", placeholder=written(name)), f"columns.{name}")
        if column.example and not column.fits(column.example):
            raise FaultError(Message("template.fault.wrong_example"), f"columns.{name}.example")


def _check_aliases(template: "Template") -> None:
    """A column of the list must have one field alone; two fields may differ in capitals, as JSON's names may."""
    owners = {key(name): name for name in template.columns}
    for name, column in template.columns.items():
        for alias in column.aliases:
            owner = owners.setdefault(key(alias), name)
            if owner != name and key(name) != key(owner):
                raise FaultError(Message("template.fault.alias_twice", alias=alias, other=owner), f"columns.{name}")


def _check_host(template: "Template") -> None:
    check_host(template.request.url, template.settings, "request.url")
    if not template.is_filled_by_settings(origin_of(template.request.url)):
        raise FaultError(Message("template.fault.host_of_columns"), "request.url")


def _check_questions(template: "Template") -> None:
    for number, question in enumerate(template.preflight, start=1):
        where = f"preflight.#{number}.url"
        if not same_origin(origin_of(question.url), origin_of(template.request.url)):
            raise FaultError(Message("template.fault.other_host"), where)
        others = [name for name in placeholders_in(question.url) if name not in template.settings]
        if others:
            raise FaultError(Message("template.fault.no_setting", placeholder=written(others[0])), where)


def _check_token(template: "Template") -> None:
    if template.oauth2 is None:
        return
    template.oauth2.check(template.settings)
    if is_said_by(template.request):
        raise FaultError(Message("template.fault.two_authorizations"), "oauth2")


def _check_defaults(template: "Template") -> None:
    for name in places.header_fields(template.request, template.columns):
        if not PLAIN.fullmatch(template.columns[name].filled_in):
            raise FaultError(Message("template.fault.header_value"), f"columns.{name}.default")
    for parts in template.path_segments:
        for name in parts[1::2]:
            column = template.columns[name]
            if column.default is not None and leads_away(column.filled_in):
                raise FaultError(Message("template.fault.default_leads_away"), f"columns.{name}.default")

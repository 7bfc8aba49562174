"""The host of an address: one that there can be, which nobody has to keep secret."""

from collections.abc import Mapping

from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.model.address import checked_origin, origin_of
from uploader.templates.requests.placeholders import placeholders_in, replace_placeholders
from uploader.templates.settings.setting import Setting
from uploader.templates.values.faults import FaultError
from uploader.templates.values.urls import fault_of_origin


def check_host(url: str, settings: Mapping[str, Setting], where: str) -> None:
    """Raises FaultError where an address leads to no host, or to one that nobody may see."""
    origin = origin_of(url)
    try:
        checked_origin(replace_placeholders(origin, "1"))
    except SettingsError as why:
        raise FaultError(fault_of_origin(why), where) from why
    if any(settings[name].secret for name in placeholders_in(origin) if name in settings):
        raise FaultError(Message("template.fault.secret_host"), where)

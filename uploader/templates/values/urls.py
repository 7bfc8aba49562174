"""Addresses that a template writes: with placeholders, and without what never reaches a server as it is written."""

import re
from typing import Annotated, TypeAlias

from pydantic import AfterValidator

from uploader.errors import SettingsError
from uploader.i18n import Message
from uploader.templates.requests.address.segments import has_literal_dots
from uploader.templates.requests.placeholders import replace_placeholders, written
from uploader.templates.values.faults import FaultError

_LOST_ON_THE_WAY = re.compile(r"[\x00-\x1f\x7f#]")
"""Line breaks and the like make a request impossible; what follows a # stays here."""
_IN_SINGLE_BRACES = re.compile(r"\{(?:([A-Za-z_][\w-]*)|\0)\}")
"""As other tools write placeholders; also within one pair of braces too many."""

_FAULTS_OF_ORIGINS = {
    "address.plain_http": "template.fault.plain_http",
    "address.with_password": "template.fault.url_password",
}


def fault_of_origin(why: SettingsError) -> Message:
    """What is wrong with the scheme and the host of an address that is refused."""
    return Message(_FAULTS_OF_ORIGINS.get(why.message.code, "template.fault.no_host"))


def _can_be_sent(url: str) -> str:
    if _LOST_ON_THE_WAY.search(url):
        raise FaultError(Message("template.fault.url_characters"))
    rest = replace_placeholders(url, "\0")
    single = _IN_SINGLE_BRACES.search(rest)
    if single is not None:
        raise FaultError(Message("template.fault.single_braces", example=written(single[1] or "name")))
    _, _, query = rest.partition("?")
    if any("\0" in part.partition("=")[0] for part in query.split("&") if "=" in part):
        raise FaultError(Message("template.fault.placeholder_in_key"))
    if has_literal_dots(url):
        raise FaultError(Message("template.fault.url_dots"))
    return url


Url: TypeAlias = Annotated[str, AfterValidator(_can_be_sent)]

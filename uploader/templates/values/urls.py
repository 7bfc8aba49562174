"""Addresses that a template writes: with placeholders, and without what never reaches a server as it is written."""

import re
from typing import Annotated, TypeAlias

from pydantic import AfterValidator

from uploader.i18n import Message
from uploader.templates.requests.address.segments import has_literal_dots
from uploader.templates.values.faults import FaultError

_LOST_ON_THE_WAY = re.compile(r"[\x00-\x1f\x7f#]")
"""Line breaks and the like make a request impossible; what follows a # stays here."""


def _can_be_sent(url: str) -> str:
    if _LOST_ON_THE_WAY.search(url):
        raise FaultError(Message("template.fault.url_characters"))
    if has_literal_dots(url):
        raise FaultError(Message("template.fault.url_dots"))
    return url


Url: TypeAlias = Annotated[str, AfterValidator(_can_be_sent)]

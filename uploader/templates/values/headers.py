"""The headers of a request: what a template may say in them, and how they are sent."""

import re
from collections.abc import Mapping
from typing import Annotated, TypeAlias

from pydantic import AfterValidator

from uploader.i18n import Message
from uploader.templates.values.faults import FaultError

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A token of RFC 9110."""
_TEXT = re.compile(r"[\t\x20-\x7e]*")
_FRAMING = frozenset({
    "accept-encoding", "connection", "content-encoding", "content-length", "expect", "host", "http2-settings",
    "keep-alive", "te", "trailer", "transfer-encoding", "upgrade",
})  # fmt: skip
"""Where a message begins and ends, how it is packed, what becomes of its connection: all of it is the program's to say.

Said twice, it may make two requests of one, or leave an answer that nobody can read.
"""
_KEYS_OF_A_REQUEST = frozenset({
    "basic", "bearer", "empty", "idempotency_header", "idempotent", "json", "method", "multipart", "url", "xml",
})  # fmt: skip
"""In TOML, what is written below a table's name belongs to that table. A header of that name may have a capital."""
_OF_PROXIES = "proxy-"


def is_header_name(name: str) -> bool:
    """Whether HTTP allows a header of this name."""
    return _NAME.fullmatch(name) is not None


def _can_be_written(headers: Mapping[str, str]) -> Mapping[str, str]:
    seen: dict[str, str] = {}
    for name, text in headers.items():
        plain = name.lower()
        if not is_header_name(name):
            raise FaultError(Message("template.fault.header_name", name=name))
        if name in _KEYS_OF_A_REQUEST:
            raise FaultError(Message("template.fault.key_in_headers"), name)
        if plain in _FRAMING or plain.startswith(_OF_PROXIES):
            raise FaultError(Message("template.fault.header_framing"), name)
        if plain in seen:
            raise FaultError(Message("template.fault.header_twice", other=seen[plain]), name)
        if not _TEXT.fullmatch(text):
            raise FaultError(Message("template.fault.header_value"), name)
        seen[plain] = name
    return headers


Headers: TypeAlias = Annotated[Mapping[str, str], AfterValidator(_can_be_written)]


def sent_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers as they are sent: each name once, the last one counts, and without the spaces around their values.

    HTTP gives those no meaning, and can't be written with them.
    """
    last = {name.lower(): name for name in headers}
    return {name: value.strip(" \t") for name, value in headers.items() if last[name.lower()] == name}

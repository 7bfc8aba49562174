"""Why a connection failed, as far as the exceptions tell; their own text is never quoted, it may hold a secret."""

import ssl
from collections.abc import Iterator
from enum import Enum, auto


class Cause(Enum):
    """What is known about a failed connection."""

    CERTIFICATE = auto()
    """Nobody vouches for it."""
    NOT_TLS = auto()
    """What came is not encrypted."""
    TLS = auto()
    """No encryption could be agreed on."""
    CUT_IN_TLS = auto()
    REFUSED = auto()
    NAME_NOT_FOUND = auto()
    TOO_LATE = auto()


_NO_TLS_AT_ALL = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "UNEXPECTED_MESSAGE", "BAD_RECORD_TYPE")
"""What versions of OpenSSL call it when plain text comes."""


def cause_of(why: BaseException) -> Cause | None:
    """The first cause that is known in the chain of exceptions."""
    return next((cause for one in _chain(why) if (cause := _known(one)) is not None), None)


def _chain(why: BaseException | None) -> Iterator[BaseException]:
    while why is not None:
        yield why
        why = why.__cause__ or why.__context__


def _known(why: BaseException) -> Cause | None:
    match why:
        case ssl.SSLCertVerificationError():
            return Cause.CERTIFICATE
        case ssl.SSLEOFError():
            return Cause.CUT_IN_TLS
        case ssl.SSLError():
            return Cause.NOT_TLS if why.reason in _NO_TLS_AT_ALL else Cause.TLS
        case ConnectionRefusedError():
            return Cause.REFUSED
        case TimeoutError():
            return Cause.TOO_LATE
        case UnicodeError():  # a name that is too long for one
            return Cause.NAME_NOT_FOUND
        case OSError() if type(why).__name__ == "gaierror":
            return Cause.NAME_NOT_FOUND
    return None

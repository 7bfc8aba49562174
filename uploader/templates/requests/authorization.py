"""Who sends a request: a name and a password, or a token, in the header Authorization."""

from base64 import b64encode
from collections.abc import Mapping

from uploader.i18n import Message
from uploader.model.settings import MASK
from uploader.templates.profile import Setting
from uploader.templates.requests.placeholders import fill, placeholders_in, written
from uploader.templates.values.faults import FaultError

AUTHORIZATION = "Authorization"
BASIC = "Basic"
_BETWEEN = ":"


def of_pair(pair: tuple[str, str], values: Mapping[str, str]) -> str:
    """What stands in the header for a name and a password (RFC 7617)."""
    return f"{BASIC} {_encoded(pair, values)}"


def of_token(token: str, values: Mapping[str, str]) -> str:
    """What stands in the header for a token."""
    return f"Bearer {fill(token, values)}"


def secret_of(pair: tuple[str, str], values: Mapping[str, str]) -> str:
    """What tells a pair to whoever reads it."""
    return _encoded(pair, values)


def shown(header: str) -> str:
    """The header as it may be shown: how it says who sends, and not what."""
    return f"{header.partition(' ')[0]} {MASK}"


def _encoded(pair: tuple[str, str], values: Mapping[str, str]) -> str:
    return b64encode(_BETWEEN.join(fill(text, values) for text in pair).encode()).decode()


def check_secret(where: str, texts: tuple[str, ...], settings: Mapping[str, Setting]) -> None:
    """Raises FaultError where what tells who sends is no secret, or not the same for all rows."""
    names = [name for text in texts for name in placeholders_in(text)]
    unknown = next((name for name in names if name not in settings), None)
    if unknown is not None:
        raise FaultError(Message("template.fault.no_setting", placeholder=written(unknown)), where)
    if not any(settings[name].secret for name in names):
        raise FaultError(Message("template.fault.no_secret", example=written("api_token")), where)


def check_pair(where: str, pair: tuple[str, str], settings: Mapping[str, Setting]) -> None:
    """The same for a name and a password; the name can't have what stands between them."""
    check_secret(where, pair, settings)
    if _BETWEEN in fill(pair[0], dict.fromkeys(placeholders_in(pair[0]), "")):
        raise FaultError(Message("template.fault.colon_in_name"), where)

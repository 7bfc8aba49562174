"""Who sends a request: a name and a password, or a token, in the header Authorization."""

from base64 import b64encode
from collections.abc import Mapping, Sequence

from uploader.i18n import Message
from uploader.model.settings import MASK
from uploader.templates.requests.form import RequestForm
from uploader.templates.requests.placeholders import fill, placeholders_in, written
from uploader.templates.settings.setting import Setting
from uploader.templates.values.faults import FaultError

AUTHORIZATION = "Authorization"
BASIC, BEARER = "Basic", "Bearer"
_BETWEEN = ":"


def authorization_of(form: RequestForm, values: Mapping[str, str]) -> dict[str, str]:
    """The header of a form that names who sends by a key of its own; none otherwise."""
    if form.basic is not None:
        return {AUTHORIZATION: f"{BASIC} {pair_of(form.basic, values)}"}
    return {} if form.bearer is None else {AUTHORIZATION: f"{BEARER} {fill(form.bearer, values)}"}


def pair_of(pair: tuple[str, str], values: Mapping[str, str]) -> str:
    """A name and a password as they stand in the header (RFC 7617)."""
    return b64encode(_BETWEEN.join(fill(text, values) for text in pair).encode()).decode()


def is_said_by(form: RequestForm) -> bool:
    """Whether a form names who sends."""
    in_headers = any(name.casefold() == AUTHORIZATION.casefold() for name in form.headers)
    return in_headers or form.basic is not None or form.bearer is not None


def odd_name(pair: tuple[str, str], values: Mapping[str, str]) -> str | None:
    """The setting that can't stand in a name, because of what separates that from the password."""
    return next((name for name in placeholders_in(pair[0]) if _BETWEEN in values[name]), None)


def shown(header: str) -> str:
    """The header as it may be shown: how it says who sends, and not what."""
    return f"{header.partition(' ')[0]} {MASK}"


def check_secret(where: str, texts: tuple[str, ...], settings: Mapping[str, Setting]) -> None:
    """Raises FaultError where what tells who sends is no secret, or not the same for all rows."""
    names = [name for text in texts for name in placeholders_in(text)]
    unknown = next((name for name in names if name not in settings), None)
    if unknown is not None:
        raise FaultError(Message("template.fault.no_setting", placeholder=written(unknown)), where)
    if not any(settings[name].secret for name in names):
        raise FaultError(_no_secret([text for text in texts if text][-1:]), where)


def _no_secret(last: Sequence[str]) -> Message:
    """What to write where the last text, which tells who sends, has no secret setting."""
    names = placeholders_in("".join(last))
    if not names:
        return Message("template.fault.no_secret", example=written("api_token"))
    return Message("template.fault.not_secret", placeholder=written(names[0]), name=names[0])


def check_pair(where: str, pair: tuple[str, str], settings: Mapping[str, Setting]) -> None:
    """The same for a name and a password; the name can't have what stands between them."""
    check_secret(where, pair, settings)
    if _BETWEEN in fill(pair[0], dict.fromkeys(placeholders_in(pair[0]), "")):
        raise FaultError(Message("template.fault.colon_in_name"), where)

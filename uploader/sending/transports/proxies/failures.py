"""What a failure on the way through a proxy means: nothing of the request has left, and the proxy is the cause."""

from collections.abc import Mapping

import httpx

from uploader.i18n import Message
from uploader.model.http import Arrival
from uploader.sending.transports.causes import Cause, cause_of
from uploader.sending.transports.progress import Progress, Stage

NO_WAY = "failure.no_way_through_proxy"
"""The code of what is said then."""

_PASSWORD_WANTED = 407
_CLOSED = Message("failure.by_proxy.closed")
_NO_TUNNEL = Message("failure.by_proxy.no_tunnel")
_SILENT = Message("failure.by_proxy.silent")
_UNREACHABLE = Message("failure.by_proxy.unreachable")
_TO_THE_PROXY: Mapping[Cause | None, Message] = {
    Cause.REFUSED: Message("failure.by_proxy.refused"),
    Cause.NAME_NOT_FOUND: Message("failure.by_proxy.name_not_found"),
    Cause.CERTIFICATE: Message("failure.by_proxy.tls"),
    Cause.TLS: Message("failure.by_proxy.tls"),
    Cause.NOT_TLS: Message("failure.by_proxy.tls"),
    Cause.CUT_IN_TLS: Message("failure.by_proxy.tls"),
    Cause.TOO_LATE: _SILENT,
}
_OF_THE_SERVER = (Cause.CERTIFICATE, Cause.TLS)
"""Who gets so far as to disagree about encryption has reached somebody who speaks it."""


def failure_by(proxy: str, progress: Progress, why: Exception) -> tuple[Arrival, Message] | None:
    """Whether the request may arrive later, and why it has not left; None where the proxy is not to blame.

    `proxy` is its name, `why` what ended the attempt before the request left.
    """
    if progress.stage is Stage.ASKING_PROXY and progress.proxy_status == _PASSWORD_WANTED:
        return Arrival.BARRED, Message("failure.proxy_password", proxy=proxy)
    reason = _reason(progress, why)
    if reason is None:
        return None
    return Arrival.NO, Message(NO_WAY, proxy=proxy, why=reason)


def _reason(progress: Progress, why: Exception) -> Message | None:
    cause = cause_of(why)
    match progress.stage:
        case Stage.CONNECTING:
            return _TO_THE_PROXY.get(cause, _UNREACHABLE)
        case Stage.ASKING_PROXY:
            return _refusal(progress.proxy_status, cause, why)
        case Stage.IN_TUNNEL:
            return None if cause in _OF_THE_SERVER else _broken_tunnel(cause, why)
    return None


def _refusal(status: int | None, cause: Cause | None, why: Exception) -> Message:
    if status is not None:
        return Message("failure.by_proxy.answered", status=status)
    if cause is Cause.TOO_LATE:
        return _SILENT
    return _CLOSED if isinstance(why, httpx.NetworkError | httpx.RemoteProtocolError) else _NO_TUNNEL


def _broken_tunnel(cause: Cause | None, why: Exception) -> Message:
    if cause is Cause.TOO_LATE:
        return _SILENT
    return _NO_TUNNEL if cause is Cause.NOT_TLS or isinstance(why, httpx.ProxyError) else _CLOSED

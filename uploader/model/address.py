"""Where requests may go: a scheme and a host, https except to this machine."""

from urllib.parse import urlsplit

from uploader.errors import SettingsError
from uploader.i18n import Message

_LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")


def is_loopback(url: str) -> bool:
    """Whether `url` leads to this machine alone."""
    return urlsplit(url).hostname in _LOOPBACK_HOSTS


def origin_of(url: str) -> str:
    """Scheme and host of a URL as it is written; a template's may have placeholders."""
    return url[: url.find("/", url.find("://") + 3)] if "/" in url.partition("://")[2] else url


def checked_origin(url: str) -> str:
    """`url` without its last slash, if it is a scheme and a host that we may send customer data to.

    Raises SettingsError where it has more than that, or is plain http to anything but this machine.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if host and (parts.username is not None or parts.password is not None):
        raise SettingsError(Message("address.with_password"))
    if (
        not host
        or parts.scheme not in ("http", "https")
        or parts.path not in ("", "/")
        or parts.query
        or parts.fragment
    ):
        raise SettingsError(Message("address.not_one", url=url))
    if parts.scheme == "http" and host not in _LOOPBACK_HOSTS:
        raise SettingsError(Message("address.plain_http", url=url))
    return url.rstrip("/")

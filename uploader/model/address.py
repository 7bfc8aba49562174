"""Where requests may go: a scheme and a host, https save for this machine itself."""

from urllib.parse import urlsplit

from uploader.errors import SettingsError

_LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")


def is_loopback(url: str) -> bool:
    """Whether `url` leads to this machine alone."""
    return urlsplit(url).hostname in _LOOPBACK_HOSTS


def origin_of(url: str) -> str:
    """Scheme and host of a URL, as it stands: in a template it may hold placeholders."""
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
    if (
        not host
        or parts.scheme not in ("http", "https")
        or parts.path not in ("", "/")
        or parts.query
        or parts.fragment
    ):
        raise SettingsError(f"“{url}” is not an address to send to. Write scheme and host alone: https://example.com")
    if parts.username is not None or parts.password is not None:
        raise SettingsError("An address with a user name or password in it is not taken: it would be written down.")
    if parts.scheme == "http" and host not in _LOOPBACK_HOSTS:
        raise SettingsError(
            f"“{url}” is plain http: anybody on the way could read the token. Use https "
            "(plain http is taken for this machine alone: http://127.0.0.1:…)."
        )
    return url.rstrip("/")

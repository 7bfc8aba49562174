"""Where a team's journal is: the address of a database on a PostgreSQL server, and its password apart from it."""

import re
from dataclasses import dataclass, field
from itertools import starmap, zip_longest
from pathlib import Path
from typing import Self
from urllib.parse import unquote

from uploader.errors import SettingsError
from uploader.i18n import Message

_SCHEMES = ("postgresql://", "postgres://")
_SECRETS = ("sslpassword", "scram_client_key", "scram_server_key", "oauth_client_secret")
"""What libpq knows besides the password that must be seen by nobody."""
_USUAL_PORT = "5432"
_NAME = re.compile(r"[a-z][a-z_]*")
_ENTRY = re.compile(r"\s*([a-z][a-z_]*)\s*=\s*('(?:[^'\\]|\\.)*'|(?:[^\s\\']|\\.)*)(?=\s|$)", re.DOTALL)
"""One of the entries `name=value` of libpq's own way to write an address."""


@dataclass(frozen=True, slots=True)
class Server:
    """A database of a server. What it is made of is never quoted whole: a part may be a password."""

    conninfo: str
    """All but the password, as libpq writes it: `host='db.example' dbname='team'`."""
    password: str | None = field(repr=False)
    shown: str
    """What people read: the host and the database, or the service's name."""
    unwritten: Path | None = None
    """The folder of this computer for answers that can't be written while the server is out of reach."""

    @classmethod
    def of(cls, text: str) -> Self:
        """The server that an address names: `postgresql://…`, `service=…`, `host=… dbname=…`.

        Raises SettingsError, which quotes nothing of it.
        """
        text = text.strip()
        scheme = next((one for one in _SCHEMES if text.lower().startswith(one)), None)
        options = _of_entries(text) if scheme is None else _of_url(text[len(scheme) :])
        if any(options.get(name) for name in _SECRETS):
            raise SettingsError(Message("team.secret_in_address", names=_SECRETS))
        password = options.pop("password", None)
        conninfo = " ".join(f"{name}={_quoted(value)}" for name, value in options.items())
        return cls(conninfo, password or None, _shown(options))


def _of_url(rest: str) -> dict[str, str]:
    """The options of an address that is written as a URL, without its scheme."""
    address, _, query = rest.partition("?")
    who, _, where = address.rpartition("@")
    # A password with one of these as it is would end early, and its rest be taken for a host or an option.
    if "@" in query or any(sign in who for sign in "/#") or "#" in where:
        raise SettingsError(Message("team.sign_in_password"))
    hosts, _, database = where.partition("/")
    user, _, password = who.partition(":")
    names, ports = _hosts(hosts)
    options = {"user": user, "password": password, "host": names, "port": ports, "dbname": database}
    for entry in filter(None, query.split("&")):
        name, equals, value = entry.partition("=")
        if not equals or not _NAME.fullmatch(name):
            raise SettingsError(Message("team.not_an_address"))
        options[name] = value
    return {name: unquote(value) for name, value in options.items() if value}


def _hosts(hosts: str) -> tuple[str, str]:
    """The names and the ports, each separated by commas as libpq takes them."""
    names, ports = [], []
    for one in hosts.split(","):
        found = re.fullmatch(r"(\[[0-9a-fA-F:.%\w]+\]|[^:\[\]]*)(?::(\d*))?", one)
        if found is None:
            raise SettingsError(Message("team.not_an_address"))
        names.append(found[1].strip("[]"))
        ports.append(found[2] or "")
    return ",".join(names), ",".join(ports) if any(ports) else ""


def _of_entries(text: str) -> dict[str, str]:
    """The options of an address that is written as libpq does."""
    options, place = {}, 0
    while place < len(text):
        found = _ENTRY.match(text, place)
        if found is None:
            break
        value = found[2][1:-1] if found[2].startswith("'") else found[2]
        options[found[1]] = re.sub(r"\\(.)", r"\1", value, flags=re.DOTALL)
        place = found.end()
    if place < len(text) or not options:
        raise SettingsError(Message("team.not_an_address"))
    return options


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", r"\\").replace("'", r"\'") + "'"


def _shown(options: dict[str, str]) -> str:
    place = "/".join(filter(None, (_shown_hosts(options), options.get("dbname"))))
    return place or options.get("service") or "PostgreSQL"


def _shown_hosts(options: dict[str, str]) -> str:
    """The hosts, each with its port where that is not PostgreSQL's own."""
    hosts = (options.get("host") or options.get("hostaddr") or "").split(",")
    ports = options.get("port", "").split(",")
    ports = ports * len(hosts) if len(ports) == 1 else ports
    return ",".join(starmap(_with_port, zip_longest(hosts, ports[: len(hosts)], fillvalue="")))


def _with_port(host: str, port: str) -> str:
    if not port.isdecimal() or port == _USUAL_PORT or host.startswith(("/", "@")):
        return host
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

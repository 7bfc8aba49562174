"""Where an operation is sent: the first server that the document names, with its variables."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from uploader.templates.importers.imported import Variable
from uploader.templates.importers.openapi.examples import plain
from uploader.templates.importers.openapi.parameters import placeholder_name
from uploader.templates.importers.openapi.references import tables_in

_VARIABLE = re.compile(r"\{([^{}]+)\}")
HOST = "server"
"""The setting that stands for a host which the document doesn't name."""


class Server(NamedTuple):
    """An address without its path's end, as a template may have it."""

    url: str
    variables: Mapping[str, Variable]


def server_of(*holders: Mapping[str, Any]) -> Server:
    """The one that holds: the first of these tables that names any says it, one with https before others."""
    named = next((found for one in holders if (found := list(_servers(one)))), [])
    named.sort(key=lambda server: not server.url.startswith("https://"))
    return named[0] if named else Server(f"https://{{{{{HOST}}}}}", {HOST: Variable(is_setting=True)})


def _servers(holder: Mapping[str, Any]) -> Iterator[Server]:
    for one in tables_in(holder.get("servers")):
        url = one.get("url")
        if isinstance(url, str):
            yield _server(url.strip(), one.get("variables"))


def _server(url: str, known: Any) -> Server:
    """Variables of the host are settings, those elsewhere have their default."""
    known = known if isinstance(known, Mapping) else {}
    scheme, mark, rest = url.partition("://")
    host, slash, path = (rest if mark else url.removeprefix("//") if url.startswith("//") else "").partition("/")
    variables: dict[str, Variable] = {}

    def of_host(found: re.Match[str]) -> str:
        said = _table(known.get(found[1]))
        name = placeholder_name(found[1])
        described = said.get("description")
        variables[name] = Variable(
            plain(said.get("default")), described if isinstance(described, str) else "", is_setting=True
        )
        return f"{{{{{name}}}}}"

    if not host:
        host, path, slash = f"{{{{{HOST}}}}}", url.removeprefix("/"), "/"
        variables[HOST] = Variable(is_setting=True)
    elif "{" in host.rpartition(":")[2] and ":" in host:  # the port
        name, _, port = host.rpartition(":")
        host = f"{name}:{_filled(port, known)}"
    host = host if "{{" in host else _VARIABLE.sub(of_host, host)
    scheme = _filled(scheme, known).lower() if mark else "https"
    return Server(f"{scheme}://{host}{slash}{_filled(path, known)}".rstrip("/"), variables)


def _filled(text: str, known: Mapping[str, Any]) -> str:
    return _VARIABLE.sub(lambda found: plain(_table(known.get(found[1])).get("default")), text)


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}

"""The address of a request: Postman keeps it as a text, as parts, or as both."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from uploader.templates.importers.imported import FieldFacts, Variable
from uploader.templates.importers.postman.texts import (
    PLACEHOLDER,
    Entry,
    as_text,
    enabled,
    facts_of,
    placeholder_name,
    with_our_placeholders,
)
from uploader.templates.importers.postman.variables import Variables

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_BRACED = re.compile(r"(?<!\{)\{([\w.-]+)\}(?!\})")
_FIRST_VARIABLE = re.compile(r"\{\{([^{}\n]+)\}\}")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_LOOPBACK = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?=[:/]|$)")
_IN_PATH, _IN_QUERY = "%/:@!$&'()*+,;=~-._", "%/:@!$'()*+,;~-._?"


class Address(NamedTuple):
    """An address as a template may have it, and what is known of the values in it."""

    url: str
    variables: Mapping[str, Variable]
    """Those of the path."""
    facts: Mapping[str, FieldFacts]


def address_of(given: Any, variables: Variables, more: list[Entry]) -> Address | None:
    """The address of a request, with `more` parameters in its query; None where there is none."""
    parts = given if isinstance(given, Mapping) else {}
    raw = given if isinstance(given, str) else as_text(parts.get("raw")) or _built(parts)
    raw = with_our_placeholders(_CONTROL.sub("", raw).strip())
    base, _, written_query = raw.partition("#")[0].partition("?")
    if not base:
        return None
    path_variables = {placeholder_name(entry.key): entry for entry in enabled(parts.get("variable"))}
    origin, path = _split(_with_scheme(base, variables))
    path, used = _with_path_variables(path, path_variables)
    given_query = enabled(parts.get("query")) or _parsed(written_query)
    query = [entry._replace(key=variables.filled(entry.key)) for entry in given_query]
    pairs = [_pair(entry) for entry in (*query, *more)]
    url = origin + _quoted(path, _IN_PATH) + ("?" + "&".join(pairs) if pairs else "")
    facts = {f"query.{entry.key.strip()}": facts_of(entry) for entry in query if entry.description}
    facts |= {f"path.{name}": facts_of(one) for name, one in used.items() if one.description}
    return Address(url, {name: Variable(one.value, one.description) for name, one in used.items()}, facts)


def _built(parts: Mapping[str, Any]) -> str:
    """The address of its parts, without its query."""
    host, path = parts.get("host"), parts.get("path")
    host = ".".join(map(as_text, host)) if isinstance(host, list) else as_text(host)
    if isinstance(path, list):
        path = "".join(f"/{as_text(one.get('value') if isinstance(one, Mapping) else one)}" for one in path)
    protocol, port = as_text(parts.get("protocol")), as_text(parts.get("port"))
    path = as_text(path)
    slash = "/" if path and not path.startswith("/") else ""
    return (f"{protocol}://" if protocol else "") + host + (f":{port}" if port else "") + slash + path


def _with_scheme(base: str, variables: Variables) -> str:
    """An address that begins with its scheme: a variable that stands for a whole server gives way to its value."""
    first = _FIRST_VARIABLE.match(base)
    if first and (value := variables.value(first[1]).strip()):
        rest = base[first.end() :]
        value = first[0] + value if value.startswith("/") else value
        base = value.removesuffix("/") + rest if rest.startswith("/") else value + rest
    if _SCHEME.match(base) or (base.startswith("{{") and base[base.find("}}") :].startswith("}}://")):
        return base
    base = base.removeprefix("//")
    base = f"{{{{server}}}}{base}" if base.startswith("/") else base
    return f"http://{base}" if _LOOPBACK.match(base) else f"https://{base}"


def _split(url: str) -> tuple[str, str]:
    """Scheme and host, and the path; a variable for the scheme is https."""
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{'https' if '{{' in scheme else scheme.lower()}://{host.strip()}", slash + path


def _with_path_variables(path: str, known: Mapping[str, Entry]) -> tuple[str, dict[str, Entry]]:
    """`/:id` as `/{{id}}`; one that stands for a variable is that one."""
    used: dict[str, Entry] = {}
    segments = _BRACED.sub(r"{{\1}}", path).split("/")
    for position, segment in enumerate(segments):
        if not (segment.startswith(":") and len(segment) > 1):
            continue
        name, rest = placeholder_name(segment[1:]), ""
        if name not in known and "." in name:
            name, dot, rest = name.partition(".")
            rest = dot + rest
        entry = known.get(name, Entry(name, "", "", {}))
        if PLACEHOLDER.fullmatch(entry.value):
            segments[position] = entry.value + rest
        elif name:
            used[name] = entry
            segments[position] = f"{{{{{name}}}}}{rest}"
    return "/".join(segments), used


def _parsed(query: str) -> list[Entry]:
    pairs = (part.partition("=") for part in query.split("&") if part)
    return [Entry(key, value, "", {"value": value if equals else None}) for key, equals, value in pairs]


def _pair(entry: Entry) -> str:
    key = _quoted(entry.key.strip(), _IN_QUERY)
    return key if entry.of.get("value") is None else f"{key}={_quoted(entry.value, _IN_QUERY + '=')}"


def _quoted(text: str, safe: str) -> str:
    """A text as an address has it; placeholders, and what is encoded already, stay as they are."""
    parts = PLACEHOLDER.split(text)
    return "".join(
        f"{{{{{part}}}}}" if position % 2 else quote(_STRAY_PERCENT.sub("%25", part), safe=safe)
        for position, part in enumerate(parts)
    )

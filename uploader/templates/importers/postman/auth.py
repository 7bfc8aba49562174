"""How a request proves who it is: what a template has for it, and what of it can't be told."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from uploader.i18n import Message
from uploader.templates.importers.imported import Auth, Note, Variable
from uploader.templates.importers.postman.texts import Entry, enabled, placeholder_name, placeholders_in
from uploader.templates.importers.proof import Proof as ProofOf
from uploader.templates.importers.proof import encrypted

Proof: TypeAlias = ProofOf[Entry]

_NONE = frozenset({"", "noauth", "inherit"})


def proof_of(given: Any) -> Proof:
    """That of an `auth` table, of a request or of what is around it. Values stay; the draft drops them."""
    kind = str(given.get("type") or "") if isinstance(given, Mapping) else ""
    if kind in _NONE:
        return Proof()
    parts = {entry.key: entry.value for entry in enabled(given.get(kind))}
    match kind:
        case "basic":
            return Proof(Auth("basic", {"user": parts.get("username", ""), "password": parts.get("password", "")}))
        case "bearer":
            return Proof(Auth("bearer", {"token": parts.get("token", "")}))
        case "apikey":
            return _key(parts)
        case "oauth2":
            return _oauth2(parts)
    return Proof(notes=(Note(Message("collection.note.auth", kind=kind)),))


def _key(parts: Mapping[str, str]) -> Proof:
    """A key in a header or in the query, always as a secret setting: its name may not tell that it is one."""
    name = parts.get("key", "").strip() or "X-API-Key"
    value = parts.get("value", "")
    held = placeholders_in(value) or [placeholder_name(name) or "api_key"]
    value = value if placeholders_in(value) else f"{{{{{held[0]}}}}}"
    variables = dict.fromkeys(held, Variable(secret=True, is_setting=True))
    if parts.get("in") == "query":
        return Proof(query=(Entry(name, value, "", {"value": value}),), variables=variables)
    return Proof(headers=((name, value),), variables=variables)


def _oauth2(parts: Mapping[str, str]) -> Proof:
    """Client credentials as such; what asks a person, or says too little, is a token that the person brings."""
    url, kind = parts.get("accessTokenUrl", ""), parts.get("grant_type", "")
    if kind == "client_credentials" and url:
        named = {
            "url": encrypted(url),
            "id": parts.get("clientId", ""),
            "secret": parts.get("clientSecret", ""),
        }
        scope = {"scope": parts["scope"]} if parts.get("scope") else {}
        return Proof(Auth("oauth2", {**named, **scope}))
    note = Note(Message("collection.note.oauth2"))
    return Proof(Auth("bearer", {"token": "{{access_token}}"}), notes=(note,))

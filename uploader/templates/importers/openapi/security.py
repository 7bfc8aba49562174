"""How an operation proves who asks: what a template has for it, and what of it can't be told."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from uploader.i18n import Message
from uploader.templates.importers.imported import Auth, Note, Variable
from uploader.templates.importers.openapi.parameters import placeholder_name
from uploader.templates.importers.openapi.references import Document, tables_in
from uploader.templates.importers.proof import Proof as ProofOf
from uploader.templates.importers.proof import encrypted

Proof: TypeAlias = ProofOf[str]


def proof_of(document: Document, operation: Mapping[str, Any]) -> Proof:
    """The first of the ways that an operation allows of which a template has all, else the first."""
    asked = operation.get("security", document.data.get("security"))
    known = document.resolved(document.data.get("components")).get("securitySchemes")
    known = known if isinstance(known, Mapping) else {}
    ways = [_way(document, one, known) for one in tables_in(asked) if one]
    return next((way for way in ways if not way.notes), ways[0] if ways else Proof())


def _way(document: Document, needed: Mapping[str, Any], known: Mapping[str, Any]) -> Proof:
    """One way, of one or more schemes at once."""
    proof: Proof = Proof()
    for name, scopes in needed.items():
        one = _proof(document.resolved(known.get(name)), scopes)
        proof = Proof(
            proof.auth or one.auth,
            (*proof.headers, *one.headers),
            (*proof.query, *one.query),
            {**proof.variables, **one.variables},
            (*proof.notes, *one.notes),
        )
    return proof


def _proof(scheme: Mapping[str, Any], scopes: Any) -> Proof:
    kind = scheme.get("type")
    if kind == "http" and str(scheme.get("scheme")).lower() == "basic":
        return Proof(Auth("basic", {"user": "{{username}}", "password": "{{password}}"}))
    if kind == "http" and str(scheme.get("scheme")).lower() == "bearer":
        return Proof(Auth("bearer", {"token": "{{access_token}}"}))
    if kind == "apiKey" and scheme.get("in") in ("header", "query") and isinstance(scheme.get("name"), str):
        return _key(scheme["name"], scheme["in"])
    if kind in ("oauth2", "openIdConnect"):
        return _oauth2(scheme, scopes)
    said = scheme.get("scheme") if kind == "http" else kind
    return Proof(notes=(Note(Message("openapi.note.auth", kind=str(said or "")[:100])),))


def _key(name: str, place: str) -> Proof:
    """A key, always as a secret setting: its name may not tell that it is one."""
    placeholder = placeholder_name(name)
    variables = {placeholder: Variable(secret=True, is_setting=True)}
    if place == "query":
        return Proof(query=(f"{name}={{{{{placeholder}}}}}",), variables=variables)
    return Proof(headers=((name, f"{{{{{placeholder}}}}}"),), variables=variables)


def _oauth2(scheme: Mapping[str, Any], scopes: Any) -> Proof:
    """Client credentials as such; what asks a person is a token that the person brings."""
    flows = scheme.get("flows")
    flow = flows.get("clientCredentials") if isinstance(flows, Mapping) else None
    url = flow.get("tokenUrl") if isinstance(flow, Mapping) else None
    if isinstance(url, str) and "://" in url:
        parts = {"url": encrypted(url), "id": "{{client_id}}", "secret": "{{client_secret}}"}
        asked = " ".join(_texts(scopes))
        return Proof(Auth("oauth2", {**parts, **({"scope": asked} if asked else {})}))
    return Proof(Auth("bearer", {"token": "{{access_token}}"}), notes=(Note(Message("openapi.note.oauth2")),))


def _texts(scopes: Any) -> Iterator[str]:
    yield from (one for one in scopes if isinstance(one, str)) if isinstance(scopes, list) else ()

"""A template's tables over those of its API profile."""

from collections.abc import Mapping
from typing import Any

from uploader.templates.requests.form import BODIES
from uploader.templates.requests.headers.content_type import NAME, fits

_WHO_SENDS = ("basic", "bearer")
_OF_PROFILES = ("headers", *_WHO_SENDS, "empty")
_AUTHORIZATION = "authorization"


def merged(profile: dict[str, Any], template: dict[str, Any]) -> dict[str, Any]:
    """The tables of both, as a file of the template alone would have them; its rules before the profile's."""
    request = _merged_request(profile, template)
    both = {**profile, **template, "request": request}
    for table in ("settings", "limits", "answer"):
        both[table] = {**profile.get(table, {}), **template.get(table, {})}
    own, shared = template.get("answer", {}), profile.get("answer", {})
    both["answer"]["secrets"] = (*own.get("secrets", ()), *shared.get("secrets", ()))
    both["answer"]["columns"] = {**shared.get("columns", {}), **own.get("columns", {})}
    both["rules"] = (*template.get("rules", ()), *profile.get("rules", ()))
    return both


def _merged_request(profile: dict[str, Any], template: Mapping[str, Any]) -> dict[str, Any]:
    """The template's table `[request]`, with what it takes over; `profile` keeps only what is not of the request.

    A header of the template stands for that of the profile, whatever the case of its name, and whoever sends by it for
    whoever sends by the profile.
    """
    shared = {key: profile.pop(key) for key in _OF_PROFILES if key in profile}
    request = dict(template["request"])
    own = request.get("headers", {})
    own_names = {name.lower() for name in own}
    headers = {name: text for name, text in shared.pop("headers", {}).items() if name.lower() not in own_names}
    if _AUTHORIZATION in own_names or "oauth2" in template or any(key in request for key in _WHO_SENDS):
        headers = {name: text for name, text in headers.items() if name.lower() != _AUTHORIZATION}
        shared = {key: value for key, value in shared.items() if key not in _WHO_SENDS}
        profile.pop("oauth2", None)
    kind = next((body for body in BODIES if body in request), None)
    headers = {name: text for name, text in headers.items() if not _contradicts(name, text, kind)}
    return {**shared, **request, "headers": {**headers, **own}}


def _contradicts(name: str, text: str, kind: str | None) -> bool:
    """Whether a profile's header is for other requests: those with another kind of body."""
    return kind is not None and name.lower() == NAME.lower() and not fits(kind, text)

"""What a profile says of every request, under what a template says of its own."""

from collections.abc import Mapping
from typing import Any

from uploader.templates.requests.form import BODIES
from uploader.templates.requests.headers.content_type import NAME, fits

_WHO_SENDS = ("basic", "bearer")
_OF_PROFILES = ("headers", *_WHO_SENDS, "empty")
_AUTHORIZATION = "authorization"


def merged_request(profile: dict[str, Any], template: Mapping[str, Any]) -> dict[str, Any]:
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

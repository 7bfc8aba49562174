"""The two families of wolkvox: what is documented of each, and how its server names what is wrong."""

from collections.abc import Mapping
from typing import NamedTuple

from tests.templates_shipped import wolkvox, wolkvox_crm
from tests.templates_shipped.documented import Answer, Documented


class Family(NamedTuple):
    """One API."""

    host: str
    """Where its sandbox values lead."""
    requests: Mapping[str, Documented]
    token_header: str
    incomplete: Answer
    """To a row that lacks something."""
    wrong_token: Answer


FAMILIES = {
    "wolkvox": Family(
        "https://wv0000.wolkvox.com",
        wolkvox.REQUESTS,
        "wolkvox-token",
        Answer(
            400,
            {"code": 400, "error": "BAD REQUEST", "msg": "SOME PARAMETERS ARE REQUIRED"},
            "rejected",
            "value that wolkvox requires is missing",
        ),
        Answer(
            403, {"code": 403, "error": "FORBIDDEN", "msg": "PLEASE VALIDATE TOKEN"}, "not sent", "refused the token"
        ),
    ),
    "wolkvox_crm": Family(
        "https://crm.wolkvox.com",
        wolkvox_crm.REQUESTS,
        "wolkvox-token",
        Answer(
            400,
            {"code": 400, "error": "BAD REQUEST", "msg": "FIELD idcontact IS EMPTY"},
            "rejected",
            "Check the required fields",
        ),
        Answer(
            401, {"code": 401, "error": "UNAUTHORIZED", "msg": "INVALID TOKEN"}, "not sent", "did not accept the token"
        ),
    ),
}
DOCUMENTED = {f"{api}/{name}": request for api, family in FAMILIES.items() for name, request in family.requests.items()}


def family_of(name: str) -> Family:
    """That of a template."""
    return FAMILIES[name.partition("/")[0]]

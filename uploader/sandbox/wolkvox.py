"""What wolkvox says to a request: its texts, its quota, its routing points. Knows no HTTP library."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from uploader.sandbox.apis import ApiCall, ReadyAnswer
from uploader.sandbox.config import AT_ONCE, SandboxConfig
from uploader.sandbox.faults import Fault

TOKEN = "practice-token"  # noqa: S105  # everybody may know it: it opens nothing but this server
UNKNOWN_ROUTING_POINT = "99999"
IDLE_ROUTING_POINT = "88888"

TOKEN_HEADER = "wolkvox-token"  # noqa: S105  # its name
_PATH = "/api/v2/"
_ROW = ("POST", "/api/v2/configuration.php", "add_interaction")
_TOKEN_INFO = ("GET", "/api/v2/information.php", "token_info")
_ROUTING_POINTS = ("GET", "/api/v2/information.php", "routing_points")
_REQUIRED = ("from", "to", "subject", "body", "rp_id")
_AGENTS = ("1001", "1002", "1003")
_CREATED = "201"
_OK, _BAD_REQUEST = 200, 400

_NO_SUCH_API = (400, "BAD REQUEST", "THE API YOU WANT TO CONSULT DOES NOT EXIST")
_PARAMETERS = (400, "BAD REQUEST", "SOME PARAMETERS ARE REQUIRED")
_NO_TOKEN = (401, "UNAUTHORIZED", "PLEASE ENTER THE WOLKVOX-TOKEN")
_WRONG_TOKEN = (403, "FORBIDDEN", "PLEASE VALIDATE TOKEN")
_QUOTA_SPENT = (403, "FORBIDDEN", "TOKEN LIMIT EXCEEDED")
_TOO_MANY = (403, "FORBIDDEN", "EXCEEDS THE LIMIT OF SIMULTANEOUS REQUESTS PER TOKEN ({at_once})")
_NO_ROUTING_POINT = (404, "NOT FOUND", "ROUTING POINT {rp_id} NOT FOUND")
_MAINTENANCE = (403, "FORBIDDEN", "THE SERVICE IS UNDER MAINTENANCE")
_NO_RECORD = (403, "FORBIDDEN", "THE SANDBOX CAN'T WRITE ITS RECORD: {why}")
_LATER = (429, "TOO MANY REQUESTS", "TRY AGAIN LATER")
_EXECUTED = "{rp_id} routing point was executed and assigned to agent ({agent}) "
_ONE_RECORD = " 1 records were found"
_RECORDS = "{count} records were found"

_REFUSED_BY = {
    Fault.SLOW_DOWN: _TOO_MANY,
    Fault.RETRY_AFTER: _LATER,
    Fault.QUOTA: _QUOTA_SPENT,
    Fault.QUOTA_200: _QUOTA_SPENT,
    Fault.MAINTENANCE: _MAINTENANCE,
    Fault.STOP: _WRONG_TOKEN,
    Fault.REJECT: _PARAMETERS,
}


@dataclass(slots=True)
class Api:
    """The API, as one token sees it. A `PracticeApi`."""

    config: SandboxConfig
    used: int = 0
    """Calls that count against the quota."""
    _handlers: "dict[tuple[str, str, str], Callable[[ApiCall], ReadyAnswer]]" = field(init=False)

    def __post_init__(self) -> None:
        self._handlers = {
            _ROW: self._add_interaction,
            _TOKEN_INFO: self._token_info,
            _ROUTING_POINTS: self._routing_points,
        }

    @property
    def _at_once(self) -> int:
        return AT_ONCE if self.config.at_once is None else self.config.at_once

    @property
    def secret_headers(self) -> frozenset[str]:
        """The headers that hold secrets, in lower case: their values are never written down."""
        return frozenset({TOKEN_HEADER})

    def token_state(self, call: ApiCall) -> str:
        """Whether a request brings the token that is right here: `right`, `wrong` or `missing`."""
        token = call.headers.get(TOKEN_HEADER)
        return "missing" if token is None else "right" if token == TOKEN else "wrong"

    def shown(self, _: ApiCall, text: str) -> str:
        """The address or the body of a request as it may be written down."""
        return text

    def knows(self, call: ApiCall) -> bool:
        """Whether a request is for this API: every one that no other API knows."""
        return call.path.startswith(_PATH) and _api_of(call) in self._handlers

    def is_row(self, call: ApiCall) -> bool:
        """Whether a request brings a row."""
        return _api_of(call) == _ROW

    def refusal(self, call: ApiCall, at_once: int) -> ReadyAnswer | None:
        """The answer to a request that is refused whatever it asks; None where it is let in."""
        token = call.headers.get(TOKEN_HEADER)
        if not token:
            return _error(_NO_TOKEN)
        if token != TOKEN:
            return _error(_WRONG_TOKEN)
        if at_once > self._at_once:
            return _error(_TOO_MANY, at_once=str(self._at_once))
        if self.used >= self.config.quota:
            return _error(_QUOTA_SPENT)
        return None

    def refusal_by(self, fault: Fault) -> ReadyAnswer | None:
        """The answer to a row that a fault refuses; None for a fault that answers nothing of its own."""
        kind = _REFUSED_BY.get(fault)
        answer = None if kind is None else _error(kind, at_once=str(self._at_once))
        return answer._replace(status=_OK) if answer is not None and fault is Fault.QUOTA_200 else answer

    def contradicted(self, answer: ReadyAnswer) -> ReadyAnswer:
        """An answer under an HTTP status that says something else than it does."""
        return answer._replace(status=_BAD_REQUEST)

    def answer(self, call: ApiCall) -> ReadyAnswer:
        """The answer to a request that is let in."""
        handler = self._handlers.get(_api_of(call))
        return _error(_NO_SUCH_API) if handler is None else handler(call)

    def _add_interaction(self, call: ApiCall) -> ReadyAnswer:
        sent = call.sent()
        if not isinstance(sent, dict) or not all(str(sent.get(name, "")).strip() for name in _REQUIRED):
            return _error(_PARAMETERS)
        rp_id = str(sent["rp_id"])
        if not self._knows(rp_id):
            return _error(_NO_ROUTING_POINT, rp_id=rp_id)
        agent = _AGENTS[self.used % len(_AGENTS)]
        return _success(_CREATED, _EXECUTED.format(rp_id=rp_id, agent=agent))

    def _token_info(self, _: ApiCall) -> ReadyAnswer:
        used, left = str(self.used), str(self.config.quota - self.used)
        return _success(
            "200",
            _ONE_RECORD,
            [
                {
                    "description": "practice",
                    "token_limit": str(self.config.quota),
                    "token_use_today": used,
                    "all_token_today": used,
                    "available_consumption_options": left,
                }
            ],
        )

    def _routing_points(self, call: ApiCall) -> ReadyAnswer:
        wanted = call.query.get("routing")
        candidates = self.config.routing_points if wanted is None else (wanted,)
        found = [
            {
                "rp_id": rp_id,
                "rp_name": f"Practice {rp_id}",
                "ivr_active": "no",
                "chat_active": "yes",
                "interaction_active": "no" if rp_id == IDLE_ROUTING_POINT else "yes",
                "crm_active": "no",
                "last_use": "2026-01-15 09:30:00",
            }
            for rp_id in candidates
            if self._knows(rp_id)
        ]
        return _success(200, _RECORDS.format(count=len(found)), found)

    def _knows(self, rp_id: str) -> bool:
        if self.config.routing_points:
            return rp_id in self.config.routing_points
        return rp_id.isascii() and rp_id.isdigit() and rp_id != UNKNOWN_ROUTING_POINT


def unrecorded(why: str) -> ReadyAnswer:
    """The answer to a request that can't be recorded: it is not worked on, as the record would not tell of it."""
    return _error(_NO_RECORD, why=why)


def _api_of(call: ApiCall) -> tuple[str, str, str]:
    """Which of the APIs a request is for."""
    return (call.method, call.path, call.query.get("api", ""))


def _error(kind: tuple[int, str, str], **facts: str) -> ReadyAnswer:
    code, error, message = kind
    return _answer(code, {"code": str(code), "error": error, "msg": message.format(**facts)})


def _success(code: int | str, message: str, data: list[dict[str, str]] | None = None) -> ReadyAnswer:
    return _answer(int(code), {"code": code, "error": None, "msg": message} | ({} if data is None else {"data": data}))


def _answer(code: int, body: dict[str, Any]) -> ReadyAnswer:
    return ReadyAnswer(code, body, message=body["msg"], code=code, takes_row=body["code"] == _CREATED)

"""The API of a template: it takes what the template sends, and answers so that its rules understand it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from uploader.sandbox.apis import ApiCall, ReadyAnswer
from uploader.sandbox.faults import Fault
from uploader.sandbox.template_answers import ACCESS_TOKEN, ID_MARK, Address, TemplateAnswers

_BEARER = f"Bearer {ACCESS_TOKEN}"
_AUTHORIZATION = "authorization"


@dataclass(slots=True)
class TemplateApi:
    """A `PracticeApi` for one template; `quota` is how many calls it takes until a new day."""

    answers: TemplateAnswers
    quota: int
    at_once: int
    used: int = 0
    _rows: int = 0
    """Those that were taken."""

    def knows(self, call: ApiCall) -> bool:
        """Whether a request is for this API."""
        return self.is_row(call) or self._is_for_token(call) or self._question(call) is not None

    def is_row(self, call: ApiCall) -> bool:
        """Whether a request brings a row."""
        return _is_at(call, self.answers.address)

    def refusal(self, call: ApiCall, at_once: int) -> ReadyAnswer | None:
        """The answer to a request that is refused whatever it asks; None where it is let in."""
        if self._is_for_token(call):
            return None
        if self.token_state(call) != "right":
            return self.answers.refusals.get(Fault.STOP)
        if at_once > self.at_once:
            return self.answers.refusals.get(Fault.SLOW_DOWN)
        return self.answers.refusals.get(Fault.QUOTA) if self.used >= self.quota else None

    def refusal_by(self, fault: Fault) -> ReadyAnswer | None:
        """The answer to a row that a fault refuses; None for a fault that answers nothing of its own."""
        return self.answers.refusals.get(fault)

    def contradicted(self, answer: ReadyAnswer) -> ReadyAnswer:
        """An answer under an HTTP status that says something else than it does."""
        return answer._replace(status=self.answers.contradictory_status)

    def answer(self, call: ApiCall) -> ReadyAnswer:
        """The answer to a request that is let in."""
        if self._is_for_token(call):
            return ReadyAnswer(200, {"access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 3600})
        question = self._question(call)
        return self._taken(call) if question is None else question

    # What is secret

    @property
    def secret_headers(self) -> frozenset[str]:
        """The headers that hold secrets, in lower case: their values are never written down."""
        return frozenset((*self.answers.secret_headers, _AUTHORIZATION))

    def token_state(self, call: ApiCall) -> str:
        """Whether a request brings the secrets that are right here: `right`, `wrong` or `missing`."""
        if self._is_for_token(call):
            return "right"
        expected = {**self.answers.secret_headers, **({_AUTHORIZATION: _BEARER} if self.answers.token else {})}
        brought = {name: call.headers.get(name, "") for name in expected}
        brought |= {f"?{name}": call.query.get(name, "") for name in self.answers.secret_query}
        expected |= {f"?{name}": value for name, value in self.answers.secret_query.items()}
        if not all(brought.values()):
            return "missing"
        at = self.answers.address.path.fullmatch(call.path) if self.is_row(call) else None
        is_in_path = at is None or at.groups() == self.answers.address.path_secrets
        return "right" if brought == expected and is_in_path and self._is_in_body(call) else "wrong"

    def shown(self, call: ApiCall, text: str) -> str:
        """The address or the body of a request as it may be written down."""
        at = self.answers.address.path.fullmatch(call.path)
        secrets = [*(at.groups() if at else ()), *(call.query.get(name, "") for name in self.answers.secret_query)]
        for secret in filter(None, secrets):
            text = text.replace(secret, "***")
        return "***" if text and text == call.body and self._is_hidden(call) else text

    def _is_hidden(self, call: ApiCall) -> bool:
        """Whether a body may hold somebody's real secret, wherever in it."""
        return self._is_for_token(call) or (self.is_row(call) and not self._is_in_body(call))

    def _is_in_body(self, call: ApiCall) -> bool:
        return not self.is_row(call) or all(secret in call.body for secret in self.answers.body_secrets)

    # What is asked

    def _is_for_token(self, call: ApiCall) -> bool:
        return self.answers.token is not None and _is_at(call, self.answers.token)

    def _question(self, call: ApiCall) -> ReadyAnswer | None:
        return next((answer for address, answer in self.answers.questions if _is_at(call, address)), None)

    def _taken(self, call: ApiCall) -> ReadyAnswer:
        """The yes to a row, or to the rows of a batch: each has an id of its own."""
        accepted, batch = self.answers.accepted, self.answers.batch
        sent = None if batch is None else value_at(call.sent(), batch.rows)
        ids = [self._next_id() for _ in sent] if isinstance(sent, list) and sent else [self._next_id()]
        body = _numbered(accepted.body, ids[0])
        if batch is not None and batch.answers is not None:
            (element, *_) = value_at(accepted.body, batch.answers)
            body = _with(body, batch.answers, [_numbered(element, one) for one in ids])
        headers = {name: value.replace(ID_MARK, ids[0]) for name, value in accepted.headers.items()}
        return accepted._replace(body=body, headers=headers)

    def _next_id(self) -> str:
        self._rows += 1
        return f"sandbox-{self._rows:06d}"


def _numbered(value: Any, practice_id: str) -> Any:
    """A value with an id in the places of the mark."""
    if isinstance(value, Mapping):
        return {key: _numbered(inner, practice_id) for key, inner in value.items()}
    if isinstance(value, list):
        return [_numbered(inner, practice_id) for inner in value]
    return value.replace(ID_MARK, practice_id) if isinstance(value, str) else value


def _with(data: Any, path: str, value: Any) -> Any:
    """JSON with another value at a path that it has."""
    if not path:
        return value
    first, _, rest = path.partition(".")
    if isinstance(data, list):
        return [_with(inner, rest, value) if at == int(first) else inner for at, inner in enumerate(data)]
    return {name: _with(inner, rest, value) if name == first else inner for name, inner in data.items()}


def value_at(data: Any, path: str) -> Any:
    """The value at a dotted path of JSON, or None; "" is the root."""
    for part in path.split(".") if path else ():
        if isinstance(data, list):
            data = data[int(part)] if part.isdecimal() and int(part) < len(data) else None
        else:
            data = data.get(part) if isinstance(data, dict) else None
    return data


def _is_at(call: ApiCall, address: Address) -> bool:
    return (
        call.method == address.method
        and address.path.fullmatch(call.path) is not None
        and all(call.query.get(name) == value for name, value in address.query.items())
    )

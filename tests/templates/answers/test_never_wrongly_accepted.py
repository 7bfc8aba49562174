"""Whatever an API answers: it is judged, and a no is never taken for a yes."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.templates.answers.judged import template_of
from uploader.model.http import Response
from uploader.model.outcomes import Outcome, Verdict
from uploader.templates.answers.judging import judge, judge_of

NAMES = st.sampled_from(["error", "errors", "ok", "success", "status", "code", "data", "message", "id", "x"])
PATHS = st.lists(
    st.one_of(
        NAMES, st.builds(".".join, st.lists(st.one_of(NAMES, st.sampled_from(["*", "0", "1"])), min_size=1, max_size=3))
    ),
    max_size=2,
    unique=True,
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-1, 600), st.floats(allow_nan=False), st.text(max_size=5),
    st.sampled_from(["false", "true", "null", "200", "no"]),
)  # fmt: skip
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=8,
)
BODIES = st.one_of(JSON.map(lambda data: json.dumps(data).encode()), st.binary(max_size=40))
STATUSES = st.one_of(st.sampled_from([200, 201, 204, 207, 304, 401, 408, 421, 425, 429, 500]), st.integers(100, 599))
CONTENT_TYPES = st.sampled_from(["", "application/json", "text/plain; charset=utf-16", "text/xml; charset=x"])


@st.composite
def answer_forms(draw: st.DrawFn) -> dict[str, Any]:
    form = {key: draw(PATHS) for key in ("code", "message", "refused", "ok", "secrets")}
    return {**form, "columns": {"id": draw(PATHS)[:1] or ["id"], "place": ["header:Location"]}}


def written(form: dict[str, Any]) -> str:
    paths = "".join(f"{key}={json.dumps(form[key])}\n" for key in ("code", "message", "refused", "ok", "secrets"))
    columns = "".join(f"{name}={json.dumps(found[0])}\n" for name, found in form["columns"].items())
    return f"[answer]\n{paths}[answer.columns]\n{columns}"


def judged_twice(form: dict[str, Any], answer: Response) -> Outcome:
    """By itself, and as an answer of a run: both must mean the same."""
    template = template_of(written(form))
    found = judge(answer, template)
    of_a_run = judge_of(template)
    assert of_a_run(answer) == of_a_run(answer) == found
    return found


@given(form=answer_forms(), http_status=STATUSES, body=BODIES, content_type=CONTENT_TYPES)
def test_every_answer_is_judged_and_only_a_yes_can_be_accepted(
    form: dict[str, Any], http_status: int, body: bytes, content_type: str
) -> None:
    found = judged_twice(form, Response(http_status, body, 1, 0.0, {"content-type": content_type, "location": "/1"}))
    assert found.verdict is not Verdict.ACCEPTED or 200 <= http_status < 300
    assert found.kept["place"] == "/1"
    found.message.encode()


NOS = st.one_of(
    st.fixed_dictionaries({"errors": st.sampled_from([["x"], {"a": "b"}, "no", 1, True, [None]])}),
    st.fixed_dictionaries({"error": st.sampled_from([["x"], {"a": "b"}, "no", 1, True, {"code": 200}])}),
    st.dictionaries(
        st.sampled_from(["ok", "success", "status"]), st.sampled_from([False, "false", "FALSE"]), min_size=1
    ),
)


@given(no=NOS, beside=st.dictionaries(NAMES, SCALARS), form=answer_forms(), in_list=st.booleans())
def test_a_refusal_under_2xx_is_never_accepted(
    no: dict[str, Any], beside: dict[str, Any], form: dict[str, Any], in_list: bool
) -> None:
    own: dict[str, list[str]] = {"code": [], "ok": [], "refused": []}
    body = {**beside, **no}
    answer = Response(200, json.dumps([body] if in_list else body).encode(), 1)
    assert judged_twice({**form, **own}, answer).verdict is Verdict.UNKNOWN


@given(no=NOS, beside=st.dictionaries(NAMES, SCALARS), form=answer_forms())
def test_what_stands_at_a_place_of_refusals_is_rejected_under_2xx(
    no: dict[str, Any], beside: dict[str, Any], form: dict[str, Any]
) -> None:
    name = next(iter(no))
    own = {"refused": [name]} if name in ("error", "errors") else {"ok": [name], "refused": []}
    answer = Response(200, json.dumps({**beside, **no}).encode(), 1)
    assert judged_twice({**form, **own}, answer).verdict is Verdict.REJECTED

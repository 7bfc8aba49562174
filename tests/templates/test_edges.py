"""Templates and answers that no reasonable person writes: each is a sentence, or an answer that says nothing."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.templates.answers.test_judging import WITHOUT_RULES
from uploader.errors import TemplateError
from uploader.i18n import render
from uploader.model.http import Response
from uploader.model.outcomes import Verdict
from uploader.model.settings import Settings
from uploader.templates.answers.judging import judge
from uploader.templates.catalog import Catalog, shipped
from uploader.templates.parsing.parser import parse

WHOLE = """
title = "Every key"
documentation = "x"
duplicates_within_days = 30
hint_out_of_reach = "x"
[request]
method = "POST"
url = "https://api.example.com/v1/{{id}}?name={{name}}"
idempotent = false
idempotency_header = "X-Id"
headers = { X-Id = "{{id}}" }
json = { id = "{{id}}", nested = { list = ["{{name}}", 7, true, 1.5] } }
[columns.id]
required = true
description = "x"
example = "1"
aliases = ["ID"]
heading = { es = "Id" }
pattern = "[0-9]+"
max_length = 9
one_of = ["1", "2"]
trim = true
[columns.name]
date_format = "%d/%m/%Y"
[settings.key]
description = "x"
accept = "[a-z]+"
environment = "KEY"
secret = true
sandbox = "x"
[limits]
concurrency = 2
timeout_seconds = 75
rate = "30/m"
api_time_limit_seconds = 60
probe_seconds = 900
keep_alive = false
[answer]
code = "code"
message = "msg"
error = "error"
secrets = ["data.password"]
[[rules]]
code = [403, "DUP"]
message = "x"
means = "pause"
advice = "x"
may_be_the_row = true
[[preflight]]
title = "quota"
url = "https://api.example.com/info"
method = "GET"
cost = 1
quota = { left = ["left", "a - b"], limit = "limit" }
[[preflight]]
title = "ids"
url = "https://api.example.com/ids"
ids = { column = "id", records = "data", id = "id", active = "on", is_active = "yes" }
"""
NUMERIC = ["duplicates_within_days", "max_length", "concurrency", "timeout_seconds", "api_time_limit_seconds", "probe_seconds", "cost"]  # fmt: skip
ENDLESS = ["9" * 5_000, "-" + "9" * 5_000, "0x" + "f" * 5_000, "1e999", "inf", "-inf", "nan", "10" + "0" * 12, "-1", "1e-400", "9223372036854775807", "9223372036854775808"]  # fmt: skip
ODD = [
    *ENDLESS, "0", "1", "1.5", "true", "''", "'x'", "'{{id}}'", "'{{'", "[]", "[[]]", "{}", "{ en = 1 }", "[1, 'a']", "['']",
    "1979-05-27", "07:32:00", "1979-05-27T07:32:00Z", "'a.' ", "'''\n'''", '"\\u0000"', '"\\u001b[2J"', "'%'", "'%Y'",
    f"'{'9' * 5_000}'", f"'{'a.' * 5_000}a'", f"{'[' * 40}{']' * 40}", f"{'{ a = ' * 45}1{' }' * 45}",
    f"{'[' * 2_000}{']' * 2_000}", "'ñ'", '"\\U0001F642"',
]  # fmt: skip


LINES = [place for place, line in enumerate(WHOLE.splitlines()) if " = " in line]
"""Those of `WHOLE` that give a key its value."""


def _with(place: int, value: str) -> str:
    lines = WHOLE.splitlines()
    lines[place] = f"{lines[place].partition(' = ')[0]} = {value}"
    return "\n".join(lines)


def _is_taken(text: str) -> bool:
    """Parse a text; a template that is taken makes requests and judges answers, one that is not has its sentences."""
    try:
        template = parse(text, "x.toml", "x", ("title = 'API'", "api.toml"))
    except TemplateError as refused:
        sentences = [render(refused.message, language).encode() for language in ("en", "es", "pt")]
        assert all(sentences)
        return False
    known = Settings(dict.fromkeys(template.settings, "1"))
    template.build(dict.fromkeys(template.columns, "ñ"), known, None, template.fingerprint({}, known))
    for column in template.columns.values():
        column.takes(column.meant("2026-12-31"))
    assert judge(Response(200, b'{"code": [1], "data": {"a": 1}}', 1), template).verdict
    return True


def test_the_template_with_every_key_is_right() -> None:
    template = parse(WHOLE, "x.toml", "x")
    assert template.limits.rate == "30/m"
    assert len(LINES) > 40


@pytest.mark.parametrize("place", LINES, ids=lambda place: WHOLE.splitlines()[place].partition(" = ")[0])
def test_any_value_of_any_key_is_taken_or_refused_with_a_sentence(place: int) -> None:
    assert not all(_is_taken(_with(place, value)) for value in ODD)


@pytest.mark.parametrize("key", NUMERIC)
@pytest.mark.parametrize(
    "number", [*ENDLESS[:8], "-1", "nan", "9223372036854775807", "'1'", "true", "1_000_000_000_000"]
)
def test_no_number_of_a_template_is_without_end(key: str, number: str) -> None:
    (place,) = (place for place in LINES if WHOLE.splitlines()[place].startswith(f"{key} ="))
    with pytest.raises(TemplateError):
        parse(_with(place, number), "x.toml", "x")


@given(st.sampled_from(LINES), st.recursive(
    st.one_of(st.integers(), st.booleans(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=6,
))  # fmt: skip
def test_whatever_stands_at_a_key_nothing_but_a_sentence_comes_of_it(place: int, value: Any) -> None:
    assert _is_taken(_with(place, _toml(value))) in (True, False)  # and nothing is raised


@given(st.one_of(st.text(), st.text(st.characters(codec=None)), st.text("[]{}=.\"'#\n a1-_,\\ue0")))
@settings(deadline=None)
@example("\ud800")
@example("a = " + "[" * 100_000)
@example("a = " + "{a=" * 50_000)
@example(".".join("a" * 100_000) + " = 1")
@example("[" + " . ".join(["'a'"] * 100_000) + "]")
@example(".".join(['"a.b"'] * 100_000) + " = 1")
@example("a = " + "9" * 5_000)
@example("a = 1\na = 2")
@example("\ufeffa = 1")
@example("a = nan\nb = 1979-05-27")
def test_any_text_is_a_template_or_refused_with_a_sentence(text: str) -> None:
    assert not _is_taken(text)  # it has no request
    assert _is_taken(WHOLE + text) in (True, False)  # and nothing is raised


def test_a_number_in_the_body_that_json_has_not_is_refused_with_its_key() -> None:
    for value in ("nan", "inf", "1979-05-27", "07:32:00", "1979-05-27T07:32:00Z"):
        with pytest.raises(TemplateError, match=r"nested\[0\] has a date, a time, inf or nan without quotes"):
            parse(WHOLE.replace("nested = { list = [", f"nested = [{value}], other = {{ list = ["), "x.toml", "x")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (os.mkfifo, "not a file but a folder or a device"),
        (lambda path: path.mkdir(), "not a file but a folder or a device"),
        (lambda path: path.symlink_to("/dev/zero"), "not a file but a folder or a device"),
        (lambda path: path.write_bytes(b"#" * 1_000_001), "larger than 1,000,000 bytes"),
        (lambda path: path.symlink_to(path), "can't be read"),
        (lambda path: path.write_bytes("título = 1".encode("utf-16")), "not UTF-8"),
    ],
    ids=["fifo", "folder", "device", "large", "loop", "utf-16"],
)
@pytest.mark.parametrize("name", ["request.toml", "api.toml"])
def test_what_is_no_template_file_is_a_sentence_as_template_and_as_profile(
    tmp_path: Path, make: Any, words: str, name: str
) -> None:
    folder = tmp_path / "templates" / "mine"
    folder.mkdir(parents=True)
    (folder / "request.toml").write_text(WHOLE, encoding="utf-8")
    (folder / name).unlink(missing_ok=True)
    make(folder / name)
    for way in ("mine/request", str(folder / "request.toml")):
        with pytest.raises(TemplateError, match=words):
            Catalog.of(tmp_path).load(way)


@pytest.mark.parametrize(
    "name", ["../mine/request", "mine/../mine/request", "..", "", "/", "mine/request\x00", "x\x00.toml", "a" * 5_000, "a" * 5_000 + ".toml", "\ud800.toml", "*/*", "mine/*"]
)  # fmt: skip
def test_a_name_that_leads_elsewhere_or_nowhere_is_a_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "templates" / "mine").mkdir(parents=True)
    (tmp_path / "templates" / "mine" / "request.toml").write_text(WHOLE, encoding="utf-8")
    with pytest.raises(TemplateError):
        Catalog.of(tmp_path).load(name)


def test_a_byte_order_mark_and_line_ends_of_any_system_do_no_harm(tmp_path: Path) -> None:
    for place, content in enumerate((WHOLE.encode("utf-8-sig"), WHOLE.replace("\n", "\r\n").encode())):
        (tmp_path / f"{place}.toml").write_bytes(content)
    loaded = {Catalog.of(tmp_path).load(str(tmp_path / f"{place}.toml")).sha256 for place in range(2)}
    assert len(loaded) == 1


# Answers

PLAIN = parse(WITHOUT_RULES, "x.toml", "x")
WITH_SECRETS = parse(WITHOUT_RULES + "\nsecrets = ['data.*.pin', 'msg']", "x.toml", "x")
WOLKVOX = Catalog((shipped("templates"),)).load("wolkvox/add_interaction")
DEEP = [f"{'[' * depth}{']' * depth}" for depth in (90, 101, 500, 900, 990, 1_000, 50_000)]
UNREADABLE = [
    b'{"code": 200, "msg": NaN}', b'{"code": 200, "n": Infinity}', b'{"code": 200, "n": -Infinity}',
    b'{"code": 200, "n": %s}' % (b"9" * 5_000), b'{"code": 200, "code": 500}', b'{"code": 200, "a": {"b": 1, "b": 2}}',
    *(b'{"code": 200, "a": %s}' % deep.encode() for deep in DEEP[1:]), b'{"code": 200', b"\xff\xfe\x00", b"[" * 900_000, b"200",
]  # fmt: skip


@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: body[:30])
@pytest.mark.parametrize("template", [PLAIN, WITH_SECRETS, WOLKVOX], ids=["plain", "with secrets", "wolkvox"])
def test_an_answer_that_can_not_be_read_in_one_way_is_unknown_and_kept_as_evidence(body: bytes, template: Any) -> None:
    outcome = judge(Response(200, body, 1), template)
    assert outcome.verdict is Verdict.UNKNOWN
    assert outcome.detail is not None
    assert len(render(outcome.detail, "en")) < 600


def test_what_stands_twice_with_the_same_value_and_what_is_nested_within_reason_is_read() -> None:
    for body in (b'{"code": 200, "code": 200}', b'{"code": 200, "a": %s}' % DEEP[0].encode()):
        assert judge(Response(200, body, 1), PLAIN).verdict is Verdict.ACCEPTED


_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(codec=None))),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.one_of(st.text(), st.sampled_from(["code", "msg", "error", "data", "pin"])), inner, max_size=4
        ),
    ),
    max_leaves=12,
)


@given(
    st.one_of(st.binary(), _JSON.map(lambda data: json.dumps(data).encode()), st.text().map(str.encode)),
    st.integers(100, 599),
)
@example(b'{"msg": %s}' % DEEP[0].encode(), 200)
@example(b'{"code": "%s"}' % (b"9" * 900_000), 200)
@example(b'{"code": 1e999, "msg": "\\ud800"}', 200)
@example(b'{"code": %s}' % (b"9" * 4_000), 403)
def test_no_answer_whatever_makes_the_judge_fail(body: bytes, http_status: int) -> None:
    for template in (PLAIN, WITH_SECRETS, WOLKVOX):
        outcome = judge(Response(http_status, body, 1), template, Settings({}, {"token": "s3cret"}).mask)
        assert isinstance(outcome.verdict, Verdict)
        (outcome.code + outcome.message).encode()
        assert outcome.detail is None or render(outcome.detail, "es").encode()


def _toml(value: Any) -> str:
    """A JSON value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(one):08x}" for one in value) + '"'
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_toml(key)} = {_toml(inner)}' for key, inner in value.items())} }}"
    return repr(value)

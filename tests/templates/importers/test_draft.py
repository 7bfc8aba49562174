"""A draft sends with its example row what its source sends, and has no secret of it."""

import json
import re
import tomllib
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.templates.importers.filling import SECRET, sent
from uploader.errors import TemplateError
from uploader.i18n import Message, render
from uploader.i18n.languages import LANGUAGES
from uploader.model.names import key
from uploader.templates.importers.called import called
from uploader.templates.importers.draft import draft
from uploader.templates.importers.draft.names import distinct, readable, service_of, variable_of
from uploader.templates.importers.draft.secrets.values import is_secret
from uploader.templates.importers.imported import (
    Auth,
    Body,
    ExampleAnswer,
    FieldFacts,
    ImportedRequest,
    Note,
    Part,
    Variable,
)
from uploader.templates.importers.sources import summary
from uploader.templates.parsing.parser import parse
from uploader.templates.requests.placeholders import placeholders_in, written

URL = "https://api.example.com/v1/things"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.text("a;| {}<>$\n\t\\\"'é", max_size=8)
SCALARS = (
    TEXTS
    | st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
)
NAMES = (
    st.sampled_from(["city", "firstName", "First name", "naïve", "a.b", "x{{y", "", "_", "名前", "id", "list"]) | TEXTS
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=20
)


def request_of(body: Body | None = None, url: str = URL, **said: Any) -> ImportedRequest:
    return ImportedRequest("Things/Create thing", "POST", url, body=body, **said)


def of_json(value: Any, **said: Any) -> str:
    return draft(request_of(Body("json", value), **said)).toml


def alike(value: Any) -> Any:
    """JSON as it is compared: a text that is JSON as what it says, however it is spaced."""
    if isinstance(value, dict):
        return {name: alike(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [alike(inner) for inner in value]
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return alike(json.loads(value))
        except (ValueError, RecursionError):
            return value
    return value


def has_secret(value: Any) -> bool:
    if isinstance(value, dict):
        return any(is_secret(name, inner) or has_secret(inner) for name, inner in value.items())
    return isinstance(value, list) and any(map(has_secret, value))


@settings(max_examples=150)
@given(st.dictionaries(NAMES, JSON, max_size=5) | st.lists(JSON, max_size=4))
def test_the_example_row_sends_the_sources_own_json(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assume(not has_secret(value) and "{{" not in text and "<" not in text)
    assert alike(sent(of_json(value)).body) == alike(value)


@pytest.mark.parametrize(
    "value",
    [
        {"a": None, "b": [], "c": {}, "d": [[]], "e": [None, 1], "f": [{}, {"g": None}]},
        {"tags": ["a; b", "c"], "one": ["x"], "more": ["a|b;c", "d\ne"], "n": [1, 2.5], "m": [1, 2], "flags": [True, False]},
        {"x": 1.125, "y": 1e300, "z": 1e-7, "big": 2**60, "minus": -0.5, "zero": -0.0, "hundred": 100.0},
        [{"name": "a"}, {"name": "b"}, {"name": "c", "more": {"name": "d"}}],
        [],
        {},
        "just text",
        {"texts": ["", " a "], "padded": "  x ", "lines": "one\r\ntwo\nthree", "unseen": "a\x00b", "zero": "\u200b"},
        {"address": {"city": "Cali"}, "billing": {"city": "Bogotá"}, "city": "Medellín", "City": "Quito"},
        {"literal": "{{", "more": "}} and {{ x", "{{key": "v", "a": "\\{{"},
        {"list": list(range(50)), "objects": [{"n": n} for n in range(21)]},
        {"json": '{"a": [1, "x"], "b": null}', "no": "{not json}", "empty": "{}"},
        {"column": {"json": "x", "form": "y"}, "request_id": "z", "key": "PROJ"},
    ],
)  # fmt: skip
def test_odd_values_are_sent_as_they_were(value: Any) -> None:
    found = sent(of_json(value))
    assert alike(found.body) == alike(value)


def test_a_large_body_has_a_column_for_each_of_its_first_values_only() -> None:
    value = {f"field{number}": number for number in range(1000)}
    made = draft(request_of(Body("json", value)))
    assert sent(made.toml).body == value
    assert len(made.columns) == 300
    assert "more than 300 values" in render(made.left_out[0], "en")


def test_json_that_no_template_can_hold_is_a_text() -> None:
    found = sent(of_json({"n": 2**70, "inf": float("inf")}))
    assert json.loads(found.body) == {"n": 2**70, "inf": float("inf")}
    assert found.headers == {"Content-Type": "application/json"}


def test_a_body_that_is_too_deep_is_refused() -> None:
    value: Any = "x"
    for _ in range(60):
        value = {"a": value}
    with pytest.raises(TemplateError, match="levels deep"):
        of_json(value)


# Names


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ("firstName", "first_name"), ("First name", "first_name"), ("HTTPStatus", "http_status"), ("id", "id"),
        ("Número de teléfono", "número_de_teléfono"), ("a.b-c", "a_b_c"), ("___", ""), ("", ""), ("{{x}}", "x"),
        ("metadata[source]", "metadata_source"), ("x" * 200, "x" * 60), ("名前", "名前"),
    ],
)  # fmt: skip
def test_names_are_readable(wish: str, name: str) -> None:
    assert readable(wish) == name


def test_names_are_told_apart_by_what_is_around_them() -> None:
    wishes = [
        ("address", "city"),
        ("billing", "city"),
        ("city",),
        ("items", "name"),
        ("items", "name"),
        ("request_id",),
    ]
    assert distinct(wishes, ["request_id"]) == [
        "address_city", "billing_city", "city", "name", "name_2", "request_id_2",
    ]  # fmt: skip


@given(
    st.lists(
        st.lists(st.sampled_from(["a", "A", "a_b", "b", "", "á", "a2"]) | TEXTS, min_size=1, max_size=3), max_size=12
    )
)
def test_names_are_distinct_and_can_be_placeholders(wishes: list[list[str]]) -> None:
    names = distinct(wishes, ["taken"])
    assert len({*map(key, names), "taken"}) == len(names) + 1
    assert all(placeholders_in(written(name)) == [name] for name in names)


@pytest.mark.parametrize(
    ("url", "service"),
    [
        ("https://acme.zendesk.com/api", "zendesk"), ("https://{{subdomain}}.zendesk.com", "zendesk"),
        ("https://api.foo.com.co/x", "foo"), ("http://localhost:8080", "api"), ("http://127.0.0.1/", "api"),
        ("https://{{host}}/x", "api"), ("https://example.co.uk", "example"), ("https://[::1]/", "api"), ("nonsense", "api"),
        ("https://api.x.co/v1", "x"), ("https://www.bbc.uk", "bbc"), ("https://acme.app.co", "acme"),
        ("https://api2.dev.acme.io", "acme"), ("https://api.app.com", "api"), ("https://{{tenant}}.com", "api"),
    ],
)  # fmt: skip
def test_the_service_is_named_by_its_host(url: str, service: str) -> None:
    assert service_of(url) == service


def test_variables_of_the_environment_are_plain() -> None:
    assert variable_of("zendesk", "api_key") == "ZENDESK_API_KEY"
    assert variable_of("münchen", "ß") == "MUNCHEN"
    assert variable_of("3cx", "token") == "API_3CX_TOKEN"


# Addresses


@pytest.mark.parametrize(
    "url",
    [
        URL, f"{URL}/12345/notes", f"{URL}?q=a%20b&limit=20&email=ana%40x.co", f"{URL}?a&b=&c=1", f"{URL}?q=%E9&x=%zz",
        "https://api.example.com", "https://api.example.com?x=1", f"{URL}/2010-04-01/A.json", f"{URL}?since=2026-01-31",
        f"{URL}?name=Jos%C3%A9+Mu%C3%B1oz", f"{URL}/caf%C3%A9/%20", f"{URL}?a=1;b=2&a=3", f"{URL}/a:b/c@d",
    ],
)  # fmt: skip
def test_the_example_row_goes_to_the_sources_own_address(url: str) -> None:
    found = urlsplit(sent(draft(request_of(None, url)).toml).url)
    theirs = urlsplit(url)
    assert (found.netloc, found.path) == (theirs.netloc, theirs.path or "/")
    assert parse_qsl(found.query, keep_blank_values=True) == parse_qsl(theirs.query, keep_blank_values=True)


@pytest.mark.parametrize(
    ("url", "written", "columns"),
    [
        (f"{URL}/:id/<kind>/{{part}}", f"{URL}/{{{{id}}}}/{{{{kind}}}}/{{{{part}}}}", ["id", "kind", "part"]),
        (f"{URL}/12345", f"{URL}/{{{{thing_id}}}}", ["thing_id"]),
        (f"{URL}/%7Bid%7D", f"{URL}/{{{{id}}}}", ["id"]),
        (f"{URL}/users({{id}})", f"{URL}/users({{{{id}}}})", ["id"]),
        (f"{URL}/{{{{thing id}}}}", f"{URL}/{{{{thing_id}}}}", ["thing_id"]),
        (f"{URL}?q={{{{q}}}}&v=3", f"{URL}?q={{{{q}}}}&v=3", ["q"]),
        (f"{URL}?api=add&phone=3001234567&version=2026-01-01", f"{URL}?api=add&phone={{{{phone}}}}&version=2026-01-01", ["phone"]),
        ("https://{sub}.example.com/x", "https://{{sub}}.example.com/x", []),
        ("https://your-domain.example.com/YOUR_LIST/x", "https://{{your_domain}}.example.com/{{your_list}}/x", []),
        ("{{base}}/x", "https://{{base}}/x", []),
        ("{{base}}://h.co/x", "https://h.co/x", []),
        ("http://api.example.com/x", "https://api.example.com/x", []),
        ("http://localhost:1/x", "http://localhost:1/x", []),
        ("api.example.com/x#part", "https://api.example.com/x", []),
    ],
)  # fmt: skip
def test_variables_of_an_address_become_columns_and_settings(url: str, written: str, columns: list[str]) -> None:
    made = tomllib.loads(draft(request_of(None, url)).toml)
    assert made["request"]["url"] == written
    assert list(made["columns"]) == columns


@pytest.mark.parametrize("url", ["", "ftp://x.co/y", "file:///etc/passwd", "https://a\\b/c"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(TemplateError):
        draft(request_of(None, url))


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PURGE", ""])
def test_a_method_that_no_template_has_is_refused(method: str) -> None:
    with pytest.raises(TemplateError, match="method"):
        draft(request_of()._replace(method=method))


# Secrets

VALUE = "Tr0ub4dor-and-3-more"


@pytest.mark.parametrize(
    "request_with_secret",
    [
        request_of(headers=(("Authorization", f"Bearer {VALUE}"),)),
        request_of(headers=(("Authorization", f"Token token={VALUE}"),)),
        request_of(headers=(("authorization", VALUE),)),
        request_of(headers=(("Cookie", f"session={VALUE}"),)),
        request_of(headers=(("X-Api-Key", VALUE),)),
        request_of(headers=(("wolkvox-token", VALUE),)),
        request_of(headers=(("Proxy-Authorization", f"Basic {VALUE}"),)),
        request_of(url=f"{URL}?api_key={VALUE}&q=1"),
        request_of(url=f"{URL}?access_token={VALUE}"),
        request_of(url=f"https://ana:{VALUE}@api.example.com/x"),
        request_of(url=f"https://hooks.example.com/services/T1/{VALUE}"),
        request_of(url=f"https://api.example.com/{VALUE}xyz12345/send"),
        request_of(url=f"https://api.example.com/bot123456:{VALUE}abcdefghijklm/send"),
        request_of(Body("json", {"user": {"password": VALUE}})),
        request_of(Body("json", {"client_secret": VALUE, "list": [{"token": VALUE}]})),
        request_of(Body("json", {"fields": [{"name": "api_key", "value": VALUE}]})),
        request_of(Body("json", {"callback": f"https://x.co/?token={VALUE}"})),
        request_of(Body("json", {"login": f"https://ana:{VALUE}@x.co/"})),
        request_of(Body("json", {"passwords": [VALUE, VALUE]})),
        request_of(Body("json", {"inner": json.dumps({"password": VALUE})})),
        request_of(Body("form", [("grant_type", "password"), ("password", VALUE)])),
        request_of(Body("multipart", [Part("token", VALUE)])),
        request_of(Body("xml", f"<a><Password>{VALUE}</Password></a>")),
        request_of(Body("xml", f"<!-- c --><a><Password>{VALUE}</Password></a>")),
        request_of(Body("text", f'{{"password": "{VALUE}", }}')),
        request_of(Body("text", f"password='{VALUE}'")),
        request_of(Body("json", {"a": f"x {VALUE} y"}), headers=(("X-Api-Key", VALUE),)),
        request_of(Body("json", {"list": [{"n": VALUE}] * 30}), headers=(("X-Api-Key", VALUE),)),
        request_of(auth=Auth("basic", {"user": "ana@example.com", "password": VALUE})),
        request_of(auth=Auth("basic", {"user": VALUE, "password": ""})),
        request_of(auth=Auth("bearer", {"token": VALUE})),
        request_of(auth=Auth("oauth2", {"url": "https://x.co/token", "id": "abc", "secret": VALUE, "scope": "all"})),
        request_of(url=f"{URL}?t={{{{token}}}}", variables={"token": Variable(VALUE)}),
        request_of(url=f"{URL}?t={{{{x}}}}", variables={"x": Variable(VALUE, secret=True)}),
        request_of(auth=Auth("bearer", {"token": VALUE}), description=f"curl -H 'Authorization: Bearer {VALUE}'"),
        request_of(auth=Auth("bearer", {"token": VALUE}), documentation=f"https://x.co/?a={VALUE}"),
        request_of(auth=Auth("bearer", {"token": VALUE}))._replace(name=VALUE),
        request_of(Body("json", {"password": VALUE}), fields={"json.password": FieldFacts(example=VALUE, description=VALUE)}),
    ],
)  # fmt: skip
def test_no_secret_is_in_a_draft_or_in_what_is_said_of_it(request_with_secret: ImportedRequest) -> None:
    for language in LANGUAGES:
        made = draft(request_with_secret, language)
        said = [render(message, language) for message in made.left_out]
        assert VALUE not in made.toml
        assert not any(VALUE in sentence for sentence in (*said, made.name, summary(request_with_secret)))
        tomllib.loads(made.toml)
    if "Proxy-Authorization" not in dict(request_with_secret.headers):
        columns = tomllib.loads(made.toml)["columns"].values()
        assert any(setting.secret for setting in made.settings) or any(
            one.get("example", "***") == "***" for one in columns
        )


def test_a_password_of_the_record_is_a_column_and_one_of_the_sender_a_setting() -> None:
    body = {
        "agent_pass": VALUE,
        "userPassword": "Other-9",
        "pin": 1234,
        "api_password": "z9y8x7w6",
        "token": "a1b2c3d4",
    }
    template = tomllib.loads(of_json(body))
    assert {name: one.get("type", "text") for name, one in template["columns"].items()} == {
        "agent_pass": "text", "user_password": "text", "pin": "integer",
    }  # fmt: skip
    assert [one.get("example") for one in template["columns"].values()] == ["***", "***", None]
    assert list(template["settings"]) == ["api_password", "token"]


def test_what_stands_for_a_password_keeps_to_its_rules() -> None:
    facts = {"json.password": FieldFacts(pattern="[A-Z].{7,}"), "json.pin": FieldFacts(max_length=2)}
    template = tomllib.loads(of_json({"password": "Abcdefg1", "pin": "12"}, fields=facts))
    assert template["columns"] == {"password": {"pattern": "[A-Z].{7,}"}, "pin": {"max_length": 2}}


def test_a_password_that_also_logs_in_is_one_setting() -> None:
    login = Auth("basic", {"user": "ana", "password": VALUE})
    template = tomllib.loads(of_json({"password": VALUE, "name": "Ana"}, auth=login))
    assert template["request"]["json"]["password"] == "{{password}}" == template["request"]["basic"][1]
    assert list(template["columns"]) == ["name"]


def test_a_hint_is_sent_as_the_example_that_it_is() -> None:
    made = of_json({"name": "<full name>", "kind": "string"})
    assert sent(made).body == {"name": "<full name>", "kind": "string"}
    assert tomllib.loads(made)["columns"]["name"]["description"] == "full name"


@pytest.mark.parametrize(
    "secret",
    [
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcDEF123", "sk_live_4eC39HqLyjWDarjtT1", "xoxb-123456789012-abcdef",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a", "AKIAIOSFODNN7EXAMPLE", "AIzaSyA-1234567890abcdefghijklmnopqrstu",
        "SG.abcdefghijklmnop.qrstuvwxyz0123456789", "123456789:AAEhBOweik9ai2o01JFDI3JuBPm0_abcdef",
        "pat-na1-12345678-90ab-cdef-1234-567890abcdef", "EAAGm0PX4ZCpsBAKZCzZBabcdefghijkl",
        "-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----",
    ],
)  # fmt: skip
def test_a_secret_is_recognised_by_its_looks(secret: str) -> None:
    made = of_json({"note": f"see {secret} here", "x": secret})
    assert secret not in made
    assert SECRET in sent(made).body["note"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("key", "PROJ"), ("issue_key", "PROJ-12"), ("max_tokens", 100), ("idempotency_key", "0f1e2d3c4b5a6978aabbccdd"),
        ("sort_key", "created-at-2026-desc-x"), ("auth", True), ("password", ""), ("token", None), ("clave", "Soporte"),
        ("api_key_url", "https://x"), ("key", "a message of some more words than four"),
    ],
)  # fmt: skip
def test_what_only_sounds_like_a_secret_is_a_column(name: str, value: Any) -> None:
    assert not is_secret(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("key", "a8f5f167f44f4964e6c998dee827110c"), ("pin", 1234), ("api_key", "abc"), ("apiKey", "abc"), ("contraseña", "x"),
     ("access_key", "abc"), ("authToken", "x"), ("senha", "abc"), ("client-secret", "x")],
)  # fmt: skip
def test_what_is_named_a_secret_is_one(name: str, value: Any) -> None:
    assert is_secret(name, value)


def test_secrets_have_settings_with_their_own_variables() -> None:
    made = draft(
        request_of(None, "https://acme.zendesk.com/x", auth=Auth("basic", {"user": "a@b.co/token", "password": VALUE}))
    )
    assert [(one.name, one.environment, one.secret) for one in made.settings] == [
        ("email", "ZENDESK_EMAIL", False), ("token", "ZENDESK_TOKEN", True),
    ]  # fmt: skip
    assert tomllib.loads(made.toml)["request"]["basic"] == ["{{email}}/token", "{{token}}"]


@pytest.mark.parametrize(
    ("user", "password", "variables"),
    [
        ("{{ACCOUNT_SID}}", "{{AUTH_TOKEN}}", ["AVISOS_ACCOUNT_SID", "AVISOS_AUTH_TOKEN"]),
        ("{{AVISOS_SID}}", "{{avisosToken}}", ["AVISOS_SID", "AVISOS_TOKEN"]),
        ("ana", VALUE, ["AVISOS_USER", "AVISOS_PASSWORD"]),
    ],
)
def test_every_variable_says_whose_it_is(user: str, password: str, variables: list[str]) -> None:
    made = draft(request_of(None, "https://api.avisos.co/x", auth=Auth("basic", {"user": user, "password": password})))
    assert [one.environment for one in made.settings] == variables


def test_one_secret_in_two_places_is_one_setting() -> None:
    made = draft(request_of(None, f"{URL}?api_key={VALUE}", headers=(("X-Api-Key", VALUE),)))
    assert [one.name for one in made.settings] == ["api_key"]


# Dates


@pytest.mark.parametrize(
    ("example", "date_format", "cell"),
    [
        ("2026-12-01", "%Y-%m-%d", "2026-05-09"), ("2026-12-01T10:00:00Z", "%Y-%m-%dT%H:%M:%SZ", "2026-05-09T08:30:00Z"),
        ("2026-12-01 10:00", "%Y-%m-%d %H:%M", "2026-05-09 08:30"),
        ("2026-12-01T10:00:00.000-05:00", "%Y-%m-%dT%H:%M:%S.000-05:00", "2026-05-09T08:30:00.000-05:00"),
        ("25/03/2026", "%d/%m/%Y", "09/05/2026"), ("03-25-2026", "%m-%d-%Y", "05-09-2026"),
        ("25.03.2026 10:00", "%d.%m.%Y %H:%M", "09.05.2026 08:30"),
    ],
)  # fmt: skip
def test_a_date_is_sent_as_the_example_is_written(example: str, date_format: str, cell: str) -> None:
    toml = of_json({"next": example})
    column = parse(toml, "t.toml", "t").columns["next"]
    assert column.date_format == date_format
    assert column.meant(example) == example
    assert column.fits(example)
    written = "2026-05-09 08:30:00" if "%H" in date_format else "2026-05-09"
    assert column.meant(written) == cell
    assert "# Dates, sent as the example is written" in toml
    assert ("are not converted" in toml) == example.endswith(("Z", "-05:00"))


@pytest.mark.parametrize("example", ["05/03/2026", "05.03.2026 10:00"])
def test_whether_the_day_or_the_month_is_first_is_not_guessed(example: str) -> None:
    made = draft(request_of(Body("json", {"due": example, "a": "b"})))
    assert parse(made.toml, "t.toml", "t").columns["due"].date_format is None
    (note,) = [note for note in made.left_out if note.code == "draft.unclear_dates"]
    assert note.facts["names"] == ("due",)
    hints = [line for line in made.toml.splitlines() if line.startswith("# date_format = ")]
    chosen = [parse(made.toml.replace(hint, hint[2:]), "t.toml", "t").columns["due"] for hint in hints]
    assert [one.meant("2026-12-31")[:5] for one in chosen] == [f"31{example[2]}12", f"12{example[2]}31"]
    assert [one.meant(example) for one in chosen] == [example, example]


@pytest.mark.parametrize(
    "example", ["2026-13-01", "2026-02-30", "2026-12-01T10:00:00.123Z", "5/3/2026", "32/13/2026", "0000-00-00", " 2026-12-01", "2026"]
)  # fmt: skip
def test_what_is_no_date_or_none_that_a_format_writes_is_a_text(example: str) -> None:
    toml = of_json({"due": example})
    assert "date_format" not in toml


def test_a_list_of_dates_has_one_format() -> None:
    column = parse(of_json({"days": ["2026-12-01", "2026-12-02"]}), "t.toml", "t").columns["days"]
    assert (column.date_format, column.list_separator) == ("%Y-%m-%d", ";")
    assert "date_format" not in of_json({"days": ["2026-12-01", "tomorrow"]})


# Rows that may share a request


@pytest.mark.parametrize(
    ("value", "rows"),
    [
        ({"pagos": [{"id": "a", "valor": "7"}]}, "pagos"), ([{"id": "a"}], ""),
        ({"data": {"rows": [{"id": "{{id}}", "tags": {"a": "b"}}]}}, "data.rows"), ({"rows": [{"id": "a", "n": 7}]}, "rows"),
    ],
)  # fmt: skip
def test_a_list_of_one_row_is_a_hint_of_a_batch(value: Any, rows: str) -> None:
    toml = of_json(value)
    assert parse(toml, "t.toml", "t").request.batch is None
    hints = ["# [request.batch]", "# size = 100", f'# rows = "{rows}"']
    assert "\n".join(hints) in toml
    for hint in hints:
        toml = toml.replace(hint, hint.removeprefix("# "))
    if '\nempty = "omit"' in toml:  # empty cells leave their fields out: the hint says what to do
        assert "write required = true in a column" in " ".join(toml.replace("\n# ", " ").split())
        toml = toml.replace("[columns.id]\n", "[columns.id]\nrequired = true\n")
    batch = parse(toml, "t.toml", "t").request.batch
    assert batch is not None
    assert (batch.rows, batch.size) == (rows, 100)


@pytest.mark.parametrize(
    "value",
    [
        {"rows": [{"id": "a"}], "by": "b"}, {"a": [{"id": "a"}], "b": [{"id": "b"}]}, {"rows": ["a", "b"]}, {"a": "b"},
        {"rows": [{"id": "a"}, {"id": "b"}]}, {"rows": []}, {"a.b": [{"id": "a"}]}, {"a": '[{"id": "x"}]'},
    ],
)  # fmt: skip
def test_any_other_list_is_none(value: Any) -> None:
    assert "request.batch" not in of_json(value)


def test_rows_with_a_key_of_their_own_share_no_request() -> None:
    made = draft(request_of(Body("json", {"rows": [{"id": "a"}]}), headers=(("Idempotency-Key", "x"),)))
    assert "request.batch" not in made.toml


# Headers, bodies, answers


def headers_sent(*given: tuple[str, str]) -> tuple[dict[str, str], str]:
    made = draft(request_of(Body("json", {"a": "b"}), headers=given))
    return sent(made.toml).headers, "\n".join(render(message, "en") for message in made.left_out)


@pytest.mark.parametrize("browser", [("sec-fetch-mode", "cors"), ("User-Agent", "Mozilla/5.0 (X11)"), (":path", "/x")])
def test_what_browsers_say_of_themselves_is_left_out_only_if_one_wrote_the_request(browser: tuple[str, str]) -> None:
    asked = {"User-Agent": "Books (ana@example.com)", "Accept-Language": "es", "Origin": "https://x.co", "Referer": "y"}
    assert headers_sent(*asked.items()) == (asked, "")
    assert headers_sent(*asked.items(), browser)[0] == {}


def test_a_header_that_web_pages_send_is_sent_as_some_apis_ask_for_it() -> None:
    assert headers_sent(("X-Requested-With", "curl"))[0] == {"X-Requested-With": "curl"}


def test_a_header_that_is_there_several_times_has_all_its_values() -> None:
    tags = (("X-Tag", "a"), ("x-tag", "b"), ("X-Tag", "a"))
    found, told = headers_sent(*tags, ("Accept", "text/csv"), ("Accept", "text/csv"))
    assert found == {"X-Tag": "a, b", "Accept": "text/csv"}
    assert told.startswith("The header X-Tag was there more than once. Its values are sent as one header")
    assert "Accept" not in told


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("key", "abcdefg"),
        ("X-Auth", "ana"),
        ("X-Canary", "VOXQP6xtGkiNnv7E4rFt8TrmclqVFtQI4IJqZflr."),
        ("X-Tkn", "qwerty9"),
    ],
)
def test_a_header_that_is_a_key_by_its_name_or_its_looks_is_a_secret(name: str, value: str) -> None:
    made = draft(request_of(None, headers=((name, value),)))
    assert value not in made.toml.replace(name, "")
    assert [one.secret for one in made.settings] == [True]


@pytest.mark.parametrize(
    "value", ["2024-10-01", "CreateMessageForComposeSendAndReceive", "it-IT", "a1B2 c3D4 " * 5 + "e"]
)
def test_a_header_that_says_what_is_wanted_stays(value: str) -> None:
    assert headers_sent(("X-Action", value))[0] == {"X-Action": value}


def test_of_what_can_not_be_a_list_the_first_counts() -> None:
    found, told = headers_sent(("Content-Type", "application/vnd.a+json"), ("content-type", "application/vnd.b+json"))
    assert found == {"Content-Type": "application/vnd.a+json"}
    assert "Only the first one was kept." in told


@pytest.mark.parametrize(
    ("content_type", "told"),
    [
        (
            "multipart/related; boundary=x",
            "says multipart/related; boundary=x of its body. A template sends it as multipart/form-data.",
        ),
        ("multipart/form-data; charset=iso-8859-1", "says multipart/form-data; charset=iso-8859-1 of its body."),
        ("multipart/form-data; boundary=x", ""),
    ],
)
def test_a_content_type_that_is_not_sent_is_told(content_type: str, told: str) -> None:
    made = draft(request_of(Body("multipart", [Part("a", "b")]), headers=(("Content-Type", content_type),)))
    assert sent(made.toml).headers == {}
    assert told in " ".join(render(message, "en") for message in made.left_out)
    assert bool(made.left_out) == bool(told)


def test_noise_is_left_out_and_told() -> None:
    noise = ("User-Agent", "Accept-Language", "sec-ch-ua", "Referer", "Origin", "Connection", "Content-Length", "Host",
             "Postman-Token", "traceparent", ":authority")  # fmt: skip
    kept = (("X-Version", "3"), ("Accept", "application/vnd.github+json"))
    made = draft(request_of(Body("json", {"a": "b"}), headers=(*((name, "x") for name in noise), *kept)))
    assert tomllib.loads(made.toml)["request"]["headers"] == dict(kept)
    assert all(name in render(made.left_out[0], "en") for name in noise)


@pytest.mark.parametrize(
    ("body", "content_type", "kept"),
    [
        (Body("json", {"a": "b"}), "application/json; charset=UTF-8", False),
        (Body("json", {"a": "b"}), "application/vnd.api+json", True),
        (Body("json", {"a": "b"}), "text/plain", False),
        (Body("form", [("a", "b")]), "application/x-www-form-urlencoded", False),
        (Body("multipart", [Part("a", "b")]), "multipart/form-data; boundary=x", False),
        (Body("xml", "<a/>"), "application/soap+xml", True),
        (Body("xml", "<a/>"), "text/xml; charset=utf-8", False),
        (Body("text", "a,b"), "text/csv", True),
        (Body("json", 12345678901234567890123), "application/vnd.api+json", True),
        (None, "application/json", True),
    ],
)
def test_a_content_type_is_kept_where_it_says_more_than_the_body(
    body: Body | None, content_type: str, kept: bool
) -> None:
    headers = sent(draft(request_of(body, headers=(("Content-Type", content_type),))).toml).headers
    assert headers == ({"Content-Type": content_type} if kept else {})


def test_an_idempotency_key_is_made_for_each_row() -> None:
    request = tomllib.loads(draft(request_of(headers=(("Idempotency-Key", "abc-1"),))).toml)["request"]
    assert request["headers"] == {"Idempotency-Key": "{{request_id}}"}
    assert request["idempotency_header"] == "Idempotency-Key"


def test_a_form_has_a_list_for_a_name_that_is_there_twice() -> None:
    pairs = [
        ("To", "+573001234567"),
        ("MediaUrl", "https://x.co/a"),
        ("MediaUrl", "https://x.co/b"),
        ("metadata[source]", "x"),
        ("n", ""),
    ]
    found = sent(draft(request_of(Body("form", pairs))).toml)
    assert found.body == {
        "To": "+573001234567", "MediaUrl": ["https://x.co/a", "https://x.co/b"], "metadata[source]": "x", "n": "",
    }  # fmt: skip
    assert "{{metadata_source}}" in found.template["request"]["form"]["metadata[source]"]


def test_parts_of_one_name_are_one_list() -> None:
    parts = [Part("to", "a"), Part("subject", "Hola"), Part("to", "b"), Part("photo", "me.png", is_file=True)]
    found = sent(draft(request_of(Body("multipart", parts))).toml)
    assert found.body == {"to": ["a", "b"], "subject": "Hola", "photo": {"file": "me.png"}}
    assert found.template["columns"]["to"] == {"list": ";", "example": "a; b"}


def test_a_list_of_one_text_is_a_list_column_and_one_of_another_kind_a_plain_one() -> None:
    found = sent(of_json({"labels": ["bug"], "ids": [7], "odd": ["a;b"], "none": [""]}))
    assert found.body == {"labels": ["bug"], "ids": [7], "odd": ["a;b"], "none": [""]}
    columns = found.template["columns"]
    assert (columns["labels"]["list"], columns["odd"]["list"]) == (";", "|")
    assert not {"list"} & {*columns["ids"], *columns["none"]}


# Parts of the path in capitals


@pytest.mark.parametrize(
    ("path", "written", "columns"),
    [
        ("/repos/OWNER/REPO/issues", "/repos/{{owner}}/{{repo}}/issues", ["owner", "repo"]),
        ("/v1/ACCOUNT_ID/x", "/v1/{{account_id}}/x", ["account_id"]),
        ("/Accounts/ACXXXXXXXX/Messages", "/Accounts/{{account_id}}/Messages", ["account_id"]),
        ("/API/V1/REST/JSON/A", "/API/V1/REST/JSON/A", []),
        ("/2010/PROJ-1/AB12", "/2010/PROJ-1/AB12", []),
    ],
)
def test_parts_of_a_path_in_capitals_are_columns(path: str, written: str, columns: list[str]) -> None:
    made = draft(request_of(url=f"https://api.example.com{path}"))
    assert sent(made.toml).template["request"]["url"] == f"https://api.example.com{written}"
    assert list(made.columns) == columns
    assert all(sent(made.toml).template["columns"][name] == {"required": True} for name in columns)
    assert made.toml.count("taken as a part to fill in") == len(columns)


# Empty cells


def test_where_a_column_is_typed_empty_cells_are_left_out_and_empty_texts_of_the_source_stay() -> None:
    value = {"age": 7, "name": "Ana", "nickname": "", "tags": ["", "x"], "gone": None}
    found = sent(of_json(value))
    assert found.body == value
    assert found.template["request"]["empty"] == "omit"
    ways = {name: column.get("empty") for name, column in found.template["columns"].items()}
    assert ways == {"age": None, "name": None, "nickname": "text", "tags": "text", "tags_2": None, "gone": "null"}
    assert "A field whose cell is empty is left out." in of_json(value)


def test_where_all_columns_are_texts_empty_cells_are_sent() -> None:
    found = sent(of_json({"name": "Ana", "nickname": ""}))
    assert "empty" not in found.template["request"]
    assert "empty" not in found.template["columns"]["nickname"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_hints_of_a_draft_are_toml_once_their_signs_are_removed(language: str) -> None:
    toml = draft(request_of(Body("json", {"name": "Ana"})), language).toml
    hints = [line for line in toml.splitlines() if re.match(r"# (\[|[a-z_]+ = )", line)]
    assert hints == ['# empty = "omit"', "# [answer.columns]", '# new_id = "id"']
    for hint in hints:
        toml = toml.replace(hint, hint.removeprefix("# "))
    template = parse(toml, "t.toml", "t")
    assert (template.request.empty, template.answer.columns) == ("omit", {"new_id": "id"})


def test_a_file_is_named_by_the_cell() -> None:
    parts = [Part("subject", "Hola"), Part("photo", r"C:\Users\ana\me.png", is_file=True, type="image/png")]
    found = sent(draft(request_of(Body("multipart", parts))).toml)
    assert found.body == {"subject": "Hola", "photo": {"file": "me.png", "type": "image/png"}}


def test_the_texts_of_xml_elements_are_columns() -> None:
    xml = '<?xml version="1.0"?>\n<a:b x="1">\n  <c>Ana &amp; Co</c><d/><e>{{id}}</e><f>  </f>\n</a:b>'
    found = sent(draft(request_of(Body("xml", xml))).toml)
    assert found.body == xml.replace("&amp;", "&").replace("{{id}}", "")
    assert list(found.template["columns"]) == ["c", "id"]


def test_facts_of_the_source_are_kept_as_far_as_its_example_keeps_to_them() -> None:
    fields = {
        "json.status": FieldFacts(required=True, description="The\nstate.", values=("open", "closed")),
        "json.other": FieldFacts(values=("x",), max_length=2, pattern="(?=a)"),
        "json.code": FieldFacts(max_length=5, pattern="[A-Z]+"),
        "json.fixed": FieldFacts(varies=False),
        "json.age": FieldFacts(type="number"),
    }
    value = {"status": "open", "other": "abc", "code": "ABC", "fixed": "v", "age": "<number>"}
    made = tomllib.loads(of_json(value, fields=fields))
    assert made["columns"] == {
        "status": {"required": True, "description": "The state.", "example": "open", "one_of": ["open", "closed"]},
        "other": {"example": "abc"},
        "code": {"example": "ABC", "max_length": 5, "pattern": "[A-Z]+"},
        "age": {"type": "number", "description": "number"},
    }
    assert made["request"]["json"]["fixed"] == "v"


def test_example_answers_propose_what_an_answer_means() -> None:
    answers = (
        ExampleAnswer(201, '{"ticket": {"id": 35436, "url": "https://x"}, "errors": []}'),
        ExampleAnswer(
            422, '{"error": "RecordInvalid", "description": "Bad", "details": {"a": [{"description": "b"}]}}'
        ),
        ExampleAnswer(500, "<html>"),
    )
    made = tomllib.loads(draft(request_of(answers=answers)).toml)
    assert made["answer"] == {
        "message": ["description", "details.a.*.description"],
        "refused": ["errors"],
        "columns": {"ticket_id": "ticket.id"},
    }


def test_a_code_is_proposed_only_where_a_yes_has_one() -> None:
    answers = (
        ExampleAnswer(200, '{"code": 200, "ok": true, "msg": "x"}'),
        ExampleAnswer(400, '{"code": "E1", "msg": "no"}'),
    )
    made = tomllib.loads(draft(request_of(answers=answers)).toml)
    assert made["answer"] == {"code": "code", "message": "msg", "ok": "ok"}
    word = (ExampleAnswer(200, '{"status": "done"}'), ExampleAnswer(400, '{"code": "E1", "msg": "no"}'))
    assert "code" not in tomllib.loads(draft(request_of(answers=word)).toml)["answer"]


@pytest.mark.parametrize(
    ("answers", "meaning"),
    [
        (
            [(200, '{"code": "201", "error": null, "msg": "Agent has been created", "data": [{"agent_id": "", "password": "Zx9", "token_limit": 5}]}')],
            {"code": "code", "message": "msg", "error": "error", "secrets": ["data.*.password"],
             "columns": {"agent_id": "data.0.agent_id"}},
        ),
        (
            [(200, '{"code": 200, "error": "null", "msg": "Created", "data": {"wolkvox_id": "7f"}}'),
             (200, '{"code": 200, "error": null, "msg": "Edited",}')],
            {"code": "code", "message": "msg", "error": "error", "columns": {"wolkvox_id": "data.wolkvox_id"}},
        ),
        (
            [(201, '{"id": "10001", "key": "ED-24", "errors": {}}'), (201, '{"id": "10002", "errors": "null"}'),
             (400, '{"errors": [{"code": "E7", "detail": "no"}], "error": {"message": "bad"}}')],
            {"message": ["errors.*.detail", "error.message"], "columns": {"new_id": "id"}},
        ),
        (
            [(200, '{"status": "sent", "description": "of the record", "account_id": 3, "error": null}')],
            {"message": ["message", "error_description", "error.message", "errors.*.message", "detail"], "refused": ["error"]},
        ),
        (
            [(200, '{"ok": true, "pago": {"id": 7}}'), (200, '{"ok": false, "mensaje": "Duplicado", "codigo": "DUP"}')],
            {"code": "codigo", "message": "mensaje", "ok": "ok", "columns": {"pago_id": "pago.id"}},
        ),
        (
            [(201, '{"sucesso": true}'), (422, '{"sucesso": false, "erro": "CPF já cadastrado", "códigoErro": 12}')],
            {"code": "códigoErro", "message": "erro", "ok": "sucesso"},
        ),
        (  # a number of a yes that is no HTTP status would be a no
            [(200, '{"ok": true, "codigo": 1}'), (409, '{"ok": false, "codigo": 7, "mensagem": "x"}')],
            {"message": "mensagem", "ok": "ok"},
        ),
    ],
)  # fmt: skip
def test_what_is_proposed_goes_by_what_the_examples_hold(
    answers: list[tuple[int, str]], meaning: dict[str, Any]
) -> None:
    made = draft(request_of(answers=tuple(ExampleAnswer(*one) for one in answers)))
    assert tomllib.loads(made.toml)["answer"] == meaning
    assert "Zx9" not in made.toml


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([(200, '{"ok": true, "id": "a1"}'), (409, '{"ok": false, "mensaje": "no"}')], "id"),
        ([(200, '{"data": [{"agent_id": 5}]}'), (200, '{"data": [{"agent_id": 6}]}')], "data.0.agent_id"),
        ([(200, '{"id": "a1"}'), (409, '{"id": "e7", "message": "no"}')], None),
        ([(200, '{"id": "a1"}'), (200, '{"id": null}')], None),
        ([(200, '{"id": "a1"}'), (200, '{"success": false, "id": 9}')], None),
    ],
)
def test_what_only_accepted_answers_have_is_a_hint_of_what_is_expected(
    answers: list[tuple[int, str]], expected: str | None
) -> None:
    toml = draft(request_of(answers=tuple(ExampleAnswer(*one) for one in answers))).toml
    assert "expected" not in tomllib.loads(toml)["answer"]
    hint = f'# expected = "{expected}"'
    assert (hint in toml) == (expected is not None)
    if expected is not None:
        assert parse(toml.replace(hint, hint.removeprefix("# ")), "t.toml", "t").answer.expected == (expected,)


@pytest.mark.parametrize(
    "text", ['x"\n[settings.evil]\nsecret = true\n', "a\r[evil]", "'''\n\"\"\"", "\u202e\x00\x85x", "{{x}}"]
)
def test_a_text_of_the_source_can_not_become_toml_of_its_own(text: str) -> None:
    note = Note(render_as(text))
    made = draft(
        request_of(
            Body("json", {text: text, "x": {"y": text}}),
            description=text,
            documentation=text,
            notes=(note,),
            headers=((text, text),),
            fields={"json.x.y": FieldFacts(description=text, pattern=text)},
            variables={"x": Variable(text, text)},
        )._replace(name=text)
    )
    data = tomllib.loads(made.toml)
    assert set(data) <= {"title", "documentation", "request", "columns", "settings", "answer"}
    assert "evil" not in data.get("settings", {})


def render_as(text: str) -> Any:
    return Message("draft.for_example", example=text)


# Secrets that are words


def test_what_stands_for_a_secret_changes_nothing_else() -> None:
    given = {
        "user": "string",
        "password": "string",
        "confirm": {"pwd": "string"},
        "apiKey": "<string>",
        "is": "a string",
    }
    made = draft(request_of(Body("json", given), "https://api.example.com/strings/string"))
    send = sent(made.toml)
    assert send.url == "https://api.example.com/strings/string"
    assert send.body == {
        "user": "string", "password": "string", "confirm": {"pwd": "string"}, "apiKey": SECRET, "is": "a string",
    }  # fmt: skip
    assert "Its example is hidden" not in made.toml


def test_a_secret_that_is_a_word_is_looked_for_as_a_word() -> None:
    given = {"password": "caracol", "note": "el caracol.", "other": "caracoles"}
    send = sent(draft(request_of(Body("json", given), "https://api.example.com/caracoles/caracol")).toml)
    assert send.url == "https://api.example.com/caracoles/%2A%2A%2A"
    assert send.body == {"password": "***", "note": "", "other": "caracoles"}


@pytest.mark.parametrize("value", ["true", "FALSE", "no", "Sí", "não"])
def test_yes_and_no_are_no_secrets(value: str) -> None:
    assert sent(of_json({"is_password_reset_required": value})).body == {"is_password_reset_required": value}


@pytest.mark.parametrize("name", ["auth_url", "AUTH_BASE", "tokenServer", "key_host"])
def test_a_host_that_is_called_after_a_secret_is_a_setting_that_is_shown(name: str) -> None:
    made = draft(request_of(url=f"https://{{{{{name}}}}}/x"))
    parse(made.toml, "t.toml", "t")
    assert [setting.secret for setting in made.settings] == [False]


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://api.example.com/leads", "POST leads (api.example.com)"),
        ("https://{{host}}/leads", "POST leads"),
        ("https://api.example.com/", "POST (api.example.com)"),
        ("api.example.com/pagos/lote", "POST pagos lote (api.example.com)"),
        (f"https://ana:{VALUE}@api.example.com/leads", "POST leads (api.example.com)"),
    ],
)
def test_a_request_without_a_name_is_called_after_its_method_and_place(url: str, title: str) -> None:
    request = request_of(None, url)._replace(name=called(url, "POST"), is_named=False)
    assert tomllib.loads(draft(request).toml)["title"] == title


def test_of_a_description_there_is_what_a_person_reads() -> None:
    picture = f"![](data:image/png;base64,{'iVBORw0KGgo' * 100_000})"
    text = f"## Crea un agente\n\n{picture}\n\n\n{'palabra ' * 500}\n{'x' * 50_000}\n" + "\n".join(map(str, range(50)))
    facts = {"json.name": FieldFacts(description=f"{picture} El nombre")}
    made = draft(request_of(Body("json", {"name": "Ana"}), description=text, fields=facts)).toml
    assert len(made) < 5_000
    assert "# ## Crea un agente\n#\n# palabra" in made
    assert [text in made for text in ("\n# 10\n", "\n# 40\n", "xxx")] == [True, False, False]
    assert tomllib.loads(made)["columns"]["name"]["description"] == "El nombre"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"body": Body("json", {"a": "C:\\{{folder}}"})}, "import.backslash"),
        ({"headers": (("X-A", "\\{{x}}"),)}, "import.backslash"),
        ({"url": "https://x.co/?{{name}}=1"}, "import.placeholder_in_name"),
        ({"url": ""}, "import.no_address"),
        ({"method": "{{METHOD}}"}, "import.other_method"),
    ],
)
def test_what_no_template_can_have_is_refused_for_what_it_is(said: dict[str, Any], code: str) -> None:
    with pytest.raises(TemplateError) as caught:
        draft(request_of()._replace(**said))
    assert caught.value.message.code == code
    assert all(render(caught.value.message, language) for language in LANGUAGES)


@pytest.mark.parametrize(
    ("body", "given", "sent_as", "kept"),
    [
        (Body("json", {"a": 1}), "text/plain", "application/json", None),
        (Body("json", {"a": 1}), "application/json; charset=ISO-8859-1", "application/json", None),
        (Body("json", {"a": 1}), "application/vnd.api+json; charset=latin1", "application/vnd.api+json", "application/vnd.api+json"),
        (Body("json", {"a": 1}), "application/vnd.api+json; charset=utf8", None, "application/vnd.api+json"),
        (Body("form", [("a", "1")]), "application/json", "application/x-www-form-urlencoded", None),
        (Body("multipart", [Part("a", "1")]), "application/json", "multipart/form-data", None),
        (Body("text", "hi"), "{{ct}}", "text/plain", None),
        (Body("text", "hi"), " ", None, None),
    ],
)  # fmt: skip
def test_a_content_type_that_no_template_sends_with_a_body_is_told(
    body: Body, given: str, sent_as: str | None, kept: str | None
) -> None:
    made = draft(request_of(body, headers=(("Content-Type", given),)))
    told = [note.facts["sent"] for note in made.left_out if note.code == "draft.other_content_type"]
    assert told == ([sent_as] if sent_as else [])
    assert parse(made.toml, "t.toml", "t").request.headers.get("Content-Type") == kept


def test_a_key_of_our_own_beside_others_makes_the_body_a_text() -> None:
    assert json.loads(sent(of_json({"json_text": "x", "a": 1})).body) == {"json_text": "x", "a": 1}


@pytest.mark.parametrize("start", ["EAA", "AKIA", "/EAA"])
def test_a_file_in_base64_has_no_secret_in_its_midst(start: str) -> None:
    value = f"data:image/png;base64,iVBORw0KGgoAAA{start}{'SUHEUGAAABAAAAAQC' * 3}=="
    assert sent(of_json({"photo": value})).body == {"photo": value}


def test_a_request_that_no_template_has_room_for_is_refused_at_once() -> None:
    for body in (Body("text", "x" * 900_001), Body("json", {"a": ["b" * 500_000, {"c" * 400_000: 1}]})):
        with pytest.raises(TemplateError) as caught:
            draft(request_of(body))
        assert caught.value.message.code == "import.too_large_a_request"


@pytest.mark.parametrize("piece", ["![](", "<img ", "data:a/b;base64,", "![", "\n", "! [](x) "])
def test_a_description_without_end_is_read_within_bounds(piece: str) -> None:
    made = draft(request_of(description=piece * 500_000)).toml
    assert len(made) < 30_000

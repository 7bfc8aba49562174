import json

import pytest

from tests.conftest import FIELDS
from uploader.checks.rules import problems
from uploader.errors import SettingsError, TemplateError
from uploader.model.settings import MASK, Settings
from uploader.templates.parsing.parser import parse
from uploader.templates.template import Template

SETTINGS = Settings({"wolkvox_server": "0042"}, {"wolkvox_token": "s3cret-token"})
GOOD = """
title = "Two fields"
[request]
url = "https://api.example.com/v1/{{id}}?name={{name}}"
[request.headers]
X-Id = "{{id}}"
[request.json]
id = "{{id}}"
nested = { list = ["{{name}}", 7, true] }
[columns.id]
required = true
[columns.name]
"""


def test_the_shipped_request_is_the_one_that_the_api_documents(wolkvox: Template) -> None:
    values = {name: f"value of {name}" for name in FIELDS}
    request = wolkvox.build(values, SETTINGS, None, "print")
    assert request.method == "POST"
    assert request.url == "https://wv0042.wolkvox.com/api/v2/configuration.php?api=add_interaction"
    assert request.headers == {
        "wolkvox_server": "0042",
        "wolkvox-token": "s3cret-token",
        "Content-Type": "application/json",
    }
    assert json.loads(request.body) == values
    assert list(json.loads(request.body)) == list(FIELDS)


def test_a_field_without_a_column_is_sent_as_empty_text(wolkvox: Template) -> None:
    body = json.loads(wolkvox.build({"from": "a"}, SETTINGS, None, "").body)
    assert body == {**dict.fromkeys(FIELDS, ""), "from": "a"}


def test_a_header_is_sent_without_the_spaces_around_its_value_and_its_fingerprint_stays_that_of_0_1_0() -> None:
    headers = 'X-Id = "{{id}} ref {{name}}"\nX-Kind = " \t a b "'
    template = parse(GOOD.replace('X-Id = "{{id}}"', headers) + QUESTION, "x.toml", "x")
    settings = Settings({"account": "1"})
    built = template.build({}, settings, None, "")
    assert built.headers == {"Content-Type": "application/json", "X-Id": "ref", "X-Kind": "a b"}
    assert template.question(template.preflight[0], settings).headers == {"X-Kind": "a b"}
    assert template.fingerprint({}, settings) == "33d8f5820511b21a7db407261f8562ea622f41e4aae1146017f342c28fa0fc5a"


def test_json_is_built_and_not_pasted(wolkvox: Template) -> None:
    awkward = 'quote " backslash \\ newline \n tab \t {{to}} ñ ã 🙂'
    body = wolkvox.build({"body": awkward, "to": "other"}, SETTINGS, None, "").body
    assert json.loads(body)["body"] == awkward
    assert "ñ ã 🙂".encode() in body


@pytest.mark.parametrize(
    "written",
    [
        "0042",
        "wv0042",
        "WV0042",
        "wv0042.wolkvox.com",
        "https://wv0042.wolkvox.com",
        "https://wv0042.wolkvox.com/",
        " 0042 ",
    ],
)
def test_a_server_may_be_written_in_several_ways(wolkvox: Template, written: str) -> None:
    assert wolkvox.accepted_setting("wolkvox_server", written) == "0042"


@pytest.mark.parametrize("written", ["", "wv", "evil.example.com", "0042@evil.example", "0042.evil.com/", "00 42"])
def test_what_is_no_server_is_refused_with_what_would_be_one(wolkvox: Template, written: str) -> None:
    with pytest.raises(SettingsError, match="0042"):
        wolkvox.accepted_setting("wolkvox_server", written)


def test_a_secret_that_can_not_stand_in_a_header_is_refused_and_not_quoted(wolkvox: Template) -> None:
    with pytest.raises(SettingsError) as refused:
        wolkvox.accepted_setting("wolkvox_token", "tok\nen-ñ")
    assert "tok" not in str(refused.value).replace("token", "")


def test_settings_never_show_their_secrets() -> None:
    assert "s3cret" not in repr(SETTINGS)
    assert SETTINGS.masked()["wolkvox_token"] == MASK
    assert SETTINGS.mask("you sent s3cret-token!") == f"you sent {MASK}!"


@pytest.mark.parametrize("written", ["a/b+c=='d&", "a\\/b+c=='d&", "a%2Fb%2Bc%3D%3D%27d%26", "a%2fb%2bc%3d%3d%27d%26", "a/b+c==&#x27;d&amp;", "YS9iK2M9PSdkJg=="])  # fmt: skip
def test_a_secret_is_masked_however_a_server_writes_it(written: str) -> None:
    assert Settings({}, {"token": "a/b+c=='d&"}).mask(f"<p>{written}</p>") == f"<p>{MASK}</p>"


def test_a_secret_with_quotes_is_masked_in_json() -> None:
    shown = Settings({}, {"token": 'one"two\\three'}).mask(json.dumps({"you sent": 'one"two\\three'}))
    assert shown == '{"you sent": "***"}'


def test_a_fingerprint_is_of_the_request_and_not_of_the_token(wolkvox: Template) -> None:
    other = Settings(SETTINGS.plain, {"wolkvox_token": "another"})
    one = wolkvox.fingerprint({"from": "a"}, SETTINGS)
    assert wolkvox.fingerprint({"from": "a"}, other) == one
    assert wolkvox.fingerprint({"from": "b"}, SETTINGS) != one
    assert wolkvox.fingerprint({"from": "a"}, Settings({"wolkvox_server": "0043"}, SETTINGS.secret)) != one


def test_a_request_has_the_fingerprint_that_was_made_at_staging(wolkvox: Template) -> None:
    assert wolkvox.build({"from": "a"}, SETTINGS, None, "made at staging").fingerprint == "made at staging"


def test_a_base_url_replaces_scheme_and_host_alone(wolkvox: Template) -> None:
    request = wolkvox.build({}, SETTINGS, "http://127.0.0.1:8025/", "")
    assert request.url == "http://127.0.0.1:8025/api/v2/configuration.php?api=add_interaction"
    assert request.headers["wolkvox_server"] == "0042"


@pytest.mark.parametrize("way", ["https://API.example.com", "HTTPS://api.example.com:443", "https://api.example.com."])
def test_a_server_is_the_same_in_destination_request_and_fingerprint_however_it_is_written(way: str) -> None:
    usual, odd = parse(GOOD, "x.toml", "x"), parse(GOOD.replace("https://api.example.com", way), "x.toml", "x")
    values = {"id": "1", "name": "a"}
    for template, base_url in ((odd, None), (usual, way), (usual, f"{way}/")):
        assert template.destination(Settings(), base_url) == "https://api.example.com"
        assert template.fingerprint(values, Settings(), base_url) == usual.fingerprint(values, Settings())
        assert template.build(values, Settings(), base_url, "").url == "https://api.example.com/v1/1?name=a"


def test_a_setting_that_makes_another_address_of_the_host_is_refused() -> None:
    template = parse(GOOD.replace("https://api", "https://{{place}}") + "[settings.place]\n", "x.toml", "x")
    assert template.destination(Settings({"place": "mine"})) == "https://mine.example.com"
    with pytest.raises(SettingsError):
        template.destination(Settings({"place": "evil.example/?x="}))


def test_fields_in_an_address_are_escaped_and_other_json_values_stay() -> None:
    template = parse(GOOD, "good.toml", "good")
    request = template.build({"id": "a/b?c", "name": "ñ &"}, Settings(), None, "")
    assert request.url == "https://api.example.com/v1/a%2Fb%3Fc?name=%C3%B1%20%26"
    assert json.loads(request.body) == {"id": "a/b?c", "nested": {"list": ["ñ &", 7, True]}}
    assert template.header_fields == {"id"}


@pytest.mark.parametrize(
    ("change", "key", "what"),
    [
        (("title =", "titel ="), "titel", "does not exist"),
        (('title = "Two fields"\n', ""), "title", "is missing"),
        (("{{name}}", "{{nmae}}"), "request.url", "{{nmae}}"),
        (("[columns.name]", "[columns.name]\npattern = '('"), "columns.name.pattern", "regular expression"),
        (("[columns.name]", "[columns.name]\n[columns.more]"), "columns.more", "the request has no {{more}}"),
        (("[columns.name]", "[columns.name]\n[settings.name]"), "columns.name", "a column and a setting"),
        (("https://api.example.com", "https://{{id}}.example.com"), "request.url", "no columns"),
        (("https://api.example.com/v1", "/v1"), "request.url", "scheme and host"),
        (("[columns.name]", "[columns.name]\n[limits]\nconcurrency = 0"), "limits.concurrency", "write 1 or a larger number"),
        (("[columns.name]", "[columns.name]\n[limits]\nrate = '5/h'"), "limits.rate", "30/m"),
        (("[columns.name]", "[columns.name]\n[answer]\nsecrets = 'data.password'"), "answer.secrets", "brackets"),
        (("[columns.name]", "[columns.name]\n[answer]\nsecrets = ['data..password']"), "answer.secrets.#1", "data.password"),
        (("[columns.name]", "[columns.name]\n[answer]\nsecrets = ['']"), "answer.secrets.#1", "data.password"),
        (("[columns.name]", "[columns.name]\n[[rules]]\nmeans = 'stop'\nadvice.en = 'x'"), "rules.#1", "every answer"),
        (("[columns.name]", "[columns.name]\n[[rules]]\ncode = [400]\nmeans = 'no'\nadvice.en = 'x'"), "rules.#1.means", "stop"),
        (("[columns.name]", "[columns.name]\n[[rules]]\ncode = [400]\nmeans = 'stop'\nadvice.es = 'x'"), "rules.#1.advice", "at least en"),
        (("[columns.name]", "[columns.name]\n[[rules]]\ncode = 409\nmeans = 'stop'\nadvice.en = 'x'"), "rules.#1.code", "brackets"),
        (("[columns.name]", "[columns.name]\n[limits]\nconcurrency = '3'"), "limits.concurrency", "whole number"),
        (("required = true", "required = 'yes'"), "columns.id.required", "true or false"),
        (('"{{name}}", 7', '"{{name", 7'), "request.json.nested.list[0]", "incomplete"),
        (("[columns.name]", "[columns.name]\nexample = 'x'\npattern = '[0-9]+'"), "columns.name.example", "own checks"),
        (("https://api.example.com", "http://api.example.com"), "request.url", "https"),
        (("[columns.id]", "[columns.id"), "line", "closing bracket"),
        (("/v1/", "/v1/\\n"), "request.url", "line break"),
        (("/v1/", "/v1#/"), "request.url", "#"),
    ],
)  # fmt: skip
def test_a_wrong_template_is_refused_with_file_key_and_fault(change: tuple[str, str], key: str, what: str) -> None:
    with pytest.raises(TemplateError) as refused:
        parse(GOOD.replace(*change), "folder/good.toml", "good")
    words = str(refused.value)
    assert "folder/good.toml" in words
    assert key in words
    assert what in words


def test_a_template_adds_to_its_profile_and_its_rules_come_first() -> None:
    profile = (
        "title = 'API'\n[limits]\nconcurrency = 2\ntimeout_seconds = 9\n[headers]\nA = 'profile'\nB = 'profile'\n"
        "[[rules]]\ncode = [400]\nmeans = 'stop'\nadvice.en = 'profile'\n"
    )
    own = "\n[limits]\nconcurrency = 5\n[[rules]]\ncode = [400]\nmeans = 'rejected'\nadvice.en = 'template'\n"
    text = GOOD.replace("X-Id =", 'B = "template"\nX-Id =') + own
    template = parse(text, "t.toml", "t", (profile, "api.toml"))
    assert (template.limits.concurrency, template.limits.timeout_seconds) == (5, 9)
    assert [rule.advice["en"] for rule in template.rules] == ["template", "profile"]
    assert template.request.headers["A"] == "profile"
    assert template.request.headers["B"] == "template"
    assert template.title == {"en": "Two fields"}


def test_a_wrong_profile_is_refused_under_its_own_name() -> None:
    with pytest.raises(TemplateError, match=r"api\.toml.*headings"):
        parse(GOOD, "good.toml", "good", ("title = 'x'\n[headings]", "api.toml"))


QUESTION = """
[[preflight]]
title = "quota"
url = "https://api.example.com/info?of={{account}}"
[preflight.quota]
left = ["left"]
[settings.account]
"""


def test_what_is_asked_beforehand_goes_to_the_same_host_with_the_same_headers() -> None:
    template = parse(GOOD + QUESTION, "x.toml", "x")
    settings = Settings({"account": "a b"})
    request = template.question(template.preflight[0], settings)
    assert (request.method, request.url) == ("GET", "https://api.example.com/info?of=a%20b")
    assert request.headers == {}  # X-Id is filled from a column
    assert template.question(template.preflight[0], settings, "http://127.0.0.1:1").url.startswith(
        "http://127.0.0.1:1/"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GOOD + QUESTION.replace("api.example.com", "other.example.com"), "the same scheme and host"),
        (GOOD + QUESTION.replace("{{account}}", "{{id}}"), "a column is not allowed here"),
        (GOOD.replace("X-Id =", '"X Id" ='), "request.headers: “X Id” is not a valid header name"),
        (GOOD.replace('X-Id = "', 'X-Id = "número '), "request.headers.X-Id: use characters without accents"),
        (GOOD + QUESTION.replace('left = ["left"]', "left = []"), "preflight.#1.quota.left"),
        (
            GOOD.replace("[request]\n", '[request]\nidempotency_header = "X-Other"\n'),
            "fill the header .* from a column",
        ),
        (
            GOOD.replace("[request]\n", '[request]\nidempotency_header = "X-Id"\n').replace(
                '"{{id}}"\n[req', '"1"\n[req'
            ),
            "fill the header .* from a column",
        ),
        (
            GOOD + '[[rules]]\ncode = [403]\nmeans = "stop"\nmay_be_the_row = true\nadvice = { en = "x" }\n',
            "only for a rule that means “pause”",
        ),
        (GOOD.replace("[request]", "duplicates_within_days = -1\n[request]"), "duplicates_within_days"),
        (GOOD + "[limits]\nprobe_seconds = 0\n", "limits.probe_seconds"),
    ],
)
def test_what_contradicts_itself_is_refused(text: str, words: str) -> None:
    with pytest.raises(TemplateError, match=words):
        parse(text, "x.toml", "x")


def test_only_a_template_that_says_so_may_repeat_a_request() -> None:
    assert not parse(GOOD, "x.toml", "x").may_repeat
    assert parse(GOOD.replace("[request]\n", "[request]\nidempotent = true\n"), "x.toml", "x").may_repeat
    assert parse(GOOD.replace("[request]\n", '[request]\nidempotency_header = "x-id"\n'), "x.toml", "x").may_repeat


def test_the_secret_paths_of_a_profile_and_of_its_template_count_together() -> None:
    profile = ("title = 'API'\n[answer]\ncode = 'code'\nsecrets = ['token']\n", "api.toml")
    assert parse(GOOD, "x.toml", "x", profile).answer.secrets == ("token",)
    with_own = parse(GOOD + "[answer]\nsecrets = ['data.password']\n", "x.toml", "x", profile)
    assert with_own.answer.secrets == ("data.password", "token")
    assert with_own.answer.code == ("code",)
    assert parse(GOOD, "x.toml", "x").answer.secrets == ()


def test_a_fingerprint_tells_requests_apart_and_knows_no_secret(wolkvox: Template) -> None:
    values = {name: f"value of {name}" for name in FIELDS}
    other = Settings(SETTINGS.plain, {"wolkvox_token": "another"})
    one = wolkvox.fingerprint(values, SETTINGS)
    assert one == wolkvox.build(values, SETTINGS, None, one).fingerprint == wolkvox.fingerprint(values, other)
    assert one == wolkvox.fingerprint(dict(reversed(values.items())), SETTINGS)
    changed = [
        wolkvox.fingerprint({**values, "body": "else"}, SETTINGS),
        wolkvox.fingerprint(values, Settings({"wolkvox_server": "0043"}, SETTINGS.secret)),
        wolkvox.fingerprint(values, SETTINGS, "http://127.0.0.1:8025"),
    ]
    assert len({one, *changed}) == 4


def test_fingerprints_are_those_that_journals_of_version_0_1_0_know(wolkvox: Template) -> None:
    """Computed by the code of 0.1.0: with others, rows that it sent would be sent again."""
    values = {name: f"value of {name}" for name in FIELDS}
    awkward = {**values, "body": 'quote " \\ \n \t {{to}} ñ ã 🙂'}
    two_fields = parse(GOOD, "good.toml", "good")
    no_body = 'title="x"\n[request]\nmethod="GET"\nurl="https://api.example.com/{{a}}"\n[columns.a]\n'
    known = {
        wolkvox.fingerprint(values, SETTINGS): "032e19860c91f5c6d4723a519c9e2801b61877a24ad8d2d1bcd83aeb56cbed0f",
        wolkvox.fingerprint(values, SETTINGS, "http://127.0.0.1:8025/"): (
            "7a1b41eedecc4ee61abbf046e2127ecc30d49114a1108910880b13500818883c"
        ),
        wolkvox.fingerprint({"from": "a"}, SETTINGS): (
            "bb802ea13e8e1c5747f88fb4c7b9d3ba92046dfbce9955a79891990060806a6c"
        ),
        wolkvox.fingerprint(awkward, SETTINGS): "142cf02938a08bf5b9593da1b3dd26113cbfbbf75470fe80e2ed3071c9fa51d4",
        two_fields.fingerprint({"id": "a/b?c", "name": "ñ &"}, Settings()): (
            "8dd3cf26b5bb3f8643acf36ed593577b98ecfc8e2a251adf5acfafc314dd5066"
        ),
        two_fields.fingerprint({"id": "", "name": ""}, Settings()): (
            "fd747e3e7ac908f5c1c47d05acf2a379adfd596643a894b4a8d5e43f0fb4ba0a"
        ),
        parse(no_body, "x.toml", "x").fingerprint({"a": "1"}, Settings()): (
            "cb98bf3747c5367950a916578718e3d03555d877707a5151403eb6b701d31488"
        ),
    }
    assert list(known) == list(known.values())


def test_the_sandbox_s_value_of_a_setting_may_be_called_practice_as_in_version_0_1_0() -> None:
    for key in ("sandbox", "practice"):
        template = parse(GOOD + f"[settings.account]\n{key} = '0000'\n", "x.toml", "x")
        assert template.settings["account"].sandbox == "0000"


def test_a_text_in_a_language_that_we_do_not_have_is_refused() -> None:
    with pytest.raises(TemplateError, match=r"hint_out_of_reach.*fr"):
        parse(GOOD + "[hint_out_of_reach]\nfr = 'Vérifiez.'\n", "x.toml", "x")


def test_a_connection_is_kept_only_where_the_template_says_so() -> None:
    assert not parse(GOOD, "x.toml", "x").limits.keep_alive
    assert parse(GOOD + "[limits]\nkeep_alive = true\n", "x.toml", "x").limits.keep_alive
    with pytest.raises(TemplateError, match=r"limits\.keep_alive: write true or false"):
        parse(GOOD + "[limits]\nkeep_alive = 'yes'\n", "x.toml", "x")


def test_a_cell_in_the_path_never_leads_to_another_address() -> None:
    text = """
title = "Delete contact"
[request]
method = "DELETE"
url = "https://api.example/contacts/{{id}}/{{kind}}-x?note={{note}}"
[columns.id]
[columns.kind]
[columns.note]
"""
    template = parse(text, "t.toml", "t")
    assert template.path_fields == {"id"}
    assert [name for name, column in template.checked_columns.items() if column.required] == ["id"]
    cells = {"id": ["..", ".", "ok-1", "..."], "kind": ["..", "", "a", "b"], "note": ["..", "", ".", "x"]}
    positions = {name: at for at, name in enumerate(cells)}
    found = problems(
        [2, 3, 4, 5],
        cells,
        positions,
        template.checked_columns,
        {n: n for n in cells},
        path_segments=template.path_segments,
    )
    assert [(one.row, one.column, one.code) for one in found] == [(2, 0, "not_in_path"), (3, 0, "not_in_path")]

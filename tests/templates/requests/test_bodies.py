"""Each kind of body, and who sends: made of values, read again by somebody else's parser."""

import json
import xml.etree.ElementTree as ET
from base64 import b64decode
from email import message_from_bytes
from email.message import Message as Mail
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uploader.errors import SettingsError, TemplateError
from uploader.model.http import Request
from uploader.model.settings import Settings
from uploader.templates.parsing.parser import parse
from uploader.templates.requests.bodies.multipart import Part, as_fingerprinted
from uploader.templates.template import Template

ATTACKS = [
    "..",
    "a\r\nX-Evil: 1",
    "{{token}}",
    "?x=1&y=2",
    "#",
    "%2e%2e",
    '"',
    "</a><b>",
    "&amp;",
    "]]>",
    "--b\r\n",
    "ñ🙂",
]
ANY_TEXT = st.sampled_from(ATTACKS) | st.text(st.characters(exclude_categories=["Cs"]))
IN_XML = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff") | st.sampled_from("\t\n\r")
)
SETTINGS = Settings({"user": "ana@example.com"}, {"token": "s3cret-token"})


def template(request: str, profile: str | None = None, others: str = "") -> Template:
    """A template whose request has these keys, with the columns `a` and `b` as far as it uses them."""
    columns = "".join(f"[columns.{name}]\n" for name in "ab" if f"{{{{{name}}}}}" in request)
    url = "" if "url =" in request else 'url = "https://api.example.com/x"\n'
    settings = "[settings.token]\nsecret = true\n[settings.user]\n"
    text = f'title = "T"\n[request]\n{url}{request}\n[columns]\n{columns}{others}{settings}'
    return parse(text, "t.toml", "t", None if profile is None else (profile, "api.toml"))


def made(request: str, a: str = "1", b: str = "2") -> Request:
    return template(request).build({"a": a, "b": b}, SETTINGS, None, "")


def parts(request: Request) -> list[Mail]:
    """The parts of a body, as the email package reads them."""
    whole = b"Content-Type: " + request.headers["Content-Type"].encode() + b"\r\n\r\n" + request.body
    return [part for part in message_from_bytes(whole).walk() if not part.is_multipart()]


FORM = """
[request.form]
To = "{{a}}"
"metadata[source]" = "uploader"
Media = ["{{b}}", "fixed"]
Number = 7
Flag = true
Variables = { json_text = { name = "{{a}}", deep = [1, "{{b}}"] } }
"""


@given(ANY_TEXT, ANY_TEXT)
def test_a_form_holds_each_value_under_its_name(a: str, b: str) -> None:
    request = made(FORM, a, b)
    assert request.headers == {"Content-Type": "application/x-www-form-urlencoded"}
    *others, (name, text) = parse_qsl(request.body.decode(), keep_blank_values=True, strict_parsing=True)
    assert others == [
        ("To", a), ("metadata[source]", "uploader"), ("Media", b), ("Media", "fixed"), ("Number", "7"), ("Flag", "true")
    ]  # fmt: skip
    assert (name, json.loads(text)) == ("Variables", {"name": a, "deep": [1, b]})


XML = """xml = '''<?xml version="1.0" encoding="utf-8"?>
<order note="{{a}}"><name>{{b}}</name><name> {{a}}-{{b}}</name></order>'''"""


@given(IN_XML, IN_XML)
def test_xml_holds_each_value_as_a_text(a: str, b: str) -> None:
    request = made(XML, a, b)
    assert request.headers == {"Content-Type": "text/xml; charset=utf-8"}
    root = ET.fromstring(request.body)
    assert root.attrib == {"note": a}
    assert [one.text or "" for one in root] == [b, f" {a}-{b}"]


def test_a_text_holds_values_as_they_are() -> None:
    request = made('text = "{{a}};{{b}}"', "ñ <&>", '"')
    assert (request.body.decode(), request.headers) == ('ñ <&>;"', {"Content-Type": "text/plain; charset=utf-8"})


@given(ANY_TEXT, ANY_TEXT)
def test_parts_hold_each_value_and_the_same_values_make_the_same_bytes(a: str, b: str) -> None:
    asked = '[request.multipart]\nsubject = "{{a}}"\n"odd\\"ñ" = ["{{b}}", 7]\nmeta = { json_text = { a = "{{a}}" } }\n'
    request = made(asked, a, b)
    assert request == made(asked, a, b)
    boundary = request.headers["Content-Type"].removeprefix("multipart/form-data; boundary=").encode()
    empty, *pieces, end = request.body.split(b"--" + boundary)
    assert (empty, end) == (b"", b"--\r\n")
    read = [piece.removeprefix(b"\r\n").removesuffix(b"\r\n").partition(b"\r\n\r\n") for piece in pieces]
    named = [(head.decode(), body.decode()) for head, _, body in read]
    assert named[:3] == [
        ('Content-Disposition: form-data; name="subject"', a),
        ('Content-Disposition: form-data; name="odd%22ñ"', b),
        ('Content-Disposition: form-data; name="odd%22ñ"', "7"),
    ]
    assert json.loads(named[3][1]) == {"a": a}


@given(ANY_TEXT, ANY_TEXT)
def test_parts_that_are_no_files_may_have_types_too(a: str, b: str) -> None:
    order = 'order = { json_text = { id = "{{a}}" }, type = "application/json" }'
    note = 'note = [{ text = "{{b}}", type = "text/markdown" }, "{{a}}"]'
    request = made(f"[request.multipart]\n{order}\n{note}", a, b)
    types = [
        (part.get_content_type() if part["Content-Type"] else None, part.get_filename()) for part in parts(request)
    ]
    assert types == [("application/json", None), ("text/markdown", None), (None, None)]
    order_json, *_ = parts(request)
    content = order_json.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert json.loads(content) == {"id": a}


def test_the_type_of_a_part_tells_it_from_others_and_a_part_without_one_is_as_it_always_was() -> None:
    assert as_fingerprinted([Part("x", "1")]) == '[["x", "1"]]'
    assert as_fingerprinted([Part("x", "1", stated_type="text/csv")]) == '[["x", "1", "text/csv"]]'


def test_the_boundary_never_stands_in_a_part_not_even_where_somebody_has_guessed_it() -> None:
    asked = '[request.multipart]\na = "{{a}}"\nb = "{{b}}"\n'
    first = made(asked, "x", "y").headers["Content-Type"].partition("boundary=")[2]
    request = made(asked, first, f"\r\n--{first}--\r\n")
    assert [part.get_payload() for part in parts(request)] == [first, f"\r\n--{first}--\r\n"]


def test_a_root_may_be_a_list_and_json_may_stand_in_a_text() -> None:
    assert json.loads(made('json = [{ x = "{{a}}" }, "{{b}}"]').body) == [{"x": "1"}, "2"]
    request = made('[[request.json]]\ninner = { json_text = { email = "{{a}}", n = [1, true] } }', 'q"')
    assert json.loads(json.loads(request.body)[0]["inner"]) == {"email": 'q"', "n": [1, True]}


def test_two_braces_behind_a_backslash_are_no_placeholder() -> None:
    request = made(r"""json = { x = '\{{a}} {{a}} \{{' }""" + "\n[request.headers]\nX = '\\{{x}}'")
    assert json.loads(request.body) == {"x": "{{a}} 1 {{"}
    assert request.headers["X"] == "{{x}}"


def test_a_value_of_ten_million_characters_changes_only_its_own_value() -> None:
    long = "ñ&{{b}}\r\n#" * 1_000_000
    assert json.loads(made('json = ["{{a}}", "{{b}}"]', long).body) == [long, "2"]
    assert parse_qsl(made('[request.form]\na = "{{a}}"\nb = "{{b}}"', long).body.decode()) == [("a", long), ("b", "2")]
    assert [part.text for part in ET.fromstring(made('xml = "<x><a>{{a}}</a><b>{{b}}</b></x>"', long).body)] == [
        long,
        "2",
    ]


# Who sends


def test_a_name_and_a_password_or_a_token_go_into_the_header() -> None:
    pair = made('basic = ["{{user}}/token", "{{token}}"]').headers["Authorization"]
    assert b64decode(pair.removeprefix("Basic ")).decode() == "ana@example.com/token:s3cret-token"
    assert made('bearer = "{{token}}"').headers == {"Authorization": "Bearer s3cret-token"}


@pytest.mark.parametrize(
    ("own", "sent"),
    [
        ("", "Basic YW5hQGV4YW1wbGUuY29tOnMzY3JldC10b2tlbg=="),
        ('bearer = "{{token}}"', "Bearer s3cret-token"),
        ('[request.headers]\nauthorization = "Key {{token}}"', "Key s3cret-token"),
    ],
)
def test_who_sends_by_the_template_stands_for_who_sends_by_the_profile(own: str, sent: str) -> None:
    profile = 'title = "API"\nbasic = ["{{user}}", "{{token}}"]\n'
    request = template(own, profile).build({}, SETTINGS, None, "")
    assert list(request.headers.values()) == [sent]


def test_what_the_header_tells_is_masked_wherever_it_comes_back() -> None:
    known = template('basic = ["{{user}}/token", "{{token}}"]')
    settings = known.with_pair(SETTINGS)
    header = known.build({}, settings, None, "").headers["Authorization"]
    assert settings.mask(f"you sent {header}.") == "you sent Basic ***."
    assert "s3cret" not in repr(settings) + settings.mask("you are s3cret-token")
    assert known.fingerprint({}, settings) == known.fingerprint({}, Settings(SETTINGS.plain, {"token": "another-one"}))


def test_a_name_with_a_colon_is_refused_as_it_would_be_another_name() -> None:
    with pytest.raises(SettingsError, match="colon"):
        template('basic = ["{{user}}", "{{token}}"]').with_pair(Settings({"user": "a:b"}, {"token": "x"}))


def test_settings_that_are_still_to_be_asked_for_make_no_header_yet() -> None:
    known = template('basic = ["{{user}}", "{{token}}"]')
    assert known.with_pair(Settings({}, SETTINGS.secret)) == Settings({}, SETTINGS.secret)


def test_a_question_before_the_first_row_says_who_sends_too() -> None:
    question = '[[preflight]]\ntitle = "Q"\nurl = "https://api.example.com/me"\n'
    asking = template('bearer = "{{token}}"', others=question)
    assert asking.question(asking.preflight[0], SETTINGS).headers == {"Authorization": "Bearer s3cret-token"}


# Mistakes


@pytest.mark.parametrize(
    ("request_keys", "key", "what"),
    [
        ('json = { a = "{{a}}" }\nxml = "<b>{{b}}</b>"', "request.xml", "second body"),
        ('json = { "{{a}}" = "{{b}}" }', "request.json.{{a}}", "can't contain a placeholder"),
        ('json = [{ x = { "{{a}}" = "{{b}}" } }]', "request.json[0].x.{{a}}", "can't contain a placeholder"),
        ('[request.form]\n"{{a}}" = "{{b}}"', "request.form.{{a}}", "can't contain a placeholder"),
        ('[request.multipart]\n"{{a}}" = "{{b}}"', "request.multipart.{{a}}", "can't contain a placeholder"),
        ('[request.form]\nx = { y = "{{a}}{{b}}" }', "request.form.x", "json_text"),
        ('[request.form]\nx = [["{{a}}{{b}}"]]', "request.form.x[0]", "json_text"),
        ("[request.form]\n", "request.form", "at least one value"),
        ('form = "a"', "request.form", "table"),
        ('[request.multipart]\nx = { file = "photo.png" }', "request.multipart.x.file", "{{photo}}"),
        ('[request.multipart]\nx = { file = "{{a}}", typ = "{{b}}" }', "request.multipart.x.typ", "does not exist"),
        ('[request.multipart]\nx = { file = "{{a}}", type = "a\\r\\nb/c" }', "request.multipart.x.type", "image/png"),
        ('[request.multipart]\nx = { text = "{{a}}", typ = "b" }', "request.multipart.x.typ", "does not exist"),
        ('[request.multipart]\nx = { text = 7, type = "a/b" }', "request.multipart.x.text", "text"),
        ('[request.multipart]\nx = { json_text = {}, type = "json" }', "request.multipart.x.type", "image/png"),
        ('[request.multipart]\nx = { json_text = {}, text = "{{a}}" }', "request.multipart.x.text", "does not exist"),
        ('[request.multipart]\nx = { type = "a/b" }', "request.multipart.x", "json_text or text, or the table of a file"),
        ('xml = "<a>{{a}}</b>"', "request.xml", "is not XML"),
        ('xml = "<a>{{a}} & {{b}}</a>"', "request.xml", "&amp;"),
        ('xml = "<{{a}}>{{b}}</{{a}}>"', "request.xml", "between tags"),
        ('xml = "<x><!-- {{a}} -->{{b}}</x>"', "request.xml", "between tags"),
        ('xml = "<x><![CDATA[{{a}}]]>{{b}}</x>"', "request.xml", "CDATA"),
        ("xml = '<?xml version=\"1.0\" encoding=\"latin-1\"?><x>{{a}}{{b}}</x>'", "request.xml", "UTF-8"),
        ('basic = ["{{user}}", "hunter2"]', "request.basic", "secret setting"),
        ('bearer = "abc"', "request.bearer", "secret setting"),
        ('bearer = "{{a}}"', "request.bearer", "not under [settings]"),
        ('basic = ["x:{{user}}", "{{token}}"]', "request.basic", "colon"),
        ('basic = "{{token}}"', "request.basic", "two texts"),
        ('basic = ["{{token}}"]', "request.basic", "two texts"),
        ('basic = ["a", "{{token}}"]\nbearer = "{{token}}"', "request.bearer", "keep one"),
        ('bearer = "{{token}}"\n[request.headers]\nAUTHORIZATION = "x"', "request.bearer", "keep one"),
        ('empty = "drop"', "request.empty", "\"text\", \"omit\""),
        ('json = { a = 1 }\n[request.headers]\ncontent-type = "text/xml"', "request.headers.content-type", "application/json"),
        ('[request.form]\na = 1\n[request.headers]\nContent-Type = "application/json"', "request.headers.Content-Type", "urlencoded"),
        ('[request.multipart]\na = 1\n[request.headers]\nContent-Type = "multipart/form-data"', "request.headers.Content-Type", "request.multipart"),
        ('xml = "<a/>"\n[request.headers]\nContent-Type = "application/json"', "request.headers.Content-Type", "xml"),
        ('url = "https://api.example.com/a/../b"', "request.url", ".."),
        ('url = "https://api.example.com/a/%2e%2E"', "request.url", ".."),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_key_and_what_mends_it(request_keys: str, key: str, what: str) -> None:
    with pytest.raises(TemplateError) as refused:
        template(request_keys)
    assert f"{key}:" in str(refused.value)
    assert what in str(refused.value)
    assert "t.toml" in str(refused.value)


@pytest.mark.parametrize(
    ("body", "stated"),
    [
        ('json = { a = "{{a}}{{b}}" }', "application/vnd.api+json"),
        ('xml = "<a>{{a}}{{b}}</a>"', "application/soap+xml; charset=utf-8"),
        ('text = "{{a}}{{b}}"', "text/csv"),
        ('form = { a = "{{a}}{{b}}" }', "application/x-www-form-urlencoded; charset=utf-8"),
    ],
)
def test_a_type_that_fits_the_body_is_named_once(body: str, stated: str) -> None:
    assert made(f'{body}\n[request.headers]\ncontent-type = "{stated}"').headers == {"content-type": stated}


def test_a_profile_s_type_is_for_the_bodies_that_it_fits() -> None:
    profile = 'title = "API"\n[headers]\nContent-Type = "application/json; charset=utf-8"\n'
    for body, sent in (
        ('json = { a = "{{a}}{{b}}" }', "application/json; charset=utf-8"),
        (FORM, "application/x-www-form-urlencoded"),
    ):
        assert template(body, profile).build({}, SETTINGS, None, "").headers == {"Content-Type": sent}

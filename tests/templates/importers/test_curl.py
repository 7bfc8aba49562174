"""Curl commands are read as their shell and curl itself would read them; what can't be is said in a sentence."""

import json
import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.templates.importers.curl_commands import BASH, WINDOWS, Known, U
from tests.templates.importers.filling import PLACEHOLDER, SECRET, sent
from uploader.errors import TemplateError
from uploader.i18n import render
from uploader.templates.importers.curl import recognises, requests_in, shell, windows
from uploader.templates.importers.draft import draft
from uploader.templates.importers.imported import Body, ImportedRequest

KNOWN = {**BASH, **WINDOWS}


def one(command: str) -> ImportedRequest:
    (found,) = requests_in(command)
    return found


def plain(body: Body | None) -> Any:
    if body is None:
        return None
    return [tuple(part) for part in body.value] if body.kind == "multipart" else body.value


def notes(command: str) -> str:
    return " ".join(render(note, "en") for note in draft(one(command)).left_out)


@pytest.mark.parametrize("known", KNOWN.values(), ids=KNOWN)
def test_a_command_is_read_as_what_it_is(known: Known) -> None:
    found = one(known.command)
    assert (found.method, found.url) == (known.method, known.url)
    assert plain(found.body) == known.body
    assert (found.body.kind if found.body else "") == known.kind
    assert (found.auth.kind if found.auth else "") == known.auth
    assert recognises(known.command)


@pytest.mark.parametrize("known", KNOWN.values(), ids=KNOWN)
def test_the_example_row_of_its_draft_sends_the_same(known: Known) -> None:
    request = one(known.command)
    found = sent(draft(request).toml)
    examples = {name: variable.example for name, variable in request.variables.items()}
    expected = as_data(known.body, examples)
    if found.template["request"].get("empty") == "omit" and isinstance(expected, dict) and found.body == {}:
        expected = {name: value for name, value in expected.items() if value != ""}  # a number that nobody knows
    assert as_data(found.body) == expected
    assert same_address(found.url) == same_address(known.url)


def as_data(body: Any, examples: Mapping[str, str] = {}) -> Any:  # it never changes
    """A body for comparing: with the placeholders' examples, and a form or parts by names."""
    if isinstance(body, list) and body and isinstance(body[0], tuple):
        return as_data({part[0]: part_of(*part) for part in body}, examples)
    return json.loads(PLACEHOLDER.sub(lambda found: examples.get(found[1], ""), json.dumps(body)))


def part_of(_: str, value: str, is_file: bool = False, media_type: str = "") -> Any:
    typed = {"type": media_type} if media_type else {}
    return {"file" if is_file else "text": value, **typed} if is_file or typed else value


def same_address(url: str) -> tuple[str, list[str], list[tuple[str, str]]]:
    parts = urlsplit(PLACEHOLDER.sub("", url).replace("<thing_id>", ""))
    return parts.netloc, unquote(parts.path).split("/"), parse_qsl(parts.query, keep_blank_values=True)


@pytest.mark.parametrize(
    ("command", "headers"),
    [
        (f"curl -H 'X-A: b: c' {U}", [("X-A", "b: c")]),
        (f"curl -H 'X-Empty;' -H 'X-Gone:' {U}", [("X-Empty", "")]),
        (f"curl --json '{{}}' -H 'accept: text/plain' {U}", [("accept", "text/plain"), ("Content-Type", "application/json")]),
        (f"curl -b 'a=b' -b 'c=d' {U}", [("Cookie", "a=b; c=d")]),
        (f"curl -A me -e you {U}", [("User-Agent", "me"), ("Referer", "you")]),
        (f"curl -HX-A:b {U}", [("X-A", "b")]),
        (f"curl -r 600 {U}", [("Range", "bytes=600-")]),
        (f"curl --range 0-99 {U}", [("Range", "bytes=0-99")]),
    ],
)  # fmt: skip
def test_headers_are_curl_s(command: str, headers: list[tuple[str, str]]) -> None:
    assert list(one(command).headers) == headers


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("ls -la", "No curl command"),
        ("", "No curl command"),
        ("curl", "no address"),
        ("curl -X POST -H 'A: b'", "no address"),
        (f"curl {U} -d @body.json", "file body.json"),
        (f"curl {U} -d @-", "standard input"),
        (f"ls | curl {U} -d @-", "standard input"),
        (f"curl {U} -d @- < orders.json", "file orders.json"),
        (f"curl {U} -d @- < `echo orders.json`", "file orders.json"),
        (f"curl {U} --url-query @x.txt", "file x.txt"),
        (f"curl {U} -d a=1 -F b=2", "both -d and -F"),
        (f"curl -u a:b --digest {U}", "digest authentication"),
        (f"curl -u a:b --aws-sigv4 aws:amz {U}", "aws-sigv4 authentication"),
        (f"curl {U} -d 'name=Jos%E9'", "another encoding than UTF-8"),
        (f"curl '{U}/[1-3]'", r"several addresses of \[1-3\].* add -g"),
        (f"curl '{U}/{{a,b}}/c'", "several addresses of {a,b}"),
        (f"curl {U} --data-urlencode 'q@secret.txt'", "file secret.txt"),
        (f"curl {U} -F 'a=<x.txt'", "file x.txt"),
        (f'curl {U} -d "$(cat body.json)"', "file body.json"),
        (f'curl {U} -d "$(< body.json)"', "file"),
        (f"curl -T big.bin {U}", "uploads a file"),
        (f"curl '{U}", "opened and not closed"),
        (f'curl "{U}', "opened and not closed"),
        (f"curl $'{U}", "opened and not closed"),
        (f'curl "{U}/$(date"', "opened and not closed"),
        (f'curl "{U}/${{ID"', "opened and not closed"),
        ("Invoke-RestMethod -Uri https://x.co", "Invoke-RestMethod commands can't be imported"),
        ("curl " + "$(" * 30 + "x" + ")" * 30, "too many commands inside"),
        ("curl " + "x" * 5_000_001, "more than 5,000,000 characters"),
        (f"curl {U}\n" * 501, "more than 500 requests"),
    ],
)  # fmt: skip
def test_what_can_not_be_read_is_said(command: str, words: str) -> None:
    with pytest.raises(TemplateError, match=words):
        requests_in(command)


@pytest.mark.parametrize(
    "command", [f"curl -I {U}", f"curl -X OPTIONS {U}", "curl ftp://x.co/y", "curl 'https://a\\b/c'"]
)
def test_what_no_template_can_send_is_said(command: str) -> None:
    with pytest.raises(TemplateError):
        draft(one(command))


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (f"curl -k -x http://ana:S3cret@proxy {U}", "--insecure, --proxy."),
        (f"curl --frob {U}", "doesn't have"),
        (f"curl --path-as-is {U}/../x", "--path-as-is"),
        (f"curl -H @headers.txt {U}", "file of -H"),
        (f"curl -b jar.txt {U}", "file of -b"),
        (f"curl {U} -d '{{\"a\":1}}'", "names no content type"),
        (f"curl {U} -H 'Content-Type: application/json' -d '{{a'", "not valid JSON"),
        (f"curl {U} -d 'disk full'", "sent as plain text; curl itself would send it as a form"),
        (f"curl {U} -d 'disk full'", "kept as text"),
        (f"curl {U} -H 'Content-Type: application/x-www-form-urlencoded' -d 'disk full'", "kept as text"),
        (f"curl {U} -H 'Content-Type: multipart/mixed; boundary=x' -d 'disk full'", "kept as text"),
        (f'curl {U} -H "Content-Type: application/json" -d "$ORDER"', "whole body is one placeholder"),
        (f"curl “{U}”", "typographic"),
        (f"curl {U}?a=1&b=2", "without quotes"),
        (f"curl '{U}?a=1&amp;b=2'", "&amp;"),
    ],
)  # fmt: skip
def test_what_was_left_out_or_guessed_is_said(command: str, words: str) -> None:
    assert words in notes(command)
    assert "S3cret" not in notes(command)


def test_several_requests_are_several() -> None:
    urls = [f"{U}/{number}" for number in range(4)]
    text = f"curl {urls[0]} {urls[1]}\ncurl -X PUT {urls[2]} --next -X DELETE {urls[3]}"
    assert [(one.method, one.url) for one in requests_in(text)] == list(
        zip(["GET", "GET", "PUT", "DELETE"], urls, strict=True)
    )


def test_one_that_can_not_be_imported_does_not_keep_the_others_out() -> None:
    first, second, third = requests_in(f"curl {U}/1\ncurl -T big.bin -u a:b {U}/2\ncurl {U}/3")
    assert (first.url, third.url) == (f"{U}/1", f"{U}/3")
    with pytest.raises(TemplateError, match="uploads a file"):
        draft(second)


@pytest.mark.parametrize(
    ("command", "url"),
    [
        (f"curl -g '{U}/[1-3]/{{a,b}}'", f"{U}/[1-3]/{{a,b}}"),
        (f'curl \'{U}?filter[name]=a&q={{"a":1,"b":2}}\'', f'{U}?filter[name]=a&q={{"a":1,"b":2}}'),
        (f"curl -G '{U}?a=1&' -d b=2", f"{U}?a=1&b=2"),
        (f"curl --url-query b=2 '{U}?'", f"{U}?b=2"),
    ],
)
def test_an_address_is_the_one_that_curl_asks(command: str, url: str) -> None:
    assert one(command).url == url


@pytest.mark.parametrize(
    ("text", "kind"), [('{"a": 1}', "json"), ("<a>x=1</a>", "xml"), ("disk full", "text"), ("a=1", "form")]
)
def test_what_is_called_a_form_and_is_none_is_what_it_is(text: str, kind: str) -> None:
    body = one(f"curl {U} -H 'Content-Type: application/x-www-form-urlencoded' -d '{text}'").body
    assert body is not None
    assert body.kind == kind


def test_a_body_that_is_one_placeholder_is_sent_as_it_stands_in_its_cell() -> None:
    made = draft(one(f'curl {U} -H "Content-Type: application/json" -d "$ORDER"'))
    request = tomllib.loads(made.toml)["request"]
    assert (request["text"], request["headers"]["Content-Type"]) == ("{{order}}", "application/json")


def test_the_name_of_a_part_s_file_needs_no_quotes() -> None:
    text = '--x\\r\\nContent-Disposition: form-data; name="a"; filename=b.txt\\r\\n\\r\\nc\\r\\n--x--\\r\\n'
    found = one(f"curl {U} -H 'Content-Type: multipart/form-data; boundary=x' --data-raw $'{text}'")
    assert plain(found.body) == [("a", "b.txt", True, "")]


def test_parts_have_the_types_that_the_command_names() -> None:
    parts = "-F 'order={\"id\": 7};type=application/json' -F 'a=x;type=text/csv' -F 'a=y' -F b=z"
    multipart = tomllib.loads(draft(one(f"curl {U} {parts}")).toml)["request"]["multipart"]
    assert multipart == {
        "order": {"json_text": {"id": "{{id}}"}, "type": "application/json"},
        "a": [{"text": "{{a}}", "type": "text/csv"}, "{{a_2}}"],
        "b": "{{b}}",
    }


def test_parts_are_sent_with_post_whatever_else_is_said() -> None:
    assert one(f"curl -G {U} -F a=1").method == "POST"


def test_carets_that_browsers_once_wrote_within_quotes_are_none() -> None:
    found = one(
        f'curl "{U}?a=1^&b=2" ^\n  -H "Content-Type: application/json" ^\n  --data "^{{^\\^"x^\\^":^\\^"y ^& z^\\^"^}}"'
    )
    assert found.url == f"{U}?a=1&b=2"
    assert plain(found.body) == {"x": "y & z"}


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://x.co/crm/v3/objects/contacts", "contacts"), ("https://x.co/api/v2/tickets.json?x=1", "tickets"),
        ("https://x.co/v2/x.php?api=add_interaction", "add_interaction"), ("https://x.co", "GET"),
        ("https://x.co/v1/messages/send", "messages send"), ("https://x.co/a/{{id}}", "a"), ("https://x.co/a/12345", "a"),
        ("https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX", "services"), ("https://x.co/bot123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11/send", "send"),
    ],
)  # fmt: skip
def test_a_request_is_called_by_its_operation(url: str, name: str) -> None:
    assert one(f"curl '{url}'").name == name


SECRET_VALUE = "Tr0ub4dor-and-3-more"


@pytest.mark.parametrize(
    "command",
    [
        f"curl -u ana:{SECRET_VALUE} {U}",
        f"curl -u {SECRET_VALUE}: {U}",
        f"curl -H 'Authorization: Bearer {SECRET_VALUE}' {U}",
        f"curl --oauth2-bearer {SECRET_VALUE} {U}",
        f"curl -b 'sid={SECRET_VALUE}' {U}",
        f"curl --cookie {SECRET_VALUE} {U}",
        f"curl -H 'X-Api-Key: {SECRET_VALUE}' {U}",
        f"TOKEN={SECRET_VALUE}\ncurl -H \"Authorization: Bearer $TOKEN\" -d \"a=$TOKEN\" {U}",
        f"A={SECRET_VALUE}\ncurl -H \"Authorization: Bearer $A\" -d \"a=$A\" {U}",
        f"curl -H \"Authorization: Bearer ${{TOKEN:-{SECRET_VALUE}}}\" {U}",
        f"curl '{U}?api_key={SECRET_VALUE}'",
        f"curl 'https://ana:{SECRET_VALUE}@api.example.com/x'",
        f"curl -G {U} -d token={SECRET_VALUE}",
        f"curl {U} -d 'password={SECRET_VALUE}'",
        f"curl {U} -d '{{\"password\": \"{SECRET_VALUE}\", }}' -H 'Content-Type: application/json'",
        f"curl {U} -F 'password={SECRET_VALUE}'",
        f"curl --proxy-user ana:{SECRET_VALUE} -x http://p --cert c:{SECRET_VALUE} --pass {SECRET_VALUE} {U}",
        f"curl --pas {SECRET_VALUE} --key {SECRET_VALUE} {U}",
        f"curl -H 'Authorization: Digest username=\"a\", response=\"{SECRET_VALUE}\"' {U}",
        f"curl -H 'Authorization: {SECRET_VALUE}' -u a:b {U}",
    ],
)  # fmt: skip
def test_no_secret_of_a_command_is_in_its_draft(command: str) -> None:
    made = draft(one(command))
    assert SECRET_VALUE not in made.toml
    assert not any(SECRET_VALUE in render(message, "en") for message in made.left_out)
    tomllib.loads(made.toml)


@pytest.mark.parametrize(
    "command", [f"curl '{U} {SECRET_VALUE}", f"curl -u a:{SECRET_VALUE}", f"curl -T x -u a:{SECRET_VALUE} {U}"]
)
def test_no_secret_of_a_command_is_in_what_is_said_of_it(command: str) -> None:
    with pytest.raises(TemplateError) as refused:
        requests_in(command)
    assert SECRET_VALUE not in str(refused.value)


# The two ways of reading words


WORDS = st.lists(
    st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\r\0{}") | st.sampled_from("'\"\\$`^%&|<> \n"),
        max_size=15,
    ),
    min_size=1,
    max_size=5,
)


def in_single_quotes(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"


def in_double_quotes(word: str) -> str:
    return '"' + "".join(f"\\{one}" if one in '"\\$`' else one for one in word) + '"'


def in_ansi_quotes(word: str) -> str:
    return "$'" + "".join(f"\\U{ord(one):08x}" if one in "'\\\n" else one for one in word) + "'"


@settings(max_examples=200)
@given(
    WORDS,
    st.sampled_from([in_single_quotes, in_double_quotes, in_ansi_quotes]),
    st.sampled_from([" ", "  \t", " \\\n ", " \\ \n"]),
)
def test_a_shell_s_words_are_what_was_put_in_quotes(words: list[str], quoted: Any, between: str) -> None:
    (command,) = shell.read("x" + between + between.join(map(quoted, words))).commands
    assert command.words == ["x", *words]


@settings(max_examples=200)
@given(WORDS)
def test_the_words_of_windows_are_what_was_put_in_quotes(words: list[str]) -> None:
    def quoted(word: str) -> str:
        inner = re.sub(r'(\\*)("|$)', lambda found: found[1] * 2 + ('\\"' if found[2] else ""), word)
        return '^"' + "".join("^\n\n" if one == "\n" else f"^{one}" for one in inner) + '^"'

    words = [word.replace("%%", "%") for word in words]
    assume_single = [word for word in words if "%%" not in word]
    (command,) = windows.read("x " + " ^\n ".join(map(quoted, assume_single))).commands
    assert command.words == ["x", *assume_single]


@settings(max_examples=300)
@given(st.text(st.sampled_from("curl 'x\"$`\\(){}<>&|;#\n\t^%=-dHFuX@:“”‘’é"), max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    for source in (text, f"curl {text}", f"curl {U} {text}", f"curl {U} ^\n{text}"):
        with suppress(TemplateError):
            assert all(map(is_drafted_or_refused, requests_in(source)))


def is_drafted_or_refused(request: ImportedRequest) -> bool:
    try:
        return "request" in tomllib.loads(draft(request).toml)
    except TemplateError as why:
        return bool(render(why.message, "es"))


@pytest.mark.parametrize(
    "text",
    [
        "curl " + "'a' " * 200_000,
        "curl https://x.co -d '" + '{"a":1},' * 200_000 + "'",
        "curl " + "\\" * 1_000_000,
        "curl " + "$" * 300_000,
        "curl " + '"$A" ' * 100_000,
        "curl https://x.co/?" + "a=1&" * 200_000,
        "curl ^\n" + "\\" * 1_000_000,
        "curl " + "“" * 3_000,
        "curl " + "<" * 300_000,
        "curl https://x.co " + "-d a " * 50_000,
        "curl <<A " * 2_000 + "\n" * 2_000,
        "curl https://x.co --json '" + "[" * 100_000 + "'",
        "`" * 100_001,
        "$(" * 50_000,
        "a=" * 500_000,
        f"curl '{U}?" + "&".join(f"a{number}=b" for number in range(30_000)) + "'",
        f"curl '{U}" + "/12345" * 50_000 + "'",
        f"curl {U} -H 'Content-Type: text/xml' -d '<r>" + "<a>x</a>" * 20_000 + "</r>'",
        f"curl {U} -H 'Content-Type: text/plain' -d '" + "a_" * 300_000 + "'",
    ],
    ids=range(19),
)  # fmt: skip
def test_a_hostile_text_ends(text: str) -> None:
    try:
        made = [draft(request).toml for request in requests_in(text)[:3]]
    except TemplateError:
        return
    assert all(map(tomllib.loads, made))


def test_what_graphql_is_to_do_stays_and_its_variables_are_columns() -> None:
    body = {"query": "mutation($id: ID!){set(id:$id){id}}", "variables": {"id": "7"}}
    made = sent(draft(one(f"curl {U} --json '{json.dumps(body)}'")).toml)
    assert made.body == body
    assert list(made.template["columns"]) == ["id"]


def test_what_stands_for_a_secret_is_sent_from_a_setting() -> None:
    assert sent(draft(one(f"curl '{U}?api_key=abc'")).toml).url == f"{U}?api_key={SECRET}"


def test_signs_of_cmd_within_a_shells_quotes_are_signs() -> None:
    command = r"""curl -XPOST 'https://api.example.com/find' --json $'{"find":"a^&b %c% it\'s"}'"""
    request = one(command)
    assert request.body is not None
    assert (request.url, request.body.value) == ("https://api.example.com/find", {"find": "a^&b %c% it's"})

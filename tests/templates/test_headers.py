"""What a template may say in a header, and what becomes of it on the wire."""

import json

import pytest

from tests.templates.test_template import GOOD
from uploader.checks.rules import problems
from uploader.errors import SettingsError, TemplateError
from uploader.model.settings import Settings
from uploader.templates.parsing.parser import parse

FRAMING = [
    "Transfer-Encoding", "Content-Length", "Connection", "Host", "Expect", "TE", "Trailer", "Upgrade", "Keep-Alive",
    "Proxy-Connection", "Proxy-Authorization", "Content-Encoding", "Accept-Encoding", "HTTP2-Settings",
]  # fmt: skip
PROFILE = "title = 'API'\n[headers]\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _header(name: str, value: str) -> str:
    """`GOOD` with one header more, written as TOML writes any text."""
    return GOOD.replace("[request.headers]\n", f"[request.headers]\n{_quoted(name)} = {_quoted(value)}\n")


@pytest.mark.parametrize("name", [way for name in FRAMING for way in (name, name.lower(), name.upper())])
def test_a_header_that_frames_the_message_is_refused_when_the_template_is_read(name: str) -> None:
    with pytest.raises(TemplateError, match=f"request.headers.{name}: uploader writes this header itself"):
        parse(_header(name, "chunked"), "x.toml", "x")


@pytest.mark.parametrize(
    "name", ["", "X Id", "X:Id", "X-Id:", ":path", "X\r\nY", "X-Ñ", "X\tId", "(X)", "X-Id\x00", "Host "]
)
def test_a_header_name_that_is_no_token_is_refused(name: str) -> None:
    with pytest.raises(TemplateError, match=r"(?s)request\.headers.*is not a valid header name"):
        parse(_header(name, "1"), "x.toml", "x")


@pytest.mark.parametrize("value", ["a\r\nX-Other: b", "a\nb", "a\rb", "a\x00b", "a\x7fb", "ñ", "🙂", "{{id}}\n"])
def test_a_header_value_that_can_not_be_written_on_one_line_is_refused(value: str) -> None:
    with pytest.raises(TemplateError, match=r"request\.headers\.X-More"):
        parse(_header("X-More", value), "x.toml", "x")


def test_two_headers_of_one_file_that_differ_in_case_alone_are_refused() -> None:
    with pytest.raises(TemplateError, match=r"request\.headers\.X-Id: the header x-id is the same one"):
        parse(_header("x-id", "1"), "x.toml", "x")


@pytest.mark.parametrize("name", ["X-Id", "x-id", "X-ID"])
def test_a_header_of_the_template_stands_for_the_profile_s_whatever_the_case(name: str) -> None:
    merged = parse(GOOD, "x.toml", "x", (f"{PROFILE}{name} = '1'\n", "api.toml"))
    assert merged.request.headers == {"X-Id": "{{id}}"}


@pytest.mark.parametrize("wrong", ["Transfer-Encoding = 'chunked'", "'X Id' = '1'", "X-Id = 'ñ'"])
def test_a_wrong_header_of_a_profile_is_named_there(wrong: str) -> None:
    with pytest.raises(TemplateError) as refused:
        parse(GOOD, "x.toml", "x", (f"{PROFILE}{wrong}\n", "folder/api.toml"))
    assert "folder/api.toml" in str(refused.value)
    assert "headers" in str(refused.value)


def test_a_content_type_of_the_template_takes_the_place_of_ours_in_any_case() -> None:
    for name in ("Content-Type", "content-type", "CONTENT-TYPE"):
        headers = (
            parse(_header(name, "application/vnd.api+json"), "x.toml", "x").build({}, Settings(), None, "").headers
        )
        assert headers == {name: "application/vnd.api+json", "X-Id": ""}


@pytest.mark.parametrize("value", ["a\nb", "a\r\nX-Other: b", "a\x00b", "ñ", "a\x7f", "a\ud800"])
def test_a_setting_that_can_not_stand_in_a_header_is_refused_when_it_is_given(value: str) -> None:
    template = parse(_header("X-Key", "{{key}}") + "[settings.key]\n", "x.toml", "x")
    with pytest.raises(SettingsError, match="characters that can't be sent"):
        template.accepted_setting("key", value)


@pytest.mark.parametrize("cell", ["a\nb", "a\r\nX-Other: b", "a\x00b", "ñ", "a\x7f", "a\tb", "a\ud800"])
def test_a_cell_that_can_not_stand_in_a_header_makes_its_row_invalid(cell: str) -> None:
    template = parse(GOOD, "x.toml", "x")
    fields, positions = {"id": ["1", cell], "name": [cell, cell]}, {"id": 0, "name": 1}
    found = problems([2, 3], fields, positions, template.columns, {"id": "Id", "name": "Name"}, template.header_fields)
    assert [(one.row, one.column, one.code) for one in found] == [(3, 0, "not_plain")]

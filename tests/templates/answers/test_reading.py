"""An answer's bytes as text, in whatever charset."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uploader.model.http import Response
from uploader.templates.answers.reading import json_of, text_of


def text(body: bytes, content_type: str) -> str:
    return text_of(Response(200, body, 1, headers={"content-type": content_type} if content_type else {}))


@pytest.mark.parametrize(
    ("content_type", "encoding", "said"),
    [
        ("", "utf-8", "año €"),
        ("", "utf-8-sig", "año €"),
        ("application/json", "utf-16", "año €"),
        ("", "latin-1", "año"),
        ("application/json; charset=windows-1252", "cp1252", "año €"),
        ('application/json;Charset="Windows-1252"', "cp1252", "año €"),
        ("application/json; charset=iso-8859-1", "latin-1", "año"),
        ("application/json; charset=iso-8859-1", "utf-8", "año €"),
        ("text/plain; charset=iso-8859-15; x=1", "iso-8859-15", "año €"),
        ("text/plain; charset=utf-16", "utf-16", "año €"),
        ("text/plain; charset=utf-16", "utf-16-le", "year €"),
        ("text/plain; charset=utf-16", "utf-16-be", "year €"),
        ("text/plain; charset=utf-16le", "utf-16-le", "año €"),
        ("text/plain; charset=utf-32", "utf-32", "año €"),
        ("text/plain; charset=shift_jis", "shift_jis", "日本"),
        ("text/plain; charset=iso-2022-jp", "iso-2022-jp", "日本"),
        ("text/plain; charset=us-ascii", "utf-8", "año €"),
        ("text/plain; charset=nobody-knows", "utf-8", "año €"),
        ("text/plain; charset=nobody-knows", "latin-1", "año"),
        ("text/plain; charset=zip", "utf-8", "año"),
        ("text/plain; charset=punycode", "utf-8", "ao-zja"),
        ("text/plain; charset=unicode_escape", "utf-8", r"\u00f1"),
        ("text/plain; charset=utf-7", "utf-8", "+AGE-"),
        ("text/plain; charset=", "utf-8", "año"),
        ("text/plain; charset=../../etc", "utf-8", "año"),
    ],
)
def test_an_answer_is_read_as_it_is_written(content_type: str, encoding: str, said: str) -> None:
    assert text(said.encode(encoding), content_type) == said


def test_json_may_be_in_any_of_them() -> None:
    for encoding, charset in (("utf-16", "utf-16"), ("utf-16-le", "utf-16"), ("cp1252", "windows-1252")):
        body = json.dumps({"ñ": 1}, ensure_ascii=False).encode(encoding)
        headers = {"content-type": f"application/json; charset={charset}"}
        assert json_of(Response(200, body, 1, headers=headers)) == {"ñ": 1}


@given(
    body=st.binary(max_size=64),
    charset=st.one_of(
        st.text(max_size=20), st.sampled_from(["utf-16", "utf-32", "hz", "idna", "cp037", "big5", "hex", "mbcs"])
    ),
)
def test_every_answer_is_some_text(body: bytes, charset: str) -> None:
    assert isinstance(text(body, f"text/plain; charset={charset}"), str)

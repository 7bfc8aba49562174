"""The fingerprints of many rows at once: each is what the row's own would be, whatever the values and wherever they go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uploader.templates.columns.column import Column
from uploader.templates.requests.form import RequestForm
from uploader.templates.requests.many.fingerprints import fingerprint_of, fingerprints_of

COLUMNS = {"one": Column(), "two": Column()}
BODY = {
    "a": "{{one}}", "nested": [{"b": "x {{two}} \"{{one}}\" ñ"}, "{{setting}}", 7, None, True], "{{one}}": "a key", "c": ""
}  # fmt: skip
FORMS = [
    RequestForm(url="https://{{setting}}.example.com/v1/{{one}}?q={{two}}", json=BODY),
    RequestForm(method="PUT", url="https://example.com/{{two}}/x", headers={"Z": "{{one}}", "A": "b {{two}}"}),
    RequestForm(method="GET", url="https://example.com/nothing", headers={"X-Key": "{{setting}}"}),
    RequestForm(url="https://example.com/x", form={"a": "{{one}}", "b[]": ["{{two}}", "x {{one}}"], "c": 7}),
    RequestForm(url="https://example.com/x", xml='<a b="{{one}}">{{two}} {{setting}}</a>'),
    RequestForm(url="https://example.com/x", text=r"{{one}};{{two}} \{{one}}", headers={"A": "{{two}}"}),
    RequestForm(url="https://example.com/x", multipart={"a": "{{one}}", "b": "{{two}}"}),
    RequestForm(url="https://{{one}}.example.com/", json=["{{two}}{{one}}"]),
]
VALUES = st.sampled_from(
    [
        "",
        "Ana",
        "ñandú 🙂",
        'a "quote"',
        "a\\b\n\t\x00\x7f\x1f",
        "/?&=% +",
        "\u2028é",
        "{{two}}",
        "x0x",
        "\0",
        "\\u0000",
        "\\\\u0000",
        "\\",
    ]
)


@pytest.mark.parametrize("form", FORMS)
@given(st.lists(st.tuples(VALUES | st.text(max_size=8), VALUES | st.text(max_size=8)), min_size=1, max_size=5))
def test_they_are_those_of_each_row_alone(form: RequestForm, values: list[tuple[str, str]]) -> None:
    rows = [("wv" if form is FORMS[-1] else one, two) for one, two in values]
    columns = {"one": [one for one, _ in rows], "two": [two for _, two in rows]}
    constants = {"setting": "wv0042", "three": ""}
    alone = [fingerprint_of(form, {**constants, "one": one, "two": two}, None, COLUMNS) for one, two in rows]
    assert list(fingerprints_of(form, columns, constants, None, COLUMNS)) == alone


def test_another_address_in_place_of_the_form_s_own_counts() -> None:
    columns = {"one": ["a", "b"], "two": ["1", "2"]}
    found = list(fingerprints_of(FORMS[0], columns, {"setting": "wv0042"}, "http://127.0.0.1:8080", COLUMNS))
    rows = [{"setting": "wv0042", "one": "a", "two": "1"}, {"setting": "wv0042", "one": "b", "two": "2"}]
    assert found == [fingerprint_of(FORMS[0], row, "http://127.0.0.1:8080", COLUMNS) for row in rows]

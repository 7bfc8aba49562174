"""What people get wrong in TOML is said at its line, in their language, with the line as it would be right."""

import random
import tomllib
from collections.abc import Sequence

import pytest

from uploader.errors import TemplateError
from uploader.i18n import Message, render
from uploader.i18n.languages import LANGUAGES
from uploader.templates.parsing.toml_text import data_of

BEFORE = 'title = "Good"\n[request]\n'
AFTER = '\n[columns.after]\nexample = "it"\n'
GOOD = f"""{BEFORE}url = "https://api.example.com/{{{{id}}}}"
[request.json]
tags = ["{{{{tags}}}}", 'x']
text = \"\"\"a
b\"\"\"
[columns.id]
values = {{"a" = "1", b = '2'}}
required = true
"""
MISTAKES: Sequence[tuple[str, str, str]] = [
    ("key", "values={Sí=true}", 'values={"Sí"=true}'),
    ("key", "values = {a = 1, Sí o no = true}", 'values = {a = 1, "Sí o no" = true}'),
    ("key", "Índice = 1", '"Índice" = 1'),
    ("key", "[columns.Nombre completo]", '[columns."Nombre completo"]'),
    ("key", "[columns.año]", '[columns."año"]'),
    ("unquoted", "phone = {{phone}}", 'phone = "{{phone}}"'),
    ("unquoted", "phone = [{{phone}}]", 'phone = ["{{phone}}"]'),
    ("unquoted", "a = {b={{phone}}, c=1}", 'a = {b="{{phone}}", c=1}'),
    ("unquoted", "a = {{a}} {{b}}", 'a = "{{a}} {{b}}"'),
    ("unquoted", "example = María", 'example = "María"'),
    ("unquoted", "example = María # the name", 'example = "María" # the name'),
    ("unquoted", "one_of = [María José, Ana]", 'one_of = ["María José", Ana]'),
    ("unquoted", "one_of = [\nMaría,\nAna]", '"María",'),
    ("unquoted", "phone = +57 300 123", 'phone = "+57 300 123"'),
    ("unquoted", "url = https://a.example/?b=c", 'url = "https://a.example/?b=c"'),
    ("unquoted", r"path = C:\Users", r"path = 'C:\Users'"),
    ("unquoted", 'example = María"', 'example = "María"'),
    ("unquoted", "a = 1_000,5", 'a = "1_000,5"'),
    ("zeros", "example = 0012345678", 'example = "0012345678"'),
    ("zeros", "one_of = [007, 008]", 'one_of = ["007", 008]'),
    ("boolean", "required = True", "required = true"),
    ("boolean", "secret = FALSE # no", "secret = false # no"),
    ("boolean", "a = {b = True, c = 1}", "a = {b = true, c = 1}"),
    ("null", "middle = null", 'middle = "null"'),
    ("no_value", "example =", 'example = ""'),
    ("no_value", "example = # later", 'example = "" # later'),
    ("curly", "example = “María”", 'example = "María"'),
    ("curly", "one_of = [“a, b”, “c”]", 'one_of = ["a, b", “c”]'),
    ("curly", 'example = "María”', 'example = "María"'),
    ("curly", "“example” = 1", '"example" = 1'),
    ("quote", 'example = "María', 'example = "María"'),
    ("quote", 'example = "María\ndefault = ""', 'example = "María"'),
    ("quote", 'example = "María\ndefault = "a"', 'example = "María"'),
    ("quote", 'one_of = ["a", "b]', 'one_of = ["a", "b"]'),
    ("quote", 'one_of = ["a", "b', 'one_of = ["a", "b"'),
    ("quote", 'a = {b = "c}', 'a = {b = "c"}'),
    ("quote", "example = 'María", "example = 'María'"),
    ("quotes_within", 'a = "say "hi" there"', "a = 'say \"hi\" there'"),
    ("quotes_within", "a = 'it's me'", 'a = "it\'s me"'),
    ("several_lines", 'a = "<a>\n  <b/>"', 'a = """<a>'),
    ("brackets", 'one_of = "a", "b"', 'one_of = ["a", "b"]'),
    ("comma", 'one_of = ["a" "b"]', 'one_of = ["a", "b"]'),
    ("comma", 'one_of = ["a" "b" "c"]', 'one_of = ["a", "b" "c"]'),
    ("comma", 'values = {a="1" b="2"}', 'values = {a="1", b="2"}'),
    ("bracket", 'one_of = ["a", "b"', 'one_of = ["a", "b"]'),
    ("bracket", 'one_of = ["a", "b",', 'one_of = ["a", "b",]'),
    ("bracket", 'values = {a="1"', 'values = {a="1"}'),
    ("bracket", "[columns.id", "[columns.id]"),
    ("bracket", "[[rules]", "[[rules]]"),
    ("one_line", 'values = {\n  a = "1",\n  b = "2",\n}', 'values = {a = "1", b = "2"}'),
    ("one_line", 'values = {\n  a = "1"\n  b = "2"\n}', 'values = {a = "1", b = "2"}'),
    ("extra_sign", 'name = "x",', 'name = "x"'),
    ("extra_sign", 'name = "x";', 'name = "x"'),
    ("extra_sign", "values = {a=1,}", "values = {a=1}"),
    ("extra_sign", "one_of = [1,,2]", "one_of = [1,2]"),
    ("equals_sign", 'name: "x"', 'name = "x"'),
    ("equals_sign", '"name": "x",', '"name" = "x"'),
    ("equals_sign", "name: María", 'name = "María"'),
    ("equals_sign", 'name "x"', 'name = "x"'),
    ("equals_sign", "values = {a: 1, b: 2}", "values = {a = 1, b: 2}"),
    ("backslash", r'path = "C:\Users\ana"', r"path = 'C:\Users\ana'"),
    ("backslash", 'path = "C:\\data\\"', "path = 'C:\\data\\'"),
    ("backslash", r'pattern = "\d+"', r"pattern = '\d+'"),
    ("backslash", r'''pattern = "it's \d+"''', r'''pattern = "it's \\d+"'''),
]
"""What is wrong, the lines (the mistake is in the first or second), and the line as it would be right."""
UNKNOWN = ("hello world", "a == 1", 'a = "x" "y"', "a = 1 b = 2", "= 1", "a = Mar\x1bía", "a = " + "b" * 2_000)


def mistake_in(text: str) -> Message:
    with pytest.raises(TemplateError) as why:
        data_of(text, "x.toml")
    return why.value.message


@pytest.mark.parametrize(("kind", "lines", "example"), MISTAKES)
def test_a_mistake_is_said_at_its_line_with_the_line_as_it_would_be_right(kind: str, lines: str, example: str) -> None:
    first = 4 if lines.startswith("one_of = [\n") else 3
    mistake = mistake_in(BEFORE + lines + AFTER)
    assert mistake == Message(f"template.toml.{kind}", path="x.toml", line=first, example=example)
    said = {render(mistake, language) for language in LANGUAGES}
    assert len(said) == len(LANGUAGES)
    assert all(example in text for text in said)


@pytest.mark.parametrize("line", UNKNOWN)
def test_of_another_mistake_the_standard_library_s_reason_is_said_and_nothing_is_guessed(line: str) -> None:
    assert mistake_in(BEFORE + line + AFTER).code == "template.not_toml_at"


def test_lines_are_counted_as_editors_of_windows_write_them() -> None:
    assert mistake_in((BEFORE + 'example = "María' + AFTER).replace("\n", "\r\n")).facts["line"] == 3


@pytest.mark.parametrize("after", [AFTER, AFTER + "pattern = 'a+'\n", AFTER + "# it's\n", ""])
def test_a_quote_that_is_not_closed_is_said_where_it_was_opened(after: str) -> None:
    mistake = mistake_in(f"{BEFORE}example = 'María{after}")
    assert (mistake.facts["line"], mistake.facts["example"]) == (3, "example = 'María'")


@pytest.mark.parametrize("quotes", ['"""', "'''"])
def test_a_text_over_several_lines_that_is_not_closed_is_said_where_it_was_opened(quotes: str) -> None:
    mistake = mistake_in(f"{BEFORE}json = {quotes}\n{{}}{AFTER}")
    assert mistake == Message("template.toml.block", path="x.toml", line=3, example=quotes)


@pytest.mark.parametrize(
    ("text", "name", "first", "again"),
    [
        ("a = 1\nb = 2\na = 3\n", "a", 1, 3),
        ("a = 1\n[b]\na = 2\nc = [\n1]\na = 3\n", "a", 3, 6),
        ("[ columns.id ]\n[b]\n[columns.id]\n", "[columns.id]", 1, 3),
    ],
)
def test_what_is_there_twice_is_named_with_both_lines(text: str, name: str, first: int, again: int) -> None:
    said = Message("template.twice_at", path="x.toml", line=again, name=name, first=first)
    assert mistake_in(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "a = 1\n[a]\n",
        "a.b = 1\n[a.b]\n",
        "x = {a = 1, a = 2}",
        "a = 1\na = [\n2]\n",
        'b = """\na = 1\n"""\na.c = 2\na = 3',
    ],
)
def test_what_is_there_twice_in_another_way_is_not_guessed(text: str) -> None:
    assert mistake_in(text).code == "template.twice"


@pytest.mark.parametrize("line", ['bearer = "sk_live_9', "X-Api-Key = sk_live_9", "basic = ['me', 'sk_live_9]"])
def test_a_secret_is_not_said_again(line: str) -> None:
    mistake = mistake_in(BEFORE + line + AFTER)
    assert mistake.facts["example"] == f'{line.partition(" ")[0]} = "…"'
    assert "sk_live_9" not in render(mistake, "es")


def test_of_a_long_line_only_what_is_new_is_said() -> None:
    example = mistake_in(f"{BEFORE}one_of = [{'1, ' * 100}María, {'2, ' * 100}]{AFTER}").facts["example"]
    assert isinstance(example, str)
    assert '"María"' in example
    assert example.startswith("…")
    assert len(example) < 110


@pytest.mark.parametrize(
    "text",
    [
        "x = '" + "]" * 45_000 + "a\ny = 1",
        " " * 45_000 + "x = 1\n" + "#" + " " * 900 + "\nx = 2",
        "\n".join(" " * 900 + f"x{number} = 1" for number in range(50)) + "\nx1 = 2",
        "x = " + " " * 900 + "a",
        " " * 990 + "a",
        "x = [" + "“" * 900,
        "x = ['" + "\n'a" * 15_000 + "\ny = '",
        "\n".join(f"{'.'.join('a' * 48)}.k{number} = 1" for number in range(400)) + "\nx = María",
        "x = " + "{" * 900,
        "[a]\n" * 10_000,
        '"""\n' + "a\n" * 20_000,
        "x = [" + "a " * 490 + "]",
        "x = María\n" + "9" * 10_000,
        "x = María\ny = " + "[" * 5_000,
    ],
)
def test_a_text_built_to_do_harm_is_refused_in_a_sentence(text: str) -> None:
    assert render(mistake_in(text), "es").startswith("x.toml")


def test_whatever_is_spoilt_a_text_is_read_or_refused_at_a_line_that_it_has() -> None:
    chance = random.Random(17)
    signs = ['"', "'", "[", "]", "{", "}", "=", ",", "\n", "“", "\\", "", "é", ".", " ", "0", "#", "\r", '"""', ":"]
    refused = 0
    for _ in range(1_500):
        spoilt = list(GOOD)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(spoilt))
            spoilt[at : at + chance.randint(0, 2)] = chance.choice(signs)
        text = "".join(spoilt)
        try:
            tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            refused += 1
            line = mistake_in(text).facts["line"]
            assert isinstance(line, int)
            assert 1 <= line <= text.count("\n") + 1
    assert refused > 500

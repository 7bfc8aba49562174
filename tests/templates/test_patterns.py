"""What a template's patterns may be, what they match, and that none keeps anybody waiting."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.templates.test_template import GOOD
from uploader.errors import SettingsError, TemplateError
from uploader.i18n import render
from uploader.templates.columns.column import Column
from uploader.templates.parsing.parser import parse
from uploader.templates.values.patterns import kept_of, whole_match

LONG = 1_000_000
"""Characters: with an engine that goes back and tries again, none of these would end in a lifetime."""
NEVER_ENDING = [
    ("(a+)+", "a" * LONG + "b"),
    ("(a|a)*", "a" * LONG + "b"),
    ("(a|aa)+", "a" * LONG + "b"),
    (r"(\d*)*x", "1" * LONG),
    (r"(.*)(.*)(.*)(.*)(.*)x", "a" * LONG),
    (r"([a-z0-9]+\.?)+@[a-z]+\.com", "a." * (LONG // 2)),
    (r"(\w+\s?)+!", "ñandú " * (LONG // 6)),
]


@pytest.mark.parametrize(("pattern", "cell"), NEVER_ENDING, ids=[pattern for pattern, _ in NEVER_ENDING])
def test_no_pattern_keeps_a_check_or_a_setting_waiting(pattern: str, cell: str) -> None:
    began = time.process_time()
    assert not Column(pattern=pattern).takes(cell)
    setting = parse(GOOD + f"[settings.key]\naccept = '^(?:{pattern})$'\n", "x.toml", "x")
    with pytest.raises(SettingsError):
        setting.accepted_setting("key", cell)
    assert time.process_time() - began < 20


@pytest.mark.parametrize(
    "pattern",
    ["(?=a)b", "(?!0).+", "(?<=a)b", "(?<!a)b", r"(a)\1", r"(?P<n>a)(?P=n)", "(a{1000}){1000}", "a{1001}", "a*+", "(", "[a", "a**", r"\N{DIGIT ONE}", r"[^\W]", "[\\S]", "a" * 5_001, "(" * 2_000 + ")" * 2_000 + "{9}{9}{9}{9}{9}"],
    ids=lambda pattern: pattern[:20],
)  # fmt: skip
@pytest.mark.parametrize(("key", "table"), [("columns.name.pattern", ""), ("settings.key.accept", "[settings.key]\n")])
def test_a_pattern_that_can_not_be_used_is_refused_with_its_key_and_why(pattern: str, key: str, table: str) -> None:
    text = f"{GOOD}{table}{key.rpartition('.')[2]} = '{pattern}'\n"
    with pytest.raises(TemplateError) as refused:
        parse(text, "folder/x.toml", "x")
    for language in ("en", "es", "pt"):
        sentence = render(refused.value.message, language)
        assert "folder/x.toml" in sentence
        assert key in sentence
        assert "regular" in sentence


@pytest.mark.parametrize(
    ("pattern", "cell", "is_taken"),
    [
        (r"[\w ]+", "María Muñoz", True),
        (r"\w+", "ñandú_1", True),
        (r"\w+", "a-b", False),
        (r"\W", "ñ", False),
        (r"a\sb", "a\u00a0b", True),
        (r"a\Sb", "a\u00a0b", False),
        (r"[\s]", "\u2003", True),
        (r"[]\w]+", "]ñ", True),
        (r"[^]\w]", "ñ", False),
        (r"\\w", "\\w", True),
        (r"\[\w\]", "[ñ]", True),
        (r"\d{3}\Z", "123", True),
        (r"\d+", "\u0663", False),  # digits of other scripts are no number for an API
        (r"[\d-]+", "\uff13-\uff10", False),
        (r"\w+", "a1_", True),
        (r"\w+", "\u0663\uff13", False),
        (r"\W+", "\u0663", True),
        (r"(?i)MUÑOZ", "muñoz", True),
        (r"[[:alpha:]]+", "ab", True),
        (r"\p{L}+", "ñ", True),
        (r"\d+", "12\n", False),
        (r".*", "\ud800", False),
        ("", "", True),
    ],
)  # fmt: skip
def test_a_pattern_means_what_its_writer_expects_in_all_languages(pattern: str, cell: str, is_taken: bool) -> None:
    assert whole_match(Column(pattern=pattern).pattern or "")(cell) is is_taken


def test_a_setting_keeps_the_first_group_else_all_that_matches() -> None:
    assert kept_of(r"wv(\d+)", "https://wv0042.example") == "0042"
    assert kept_of(r"\d+", "wv0042") == "0042"
    assert kept_of(r"(\d+)?ñ", "aña") == ""
    assert kept_of(r"\d", "ñ") is None
    assert kept_of(r".*", "\ud800") is None
    assert kept_of(r"(ñ)", "aña") == "ñ"


@given(st.one_of(st.text(max_size=60), st.text(r"\wWsSdZpb[]^(){},?*+|.:PLia0129-", max_size=60)), st.text(max_size=60))
def test_any_text_is_a_pattern_that_answers_or_is_refused(pattern: str, cell: str) -> None:
    text = GOOD.replace("title = ", f"documentation = {_literal(pattern)}\ntitle = ")
    assert parse(text, "x.toml", "x").documentation == pattern
    try:
        template = parse(f"{GOOD}pattern = {_literal(pattern)}\n", "x.toml", "x")
    except TemplateError:
        return
    assert template.columns["name"].takes(cell) in (True, False)


def _literal(text: str) -> str:
    """A text as TOML writes any."""
    return '"' + "".join(f"\\U{ord(one):08x}" for one in text) + '"'


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (r"(\d+", "a (\\d+ le falta el paréntesis de cierre. Agréguelo, o escriba \\( si busca el signo mismo."),
        ("[a", "a [a le falta el corchete de cierre."),
        ("a)", "a a) le sobra un paréntesis de cierre."),
        ("+57", "+ no tiene antes nada que repetir. Escríbalo allí, o escriba \\+ si busca el signo mismo."),
        ("a**", "** repite dos veces."),
        ("a{2000}", "no puede repetir {2000}. Escriba como máximo 1000"),
        ("(?=a)b", "(?= mira adelante o atrás"),
        ("(?!a)b", "(?! mira adelante o atrás"),
        ("(?<=a)b", "(?<= mira adelante o atrás"),
        ("(?<!a)b", "(?<! mira adelante o atrás"),
        (r"(a)\1", "\\1 se refiere a un grupo"),
        (r"\q", "\\q no significa nada aquí"),
        ("a\\", "\\ no significa nada aquí"),
        ("[z-a]", "z-a no es un rango"),
        ("(?>a)", "(invalid perl operator: (?>)"),
    ],
)
def test_the_usual_mistakes_of_a_pattern_are_said_in_the_reader_s_language(pattern: str, said: str) -> None:
    with pytest.raises(TemplateError) as refused:
        parse(GOOD.replace("required = true", f"pattern = '{pattern}'"), "x.toml", "x")
    assert said in render(refused.value.message, "es")

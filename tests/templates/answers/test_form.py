"""What a template may say of answers, and which of its mistakes are found at which key."""

import pytest

from tests.templates.answers.judged import REQUEST
from uploader.errors import TemplateError
from uploader.i18n import render
from uploader.templates.parsing.parser import parse
from uploader.templates.template import Template

RULE = "[[rules]]\nmeans='rejected'\n"


def template_of(text: str, profile: str | None = None) -> Template:
    return parse(REQUEST + text, "x.toml", "x", None if profile is None else (f"title='p'\n{profile}", "api.toml"))


def test_one_path_may_be_a_plain_text_and_none_an_empty_one() -> None:
    answer = template_of("[answer]\ncode='a.*.b'\nmessage=['m', 'n']\nrefused='errors'\nok=[]\n").answer
    assert (answer.code, answer.message, answer.refused, answer.ok) == (("a.*.b",), ("m", "n"), ("errors",), ())
    assert template_of("[answer]\ncode=''\n").answer.code == ()


def test_columns_of_the_profile_come_first_and_the_template_may_say_otherwise() -> None:
    template = template_of(
        "[answer.columns]\nid='data.id'\ncost='price'\n", "[answer.columns]\nrequest='header:X-Request-Id'\nid='id'\n"
    )
    assert dict(template.answer.columns) == {"request": "header:X-Request-Id", "id": "data.id", "cost": "price"}
    assert template.kept_columns == ("request", "id", "cost")
    assert template_of("").kept_columns == ()


def test_a_rule_may_go_by_the_status_alone_and_without_advice() -> None:
    rule = template_of(RULE + "status=[403]\n").rules[0]
    assert rule.status == (403,)
    assert rule.advice == {}


@pytest.mark.parametrize(
    ("text", "key", "code"),
    [
        ("[answer]\ncode=7", "answer.code", "not_a_path"),
        ("[answer]\ncode=[7]", "answer.code.#1", "not_a_text"),
        ("[answer]\nmessage=['a', '']", "answer.message.#2", "secret_path"),
        ("[answer]\nrefused='a.1234567890'", "answer.refused.#1", "endless_path"),
        (f"[answer]\nok={['a'] * 21}", "answer.ok", "too_many"),
        ("[answer.columns]\nid=7", "answer.columns.id", "not_a_text"),
        ("[answer.columns]\nid=''", "answer.columns.id", "secret_path"),
        ("[answer.columns]\nid='a..b'", "answer.columns.id", "secret_path"),
        ("[answer.columns]\nid='header:'", "answer.columns.id", "header_name"),
        ("[answer.columns]\nid='header:Año'", "answer.columns.id", "header_name"),
        ("[answer.columns]\n''='id'", "answer.columns", "answer_column_name"),
        ("[answer.columns]\n' id'='id'", "answer.columns", "answer_column_name"),
        ("[answer.columns]\n'--'='id'", "answer.columns", "answer_column_name"),
        ('[answer.columns]\n"a\\tb"="id"', "answer.columns", "answer_column_name"),
        (f"[answer.columns]\n{'a' * 101}='id'", "answer.columns", "answer_column_name"),
        ("[answer.columns]\nTicket_ID='id'\n'ticket id'='id'", "answer.columns.ticket id", "answer_column_twice"),
        (
            "[answer.columns]\n" + "\n".join(f"c{i}='id'" for i in range(21)),
            "answer.columns",
            "too_many_answer_columns",
        ),
        (RULE + "status=[]", "rules.#1.status", "empty_list"),
        (RULE + "status=[99]", "rules.#1.status.#1", "too_small"),
        (RULE + "status=[600]", "rules.#1.status.#1", "too_large"),
        (RULE + "status=['403']", "rules.#1.status.#1", "not_a_whole_number"),
        (RULE + "status=403", "rules.#1.status", "not_a_list"),
        (RULE, "rules.#1", "matches_every_answer"),
    ],
)
def test_a_mistake_is_told_at_its_key(text: str, key: str, code: str) -> None:
    with pytest.raises(TemplateError) as caught:
        template_of(text)
    faults = caught.value.message.facts["faults"]
    assert isinstance(faults, tuple)
    (told,) = faults
    assert told.facts["key"] == key
    assert told.facts["fault"].code == f"template.fault.{code}"
    for language in ("en", "es", "pt"):
        assert key in render(caught.value.message, language)

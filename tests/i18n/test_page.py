"""What the page says: each message reads there as for people who see buttons and fields and no commands."""

import re
from collections.abc import Iterator, Mapping
from string import Formatter

import pytest

from uploader.i18n import Fact, Message, render
from uploader.i18n.catalogue import Pattern, entries
from uploader.i18n.languages import LANGUAGES
from uploader.i18n.recognise import recognised
from uploader.i18n.ways import FACES, ways

NEVER_THERE = ("help.", "draft.", "import.", "importing.", "template_check.", "cli.sandbox.", "app.stopping", "usage.", "ask.", "python.", "frame.", "journal_command.", "list.how.frame", "problem.float_column.", "problem.not_a_cell_value.")  # fmt: skip
"""What only the command line or Python says."""
CODES = sorted(code for code in entries() if not code.startswith(NEVER_THERE))
OF_ITS_OWN = [code for code in CODES if entries("page")[code] != entries()[code]]
SAYS_FACTS_ALONE = {"advice.none", "advice.from_template", "advice.problem", "advice.problems", "advice.several"}
COMMAND_LINE = re.compile(
    r"(^|[\s(“`])-{1,2}[a-z]|--|`|\buploader (send|check|resume|results|history|verify|settle|templates|demo|blank)\b"
    r"|uploader\.\w+\(|=(True|False|\[)|Ctrl|[a-z]_\w+=|\bcurl\b"
    r"|\bterminal\b|\bcommand\b|\bcomando\b|standard input|entrada (estándar|padrão)"
    r"|environment variable|variable de entorno|variável de ambiente|UPLOADER_HOME|variable HTTPS|variável HTTPS",
    re.IGNORECASE,
)
ENGLISH = re.compile(
    r"\b(the|and|of|is|are|was|were|to|in|with|not|it|its|this|that|row|rows|list|sent|send|add|choose|file|sheet|"
    r"you|your|by|or|on|from|be|can|if|has|have|there|then|only|to|when|which|column|columns|arrived|it)\b",
    re.IGNORECASE,
)
CONTRACT = re.compile(r"\bRow\b|\bnot sent\b|\[columns\]|\[settings\]")
"""Names that are the same in every language."""
UNFILLED = re.compile(r"[{}]|\bNone\b|“”|\(\)")


def names(text: str) -> Iterator[str]:
    """The facts that a pattern names, those within a way too."""
    for _, name, form, _ in Formatter().parse(text):
        if name is not None and name.startswith("way."):
            yield from names(form or "")
        elif name is not None and not name.startswith("action."):
            yield name


def patterns(entry: Mapping[str, Pattern]) -> Iterator[str]:
    for one in entry.values():
        yield from [one] if isinstance(one, str) else one.values()


def plausible(name: str, form: str) -> Fact:
    if name == "command":
        return Message("command.send_with_unknown", path="C:\\Ana\\lista.xlsx")
    return 12 if form == "n" else {"option": "rp_id=G", "by_letter": "rp_id=H"}.get(name, "Ana")


def said(code: str, language: str, *, count: int, face: str = "page") -> str:
    """The message with a fact for each placeholder that any face's sentence names."""
    texts = [*patterns(entries(face)[code]), *patterns(entries()[code])]
    forms = {name: form or "" for text in texts for _, name, form, _ in Formatter().parse(text) if name}
    facts: dict[str, Fact] = {
        name: plausible(name, forms.get(name, "")) for text in texts for name in names(text) if name != "count"
    }
    return render(Message(code, count=count, **facts), language, face=face)


in_each_language = pytest.mark.parametrize("language", sorted(LANGUAGES))


@in_each_language
def test_a_sentence_of_the_page_names_no_command_and_is_whole(language: str) -> None:
    assert len(CODES) > 500
    texts = [(code, said(code, language, count=count)) for code in CODES for count in (1, 3)]
    assert [one for one in texts if COMMAND_LINE.search(one[1])] == []
    assert [one for one in texts if UNFILLED.search(one[1])] == []
    assert [
        one for one in texts if one[1] != one[1].strip() or "  " in one[1] or ".." in one[1].replace(" ..", "")
    ] == []


@pytest.mark.parametrize("language", ["es", "pt"])
def test_a_sentence_of_the_page_has_no_english_word(language: str) -> None:
    texts = [(code, said(code, language, count=count)) for code in CODES for count in (1, 3)]
    assert [one for one in texts if ENGLISH.search(CONTRACT.sub("", one[1]))] == []


def test_a_way_of_the_page_has_no_english_word_but_what_is_on_an_element() -> None:
    for name, at in ways().items():
        page = at["page"]
        assert isinstance(page, Mapping), name
        assert set(page) == set(LANGUAGES), name
        has_words = re.search(r"\w", re.sub(r"\{.*?\}", "", page["en"]))
        assert not has_words or page["en"] not in (page["es"], page["pt"]), name


@pytest.mark.parametrize("code", OF_ITS_OWN)
def test_the_page_s_own_sentence_is_whole_and_names_no_fact_that_others_do_not(code: str) -> None:
    own, common = entries("page")[code], entries()[code]
    assert set(own) == set(LANGUAGES)
    assert {name for text in patterns(own) for name in names(text)} <= {
        name for text in patterns(common) for name in names(text)
    }
    assert len({frozenset({*names(text)} - {"count"}) for text in patterns(own)}) == 1
    assert len({text.endswith(".") for text in patterns(own)}) == 1
    assert {isinstance(one, str) for one in own.values()} == {isinstance(one, str) for one in common.values()}


@in_each_language
def test_no_two_buttons_have_the_same_text_and_none_has_a_full_stop(language: str) -> None:
    texts = [said(code, language, count=3) for code in CODES if code.startswith("page.action.")]
    assert len(set(texts)) == len(texts) > 20
    assert [text for text in texts if text.endswith(".") or not text[0].isupper()] == []


@pytest.mark.parametrize("face", FACES)
@in_each_language
def test_what_a_workbook_says_of_a_row_is_recognised_whoever_wrote_it(language: str, face: str) -> None:
    codes = [code for code in CODES if code.startswith("advice.")]
    again = {code: recognised(said(code, language, count=1, face=face), "advice.") for code in codes}
    assert {code for code, message in again.items() if message is None} == SAYS_FACTS_ALONE
    assert [code for code, message in again.items() if message is not None and message.code != code] == []

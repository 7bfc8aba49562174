"""Answers that differ only in a name, a number or a date are one group: `Agent * is not available`."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from uploader.i18n import Fact, Message
from uploader.model.rows import Status
from uploader.model.summary import AnswerCount

ANY = "*"
"""What a group's message has in the place of what differs."""

_TOKEN = re.compile(
    r"""
    (?P<varying>
        [\w.+-]+@[\w-]+(?:\.[\w-]+)+                            # an e-mail address
      | https?://[^\s"'<>]+
      | (?<!["']:)(?<!["']:[ ])(?:                              # a quoted name, but no value of JSON
            (?<!\w)"(?=\w)[^"\n]{1,80}"(?![ ]?:) | (?<!\w)'(?=\w)[^'\n]{1,80}'(?!\w)(?![ ]?:)
          | “[^”\n]{1,80}” | «[^»\n]{1,80}»
        )
      | [+-]?\d+(?:[.,:/]\d+)*(?:[eE][+-]?\d+)?(?![\w-])       # a number, a date, a time
      | [+#-]?(?=[\w.-]*\d)\w+(?:[.:/-]\w+)*                    # an id: a word with a digit in it
    )
  | (?P<word>[^\W\d_](?:[\w.'’-]*\w)?)
  | (?P<space>\s+)
  | .
    """,
    re.VERBOSE | re.DOTALL,
)
_SEVERAL = re.compile(r"\*(?: \*)+")
_MOST_CHARACTERS = 500
"""So much of a message is compared."""
_MOST_WORDS, _MOST_NAME_WORDS = 25, 5
"""Of a message in which names are looked for, and of a name."""
_PARTICLES = frozenset({"da", "das", "de", "del", "do", "dos", "e", "la", "las", "los", "van", "von", "y"})
_INSIDE_NAMES = ",."
_FEW, _MANY = 2, 5
"""How many answers must differ in one place only: where a name is plain to see, and where it may be any word."""


class AnswerGroup(NamedTuple):
    """Answers that differ only in a name or a number, and how many rows had one of them."""

    status: Status
    code: str
    message: str
    """With `ANY` in the place of what differs."""
    example: str
    """The message that most rows had, whole; "" where no message differs."""
    advice: Message
    rows: int


class _Token(NamedTuple):
    """A word, a number, a space or another character of a message."""

    kind: str
    text: str

    @property
    def is_name(self) -> bool:
        """Whether it can be part of a name: it begins with a capital letter, or is no word."""
        return self.kind == "varying" or (self.kind == "word" and self.text[0].isupper())

    @property
    def is_lower(self) -> bool:
        """Whether it is a word that is no name."""
        return self.kind == "word" and self.text[0].islower()


_VARYING = _Token("varying", ANY)
_Tokens: TypeAlias = tuple[_Token, ...]
_Kind: TypeAlias = tuple[Status, str, str]
"""Status, code, and which advice: answers that differ in these are never grouped."""


def grouped(answers: Iterable[AnswerCount]) -> list[AnswerGroup]:
    """The answers by status, code, advice and message, the most rows first.

    Messages that differ only in e-mail addresses, numbers, dates, ids, quoted names or capitalised names are one.
    """
    by_kind: dict[_Kind, list[AnswerCount]] = defaultdict(list)
    for answer in answers:
        by_kind[answer.status, answer.code, _advice_kind(answer.advice)].append(answer)
    groups = [group for of_kind in by_kind.values() for group in _groups(of_kind)]
    return sorted(groups, key=lambda group: -group.rows)


def _advice_kind(advice: Message) -> str:
    """A code of ours with whatever facts is one advice; a text of a template's or a person's is one by its words."""
    says_text = {"text", "texts"} & set(advice.facts)
    return f"{advice.code} {dict(advice.facts)!r}" if says_text else advice.code


def _groups(answers: Sequence[AnswerCount]) -> Iterator[AnswerGroup]:
    by_shape: dict[_Tokens, list[AnswerCount]] = defaultdict(list)
    tokens: dict[_Tokens, list[_Tokens]] = defaultdict(list)
    for answer in answers:
        own = _tokens(answer.message)
        shape = tuple(_VARYING if token.kind == "varying" else token for token in own)
        by_shape[shape].append(answer)
        tokens[shape].append(own)
    patterns = {_common(of_shape): by_shape[shape] for shape, of_shape in tokens.items()}
    for pattern, members in _without_names(patterns).items():
        yield _group(pattern, members)


def _group(pattern: _Tokens, members: Sequence[AnswerCount]) -> AnswerGroup:
    commonest = max(members, key=lambda answer: answer.rows)
    differs = any(answer.message != commonest.message for answer in members)
    message = _SEVERAL.sub(ANY, "".join(token.text for token in pattern)) if differs else commonest.message
    advice = _common_advice([answer.advice for answer in members])
    rows = sum(answer.rows for answer in members)
    example = commonest.message if differs else ""
    return AnswerGroup(commonest.status, commonest.code, message, example, advice, rows)


def _common_advice(advices: Sequence[Message]) -> Message:
    """The advice with `ANY` for each fact that differs."""
    first = advices[0]
    if all(one == first for one in advices):
        return first
    facts: dict[str, Fact] = {
        name: fact if all(one.facts.get(name) == fact for one in advices) else ANY for name, fact in first.facts.items()
    }
    return Message(first.code, **facts)


def _tokens(message: str) -> _Tokens:
    """The tokens of a message; numbers with nothing but spaces between them are one, as in a telephone number."""
    found = [_Token(one.lastgroup or "other", one[0]) for one in _TOKEN.finditer(message[:_MOST_CHARACTERS])]
    tokens: list[_Token] = []
    for token in found:
        if token.kind == "varying" and [one.kind for one in tokens[-2:]] == ["varying", "space"]:
            space, number = tokens.pop(), tokens.pop()
            tokens.append(_Token("varying", number.text + space.text + token.text))
        else:
            tokens.append(token)
    return tuple(tokens)


def _common(messages: Sequence[_Tokens]) -> _Tokens:
    """The tokens of messages of one shape, with `ANY` only where they differ."""
    return tuple(of_all[0] if len(set(of_all)) == 1 else _VARYING for of_all in zip(*messages, strict=True))


def _without_names(patterns: Mapping[_Tokens, list[AnswerCount]]) -> Mapping[_Tokens, list[AnswerCount]]:
    """Patterns that differ in one name become one, those with most in common first."""
    for least in (_FEW, _MANY):
        before = 0
        while before != len(patterns):
            before, patterns = len(patterns), _once_without_names(patterns, least)
    return patterns


def _once_without_names(
    patterns: Mapping[_Tokens, list[AnswerCount]], least: int
) -> Mapping[_Tokens, list[AnswerCount]]:
    """`least` or more patterns that have all in common but one name become one; each only once."""
    merged = dict(patterns)
    alike: dict[_Tokens, dict[_Tokens, None]] = defaultdict(dict)
    for pattern in patterns:
        for start, end in _names(pattern, weak=least == _MANY):
            alike[(*pattern[:start], _VARYING, *pattern[end:])][pattern] = None
    common = [pattern for pattern, having in alike.items() if len(having) >= least]
    for pattern in sorted(common, key=lambda one: (-len(one), -len(alike[one]))):
        having = [one for one in alike[pattern] if one in merged]
        if len(having) >= least:
            merged[pattern] = [answer for one in having for answer in merged.pop(one)]
    return merged


def _names(pattern: _Tokens, *, weak: bool) -> Iterator[tuple[int, int]]:
    """Where a name may be: from which token to before which. What is left must say enough to be an answer."""
    words = [at for at, token in enumerate(pattern) if token.kind in ("word", "varying")]
    is_json = bool(pattern) and pattern[0].text in "{["
    if len(words) > _MOST_WORDS or (is_json and not weak):
        return
    for nth, start in enumerate(words):
        ends = [start + 1] if weak and pattern[start].is_lower else []
        ends += _name_ends(pattern, words[nth : nth + _MOST_NAME_WORDS]) if weak or nth > 0 else []
        yield from ((start, end) for end in ends if _says_enough(pattern[:start] + pattern[end:], weak=weak))


def _name_ends(pattern: _Tokens, words: Sequence[int]) -> Iterator[int]:
    """Before which tokens a name can end that begins with the first of these words: `Ana de la Cruz`, `Cruz, Ana`."""
    previous = words[0]
    for at in words:
        is_particle = at != words[0] and pattern[at].text in _PARTICLES
        is_near = all(token.kind == "space" or token.text in _INSIDE_NAMES for token in pattern[previous + 1 : at])
        if not (is_near and (pattern[at].is_name or is_particle)):
            return
        if not is_particle:
            yield at + 1
        previous = at


def _says_enough(rest: Sequence[_Token], *, weak: bool) -> bool:
    """Two words. Where Each Word Has A Capital, it marks no name."""
    kinds = Counter((token.kind, token.is_lower) for token in rest)
    return kinds["word", True] + kinds["word", False] >= _FEW and (weak or kinds["word", True] > 0)

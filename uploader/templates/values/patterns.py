r"""Regular expressions of a template, run by RE2: its time grows with the text alone, so none can keep a check waiting.

A template is written for Python's notation. What RE2 has under the same name with ASCII alone (`\w`, `\s`) is widened
to the letters and spaces of all languages, or `[\w ]+` would refuse Muñoz; what it doesn't have is refused. Digits stay
0 to 9, in `\d` and in `\w`: an API takes no others, and a full-width or Arabic one in a phone number is a mistake.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Any, TypeAlias

import re2
from pydantic import AfterValidator

from uploader.i18n import Message
from uploader.templates.values.faults import FaultError

_MOST_CHARACTERS = 5_000
_PART = re.compile(r"(?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])|\\(?P<escape>.)", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_LETTERS, _BLANKS = r"\p{L}0-9_", r"\s\x0b\x1c-\x1f\x{85}\p{Z}"
_IN_A_SET = {"w": _LETTERS, "s": _BLANKS}
_ALONE = {"w": f"[{_LETTERS}]", "W": f"[^{_LETTERS}]", "s": f"[{_BLANKS}]", "S": f"[^{_BLANKS}]", "Z": r"\z"}
_ONLY_ALONE = _ALONE.keys() - _IN_A_SET.keys()
_REASONS = {
    "missing )": "regex_group_not_closed",
    "missing ]": "regex_set_not_closed",
    "unexpected )": "regex_group_not_opened",
    "no argument for repetition operator": "regex_repeats_nothing",
    "bad repetition operator": "regex_repeats_twice",
    "invalid repetition size": "regex_repeats_too_often",
    **dict.fromkeys((f"invalid perl operator: (?{sign}" for sign in ("=", "!", "<=", "<!")), "regex_looks_around"),
    **dict.fromkeys((f"invalid escape sequence: \\{sign}" for sign in "123456789k"), "regex_refers_back"),
    "invalid escape sequence": "regex_escape",
    "trailing \\": "regex_escape",
    "invalid character class range": "regex_range",
}
"""By the beginning of what RE2 says; the first one counts."""
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False


def _compiles(pattern: str) -> str:
    if len(pattern) > _MOST_CHARACTERS:
        raise FaultError(Message("template.fault.regex_too_long", most=_MOST_CHARACTERS))
    try:
        _compiled(pattern)
    except re2.error as why:
        raise FaultError(_fault_of(why.args[0].decode("utf-8", "replace"))) from why
    return pattern


def _fault_of(why: str) -> Message:
    """RE2's reason, in words of ours where it is one that people cause."""
    reason, _, part = why.partition(": ")
    for beginning, code in _REASONS.items():
        if why.startswith(beginning):
            return Message(f"template.fault.{code}", part=part or reason.removeprefix("trailing "))
    return Message("template.fault.regex", why=why)


Regex: TypeAlias = Annotated[str, AfterValidator(_compiles)]


def whole_match(pattern: str) -> Callable[[str], bool]:
    """What says whether a pattern matches a whole text; one that can't be written down matches nothing."""
    match = _compiled(pattern).fullmatch

    def matches(text: str) -> bool:
        written = _bytes_of(text)
        return written is not None and match(written) is not None

    return matches


def kept_of(pattern: str, text: str) -> str | None:
    """What of a text a pattern keeps, wherever it matches: its first group, else all; None where it doesn't match."""
    written, compiled = _bytes_of(text), _compiled(pattern)
    match = None if written is None else compiled.search(written)
    if match is None:
        return None
    kept: bytes = match[1 if compiled.groups else 0] or b""
    return kept.decode("utf-8", "replace")


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    # Of bytes: for texts RE2's own wrapper counts characters at every match, which takes most of its time.
    return re2.compile(_PART.sub(_for_re2, pattern).encode(), _OPTIONS)


def _bytes_of(text: str) -> bytes | None:
    try:
        return text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return None


def _for_re2(part: re.Match[str]) -> str:
    if part["set"] is not None:
        return _ESCAPE.sub(_in_a_set, part["set"])
    return _ALONE.get(part["escape"], part[0])


def _in_a_set(escape: re.Match[str]) -> str:
    if escape[1] in _ONLY_ALONE:
        raise FaultError(Message("template.fault.regex_in_a_set", part=escape[0]))
    return _IN_A_SET.get(escape[1], escape[0])

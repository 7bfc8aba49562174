"""Which values of a source are secrets: by the name of what holds them, or because they look like one."""

import re
from collections.abc import Iterator
from typing import Any

from uploader.model.secret_names import names_a_secret
from uploader.model.settings import MASK

_LOOKS = re.compile(
    r"""
    eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)*            # a JSON web token
    | (?:sk|rk|pk)_(?:live|test)_\w{6,} | whsec_\w{8,} | sk-[\w-]{16,}
    | xox[a-z]-[\w-]{8,} | xapp-[\w-]{8,}
    | gh[pousr]_\w{16,} | github_pat_\w{16,} | glpat-[\w-]{16,}
    | (?<![A-Za-z0-9+])AKIA[0-9A-Z]{12,} | (?<![A-Za-z0-9+])AIza[\w-]{30,} | ya29\.[\w-]{10,}
    | SG\.[\w-]{10,}\.[\w-]{10,} | key-[0-9a-f]{30,} | dop_v1_\w{16,}
    | (?<!\d)\d{6,}:[\w-]{30,}                      # Telegram's
    | pat-[a-z0-9]+-[\w-]{20,} | pat\w{14}\.[0-9a-f]{20,} | ATATT[\w-]{16,}=?\w* | shp[a-z]{2}_\w{16,}
    | (?<![A-Za-z0-9+/])EAA[A-Za-z0-9]{24,} | secret_\w{20,} | ntn_\w{20,}
    | -----BEGIN[ ][A-Z ]*PRIVATE[ ]KEY-----.*?(?:-----END[ ][A-Z ]*-----|\Z)
    | (?<=://)[^\s/:@{}]+:[^\s/@{}]+(?=@)           # who logs in, in an address
    | (?<=\bBearer[ ])[\w.~+/-]{12,}=* | (?<=\bBasic[ ])[\w+/]{12,}=*
    | (?<=hooks\.slack\.com/services/)[\w/]{8,}
    """,
    re.VERBOSE | re.DOTALL,
)
_PARAMETER = re.compile(r"(?<=[?&;])(?P<name>[\w.%\[\]-]{1,80})=(?P<value>[^&\s\"'<>#;{}]+)")
_PAIR = re.compile(
    r"""(?P<quote>["']?)(?P<name>[\w-]{1,80})(?P=quote)\s*[:=]\s*(?:"(?P<double>(?:[^"\\\n]|\\.)*)"|'(?P<single>(?:[^'\\\n]|\\.)*)')"""
)
"""What a text that is no JSON has like JSON: `"password": "…"`."""
_ELEMENT = re.compile(r"<(?:[\w-]+:)?(?P<name>[\w-]+)(?:\s[^<>]*)?>(?P<value>[^<>]+)</")
_ATTRIBUTE = re.compile(r"""\s(?:[\w-]+:)?(?P<name>[\w-]+)=(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')""")
_BARE_KEY = re.compile(r"(?i)(.*[^a-z])?(keys?|claves?|chaves?|auth|credentials?)([ _-]?\d+)?")
_OF_WHAT = re.compile(r"(?i)api|access|secret|private|client|auth.")
"""Names that say key and not of what: also a project's key is called so."""
_ORDINARY = re.compile(r"[^\W\d]{1,20}([ ._-]?[^\W\d]{1,20}){0,3}|[A-Z][A-Z0-9]{0,9}-\d{1,7}|\d{1,6}")
"""What such a name may hold that is no secret: a word or two, an issue's key."""
_WORDS = re.compile(r"[^\W\d_]+([ ._-][^\W\d_]+)*")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_OF_A_KEY = re.compile(r"(?i)(.*[^a-z])?(keys?|claves?|chaves?)")
_PASSWORD = re.compile(
    r"(?i)(.*[\W_])?(user|agent|new|old|temp|confirm|initial|default)?(passwords?|passwd|passphrase|pass|pwd|pin|claves?|senhas?|contrase(n|ñ|nh)as?)"
    r"([\W_].*)?"
)
_OF_ONE_WHO_SENDS = re.compile(r"(?i).*(api|app|auth|client|access|token|secret|smtp|ftp|db|database)")
_NO_SECRET = re.compile(
    r"(?i).*(idempoten|dedup|sort|group|order|partition|primary|foreign|public|expires|type$|count$|url$)"
)
_OF_A_PLACE = re.compile(r"(?i).*(ur[il]s?|hosts?|hostname|servers?|domains?|endpoints?|base)")
"""What is called after a secret and tells where it is got: `auth_url`."""
_YES_OR_NO = re.compile(r"(?i)true|false|yes|no|s[ií]|n[aã]o")
_STAND_IN = re.compile(
    r"(?i)<[^<>]*>|\[[^\[\]]*\]|string|text|texto|password|passwd|contrase[nñ]a|senha|secret|secreto|token|api[ _-]?key"
    r"|(?P<one>[*x.•])(?P=one)+|(your|my|tu|su|mi|seu|sua)[ _-].*"
)
"""What documents have in the place of a secret."""
_OF_NUMBERS = re.compile(r"(?i).*(pass|pwd|pin$|secret|clave|senha|contrase)")


def is_secret(name: str, value: Any) -> bool:
    """Whether a value that is called so is a secret. Numbers are only under names such as `pin`: not `max_tokens`."""
    if isinstance(value, bool) or value is None or value == "" or not holds_a_secret(name) or _NO_SECRET.match(name):
        return False
    if isinstance(value, int | float):
        return bool(_OF_NUMBERS.match(name))
    if isinstance(value, str) and _YES_OR_NO.fullmatch(value):
        return False
    says_only_key = bool(_BARE_KEY.fullmatch(name)) and not _OF_WHAT.search(name)
    is_a_sentence = bool(_OF_A_KEY.fullmatch(name)) and " " in value
    return not (says_only_key and (is_a_sentence or bool(_ORDINARY.fullmatch(str(value)))))


def holds_a_secret(name: str) -> bool:
    """Whether what is called so is a secret, whatever its value: a `token`, and not the `token_url`."""
    return names_a_secret(name) and not _OF_A_PLACE.fullmatch(name)


def is_stand_in(value: str) -> bool:
    """Whether a value only stands for a secret, as `string` and `<password>` do in documents: it tells nothing."""
    return bool(_STAND_IN.fullmatch(value))


def is_word(value: str) -> bool:
    """Whether a secret is a word or two, which may be a part of any other text."""
    return bool(_WORDS.fullmatch(value))


def is_of_a_record(name: str) -> bool:
    """Whether a secret that is called so is one of the record itself, as a new user's password: each row has its own.

    Tokens, keys, and the passwords of those who send are the same for all rows.
    """
    words = _CAMEL.sub("_", name)
    return bool(_PASSWORD.fullmatch(words)) and not _OF_ONE_WHO_SENDS.match(name)


def secrets_in(text: str) -> Iterator[tuple[int, int, str]]:
    """Where in a text there are secrets, whatever it is called: from, to, and a name for what is there."""
    yield from ((found.start(), found.end(), "") for found in _LOOKS.finditer(text))
    for pattern in (_PARAMETER, _PAIR, _ELEMENT, _ATTRIBUTE):
        for found in pattern.finditer(text):
            group = next(name for name in ("value", "double", "single") if found.groupdict().get(name) is not None)
            if is_secret(found["name"], found[group]):
                yield found.start(group), found.end(group), found["name"]


def concealed(text: str) -> str:
    """`text` with `***` for what looks like a secret, from the last to the first."""
    for begin, end, _ in sorted(secrets_in(text), reverse=True):
        text = text[:begin] + MASK + text[end:]
    return text

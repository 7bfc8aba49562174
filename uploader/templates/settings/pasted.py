"""What came along when a secret was pasted: quotation marks, and what the template puts before it anyway.

Nobody sees a secret while it is typed, and the API would only say that it is wrong.
"""

import re
from collections.abc import Iterable, Iterator

from uploader.i18n import Message
from uploader.templates.requests.form import RequestForm
from uploader.templates.requests.headers.authorization import BEARER
from uploader.templates.requests.placeholders import placeholders_in, texts_before

_QUOTES = "\"'`´“”„‟‘’‚‛«»‹›＂＇"
_OF_TYPOGRAPHY = _QUOTES[3:]
"""One of these is never part of a secret, which is plain ASCII; of the others, a pair around it isn't."""
_LAST_PART = re.compile(r"[^?&/;,]*$")


def pasted_along(
    name: str, value: str, environment: str | None, form: RequestForm, urls: Iterable[str]
) -> Message | None:
    """What is around a secret that doesn't belong to it, without the secret; None where nothing is.

    `urls` are the other addresses that it may be put into.
    """
    first, last = value[:1], value[-1:]
    is_paired = len(value) > 1 and first in _QUOTES and last in _QUOTES
    if value and (is_paired or first in _OF_TYPOGRAPHY or last in _OF_TYPOGRAPHY):
        return Message("setting.in_quotes", name=name)
    for label in _labels(name, environment, form):
        if value.casefold().startswith(label.casefold()):
            return Message("setting.with_its_name", name=name, label=label)
    for before in _before(name, form, urls):
        if _begins_with(value, before):
            return Message("setting.twice", name=name, before=before)
    return None


def _labels(name: str, environment: str | None, form: RequestForm) -> Iterator[str]:
    """What a secret is called where people copy it from, with the sign that follows: `WOLKVOX_TOKEN=`."""
    yield f"{name}="
    if environment:
        yield f"{environment}="
    yield from (f"{header}:" for header, text in form.headers.items() if name in placeholders_in(text))


def _before(name: str, form: RequestForm, urls: Iterable[str]) -> Iterator[str]:
    """What the template itself puts right before the secret: `Bearer`, or `token=` in an address."""
    texts = [text for _, text in form.texts()]
    if form.bearer is not None:
        texts.append(f"{BEARER} {form.bearer}")
    for text in (*texts, *urls):
        for before in texts_before(name, text):
            found = _LAST_PART.search(before)
            if found and found[0].strip():
                yield found[0].strip()


def _begins_with(value: str, before: str) -> bool:
    """Whether a value begins with these words, and not with a longer one."""
    if not value.casefold().startswith(before.casefold()):
        return False
    return not before[-1].isalnum() or value[len(before) : len(before) + 1].isspace()

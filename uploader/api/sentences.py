"""Messages as sentences for who calls from Python."""

from uploader.i18n import Message, render


def reason(message: Message | None, language: str) -> str | None:
    """Why something ended, which is part of a sentence elsewhere, as one of its own."""
    if message is None:
        return None
    text = sentence(message, language)
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"


def sentence(message: Message, language: str = "en") -> str:
    """What a `Ui` is told, as a sentence in that language."""
    return render(message, language, face="python")

"""Messages as sentences for who calls from Python."""

from uploader.i18n import Message, render


def sentence(message: Message, language: str = "en") -> str:
    """What a `Ui` is told, as a sentence in that language."""
    return render(message, language, face="python")

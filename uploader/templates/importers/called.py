"""What a request is called that its source gives no name."""

import re
from urllib.parse import unquote

from uploader.templates.importers.draft.address.path import shown_path

_VERSION = re.compile(r"(?i)v?\d+([._-]\d+)*|api|rest|latest|stable")
_GENERIC_WORDS = (
    "send create add new batch bulk import update json search query upsert actions"
    " lote lotes crear criar nuevo novo enviar agregar adicionar buscar importar actualizar atualizar"
)
_GENERIC = frozenset(_GENERIC_WORDS.split())
_OPERATION = re.compile(r"(?i)api|action|method|operation|op|command|cmd|function|service")


def called(url: str, method: str) -> str:
    """The operation that its address names, with the word before it where it says little; else the method."""
    path = shown_path(url)
    query = url.partition("#")[0].partition("?")[2]
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if _OPERATION.fullmatch(name) and re.fullmatch(r"[A-Za-z][\w.-]{1,60}", value):
            return value
    words = [unquote(part) for part in path.split("/") if re.fullmatch(r"[A-Za-z%][\w.%~-]{0,60}", part)]
    words = [re.sub(r"\.(json|xml|php|aspx?)$", "", word) for word in words]
    words = [word for word in words if not _VERSION.fullmatch(word) and not re.search(r"\d{3}", word)]
    if not words:
        return method
    return " ".join(words[-2:]) if words[-1].lower() in _GENERIC else words[-1]

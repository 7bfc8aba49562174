"""Whether a setting is a secret by its name, where nobody says what it is."""

import re
import unicodedata

_SECRET_WORD = re.compile(
    r"keys?|pass|passwd|passphrase|pwd|auth|authori[sz]ation|autoriza(cion|cao)|bearer|jwt|cookie|pin|segredo|contrasenia"
    r"|senhas?|claves?|chaves?|credentials?|credencia(l|les|is)|\w*(token|secret|password|contrasena)s?"
    r"|secretos?|\w*apikey|tkn|[cx]srf"
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def names_a_secret(setting: str) -> bool:
    """Whether a setting's name says that it is secret, as a word of it: `wolkvox_token`, `apiKey`, `x-api-key`."""
    letters = "".join(one for one in unicodedata.normalize("NFKD", setting) if not unicodedata.combining(one))
    words = [word.casefold() for word in _WORD.findall(letters)]
    return any(_SECRET_WORD.fullmatch(word) for word in words)

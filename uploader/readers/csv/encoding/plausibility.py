"""How much sense a character over 127 makes between its neighbours: a letter, a quote, a dash, a currency."""

import re
from collections.abc import Mapping

GOOD, FAIR, RARE, ODD, BAD = 1.0, 0.5, 0.15, -1.0, -2.0
_WRONG = -1.5

_KINDS = {"x": str.islower, "X": str.isupper, "0": str.isdigit, " ": str.isspace}
"""The kinds that these characters name in a rule; all others name themselves."""
_Rule = tuple[str, str, float]
"""The kinds of character before and after, any where that is empty, and the worth."""
_CLOSE_TO_LETTERS: tuple[_Rule, ...] = (("xX", "", _WRONG), ("", "xX", _WRONG))
_OPENING: tuple[_Rule, ...] = (("xX0", "", _WRONG), ("", " ,;", _WRONG))
_ORDINAL: tuple[_Rule, ...] = (
    ("0", "", GOOD),
    ("xX", "xX", BAD),
    ("", "xX", ODD),
    ("nN.", "", GOOD),
    ("oOaAMDrR", "", FAIR),
    ("xX", "", RARE),
)
_CLOSING: tuple[_Rule, ...] = (("", "xX0", _WRONG), ("0", "", 0.1))

_RULES_OF_ALIKE: Mapping[str, tuple[_Rule, ...]] = {
    "º": (*_ORDINAL, ("", "", 0.2)),
    "°": ((" ", "C", 0.2), *_ORDINAL, ("", "", 0.2)),
    "ª": (*_ORDINAL, ("", "", ODD)),
    # Many type ¡hola¡
    "¿¡": (("xX0", "xX0", BAD), ("xX0", "", -0.5), ("", 'xX0¡¿"“', GOOD), ("", "", -0.5)),
    "–—": (("0", "0", GOOD), ("x", "xX", RARE), ("X", "xX", -0.9), (" ", " ", 0.9), ("", "", 0.4)),
    "“«": (*_OPENING, ("", "", 0.9)),
    "„‘‚‹": (*_OPENING, ("", "", 0.4)),
    "”›": (*_CLOSING, ("", "", 0.9)),
    "»": (*_CLOSING, ("", "", FAIR)),
    "…": (("xX", "xX", RARE), ("", "", FAIR)),
    "€": (("xX", "", RARE), ("", "xX", RARE), ("", "", GOOD)),
    "£": (*_CLOSE_TO_LETTERS, ("", "", FAIR)),
    "¥¢": (*_CLOSE_TO_LETTERS, ("", "0", FAIR), ("", "", 0.0)),
    "®™²³¹": (("", "xX0", ODD), ("xX0", "", 0.8), ("", "", ODD)),
    "½¼¾‰±×÷": (*_CLOSE_TO_LETTERS, (" ", "0", _WRONG), ("", "", 0.4)),
    "µ": (("xX", "", _WRONG), ("", "glms", FAIR)),
    "©§¶†": (*_CLOSE_TO_LETTERS, ("0", "", _WRONG), ("", " 0", 0.3), ("", "", -0.5)),
    # O´Higgins is typed so by many; the other accents on their own are not.
    "´": (("xX", "xX", 0.2),),
    "\xa0\xad": (("", "", 0.4),),
    "•·": (("l", "l", FAIR), ("xX", "xX", _WRONG), ("", "", 0.4)),
    "’": (),  # see `_of_apostrophe`
    "ıƒΩπμ": (),  # letters, but not in lists
}
"""What people write around each of these. The first rule that fits counts."""
_RULES = {character: rules for alike, rules in _RULES_OF_ALIKE.items() for character in alike}

_END_OF_ENGLISH = re.compile(r"’(s|t|d|m|ll|re|ve)(?![^\W\d_])", re.IGNORECASE)
# “L’a” is rather a Lía that a Mac wrote.
_ELISION = re.compile(
    r"(?<![^\W\d_])(([dlcjmnst]|qu|all)’[aeiouáéíóúâêôãõàüyh]|([DLCJMNST]|Qu)’[AEIOUÁÉÍÓÚÂÊÔÃÕÀÜYH]|O’[^\W\d_])\Z"
)
_WEIGHTS: dict[str, float] = {
    **dict.fromkeys("áéíóúñãõçâêô", 1.0), **dict.fromkeys("àü", 0.8), "è": 0.6,
    **dict.fromkeys("äöî", 0.3), **dict.fromkeys("ïûëœßåøù", 0.2), "æ": 0.0, **dict.fromkeys("òì", 0.1),
}  # fmt: skip
"""How usual each is in Spanish, Portuguese, French and names; all others are odd."""
_VOWELS = "aeiouáéíóúâêôãõàüy"
_BASE = str.maketrans("áéíóúâêôãõà", "aeiouaeoaoa")
_FOLLOWERS = {"ã": "oesnim", "õ": "e", "ç": "aouãõáâóôúeéi", "ñ": "aeiouáéíóú", "œ": "ui"}
"""The letters that can follow these within a word."""
_NEIGHBOURS = re.compile(r"ç[ãõáâàóôúéê]|ñ[áéíóú]|[nrl]ç|óã|[íúáéóâêô][çñ]")
_KNOWN_WORDS = """
adrián amanhã amapá andrés antónio antônio aquí araújo asunción así atención atenção até avó avô ação año años belém
belén bogotá brasília café ceará compañía conceição concepción crédito cuiabá cuándo cédula césar código cómo córdoba
cúcuta descripción descrição después dirección disponível domínguez débito día días díaz dónde endereço español está
están estás fabián fernández flávia garcía germán gestión glória goiânia gonzález gonçalves gutiérrez gómez hernán
hernández há héctor ibagué ibáñez información informação informações inés inês irmãos iván jesús jiménez joaquín josé
joão julián já león ligação lucía luís línea lópez macapá maceió magalhães maranhão martín martínez maría matrícula
mañana medellín montería município muñoz márcia mário márquez más méndez mérida méxico mês mónica móvil neuquén
nicolás niterói não número números núñez observación olá ordóñez panamá paraná patrícia país países perú peña piauí
popayán praça preço próxima próximo página pé pérez querétaro quién qué ramírez ramón razão razón raúl rocío rodríguez
rondônia rubén río sebastián sebastião según serviço será señor señora simón simões situação sofía suárez sánchez são
sí só sólo también teléfono tomás três tucumán vehículo velásquez verónica você vocês válido vásquez vázquez víctor à
às álvarez ángel ángela é él ñañez órgão óscar última último
"""
KNOWN_WORDS = frozenset(_KNOWN_WORDS.split())
"""Words that lists are full of, in small letters; each of them makes its reading a little likelier."""


def sense(text: str, i: int) -> float:
    """The worth of the character at `i`, which has one on either side: about -2 (can't be) to 1 (usual)."""
    is_letter = text[i].isalpha() and text[i] not in _RULES
    return _of_letter(text, i) if is_letter else _of_other(text, i)


def _of_other(text: str, i: int) -> float:
    if text[i] == "’":
        return _of_apostrophe(text, i)
    for befores, afters, worth in _RULES.get(text[i], ()):
        if _is_of(text[i - 1], befores) and _is_of(text[i + 1], afters):
            return worth
    return BAD


def _is_of(char: str, kinds: str) -> bool:
    return not kinds or any(_KINDS[kind](char) if kind in _KINDS else char == kind for kind in kinds)


def _of_apostrophe(text: str, i: int) -> float:
    p, n = text[i - 1], text[i + 1]
    if not (p.isalpha() and n.isalpha()):
        return 0.3 if p.isalnum() or n.isalnum() else -0.5
    if _END_OF_ENGLISH.match(text, i) or _ELISION.search(text[: i + 2]):
        return 0.8
    return RARE if n.islower() else ODD


def _of_letter(text: str, i: int) -> float:
    p, n = text[i - 1], text[i + 1]
    small = text[i].lower()
    weight = _WEIGHTS.get(small, ODD)
    if p.isdigit() or n.isdigit():
        return weight - 1.5
    if not p.isalpha() and not n.isalpha():
        return 0.3 if small in "áéóàèñ" else ODD + min(0.0, weight)
    return weight + _case(text, i) + _fits(p.lower(), small, n.lower() if n.isalpha() else "")


def _case(text: str, i: int) -> float:
    """The penalty for capitals and small letters in an order that nobody writes."""
    p, n = text[i - 1], text[i + 1]
    if text[i].islower():
        # Programs that know only ASCII's capitals write MUñOZ: odd, and seen.
        if p.isupper() and (text[i - 2 : i - 1].isupper() or (n.isupper() and not text[i + 2 : i + 3].islower())):
            return -0.7 if text[i] in "áéíóúñãçê" else -1.8
        return BAD if n.isupper() else 0.0
    if p.islower():
        return -2.5
    return -0.7 if p.isupper() and n.islower() else 0.0


def _fits(p: str, char: str, n: str) -> float:
    """The penalty for a letter that can't come next to the one before or after."""
    lost = 0.0
    if p.isalpha() and not p.isascii() and not _NEIGHBOURS.match(p + char):
        lost -= 1.0
    if n and n not in _FOLLOWERS.get(char, n) and not _NEIGHBOURS.match(char + n):
        lost -= 1.2 if char in "ãõ" else 0.8
    base = char.translate(_BASE)
    if base in "aiou" and base in (p.translate(_BASE), n.translate(_BASE)):
        lost -= 0.5
    if char == "ç" and p.isalpha() and p not in _VOWELS + "nrl":
        lost -= 0.8
    if (char == "à" and p.isalpha() and n) or (char == "õ" and not n):
        lost -= 0.7
    return lost

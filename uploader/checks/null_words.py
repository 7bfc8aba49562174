"""What programs write for a value that they don't have, such as `NULL`, and what a page shows while it still loads."""

_ANY_CASE = ("null", "undefined", "<null>", "(null)", "[null]", "#null", "<na>", "<none>", "<nil>", "dbnull")
_AS_WRITTEN = (
    r"\N", "NaN", "nan", "-nan", "NaT", "None", "nil", "Infinity", "-Infinity", "-inf", "1.#QNAN", "1.#INF", "-1.#IND",
    "[object Object]", "[object object]", "[object Undefined]", "[object Null]", "[object Promise]", "System.DBNull",
    "DBNull", "Invalid Date", "Invalid date", "NaN-NaN-NaN", "NaN/NaN/NaN",
    *(f"{word} {word}" for word in ("null", "NULL", "undefined", "None", "nan")),
)  # fmt: skip
"""Written otherwise, some of these are names: Nan, Nat, Nil. Doubled, they were a first and a last name."""
_OF_DATES = (
    "0000-00-00", "0000-00-00 00:00:00", "00/00/0000", "00/00/0000 00:00:00",
    "00/01/1900", "0/1/1900", "1/0/1900", "01/00/1900", "1900-01-00",
)  # fmt: skip
"""A database's and a spreadsheet's dates of nothing."""
_OF_PIVOTS = ("(blank)", "(en blanco)", "(em branco)", "(vacío)", "(vazio)", "(vacías)", "(vazias)")
_LOADING = (
    "Loading", "Cargando", "Carregando", "A carregar", "Chargement", "Chargement en cours", "Wird geladen",
    "Caricamento",
)  # fmt: skip

_HIDDEN = ("***",)
"""What stands for a secret where it is not shown, in the blank lists of imported templates as well."""

WORDS = frozenset((
    *(written for word in _ANY_CASE for written in (word, word.upper(), word.capitalize(), word.title())),
    *_AS_WRITTEN,
    *_OF_DATES,
    *_OF_PIVOTS,
    *_HIDDEN,
    *(f"{word}{dots}" for word in _LOADING for dots in ("...", "…")),
))  # fmt: skip
"""Whole cells, without spaces around them. `Null` is a family name as well, so these are never more than a warning."""

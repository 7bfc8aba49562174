"""How a reader acts: what the command line calls `--skip-invalid`, Python calls `skip_invalid=True`.

A sentence of the catalogue names a way, `{way.skip_invalid}`, or one with a value, `{way.encoding:cp1252}`; how it is
called is in `ways.toml`, by the face at which the sentence is read.
"""

from collections.abc import Mapping
from functools import cache

FACES = ("cli", "python")


@cache
def ways() -> Mapping[str, Mapping[str, str]]:
    """Every way: name -> face -> how it is called there, `{value}` standing for its value."""
    import tomllib  # noqa: PLC0415  # a command that says nothing must not pay for it
    from importlib.resources import files  # noqa: PLC0415  # as above

    return tomllib.loads(files("uploader.i18n").joinpath("ways.toml").read_text(encoding="utf-8"))


class Ways:
    """The ways at one face, by attribute, as a sentence's pattern names them."""

    def __init__(self, face: str) -> None:
        self._face = face

    def __getattr__(self, name: str) -> "_Way":
        return _Way(ways()[name][self._face])


class _Way(str):
    """How one way is called; a format specification is its value."""

    __slots__ = ()

    def __format__(self, value: str) -> str:
        key, _, entry = value.partition("=")
        return self.replace("{value}", value).replace("{key}", key).replace("{entry}", entry.strip('"'))

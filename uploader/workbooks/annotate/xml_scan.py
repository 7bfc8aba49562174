"""Go through a part's XML as a stream, however large it is."""

from collections.abc import Callable, Mapping, Sequence
from xml.parsers import expat

from uploader.readers.excel.package import DAMAGE, Package, RefusedError, local

__all__ = ["SCAN_FAILURES", "begun", "local", "scan", "scan_names"]

SCAN_FAILURES = (*DAMAGE, RefusedError)
"""What reading a part may raise."""

Begin = Callable[[Sequence[str], Mapping[str, str]], None]
"""Called with the local names from the root to the element that begins, and its attributes."""
End = Callable[[str, str], None]
"""Called with the local name of the element that ends, and the text directly in it."""


def scan(package: Package, part: str, begin: Begin, end: End | None = None) -> None:
    """Go once through a part. Raises one of SCAN_FAILURES."""
    path: list[str] = []
    texts: list[list[str]] = []

    def at_start(name: str, attributes: dict[str, str]) -> None:
        path.append(local(name))
        texts.append([])
        begin(path, attributes)

    def at_end(name: str) -> None:
        path.pop()
        said = "".join(texts.pop())
        if end is not None:
            end(local(name), said)

    scan_names(package, part, at_start, at_end, lambda text: texts[-1].append(text))  # noqa: PLW0108  # the last one changes


def scan_names(
    package: Package,
    part: str,
    begin: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None],
) -> None:
    """Go once through a part, with the names of elements as they are written. Raises one of SCAN_FAILURES."""
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, text
    for block in package.blocks(part):
        parser.Parse(block)
    parser.Parse(b"", True)  # noqa: FBT003  # by position only


def begun(package: Package, part: str) -> list[tuple[str, Mapping[str, str]]]:
    """All elements of a small part, as `parent/element`, with their attributes. Raises one of SCAN_FAILURES."""
    found: list[tuple[str, Mapping[str, str]]] = []
    scan(package, part, lambda path, attributes: found.append(("/".join(path[-2:]), attributes)))
    return found

"""A sheet's XML as blocks of whole rows, and the patterns by which things are found in them.

It is searched, not parsed: a list has a million cells, and most need no inspection.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape

from uploader.i18n import Message
from uploader.readers.excel.package import HostileError, Package

_LONGEST_BLOCK = 64 << 20
_ROOT = re.compile(rb"<([\w.-]+:)?worksheet[\s>]")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_LITERAL = re.compile(rb"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_ATTRIBUTE = re.compile(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def blocks(package: Package, part: str) -> Iterator[bytes]:
    """The XML in blocks that end with a row, or at the end; without comments and literal sections."""
    return map(plain, blocks_as_written(package, part))


def blocks_as_written(package: Package, part: str) -> Iterator[bytes]:
    """The XML in blocks that end with a row, or at the end."""
    rest = b""
    for block in package.blocks(part):
        rest += block
        end = max(rest.rfind(b"</row>"), rest.rfind(b":row>"))
        if end >= 0:
            end = rest.index(b">", end) + 1
            yield rest[:end]
            rest = rest[end:]
        if len(rest) > _LONGEST_BLOCK:
            raise HostileError(Message("hostile.large_row"))
    yield rest


def plain(block: bytes) -> bytes:
    """The block without anything that would mislead a search."""
    if b"<!" in block:
        block = _COMMENT.sub(b"", block)
        block = _LITERAL.sub(lambda found: escape(found[1].decode()).encode(), block)
    return block


def attributes(text: bytes) -> dict[bytes, bytes]:
    """The attributes of a start tag."""
    return {name: double or single for name, double, single in _ATTRIBUTE.findall(text)}


def prefix_of(block: bytes) -> bytes:
    """The namespace prefix of a sheet's elements, with its colon, by the sheet's first block; mostly nothing."""
    found = _ROOT.search(block)
    return (found[1] or b"") if found else b""


Styles = tuple[int, ...]
"""Numbers of styles."""
RareNumbers = tuple[tuple[Styles, bytes], ...]
"""Styles, and how the usual numbers with these begin, as a regular expression: all others are wanted."""


class Patterns:
    """What is searched for in the XML of a sheet whose elements have this prefix.

    `styles` are the numbers of the styles whose cells are wanted in addition to those with errors and dates as text;
    `rare` are styles of which only some numbers are wanted.
    """

    def __init__(self, prefix: bytes, styles: Styles = (), rare: RareNumbers = ()) -> None:
        p = re.escape(prefix)
        self.row_start, self.cell_end = b"<%srow" % prefix, b"</%sc>" % prefix
        self.usual_cell_start = b"<%sc r=" % prefix
        self.cell_start, self.formula_start = b"<%sc" % prefix, b"<%sf" % prefix
        self.sheet_data, self.filter = b"<%ssheetData" % prefix, b"<%sautoFilter" % prefix
        self.whole_cell = re.compile(rb"<%sc\s([^>]*)(?<!/)>(.*?)</%sc>" % (p, p), re.DOTALL)
        self.usual_number = re.compile(
            rb'<%sc r="([A-Z]+)([0-9]+)" s="(%s)"(?:/>|><%sv>([^<]*)</%sv></%sc>)' % (p, _any_of(styles), p, p, p)
        )
        """A cell with a wanted style as Excel writes it, or an empty one: a list may have 100,000 of them."""
        before_value = rb"\s*(?:<%sf(?:\s[^>]*)?(?:(?<=/)>|>[^<]*</%sf>)\s*)?<%sv>" % (p, p, p)
        number = rb"""\ss=["'](?:%s)["'][^>]*(?<!/)>%s(?!%s)([^<]*)<"""
        self.rare = [re.compile(number % (_any_of(some), before_value, usual)) for some, usual in rare]
        """From the style on: looking for the start of each cell would take five times as long."""
        self.odd_number = re.compile(rb"<%sv>(?:\s+[-+.\d]|-?\d{16,40}<)" % p)
        self.padded = re.compile(rb"<%sv>\s+[-+.\d]" % p)
        self.long_cell = re.compile(rb"<%sc\s([^>]*)(?<!/)>%s(-?\d{16,40})<" % (p, before_value))
        self.value = re.compile(rb"<%sv(?:\s[^>]*)?>([^<]*)</%sv>" % (p, p))
        self.inline = re.compile(rb"<%st(?:\s[^>]*)?>([^<]*)</%st>" % (p, p))
        self.without_value = re.compile(
            rb"<%sc(\s[^>]*)?(?<!/)>\s*<%sf(?:\s[^>]*)?(?:(?<=/)>|>([^<]*)</%sf>)\s*"
            rb"(<%sv\s*/>|<%sv>\s*</%sv>)?\s*</%sc>" % ((p,) * 7)
        )
        self.row = re.compile(rb"<%srow(?:\s([^>]*))?>" % p)
        self.hidden_row = re.compile(rb"""<%srow\s([^>]*?\bhidden=["'](?:1|true)["'][^>]*)>""" % p)
        self.column = re.compile(rb"<%scol\s([^>]*)>" % p)
        self.row_number = re.compile(rb"""<%srow\s[^>]*?\br=["'](\d+)""" % p)
        self.usual_row_number = re.compile(rb'<%srow r="(\d+)' % p)
        self.wide = re.compile(rb"""r=["']([A-Za-z]{2,})\d""")
        self.filled = re.compile(rb"""<%sc\s[^>]*?\br=["']([A-Za-z]+)(\d+)["'][^>]*(?<!/)>""" % p)
        self.nameless_cell = re.compile(rb"<%sc(?:\s(?![^>]*\br=)[^>]*)?>" % p)
        self.cell = re.compile(rb"<%sc[\s/>]" % p)
        self.shared = re.compile(rb"""<%sc\s[^>]*?\bt=["']s["'][^>]*>\s*<%sv>(\d+)</%sv>""" % (p, p, p))


def _any_of(styles: Styles) -> bytes:
    return b"|".join(b"%d" % style for style in styles)


@lru_cache
def patterns(prefix: bytes, styles: Styles = (), rare: RareNumbers = ()) -> Patterns:
    """The patterns for a prefix, compiled once."""
    return Patterns(prefix, styles, rare)


def position(letters: bytes) -> int:
    """`C` -> 2."""
    found = 0
    for letter in letters.upper():
        found = found * 26 + letter - ord("A") + 1
    return found - 1

"""A terminal that somebody types into (tmux), and its screens as SVG: sharp at any size, and small."""

import html
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

SECONDS = 60
"""For each wait."""
COLUMNS, ROWS = 100, 60
CHARACTER, LINE, PADDING, TITLE, GAP = 9, 21, 16, 32, 16
WIDTH = COLUMNS * CHARACTER + 2 * PADDING
FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace"
INK, PAPER, BAR, CAPTION = "#e3e7ee", "#1d2129", "#343b47", "#b9c1ce"
PALETTE = ("#5b6472", "#f2777a", "#8fce7e", "#f0c674", "#7fb2f0", "#cf9fea", "#6fd0d0", "#ffffff")
ESCAPE = re.compile(r"\x1b\[([\d;]*)m")


class Run(NamedTuple):
    """Neighbouring characters of a line that look alike."""

    column: int
    text: str
    style: tuple[str, bool]


class Terminal:
    """A shell in tmux. `PS1` must be "$ ": a prompt alone on the last line says that a command is over."""

    def __init__(self, socket: Path, environment: Mapping[str, str]) -> None:
        self._tmux = ["tmux", "-u", "-S", str(socket), "-f", os.devnull]
        self._environment = dict(environment)

    def do(self, *arguments: str) -> str:
        return run(*self._tmux, *arguments, environment=self._environment)

    def screens(self, command: str) -> list[str]:
        """Every screen that was seen while the command ran; the last one has the prompt again."""
        self.do("send-keys", "-R", "clear", "Enter")
        self._until(r"\A\$\Z")
        self.do("clear-history")
        self.do("send-keys", "-l", command)
        self.do("send-keys", "Enter")
        return self._until(r"\n\$\Z")

    def _until(self, pattern: str) -> list[str]:
        deadline, seen = time.monotonic() + SECONDS, [""]
        while time.monotonic() < deadline:
            screen = self.do("capture-pane", "-e", "-p", "-S", "-").rstrip()
            if screen != seen[-1]:
                seen.append(screen)
            if re.search(pattern, ESCAPE.sub("", screen)):
                return seen[1:]
            time.sleep(0.05)
        sys.exit(f"In {SECONDS} seconds the terminal never showed {pattern}, but at last:\n{seen[-1]}")


@contextmanager
def terminal(socket: Path, folder: Path, environment: Mapping[str, str]) -> Iterator[Terminal]:
    """A terminal in a folder, as long as the block lasts."""
    opened = Terminal(socket, environment)
    size = ["-x", str(COLUMNS), "-y", str(ROWS)]
    opened.do("new-session", "-d", *size, "-c", str(folder), "bash", "--noprofile", "--norc")
    try:
        yield opened
    finally:
        opened.do("kill-server")


def run(*command: str, environment: Mapping[str, str]) -> str:
    """What a command prints; `timeout` ends its children too, which subprocess's own does not."""
    bounded = ["timeout", "--kill-after=5", str(SECONDS), *command]
    done = subprocess.run(bounded, capture_output=True, text=True, check=False, env=dict(environment))
    if done.returncode:
        sys.exit(f"{command[0]} failed with exit code {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def halfway(screens: list[str]) -> str:
    """The screen on which a progress bar is nearest to its middle; without a bar, the middle one."""
    bars = [(abs(int(found[-1]) - 50), screen) for screen in screens if (found := re.findall(r"(\d+)\s?%", screen))]
    return min(bars)[1] if bars else screens[len(screens) // 2]


def without_prompt(screen: str) -> str:
    """A screen without the prompt that waits at its end."""
    return re.sub(r"\n\$\Z", "", screen)


def as_svg(screens: Mapping[str, str]) -> str:
    """Windows one above the other, each with its title."""
    parts, top = [], 0
    for title, screen in screens.items():
        window, height = _window(title, screen.splitlines())
        parts.append(f'<g transform="translate(0 {top})">{window}</g>')
        top += height + GAP
    size = f'width="{WIDTH}" height="{top - GAP}" viewBox="0 0 {WIDTH} {top - GAP}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONT}" font-size="15">\n{"".join(parts)}</svg>\n'
    )


def _window(title: str, lines: list[str]) -> tuple[str, int]:
    height = TITLE + 2 * PADDING + len(lines) * LINE
    parts = [
        f'<rect width="{WIDTH}" height="{height}" rx="8" fill="{PAPER}"/>\n',
        f'<path d="M0 {TITLE}V8a8 8 0 0 1 8-8H{WIDTH - 8}a8 8 0 0 1 8 8V{TITLE}z" fill="{BAR}"/>\n',
        (
            f'<text x="{WIDTH / 2}" y="{TITLE - 11}" font-family="sans-serif" font-size="13" fill="{CAPTION}" '
            f'text-anchor="middle">{html.escape(title)}</text>\n'
        ),
    ]
    style = (INK, False)
    for number, line in enumerate(lines):
        runs, style = _runs(line, style)
        baseline = TITLE + PADDING + (number + 1) * LINE - 6
        parts += [text for piece in runs for text in _texts(piece, baseline)]
    return "".join(parts), height


def _texts(piece: Run, baseline: int) -> Iterator[str]:
    """Words that single spaces join, each as wide as its columns, whatever monospaced font the reader has."""
    colour, is_bold = piece.style
    look = f'fill="{colour}"' + (' font-weight="bold"' if is_bold else "")
    for words in re.finditer(r"\S+(?: \S+)*", piece.text):
        left = PADDING + CHARACTER * (piece.column + words.start())
        width = f'textLength="{CHARACTER * len(words[0])}" lengthAdjust="spacingAndGlyphs"'
        yield f'<text x="{left}" y="{baseline}" {width} {look}>{html.escape(words[0])}</text>\n'


def _runs(line: str, style: tuple[str, bool]) -> tuple[list[Run], tuple[str, bool]]:
    """A line's runs, and the style with which the next line begins."""
    runs, column = [], 0
    for number, part in enumerate(ESCAPE.split(line)):
        if number % 2:
            style = _changed(style, part)
        elif part:
            runs.append(Run(column, part, style))
            column += len(part)
    return runs, style


def _changed(style: tuple[str, bool], codes: str) -> tuple[str, bool]:
    colour, is_bold = style
    for code in codes.split(";"):
        match code[:-1], code[-1:]:
            case "", ("" | "0"):
                colour, is_bold = INK, False
            case "", "1":
                is_bold = True
            case "2", "2":
                is_bold = False
            case (("3" | "9"), digit) if digit < "8":
                colour = PALETTE[int(digit)]
            case "3", "9":
                colour = INK
    return colour, is_bold

"""Makes docs/pictures: a terminal in which `uploader demo` really ran, and the result workbook that this run wrote."""

import html
import os
import re
import shutil
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
PLACE = Path("/tmp/demo")
"""All that is made on the way, by a name that can be read in the picture."""
LISTS, HOME = PLACE / "lists", PLACE / "home"
PACKAGES = {"tmux": "tmux", "chromium": "chromium", "soffice": "libreoffice-calc", "pdftoppm": "poppler-utils"}
SEARCHED = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
ENVIRONMENT = {
    "HOME": str(HOME),
    "UPLOADER_HOME": str(HOME / "uploader"),
    "FONTCONFIG_FILE": str(HOME / "fonts.conf"),
    "LANG": "C.UTF-8",
    "PS1": "$ ",
    "PATH": SEARCHED,
}
SECONDS = 60
"""For each wait."""
TMUX = ["tmux", "-S", str(PLACE / "tmux"), "-f", os.devnull]
CHROMIUM = [
    *("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={HOME / 'chromium'}", "--hide-scrollbars"),
    *("--force-device-scale-factor=2", "--default-background-color=00000000"),
]
WIDTH, TITLE, LINE, PADDING, GAP = 936, 34, 22, 14, 16
STYLE = f"""
* {{ margin: 0; box-sizing: border-box }}
div {{ width: {WIDTH}px; margin-bottom: {GAP}px; border-radius: 8px; overflow: hidden; background: #1d2129 }}
h1 {{ height: {TITLE}px; background: #343b47; color: #b9c1ce; font: 13px/{TITLE}px sans-serif; text-align: center }}
pre {{ padding: {PADDING}px 18px; color: #e3e7ee; font: 14.95px/{LINE}px "DejaVu Sans Mono", monospace }}
"""
PALETTE = ("#5b6472", "#f2777a", "#8fce7e", "#f0c674", "#7fb2f0", "#cf9fea", "#6fd0d0", "#ffffff")
FONTS = """<fontconfig><include>/etc/fonts/fonts.conf</include><alias binding="same"><family>Calibri</family>
<prefer><family>Carlito</family><family>Liberation Sans</family></prefer></alias></fontconfig>"""
"""Carlito is as wide as the workbook's Calibri, and Liberation Sans nearly, so that the texts fit their columns."""
DOTS_PER_INCH, MARGIN = 350, 24
PIXEL, WHITE = 3, b"\xff"
FEWER_SHADES = bytes(round(shade / 17) * 17 for shade in range(256))
"""They halve the file, and nobody sees it."""


def main() -> None:
    if missing := [package for command, package in PACKAGES.items() if not shutil.which(command, path=SEARCHED)]:
        sys.exit(f"Debian packages are missing: apt-get install {' '.join(missing)}")
    if not shutil.which("uploader", path=SEARCHED):
        sys.exit("uploader is neither beside this Python nor on PATH: pip install --editable .")
    try:
        PLACE.mkdir(mode=0o700)
    except FileExistsError:
        sys.exit(f"{PLACE} is there already. If no other run of this is under way, delete it.")
    try:
        LISTS.mkdir()
        HOME.mkdir()
        (HOME / "fonts.conf").write_text(FONTS, encoding="utf-8")
        PICTURES.mkdir(parents=True, exist_ok=True)
        halfway, end = run_demo()
        picture_terminal({"while it runs": halfway, "at the end": end}, PICTURES / "terminal.png")
        picture_workbook(LISTS / "interactions.results.xlsx", PICTURES / "results.png")
    finally:
        shutil.rmtree(PLACE, ignore_errors=True)


def run(*command: str) -> str:
    """What a command prints; `timeout` ends its children too, which subprocess's own does not."""
    bounded = ["timeout", "--kill-after=5", str(SECONDS), *command]
    done = subprocess.run(bounded, capture_output=True, text=True, check=False, env=ENVIRONMENT)
    if done.returncode:
        sys.exit(f"{command[0]} failed with exit code {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def run_demo() -> tuple[str, str]:
    """The terminal's screen halfway through `uploader demo`, and once the prompt is back."""
    run(*TMUX, "new-session", "-d", "-x", "100", "-y", "18", "-c", str(LISTS), "bash", "--noprofile", "--norc")
    try:
        screen_with(r"\A\$\Z")
        run(*TMUX, "send-keys", "uploader demo", "Enter")
        return screen_with(r" [456]\d%\|"), screen_with(r"\n\$\Z")
    finally:
        run(*TMUX, "kill-server")


def screen_with(pattern: str) -> str:
    """The first screen whose plain text has the pattern."""
    deadline, screen = time.monotonic() + SECONDS, ""
    while time.monotonic() < deadline:
        screen = run(*TMUX, "capture-pane", "-e", "-p").rstrip()
        if re.search(pattern, re.sub(r"\x1b\[[\d;]*m", "", screen)):
            return screen
        time.sleep(0.05)
    sys.exit(f"In {SECONDS} seconds the terminal never showed {pattern}, but at last:\n{screen}")


def picture_terminal(screens: dict[str, str], picture: Path) -> None:
    windows = [f"<div><h1>{when}</h1><pre>{as_html(screen)}</pre></div>" for when, screen in screens.items()]
    lines = sum(len(screen.splitlines()) for screen in screens.values())
    height = lines * LINE + len(screens) * (TITLE + 2 * PADDING + GAP) - GAP
    page, shot = PLACE / "page.html", PLACE / "shot.png"
    page.write_text(f"<!doctype html><meta charset='utf-8'><style>{STYLE}</style>{''.join(windows)}", encoding="utf-8")
    run(*CHROMIUM, f"--window-size={WIDTH},{height}", f"--screenshot={shot}", page.as_uri())
    shutil.copyfile(shot, picture)


def as_html(screen: str) -> str:
    """A screen's text, with its bold and its colours out of the sixteen."""
    style: dict[str, str] = {}
    parts = []
    for text, codes in re.findall(r"([^\x1b]*)(?:\x1b\[([\d;]*)m|\Z)", screen):
        css = ";".join(f"{name}:{value}" for name, value in style.items())
        parts.append(f'<span style="{css}">{html.escape(text)}</span>')
        for code in codes.split(";"):
            match code[:-1], code[-1:]:
                case "", ("" | "0"):
                    style.clear()
                case "", "1":
                    style["font-weight"] = "bold"
                case "2", "2":
                    style.pop("font-weight", None)
                case (("3" | "9"), colour) if colour < "8":
                    style["color"] = PALETTE[int(colour)]
                case "3", "9":
                    style.pop("color", None)
    return "".join(parts)


def picture_workbook(workbook: Path, picture: Path) -> None:
    """The first sheet in two pieces, one above the other: too many columns to be read side by side."""
    profile = f"-env:UserInstallation={(HOME / 'libreoffice').as_uri()}"
    run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(PLACE), str(workbook))
    pdf, page = PLACE / f"{workbook.stem}.pdf", PLACE / "page"
    run("pdftoppm", "-r", str(DOTS_PER_INCH), "-f", "1", "-l", "1", "-singlefile", str(pdf), str(page))
    _, size, _, pixels = page.with_suffix(".ppm").read_bytes().split(b"\n", 3)
    width = int(size.split()[0]) * PIXEL
    left, right = halves([pixels[at : at + width].translate(FEWER_SHADES) for at in range(0, len(pixels), width)])
    wide = max(len(left[0]), len(right[0])) + MARGIN * PIXEL
    blank = [b""] * MARGIN
    lines = [WHITE * MARGIN * PIXEL + line.ljust(wide, WHITE) for line in [*blank, *left, *blank, *right, *blank]]
    write_png(picture, lines)


def halves(page: list[bytes]) -> tuple[list[bytes], list[bytes]]:
    """The table on a page, cut where its header changes colour the last time: the list's columns, and ours."""
    inked = [number for number, line in enumerate(page) if line.strip(WHITE)]
    table = page[inked[0] : inked[-1] + 1]
    left = min(len(line) - len(line.lstrip(WHITE)) for line in table) // PIXEL * PIXEL
    right = -(-max(len(line.rstrip(WHITE)) for line in table) // PIXEL) * PIXEL
    header = table[MARGIN // 4]  # below the blurred edge and above the names
    cut = last = right - 2 * PIXEL  # before the other blurred edge
    while cut > left and header[cut - PIXEL : cut] == header[last - PIXEL : last]:
        cut -= PIXEL
    return [line[left:cut] for line in table], [line[cut:right] for line in table]


def write_png(picture: Path, lines: list[bytes]) -> None:
    header = struct.pack(">2I5B", len(lines[0]) // PIXEL, len(lines), 8, 2, 0, 0, 0)  # 8 bits each of red, green, blue
    pixels = zlib.compress(b"".join(b"\0" + line for line in lines), level=9)
    chunks = [(b"IHDR", header), (b"IDAT", pixels), (b"IEND", b"")]
    parts = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    ]
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


if __name__ == "__main__":
    main()

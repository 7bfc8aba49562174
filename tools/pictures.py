"""Makes docs/pictures: terminals in which uploader really ran, and the workbook that a run wrote.

    python tools/pictures.py              # all of them
    python tools/pictures.py terminals    # only the terminals, which need nothing but tmux

uploader must be installed beside this Python. The workbook's picture needs LibreOffice Calc and pdftoppm as well.
"""

import itertools
import os
import shutil
import struct
import sys
import zlib
from pathlib import Path

from screens import as_svg, halfway, run, terminal, without_prompt

from sample_data import rows_of_sample, write_list

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
PLACE = Path("/tmp/demo")
"""All that is made on the way, by a name that can be read in the picture."""
HOME = PLACE / "home"
TERMINAL_PACKAGES = {"tmux": "tmux"}
WORKBOOK_PACKAGES = {"soffice": "libreoffice-calc", "pdftoppm": "poppler-utils"}
SEARCHED = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
ENVIRONMENT = {
    "HOME": str(HOME),
    "UPLOADER_HOME": str(HOME / "uploader"),
    "FONTCONFIG_FILE": str(HOME / "fonts.conf"),
    "LC_CTYPE": "C.UTF-8",
    "LANG": "en_US.UTF-8",
    "PS1": "$ ",
    "PATH": SEARCHED,
    "TERM": "xterm-256color",
}
SPANISH = {**ENVIRONMENT, "LANG": "es_CO.UTF-8", "UPLOADER_HOME": str(HOME / "uploader-es")}
SPANISH_NAMES = ("De", "Nombre remitente", "Para", "Nombre destinatario", "Asunto", "Mensaje", "Punto de enrutamiento")
FONTS = """<fontconfig><include>/etc/fonts/fonts.conf</include><alias binding="same"><family>Calibri</family>
<prefer><family>Carlito</family><family>Liberation Sans</family></prefer></alias></fontconfig>"""
"""Carlito is as wide as the workbook's Calibri, and Liberation Sans nearly, so that the texts fit their columns."""
DOTS_PER_INCH, MARGIN = 350, 24
FOOTER_GAP = DOTS_PER_INCH // 5
"""White lines between the table and the page's footer; within the table there are never so many."""
PIXEL, WHITE = 3, b"\xff"
FEWER_SHADES = bytes(round(shade / 17) * 17 for shade in range(256))
"""They halve the file, and nobody sees it."""


def main() -> None:
    wants_workbook = sys.argv[1:] != ["terminals"]
    look_for({"uploader": "", **TERMINAL_PACKAGES, **(WORKBOOK_PACKAGES if wants_workbook else {})})
    try:
        PLACE.mkdir(mode=0o700)
    except FileExistsError:
        sys.exit(f"{PLACE} is there already. If no other run of this is under way, delete it.")
    try:
        HOME.mkdir()
        (HOME / "fonts.conf").write_text(FONTS, encoding="utf-8")
        PICTURES.mkdir(parents=True, exist_ok=True)
        workbook = picture_demo()
        picture_spanish_run()
        if wants_workbook:
            picture_workbook(workbook, PICTURES / "results.png")
    finally:
        shutil.rmtree(PLACE, ignore_errors=True)


def look_for(packages: dict[str, str]) -> None:
    missing = [command for command in packages if not shutil.which(command, path=SEARCHED)]
    if "uploader" in missing:
        sys.exit("uploader is neither beside this Python nor on PATH: pip install --editable .")
    if missing:
        sys.exit(f"Debian packages are missing: apt-get install {' '.join(packages[command] for command in missing)}")


def picture_demo() -> Path:
    """`uploader demo` halfway and at its end; the workbook that it wrote."""
    folder = PLACE / "lists"
    folder.mkdir()
    with terminal(PLACE / "tmux", folder, ENVIRONMENT) as shell:
        screens = shell.screens("uploader demo")
    windows = {"while it runs": halfway(screens[:-1]), "at the end": without_prompt(screens[-1])}
    (PICTURES / "terminal.svg").write_text(as_svg(windows), encoding="utf-8")
    return folder / "interactions.results.xlsx"


def picture_spanish_run() -> None:
    """A clerk's list with her own column names: checked with an empty cell, then filled in and sent to the sandbox."""
    folder = PLACE / "listas"
    folder.mkdir()
    _, *rows = rows_of_sample()
    list_file = folder / "clientes.xlsx"
    with terminal(PLACE / "tmux-es", folder, SPANISH) as shell:
        write_list(list_file, [[*SPANISH_NAMES], *rows[:7], [*rows[7][:5], "", *rows[7][6:]], *rows[8:]], "Clientes")
        checked = shell.screens("uploader check clientes.xlsx")[-1]
        write_list(list_file, [[*SPANISH_NAMES], *rows], "Clientes")
        sent = shell.screens("uploader send clientes.xlsx --sandbox")[-1]
    windows = {"la revisión": without_prompt(checked), "el envío de práctica": without_prompt(sent)}
    (PICTURES / "terminal-es.svg").write_text(as_svg(windows), encoding="utf-8")


def picture_workbook(workbook: Path, picture: Path) -> None:
    """The first sheet's two printed pages, one above the other: the list's columns, and ours."""
    profile = f"-env:UserInstallation={(HOME / 'libreoffice').as_uri()}"
    to_pdf = ["--headless", "--convert-to", "pdf", "--outdir", str(PLACE), str(workbook)]
    run("soffice", profile, *to_pdf, environment=ENVIRONMENT)
    tables = [table_on(PLACE / f"{workbook.stem}.pdf", number) for number in (1, 2)]
    wide = max(len(table[0]) for table in tables) + MARGIN * PIXEL
    blank = [b""] * MARGIN
    lines = [*blank, *tables[0], *blank, *tables[1], *blank]
    write_png(picture, [(WHITE * MARGIN * PIXEL + line).ljust(wide + MARGIN * PIXEL, WHITE) for line in lines])


def table_on(pdf: Path, number: int) -> list[bytes]:
    """The table on a page, without the white around it."""
    page = PLACE / "page"
    one_page = ["-r", str(DOTS_PER_INCH), "-f", str(number), "-l", str(number), "-singlefile", str(pdf), str(page)]
    run("pdftoppm", *one_page, environment=ENVIRONMENT)
    _, size, _, pixels = page.with_suffix(".ppm").read_bytes().split(b"\n", 3)
    width = int(size.split()[0]) * PIXEL
    table = first_block([pixels[at : at + width].translate(FEWER_SHADES) for at in range(0, len(pixels), width)])
    left = min(len(line) - len(line.lstrip(WHITE)) for line in table) // PIXEL * PIXEL
    right = -(-max(len(line.rstrip(WHITE)) for line in table) // PIXEL) * PIXEL
    return [line[left:right] for line in table]


def first_block(page: list[bytes]) -> list[bytes]:
    """A page's first lines with ink, down to the first wide gap: the table without the footer."""
    inked = [number for number, line in enumerate(page) if line.strip(WHITE)]
    last = next((here for here, below in itertools.pairwise(inked) if below - here > FOOTER_GAP), inked[-1])
    return page[inked[0] : last + 1]


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

"""Makes docs/pictures/page-*.png: the page of `uploader app`, on which a clerk's list is really checked and sent.

    python tools/page_pictures.py

It needs uploader beside this Python, Playwright, the system's Chromium and pngquant. What goes out goes to a sandbox.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pictures import PICTURES, SEARCHED, SPANISH_NAMES, look_for
from playwright.sync_api import Browser, FloatRect, Page, Playwright, ViewportSize, sync_playwright
from screens import SECONDS, run

from sample_data import rows_of_sample, write_list

PLACE = Path("/tmp/ana")
"""The person's home, by a name that can be read in the pictures."""
PACKAGES = {"chromium": "chromium", "pngquant": "pngquant"}
API_PORT = 8042
API = f"http://127.0.0.1:{API_PORT}"
TOKEN = "practice-token"  # which the sandbox asks for
ENVIRONMENT = {
    "HOME": str(PLACE),
    "XDG_CONFIG_HOME": str(PLACE / ".config"),
    "PATH": SEARCHED,
    "LC_CTYPE": "C.UTF-8",
    "TZ": "America/Bogota",
}
USER_FOLDERS = 'XDG_DOCUMENTS_DIR="$HOME/{documents}"\n'
BROWSER_OPTIONS = [
    "--no-sandbox",  # a container's root has no other way
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
]
WIDE: ViewportSize = {"width": 1200, "height": 800}
PHONE: ViewportSize = {"width": 400, "height": 800}
MOST_HEIGHT, TALL = 900, 1600
COLOURS = 48
"""A flat page has hardly more. The files are a third as large."""
LINK = re.compile(r"http://127\.0\.0\.1:\d+/\S+")
SHOWN = [
    [f"{API} (wolkvox_server 0042)", "https://wv0042.wolkvox.com"],
    [API, "https://wv0042.wolkvox.com"],
    [str(PLACE), "/home/ana"],
]
"""What would be there on a person's own computer, where nothing stands in for the API and for a home."""
REPLACE = """pairs => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode())
    for (const [ours, theirs] of pairs) texts.currentNode.data = texts.currentNode.data.replaceAll(ours, theirs);
}"""
ENGLISH_NAMES = ("From", "From name", "To", "To name", "Subject", "Message", "Routing point")
UNUSUAL_NAME = "Grupo"
"""Of a column about which uploader has to ask."""
EMPTY_CELLS = {7: "subject", 12: "body"}
"""The rows of the list that can't be sent, and the column in which they are empty."""
ROWS = 22
"""How many rows of the list can be sent."""
WELL_ON_ITS_WAY = re.compile(r"^1\d ")


def main() -> None:
    look_for({"uploader": "", **PACKAGES})
    try:
        PLACE.mkdir(mode=0o700)
    except FileExistsError:
        sys.exit(f"{PLACE} is there already. If no other run of this is under way, delete it.")
    try:
        with sandbox(), sync_playwright() as playwright, browser_of(playwright) as browser:
            spanish(browser)
            english(browser)
    finally:
        shutil.rmtree(PLACE, ignore_errors=True)


@contextmanager
def sandbox() -> Iterator[None]:
    """What answers in the API's place."""
    options = ["--port", str(API_PORT), "--latency", "0.4", "--language", "en"]
    with program("sandbox", *options) as process:
        line_with(API, process)
        yield


@contextmanager
def browser_of(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=BROWSER_OPTIONS)
    try:
        yield browser
    finally:
        browser.close()


@contextmanager
def program(*arguments: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    """uploader with these arguments, as long as the block lasts."""
    command = [shutil.which("uploader", path=SEARCHED) or "uploader", *arguments]
    environment = {**os.environ, **ENVIRONMENT, **more}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd=PLACE) as process:
        try:
            yield process
        finally:
            process.terminate()


def line_with(text: str, process: subprocess.Popen[str]) -> str:
    """The first line that has the text. Ends this program if the other one ends without it."""
    assert process.stdout is not None
    for line in process.stdout:
        if text in line:
            return line
    sys.exit(f"uploader ended with exit code {process.wait()} and never said {text}")


@contextmanager
def page_in(browser: Browser, language: str, documents: str, **more: str) -> Iterator[Page]:
    """The page in a language, for a person whose folder of documents has that name."""
    folders = PLACE / ".config" / "user-dirs.dirs"
    folders.parent.mkdir(exist_ok=True)
    folders.write_text(f'XDG_DOCUMENTS_DIR="$HOME/{documents}"\n', encoding="utf-8")
    (PLACE / documents).mkdir()
    more["UPLOADER_HOME"] = str(PLACE / f".uploader-{language}")
    with program("app", "--no-open", "--base-url", API, "--language", language, **more) as process:
        link = LINK.search(line_with("/enter", process))
        context = browser.new_context(viewport=WIDE, locale=language)
        context.set_default_timeout(SECONDS * 1000)
        page = context.new_page()
        page.goto(link[0] if link else "")
        yield page
        context.close()


def spanish(browser: Browser) -> None:
    """A clerk's whole way, from a list with two errors to its result."""
    header = [*SPANISH_NAMES[:-1], UNUSUAL_NAME]
    path = list_with_errors("clientes.xlsx", header)
    with page_in(browser, "es", "Documentos") as page:
        picture(page, "page-start")
        choose(page, path)
        page.get_by_label("rp_id").select_option(label=f"{UNUSUAL_NAME} (G): 61196")
        picture(page, "page-columns")
        press(page, "Continuar")
        page.locator(".verdict").wait_for()
        picture(page, "page-review", most_height=TALL)
        picture(page, "page-phone", PHONE, begins_at="#rows")
        press(page, "Continuar para enviar")
        page.get_by_label("wolkvox_server").fill("0042")
        page.get_by_label("Token").fill(TOKEN)
        picture(page, "page-token")
        press(page, "Continuar")
        page.get_by_role("heading", name="Antes de enviar").wait_for()
        picture(page, "page-before")
        press(page, f"Enviar {ROWS} filas")
        page.locator("#far", has_text=WELL_ON_ITS_WAY).wait_for()
        picture(page, "page-sending")
        page.locator(".tabs.big").wait_for()
        picture(page, "page-result")


def english(browser: Browser) -> None:
    """The same list, as the English text shows it."""
    path = list_with_errors("customers.xlsx", ENGLISH_NAMES)
    with page_in(browser, "en", "Documents", WOLKVOX_SERVER="0042", WOLKVOX_TOKEN=TOKEN) as page:
        choose(page, path)
        page.locator(".verdict").wait_for()
        picture(page, "page-review-en", most_height=TALL)
        press(page, "Continue to send")
        press(page, f"Send {ROWS} rows")
        page.locator(".tabs.big").wait_for()
        picture(page, "page-result-en")


def list_with_errors(name: str, header: Sequence[str]) -> Path:
    """The sample list under other column names; a cell is empty in two of its rows."""
    names, *rows = rows_of_sample()
    for row, column in EMPTY_CELLS.items():
        rows[row - 2][names.index(column)] = ""
    write_list(PLACE / name, [header, *rows], Path(name).stem.capitalize())
    return PLACE / name


def choose(page: Page, path: Path) -> None:
    page.locator("#file").set_input_files(path)


def press(page: Page, name: str) -> None:
    """The first button whose name begins so."""
    page.get_by_role("button", name=re.compile(f"^{name}")).first.click()


def picture(
    page: Page, name: str, size: ViewportSize = WIDE, *, begins_at: str = "header", most_height: float = MOST_HEIGHT
) -> None:
    """What a person sees, from an element to the end of the page, or as much of that as a picture shows."""
    page.set_viewport_size(size)
    page.evaluate(REPLACE, SHOWN)
    top, end = edges(page, begins_at)[0], edges(page, "footer")[1]
    clip: FloatRect = {"x": 0, "y": top, "width": size["width"], "height": min(end - top, most_height)}
    large = PLACE / f"{name}.png"
    page.screenshot(path=large, full_page=True, clip=clip, animations="disabled", caret="hide")
    page.set_viewport_size(WIDE)
    small = ["--force", "--strip", "--nofs", "--speed", "1", "--output", str(PICTURES / large.name)]
    run("pngquant", *small, str(COLOURS), str(large), environment=ENVIRONMENT)


def edges(page: Page, selector: str) -> tuple[float, float]:
    """Where an element begins and ends, from the top of the page."""
    box = page.locator(selector).first.bounding_box()
    if box is None:
        sys.exit(f"There is no {selector} to be seen on {page.url}")
    scrolled: float = page.evaluate("scrollY")
    return box["y"] + scrolled, box["y"] + box["height"] + scrolled


if __name__ == "__main__":
    main()

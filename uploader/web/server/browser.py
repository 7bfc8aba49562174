"""Opens the person's browser. One that fills a terminal is none: it has no scripts, and would stop everything else."""

import os
import threading
import webbrowser
from collections.abc import Callable


def open_browser(address: str, otherwise: Callable[[], None]) -> None:
    """Open the address in the browser, in the background; call `otherwise` where there is none, or it doesn't start.

    Some browsers are commands that end with their window: nobody waits for that, not even the end of this process.
    """
    threading.Thread(target=_open, args=(address, otherwise), name="browser", daemon=True).start()


def _open(address: str, otherwise: Callable[[], None]) -> None:
    try:
        browser = webbrowser.get()
        # Not `webbrowser.open`: where this one fails, that would try those for terminals, too.
        is_open = not _is_for_terminals(browser) and browser.open(address)
    except (webbrowser.Error, OSError):
        is_open = False
    if not is_open:
        otherwise()


def _is_for_terminals(browser: webbrowser.BaseBrowser) -> bool:
    is_command = isinstance(browser, webbrowser.GenericBrowser)
    is_in_background = isinstance(browser, webbrowser.BackgroundBrowser)
    return is_command and not is_in_background and "BROWSER" not in os.environ  # there, a person chose it

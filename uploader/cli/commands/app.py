"""The command that starts the page."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from uploader.cli import settings
from uploader.cli.localized import command, option
from uploader.cli.options import base_url_option, language_option
from uploader.cli.terminal import tell
from uploader.cli.values import whole_number
from uploader.i18n import Message, render
from uploader.model.limits import TEMPORARY

if TYPE_CHECKING:
    from uploader.web.server.app import Place


@command("app")
@option("--no-open", "opens", text="no_open", is_flag=True, flag_value=False, default=True)
@option("--port", text="port", type=whole_number(0, 65535), default=0, show_default=True, metavar="N")
@base_url_option
@option("--demo", text="app_demo", is_flag=True)
@option("--install-shortcut", text="install_shortcut", is_flag=True)
@language_option
def app(opens: bool, port: int, base_url: str | None, demo: bool, install_shortcut: bool, language: str) -> None:
    """Run the page until its end, or put a shortcut to it where this computer's programs are."""
    from uploader.actions.options import SendOptions
    from uploader.model.address import checked_origin

    SendOptions(base_url=base_url)  # a wrong one is refused now, and not when somebody wants to send
    if install_shortcut:
        from uploader.cli.shortcut import installed

        tell(render(Message("app.shortcut", path=str(installed(language))), language))
        return
    if base_url is not None:
        checked_origin(base_url)  # not first where a list is sent
    with _place(language, base_url, demo=demo) as place:
        _serve(place, port, _shown_by(opens=opens, language=language))


@contextmanager
def _place(language: str, base_url: str | None, *, demo: bool) -> Iterator["Place"]:
    """The person's own place, or one for practice that is gone at the end."""
    from tempfile import TemporaryDirectory

    from uploader.web.server.app import Place

    if not demo:
        yield Place(settings.home(), language, base_url=base_url)
        return
    with TemporaryDirectory(prefix=TEMPORARY, ignore_cleanup_errors=True) as folder:
        home, lists = Path(folder, "home"), Path(folder, "lists")
        lists.mkdir()
        yield Place(home, language, lists, is_practice_only=True)


def _serve(place: "Place", port: int, show: Callable[[str], None]) -> None:
    from uploader.cli.bugs import noted
    from uploader.cli.interrupts import begin_orderly, end_orderly
    from uploader.model.cancel import CancelToken
    from uploader.web.screens import screens
    from uploader.web.server.app import Outside, serve

    def say(message: Message) -> None:
        tell(render(message, place.language), to_error=True)

    cancel = CancelToken()
    begin_orderly(cancel)
    try:
        serve(place, screens, Outside(show, say, noted, cancel), port=port)
    finally:
        end_orderly()


def _shown_by(*, opens: bool, language: str) -> Callable[[str], None]:
    """What shows the person the page at an address."""
    if not opens:
        return tell

    def show(address: str) -> None:
        from uploader.web.server.browser import open_browser

        open_browser(address, lambda: tell(render(Message("app.no_browser", address=address), language)))

    return show

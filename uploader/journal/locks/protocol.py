"""The locks that keep runs apart which share a journal. A lock ends with its process."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from uploader.i18n import Message
from uploader.model.cancel import CancelToken
from uploader.model.settings import Settings
from uploader.model.teammates import ALONE, Teammates, TokenLimits

LONGEST_WAIT_SECONDS = 24 * 3600.0
"""For a token."""
POLL_SECONDS = 0.25
"""From one look whether what is waited for is free to the next."""


class ListHold(Protocol):
    """A list that nobody else sends."""

    def share(self) -> None:
        """What is to be sent is settled: from now on others may join."""


@dataclass(frozen=True, slots=True)
class TokenHold:
    """A token with which we may send."""

    has_waited: bool
    """Whether another run had to be waited for."""
    teammates: Teammates = ALONE
    """Those who send with it, too."""


class Locks(Protocol):
    """What those who share a journal keep from each other. All raise JournalError where that can't be known."""

    def hold_list(self, list_sha256: str, list_name: str) -> AbstractContextManager[ListHold]:
        """Nobody else sends the same list while the block lasts. Raises BusyError where somebody does."""

    def join_list(self, list_sha256: str, list_name: str) -> AbstractContextManager[None]:
        """The list is sent together with others while the block lasts.

        Raises BusyError where somebody holds it alone for longer than a moment, SettingsError where nobody else can
        send it, as the journal is this computer's own.
        """

    def hold_token(
        self,
        destination: str,
        settings: Settings,
        list_name: str,
        *,
        limits: TokenLimits,
        on_wait: Callable[[Message], None],
        cancel: CancelToken,
        longest_wait_seconds: float = LONGEST_WAIT_SECONDS,
    ) -> AbstractContextManager[TokenHold]:
        """All who send there with the same token keep to its limits together while the block lasts.

        Where it has to wait, `on_wait` is called once with the message. Raises CancelledError if it is cancelled
        meanwhile, BusyError where that takes too long.
        """

    def hold_run(self, run_key: str) -> AbstractContextManager[None]:
        """`is_run_alive` is true of this run while the block lasts, and no longer than its process.

        `run_key` belongs to this one run for ever, and nobody asks for it before the block is entered.
        """

    def is_run_alive(self, run_key: str) -> bool:
        """Whether the process still runs that holds this run."""

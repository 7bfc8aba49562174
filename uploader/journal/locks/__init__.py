"""What one run holds, and another waits for or is refused."""

from uploader.journal.locks.files import FileLocks, hold_page
from uploader.journal.locks.protocol import ListHold, Locks, TokenHold

__all__ = ["FileLocks", "ListHold", "Locks", "TokenHold", "hold_page"]

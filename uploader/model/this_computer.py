"""Who is at work here, and where."""

import getpass
import platform


def user() -> str:
    """The name of this process's user."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user need not have a name
        return "unknown"


def machine() -> str:
    """The name of this computer in its network."""
    return platform.node()

"""A bug of ours, as the command line notes it."""

from uploader.cli.settings import home
from uploader.i18n import Message


def noted(error: Exception) -> Message:
    """Keep where it happened; what the person hears."""
    from uploader.actions.home.bugs import noted_bug  # nobody else needs it

    return noted_bug(error, home())

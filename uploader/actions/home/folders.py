"""The folders of this user: that of the journals and templates, where nobody names another one, and the documents."""

import os
from pathlib import Path


def home_folder() -> Path:
    """`UPLOADER_HOME` if it is set, else the platform's folder for a user's data."""
    given = os.environ.get("UPLOADER_HOME")
    if given:
        return Path(given).expanduser().absolute()
    import platformdirs  # noqa: PLC0415  # who sets the variable need not pay for it

    return Path(platformdirs.user_data_dir("uploader", appauthor=False))


def documents_folder() -> Path:
    """Where this user keeps documents, as the system says."""
    import platformdirs  # noqa: PLC0415  # as above

    return Path(platformdirs.user_documents_dir())

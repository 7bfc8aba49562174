"""The templates that ship, and a list for each made of its examples."""

from collections.abc import Callable
from functools import partial

import pandas as pd

from uploader.templates.catalog import Catalog, shipped
from uploader.templates.template import Template

FOLDER = shipped("templates")
CATALOG = Catalog((FOLDER,))
NAMES = CATALOG.names()
TEMPLATES = {name: CATALOG.load(name) for name in NAMES}


def examples_of(template: Template) -> dict[str, str]:
    """What the example row of a blank list has in each column."""
    return {name: column.example for name, column in template.columns.items()}


def frame_of(*rows: dict[str, str]) -> pd.DataFrame:
    """A list whose columns have the names of the fields."""
    return pd.DataFrame(rows, dtype=object)


def settings_of(template: Template) -> dict[str, Callable[[], str]]:
    """The values that the sandbox takes, secret ones too."""
    return {name: partial(str, setting.sandbox) for name, setting in template.settings.items()}

"""By which name sentences know that they are read on a page."""

FACE = "page"

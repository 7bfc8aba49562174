"""uploader sends a spreadsheet to an API, one request per row, and gives it back with what happened to every row."""

__version__ = "0.1.0"

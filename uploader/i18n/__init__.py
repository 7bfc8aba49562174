"""Texts for people: messages are codes with facts, and the catalogue has their sentences in each language."""

from uploader.i18n.message import Fact, Localized, Message
from uploader.i18n.render import CellName, in_language, render
from uploader.i18n.rows import row_numbers

__all__ = ["CellName", "Fact", "Localized", "Message", "in_language", "render", "row_numbers"]

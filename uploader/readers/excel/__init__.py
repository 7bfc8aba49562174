"""Workbooks: their sheets, what is in the cells, and what of that is not what it seems."""

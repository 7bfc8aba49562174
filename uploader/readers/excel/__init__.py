"""Workbooks: their sheets, the values of their cells, and cells that are not what they seem."""

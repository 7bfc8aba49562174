"""A workbook of ours is read again: which one it is, which rows and columns it has now, and what was changed."""

"""The bodies of a draft: each value a column, as a cell has it."""

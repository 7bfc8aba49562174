"""Workbooks: a `Book` of any format gives sheets, with their values and with what its cells are beyond them."""

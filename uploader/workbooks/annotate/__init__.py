"""Copies of a person's own XLSX with columns, colours and notes of ours; nothing else in them is changed."""

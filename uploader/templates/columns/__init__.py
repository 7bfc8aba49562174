"""A field of a template: what its column's cells may say, and what of a cell is sent."""

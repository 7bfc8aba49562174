"""The request that a template makes: its form with placeholders, filled for one row or for many, and what tells it."""

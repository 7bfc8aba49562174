"""The kinds of body that a request may have: how each is filled, and what a template may say in it."""

"""A sandbox of our own that plays the API of a template, and runs while rows are sent to it."""

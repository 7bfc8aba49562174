"""The address of a request: filled and written as it is sent, and never another one because of a value."""

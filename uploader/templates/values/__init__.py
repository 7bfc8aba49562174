"""What the values of a template may be: each kind of key has its own, checked when the template is read."""

"""What a person can do: the commands of a terminal, the calls of a notebook, the buttons of a page."""

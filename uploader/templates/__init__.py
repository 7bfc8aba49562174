"""What an API wants and what it answers, as data: templates, their API profiles, and what follows from an answer."""

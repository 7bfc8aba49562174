"""What the commands tell a person, and the JSON object that says the same to a program; it does nothing else."""

"""What a cell says, where its column isn't just text: a number, yes or no, one of several values."""

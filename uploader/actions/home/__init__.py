"""The folder of this user, and what is kept in it: lists, secrets, small files, notes of our own bugs."""

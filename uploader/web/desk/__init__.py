"""The clerk's desk: what the pages begin, show and remember, without a browser."""

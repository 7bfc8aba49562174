"""The second face: pages in the browser of this computer, on the same actions as the command line."""

"""The face for programs: the functions of `import uploader`, on the same actions as the command line."""

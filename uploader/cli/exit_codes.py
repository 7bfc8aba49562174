"""What the shell is told at a command's end: the numbers are those of the model, and of Python's results."""

from uploader.model.exit_codes import ExitCode, of_check, of_error, of_send, of_verify

__all__ = ["ExitCode", "of_check", "of_error", "of_send", "of_verify"]

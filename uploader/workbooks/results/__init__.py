"""The result workbook: every row, every request made, and a summary."""

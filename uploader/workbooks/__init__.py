"""Every workbook that we write: results, problems, and the blank list."""

"""The workbooks that we write: results, problems and blank lists."""

"""XLS and XLSB: records of a few bytes each, one for every cell."""

"""Sheets and files of XLSX, whatever stands in them."""

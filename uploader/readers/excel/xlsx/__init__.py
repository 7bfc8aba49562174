"""XLSX and XLSM: a package of XML parts, searched for what the fast reader's values don't show."""

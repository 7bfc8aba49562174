"""The values that every chapter speaks in; no input or output."""

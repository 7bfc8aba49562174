"""The values that every chapter speaks in; nothing here reads, writes or sends."""

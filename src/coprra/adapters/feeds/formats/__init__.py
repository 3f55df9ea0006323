"""Formats: the bytes of a file become records, whatever the file looks like."""

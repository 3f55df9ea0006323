"""SQLite as something to back up, through the standard library's own driver."""

"""Backups: copies that are proved to be good, how long they are kept, and how they are brought back."""

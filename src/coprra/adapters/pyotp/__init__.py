"""Codes by time, the only home of pyotp."""

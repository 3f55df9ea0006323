"""Passwords hashed by argon2id, the only home of argon2-cffi."""

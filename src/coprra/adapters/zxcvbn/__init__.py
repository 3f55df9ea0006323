"""Passwords that many people have, the only home of zxcvbn."""

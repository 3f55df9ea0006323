"""Envelopes, by the library cryptography."""

"""Envelopes and keyed digests, by the library cryptography."""

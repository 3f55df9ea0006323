"""Envelopes, keyed digests and signatures, by the library cryptography."""

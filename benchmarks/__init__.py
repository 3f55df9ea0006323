"""Benchmarks: coprra against limits and peers, in one run, on this machine."""

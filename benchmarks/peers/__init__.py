"""Peers: the same question answered in the ways that others would answer it. Anyone may make them faster."""

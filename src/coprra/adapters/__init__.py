"""Adapters: the ports done in one technology each; every folder is the only home of its library."""

"""Price lists from files: a small declarative profile says how each chain's lists are read."""

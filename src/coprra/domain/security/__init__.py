"""Security: looking for what must not be."""

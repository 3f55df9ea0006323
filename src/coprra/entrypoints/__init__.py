"""Entrypoints: who asks; they parse, call a use case and show what came back."""

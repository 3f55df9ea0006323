"""Passwords known from breaches, as Pwned Passwords serves them."""

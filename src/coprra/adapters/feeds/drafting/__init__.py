"""Drafting: help for people who write feed profiles, and guesses that are only shown to them."""

"""Audit: what was done that matters to security, written so that no change to it goes unnoticed."""

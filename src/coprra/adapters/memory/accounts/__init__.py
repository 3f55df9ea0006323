"""Accounts in memory, apart from prices."""

"""Accounts in SQL, apart from prices: rows are held one by one, and nobody waits for an import."""

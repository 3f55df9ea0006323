"""The ports in SQL through SQLAlchemy Core: SQLite, the embedded default."""

"""MySQL as something to back up: what differs from MariaDB, whose adapter does the rest."""

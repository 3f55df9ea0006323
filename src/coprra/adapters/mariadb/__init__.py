"""MariaDB as something to back up, through its own programs and PyMySQL."""

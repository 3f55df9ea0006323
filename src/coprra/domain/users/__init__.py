"""Who: users, their roles, passwords and mailboxes."""

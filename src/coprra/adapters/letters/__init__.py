"""Letters of accounts in words, through a gettext catalogue."""

"""coprra's own form of price lists: JSON Lines, written by an export and read by an import."""

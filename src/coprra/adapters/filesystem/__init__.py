"""Files of coprra's own."""

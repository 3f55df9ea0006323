"""Files of the European Central Bank: its euro reference rates, in every form in which it publishes them."""

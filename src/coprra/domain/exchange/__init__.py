"""What one currency is in another: rates of stated days, and conversion by them."""

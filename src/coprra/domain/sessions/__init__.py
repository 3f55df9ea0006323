"""Being signed in: sessions of people, tokens of programs, and the way to them."""

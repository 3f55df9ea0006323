"""Tools that look at the program: they are asked in processes of their own, and need not be there."""

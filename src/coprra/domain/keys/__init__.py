"""Keys: what seals secrets at rest, and how one key takes the place of another."""

"""Jobs: work that outlives whoever asked for it."""

"""age and zstd: what lies in a store is small, and says nothing."""

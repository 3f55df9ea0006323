"""The command line: one module per room, and what its answers look like on a screen."""

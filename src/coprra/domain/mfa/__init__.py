"""The second factor: devices that show codes, and recovery codes."""

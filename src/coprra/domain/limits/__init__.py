"""How often something may be tried: limits, and the ports that count."""

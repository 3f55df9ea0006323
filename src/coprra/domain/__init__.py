"""The pure core: what coprra decides, with nothing but the standard library."""

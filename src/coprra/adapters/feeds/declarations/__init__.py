"""Declarations: what people write in TOML about lists, in feed profiles and about branches."""

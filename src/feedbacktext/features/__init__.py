"""Words -> numbers."""

"""Finnish: str -> words and clauses; the only package that knows the language."""

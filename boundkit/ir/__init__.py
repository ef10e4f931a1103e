"""The nouns: sorts, terms, functions, theorems, obligations. Knows nothing of text or of search."""

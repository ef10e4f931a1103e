"""Text to tree and tree to text. Knows no mathematics and no names."""

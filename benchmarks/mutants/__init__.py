"""How many single false edits of the library's theorems are caught; see README.md."""

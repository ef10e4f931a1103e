"""Shelf: one kind of change a file, each a function of a slip that proposes edits of the theorem. Proposals
are guesses: what survives of them is for `boundkit.suggest` to find out."""

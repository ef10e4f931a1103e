"""Rules: what a justification `by NAME` licenses. One rule a file, named as the file."""

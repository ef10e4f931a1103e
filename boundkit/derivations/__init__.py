"""Commands of derivations: what `derive` may ask for. One command a file, named as the file."""

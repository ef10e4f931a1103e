"""The attack: sampled instances of a theorem, in doubles on lanes, and the search for false ones.

Untrusted. Whatever it finds is decided by `kernel.witness`."""

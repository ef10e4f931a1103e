"""Which terms have functions that are not algebraic."""

from __future__ import annotations

from boundkit.ir.terms import Apply, Number, Term

ALGEBRAIC = frozenset({"+", "-", "*", "/", "neg", "sqrt", "abs", "min", "max"})


def has_functions(term: Term, name: str | None = None) -> bool:
    """Whether a variable, or the one of this name, stands under a function that is not algebraic."""
    if not isinstance(term, Apply) or not term.free or (name is not None and name not in term.free):
        return False
    plain = term.head in ALGEBRAIC or (term.head == "^" and isinstance(term.args[1], Number))
    return not plain or any(has_functions(arg, name) for arg in term.args)

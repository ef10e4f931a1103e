"""Terms that do not change when a variable moves by full turns of the circle."""

from __future__ import annotations

from fractions import Fraction

from boundkit.ir.functions import SYMBOLS
from boundkit.ir.terms import Apply, Name, Number, Term

CIRCULAR = frozenset({"sin", "cos", "tan"})


def is_periodic(term: Term, variable: str, turns: int) -> bool:
    """Whether the term, defined or not, is certainly the same at x and at x + 2*pi*turns for all real x: the
    variable occurs in arguments of sin, cos, tan alone, which are linear in it with coefficients that are
    integers when multiplied by `turns`, or are periodic themselves. May raise RecursionError."""
    if variable not in term.free:
        return True
    if not isinstance(term, Apply) or term.head not in SYMBOLS:
        return False
    if term.head in CIRCULAR and len(term.args) == 1:
        rate = _rate(term.args[0], variable)
        if rate is not None:
            return (rate * turns).denominator == 1
    return all(is_periodic(arg, variable, turns) for arg in term.args)


def _rate(term: Term, variable: str) -> Fraction | None:
    """The number r for which term(x + s) is term(x) + r*s for all real x and s, one defined where the other
    is; None where it is not seen."""
    if variable not in term.free:
        return Fraction(0)
    if isinstance(term, Name):
        return Fraction(1)
    if not isinstance(term, Apply):
        return None
    if term.head == "/":
        top, bottom = term.args
        rate = _rate(top, variable)
        if rate is None or not isinstance(bottom, Number) or not bottom.value:
            return None
        return rate / bottom.value
    if term.head == "*":
        factor = Fraction(1)
        rate = None
        for arg in term.args:
            if isinstance(arg, Number):
                factor *= arg.value
            elif rate is None:
                rate = _rate(arg, variable)
                if rate is None:
                    return None
            else:
                return None
        return None if rate is None else factor * rate
    if term.head not in ("+", "-", "neg"):
        return None
    rates = [_rate(arg, variable) for arg in term.args]
    known = [rate for rate in rates if rate is not None]
    if len(known) < len(rates):
        return None
    if term.head == "neg" or (term.head == "-" and len(known) == 1):
        return -known[0]
    return sum(known, Fraction(0)) if term.head == "+" else known[0] - sum(known[1:], Fraction(0))

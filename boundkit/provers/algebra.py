"""Proposals from computer algebra: stationary points and solutions, as terms. Nothing here is trusted, and
nothing that a user wrote reaches a parser of SymPy's: terms are translated head by head."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Name, Number, Term, number

MOST_SOLUTIONS = 4
LARGEST = 60
"""Subterms beyond which no proposal is made."""


def stationary_points(objective: Term, variable: Name) -> list[Term]:
    """Zeros of the derivative in the variable, as SymPy finds them with every name positive;
    summands that do not mention it do not matter."""
    try:
        import sympy

        symbols: dict[str, Any] = {}
        objective = _without_constants(objective, variable.text)
        whole = _to_sympy(objective, symbols)
        if variable.text not in symbols or _size(objective) > LARGEST:
            return []
        unknown = symbols[variable.text]
        return _back(sympy.solve(sympy.diff(whole, unknown), unknown), symbols)
    except (_Untranslatable, NotImplementedError, ValueError, TypeError):
        return []


def solutions(wanted: Term, unknown: Name) -> list[Term]:
    """Values at which both sides of a relation are equal, as SymPy finds them with every name positive."""
    if not (isinstance(wanted, Apply) and len(wanted.args) == 2):
        return []
    try:
        import sympy

        symbols: dict[str, Any] = {}
        left, right = (_to_sympy(arg, symbols) for arg in wanted.args)
        if unknown.text not in symbols or _size(wanted) > LARGEST:
            return []
        return _back(sympy.solve(left - right, symbols[unknown.text]), symbols)
    except (_Untranslatable, NotImplementedError, ValueError, TypeError):
        return []


def _without_constants(term: Term, name: str) -> Term:
    """The term without the summands that do not mention a name."""
    if isinstance(term, Apply) and term.head in ("+", "-"):
        left, right = (_without_constants(arg, name) for arg in term.args)
        return Apply(term.head, (left, right), term.sort)
    return term if name in term.free else number(0)


class _Untranslatable(Exception):
    """A head that computer algebra is not asked about."""


def _size(term: Term) -> int:
    from boundkit.ir.terms import subterms

    return sum(1 for _ in subterms(term))


def _to_sympy(term: Term, symbols: dict[str, Any]) -> Any:
    import sympy

    if isinstance(term, Number):
        return sympy.Rational(term.value.numerator, term.value.denominator)
    if isinstance(term, Name):
        return symbols.setdefault(term.text, sympy.Symbol(f"v{len(symbols)}", positive=True))
    if not isinstance(term, Apply):
        raise _Untranslatable
    args = [_to_sympy(arg, symbols) for arg in term.args]
    match term.head:
        case "+":
            return sympy.Add(*args)
        case "*":
            return sympy.Mul(*args)
        case "-":
            return args[0] - args[1]
        case "/":
            return args[0] / args[1]
        case "neg":
            return -args[0]
        case "^":
            return args[0] ** args[1]
        case "sqrt":
            return sympy.sqrt(args[0])
        case "exp":
            return sympy.exp(args[0])
        case "ln":
            return sympy.log(args[0])
    raise _Untranslatable


def _back(found: Any, symbols: dict[str, Any]) -> list[Term]:
    names = {symbol: Name(text, REAL) for text, symbol in symbols.items()}
    result = []
    for value in list(found)[:MOST_SOLUTIONS]:
        try:
            result.append(_from_sympy(value, names))
        except _Untranslatable:
            continue
    return result


def _from_sympy(value: Any, names: dict[Any, Name]) -> Term:
    import sympy

    if value in names:
        return names[value]
    if value.is_Rational:
        return number(Fraction(int(value.p), int(value.q)))
    if isinstance(value, sympy.Add | sympy.Mul):
        head = "+" if isinstance(value, sympy.Add) else "*"
        parts = [_from_sympy(arg, names) for arg in value.args]
        whole = parts[0]
        for part in parts[1:]:
            whole = Apply(head, (whole, part), REAL)
        return whole
    if isinstance(value, sympy.Pow):
        base, exponent = value.args
        if exponent == sympy.Rational(1, 2):
            return Apply("sqrt", (_from_sympy(base, names),), REAL)
        if exponent.is_Rational and exponent < 0:
            return Apply("/", (number(1), _from_sympy(base**-exponent, names)), REAL)
        return Apply("^", (_from_sympy(base, names), _from_sympy(exponent, names)), REAL)
    if isinstance(value, sympy.exp):
        return Apply("exp", (_from_sympy(value.args[0], names),), REAL)
    if isinstance(value, sympy.log):
        return Apply("ln", (_from_sympy(value.args[0], names),), REAL)
    raise _Untranslatable

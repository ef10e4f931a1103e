"""The functions and constants that a formula may name, each as a term of the symbols in `ir.functions`.

What a definition is used for is defined exactly where its definition is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from boundkit.ir.sorts import INT, NAT, PROP, REAL, Sort
from boundkit.ir.terms import FALSE, ONE, TRUE, Apply, Number, Term, number, relation

_WIDTH: dict[Sort, int] = {NAT: 0, INT: 1, REAL: 2}
FLIPPED = {">=": "<=", ">": "<"}


class Unfit(ValueError):
    """Arguments that a function does not take; the text says why."""


def wider(*sorts: Sort) -> Sort:
    """The widest of Nat, Int and Real."""
    return max(sorts, key=_WIDTH.__getitem__)


def add(left: Term, right: Term) -> Term:
    """left + right."""
    return Apply("+", (left, right), wider(left.sort, right.sort))


def subtract(left: Term, right: Term) -> Term:
    """left - right."""
    return Apply("-", (left, right), wider(INT, left.sort, right.sort))


def multiply(left: Term, right: Term) -> Term:
    """left * right."""
    return Apply("*", (left, right), wider(left.sort, right.sort))


def divide(left: Term, right: Term) -> Term:
    """left / right; a quotient of two numbers is a number."""
    if isinstance(left, Number) and isinstance(right, Number) and right.value:
        return Number(left.value / right.value)
    return Apply("/", (left, right), REAL)


def negate(term: Term) -> Term:
    """-term; of a number, a number."""
    if isinstance(term, Number):
        return Number(-term.value)
    return Apply("neg", (term,), wider(INT, term.sort))


def raise_to(base: Term, exponent: Term) -> Term:
    """base ^ exponent."""
    sort = base.sort if exponent.sort == NAT and base.sort in (NAT, INT) else REAL
    return Apply("^", (base, exponent), sort)


def compare(sign: str, left: Term, right: Term) -> Term:
    """The relation, `>=` and `>` turned round."""
    if sign in FLIPPED:
        return relation(FLIPPED[sign], right, left)
    return relation({"==": "=", "<>": "!="}.get(sign, sign), left, right)


def real(head: str, *args: Term) -> Term:
    """A symbol with real values."""
    return Apply(head, args, REAL)


@dataclass(frozen=True)
class Function:
    """A function by its name: how many arguments it takes, of which kind, and its term.

    most: None for any number. propositions: it takes and gives propositions."""

    least: int
    most: int | None
    build: Callable[..., Term]
    propositions: bool = False


def _one(head: str) -> Function:
    return Function(1, 1, lambda x: real(head, x))


def _to_integer(head: str) -> Function:
    return Function(1, 1, lambda x: Apply(head, (x,), INT))


def _absolute(x: Term) -> Term:
    return Apply("abs", (x,), NAT if x.sort == INT else x.sort)


def _extremum(head: str) -> Function:
    def build(*args: Term) -> Term:
        return args[0] if len(args) == 1 else Apply(head, args, wider(*(arg.sort for arg in args)))

    return Function(1, None, build)


def _relation(sign: str) -> Function:
    return Function(2, 2, lambda left, right: compare(sign, left, right))


def _connective(head: str, empty: Term) -> Function:
    def build(*args: Term) -> Term:
        return empty if not args else args[0] if len(args) == 1 else Apply(head, args, PROP)

    return Function(0, None, build, propositions=True)


def _logarithm(x: Term, base: Term | None = None) -> Term:
    return real("ln", x) if base is None else divide(real("ln", x), real("ln", base))


def _root(x: Term, degree: Term) -> Term:
    return raise_to(x, divide(ONE, degree))


def _rational(top: Term, bottom: Term = ONE) -> Term:
    if not isinstance(top, Number) or not isinstance(bottom, Number) or not bottom.value:
        raise Unfit("takes two numbers, the second not 0")
    return divide(top, bottom)


def _is_natural(term: Term) -> bool:
    return term.sort in (NAT, INT)


def _factorial(x: Term) -> Term:
    return Apply("factorial", (x,), NAT) if _is_natural(x) else real("Gamma", add(x, ONE))


def _binomial(n: Term, k: Term) -> Term:
    if _is_natural(n) and _is_natural(k):
        return Apply("binomial", (n, k), NAT)
    below = multiply(real("Gamma", add(k, ONE)), real("Gamma", add(subtract(n, k), ONE)))
    return divide(real("Gamma", add(n, ONE)), below)


def _lambert(x: Term, branch: Term | None = None) -> Term:
    if branch is not None and branch not in (number(0), number(-1)):
        raise Unfit("is known on the real branches 0 and -1 only")
    return real("LambertW" if branch in (None, number(0)) else "LambertWm1", x)


def _square(x: Term) -> Term:
    return raise_to(x, number(2))


def _half_log(top: Term, bottom: Term) -> Term:
    return divide(real("ln", divide(top, bottom)), number(2))


def _entropy(p: Term) -> Term:
    return subtract(negate(real("xlnx", p)), real("xlnx", subtract(ONE, p)))


def _divergence(p: Term, q: Term) -> Term:
    first = subtract(real("xlnx", p), multiply(p, real("ln", q)))
    rest = subtract(ONE, p)
    return add(first, subtract(real("xlnx", rest), multiply(rest, real("ln", subtract(ONE, q)))))


def _beta(a: Term, b: Term) -> Term:
    return divide(multiply(real("Gamma", a), real("Gamma", b)), real("Gamma", add(a, b)))


def _polygamma(order: Term, x: Term) -> Term:
    if not isinstance(order, Number) or order.value.denominator != 1 or not 0 <= order.value <= 50:
        raise Unfit("takes a natural number up to 50 as its order")
    return real("polygamma", order, x)


def _digamma(x: Term) -> Term:
    return real("polygamma", number(0), x)


_EULER = negate(_digamma(ONE))

FUNCTIONS: dict[str, Function] = {
    **{name: _one(name) for name in ("exp", "ln", "log2", "xlnx", "sqrt", "sin", "cos", "tan", "arctan",
       "arcsin", "arccos", "sinh", "cosh", "tanh", "erf", "Phi", "Gamma", "lnGamma")},
    **{name: _to_integer(name) for name in ("floor", "ceil", "sign")},
    "log": Function(1, 2, _logarithm),
    "log10": Function(1, 1, lambda x: _logarithm(x, number(10))),
    "log1p": Function(1, 1, lambda x: real("ln", add(ONE, x))),
    "expm1": Function(1, 1, lambda x: subtract(real("exp", x), ONE)),
    "abs": Function(1, 1, _absolute),
    "min": _extremum("min"),
    "max": _extremum("max"),
    "ceiling": _to_integer("ceil"),
    "frac": Function(1, 1, lambda x: subtract(x, Apply("floor", (x,), INT))),
    "root": Function(2, 2, _root),
    "cbrt": Function(1, 1, lambda x: _root(x, number(3))),
    "pow": Function(2, 2, raise_to),
    "Rational": Function(1, 2, _rational),
    **{name: Function(1, 1, lambda x: x) for name in ("S", "Integer", "Float")},
    "cot": Function(1, 1, lambda x: divide(real("cos", x), real("sin", x))),
    "sec": Function(1, 1, lambda x: divide(ONE, real("cos", x))),
    "csc": Function(1, 1, lambda x: divide(ONE, real("sin", x))),
    "coth": Function(1, 1, lambda x: divide(real("cosh", x), real("sinh", x))),
    "sech": Function(1, 1, lambda x: divide(ONE, real("cosh", x))),
    "csch": Function(1, 1, lambda x: divide(ONE, real("sinh", x))),
    "asinh": Function(1, 1, lambda x: real("ln", add(x, real("sqrt", add(_square(x), ONE))))),
    "acosh": Function(1, 1, lambda x: real("ln", add(x, real("sqrt", subtract(_square(x), ONE))))),
    "atanh": Function(1, 1, lambda x: _half_log(add(ONE, x), subtract(ONE, x))),
    "acoth": Function(1, 1, lambda x: _half_log(add(x, ONE), subtract(x, ONE))),
    "erfc": Function(1, 1, lambda x: subtract(ONE, real("erf", x))),
    "factorial": Function(1, 1, _factorial),
    "binomial": Function(2, 2, _binomial),
    "beta": Function(2, 2, _beta),
    "polygamma": Function(2, 2, _polygamma),
    "digamma": Function(1, 1, _digamma),
    "trigamma": Function(1, 1, lambda x: real("polygamma", ONE, x)),
    "harmonic": Function(1, 1, lambda x: add(_digamma(add(x, ONE)), _EULER)),
    "LambertW": Function(1, 2, _lambert),
    "binary_entropy": Function(1, 1, _entropy),
    "binary_kl": Function(2, 2, _divergence),
    "Le": _relation("<="), "Lt": _relation("<"), "Ge": _relation(">="), "Gt": _relation(">"),
    "Eq": _relation("="), "Ne": _relation("!="),
    "And": _connective("and", TRUE),
    "Or": _connective("or", FALSE),
    "Not": Function(1, 1, lambda a: Apply("not", (a,), PROP), propositions=True),
    "Implies": Function(2, 2, lambda a, b: Apply("implies", (a, b), PROP), propositions=True),
}  # fmt: skip

_OTHER_NAMES = {
    "Abs": "abs", "Min": "min", "Max": "max", "gamma": "Gamma", "loggamma": "lnGamma",
    "lgamma": "lnGamma", "atan": "arctan", "asin": "arcsin", "acos": "arccos",
    "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh", "Pow": "pow",
    "fabs": "abs", "lambertw": "LambertW", "psi": "digamma",
}  # fmt: skip
FUNCTIONS |= {name: FUNCTIONS[known] for name, known in _OTHER_NAMES.items()}

PI = multiply(number(4), real("arctan", ONE))
CONSTANTS: dict[str, Term] = {
    "pi": PI,
    "Pi": PI,
    "E": real("exp", ONE),
    "GoldenRatio": divide(add(ONE, real("sqrt", number(5))), number(2)),
    "EulerGamma": _EULER,
    "True": TRUE,
    "true": TRUE,
    "False": FALSE,
    "false": FALSE,
}
REFUSED = {
    "oo": "infinity is no real number",
    "inf": "infinity is no real number",
    "zoo": "infinity is no real number",
    "nan": "what is not a number has no place in a formula",
    "I": "there are no complex numbers here",
}

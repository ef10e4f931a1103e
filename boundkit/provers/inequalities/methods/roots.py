"""Roots of a variable: x = t^q for a variable x >= 0 that stands under roots of degree q."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Name, Number, Term, number, substitute, subterms
from boundkit.kernel.derivative import minus, power
from boundkit.kernel.enclosures import replaced
from boundkit.kernel.steps import Changed, Enclosed, Fact, Range, Rooted
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 13


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One variable becomes a power of a new one."""
    terms = (goal.slack, *(fact.term for fact in goal.facts))
    for name in sorted(goal.slack.free):
        extent = goal.box[name]
        if extent.is_point or extent.integral or extent.lower is None or extent.lower < 0:
            continue
        degree = lcm(*(_degree(name, whole) for whole in terms))
        if 2 <= degree <= 6:
            return _rooted(goal, name, degree, prove, effort) or GivenUp("")
    return GivenUp("")


def _degree(name: str, whole: Term) -> int:
    """The common degree of the roots of the variable itself."""
    found = 1
    for term in subterms(whole):
        if not isinstance(term, Apply) or not term.args or term.args[0] != Name(name, REAL):
            continue
        if term.head == "sqrt":
            found = lcm(found, 2)
        elif term.head == "^" and isinstance(term.args[1], Number):
            found = lcm(found, term.args[1].value.denominator)
    return found


def _rooted(goal: Goal, name: str, degree: int, prove: Prove, effort: Effort) -> Found | None:
    extent = goal.box[name]
    new = Name(name + "_root", REAL)
    if new.text in goal.box or extent.lower is None:
        return None
    lower = _root(extent.lower, degree)
    upper = None if extent.upper is None else _root(extent.upper, degree)
    if lower is None or (extent.upper is not None and upper is None):
        return None
    inner = Range(lower, upper, extent.lower_closed, extent.upper_closed)
    value = power(new, number(degree))
    box = {**{own: held for own, held in goal.box.items() if own != name}, new.text: inner}
    facts = tuple(Fact(substitute(fact.term, {name: value}), fact.kind) for fact in goal.facts)
    current = Goal(substitute(goal.slack, {name: value}), goal.strict, box, facts + _ends(value, extent))
    taken: list[Term] = []
    for term in _roots_of(current, value):
        new_term = power(new, number(degree * _exponent(term)))
        taken.append(term)
        rewritten = tuple(Fact(replaced(own.term, term, new_term), own.kind) for own in current.facts)
        current = Goal(replaced(current.slack, term, new_term), goal.strict, box, rewritten)
    rest = prove(current, effort)
    if rest is None:
        return None
    step = rest.step
    for term in reversed(taken):
        step = Rooted(term, new, degree, Enclosed(), step)
    inverse = power(Name(name, REAL), number(Fraction(1, degree)))
    whole = Changed(name, value, new.text, inner, inverse, Enclosed(), Enclosed(), step)
    if not accepted(goal, whole):
        return None
    return Found(whole, (f"with {name} = {value}", *rest.argument))


def _roots_of(goal: Goal, value: Term) -> list[Term]:
    """The roots of a power of the new variable, each once."""
    found: dict[Term, None] = {}
    for whole in (goal.slack, *(fact.term for fact in goal.facts)):
        for term in subterms(whole):
            if not isinstance(term, Apply) or not term.args or term.args[0] != value:
                continue
            if term.head == "sqrt" or (term.head == "^" and isinstance(term.args[1], Number)):
                found.setdefault(term)
    return list(found)


def _exponent(term: Term) -> Fraction:
    assert isinstance(term, Apply)
    last = term.args[-1]
    return last.value if term.head == "^" and isinstance(last, Number) else Fraction(1, 2)


def _ends(value: Term, extent: Range) -> tuple[Fact, ...]:
    """What the kernel adds to the facts: that the value keeps to the ends of the old range."""
    found = []
    for end, closed, sign in (
        (extent.lower, extent.lower_closed, 1),
        (extent.upper, extent.upper_closed, -1),
    ):
        if end is not None:
            gap = minus(value, number(end)) if sign == 1 else minus(number(end), value)
            found.append(Fact(gap, "nonnegative" if closed else "positive"))
    return tuple(found)


def _root(value: Fraction, degree: int) -> Fraction | None:
    """The exact root of a rational, if it is one."""
    top, below = (round(part ** (1 / degree)) for part in (value.numerator, value.denominator))
    exact = top**degree == value.numerator and below**degree == value.denominator
    return Fraction(top, below) if exact else None

"""Variables that stand in one way only: x = l + t where x - l is a divisor or under a root, t = ln(x) where x
stands in its logarithm alone, t = exp(x/q) where it stands in exponentials alone."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Name, Number, Term, number, substitute, subterms
from boundkit.kernel.derivative import minus, over, plus, power, times
from boundkit.kernel.enclosures import replaced
from boundkit.kernel.quotients import Algebra, Polynomial, Quotient, TooLarge
from boundkit.kernel.steps import Enclosed, Fact, Generalised, Product, Range, Step
from boundkit.provers.inequalities.changes import Change, changed, fresh
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 13
LARGEST_DENOMINATOR = 12
LOGARITHM, EXPONENTIAL = "_ln", "_exp"
LINE = Range(None, None, False, False)


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The goal in a new variable, for the first one for which it is simpler."""
    for name in sorted(goal.slack.free):
        extent = goal.box[name]
        # What a logarithm or an exponential stands for is not taken apart again.
        if extent.is_point or extent.integral or name.endswith((LOGARITHM, EXPONENTIAL)):
            continue
        for method in (_shifted, _logarithmic, _exponential):
            found = method(goal, name, prove, effort)
            if found is not None:
                return found
    return GivenUp("")


def _shifted(goal: Goal, name: str, prove: Prove, effort: Effort) -> Found | None:
    extent, old = goal.box[name], Name(name, REAL)
    end = extent.lower
    if not end or extent.upper is not None or not _singular(goal.slack, name, end):
        return None
    new = fresh(name + "_new", goal)
    inner = Range(Fraction(0), None, extent.lower_closed)
    change = Change(name, plus(number(end), new), new.text, inner, minus(old, number(end)))
    return changed(goal, change, prove, effort, shorter=False)


def _logarithmic(goal: Goal, name: str, prove: Prove, effort: Effort) -> Found | None:
    """A new variable for ln(x)."""
    algebra = Algebra()
    whole = algebra.to_term(algebra.of(goal.slack))
    logarithm, new = Apply("ln", (Name(name, REAL),), REAL), fresh(name + LOGARITHM, goal)
    for slack in (goal.slack, whole):
        if name in replaced(slack, logarithm, new).free:
            continue
        found = _generalised(goal, slack, logarithm, new, _ends(goal.box[name]), prove, effort)
        if found is not None:
            return found
    return None


def _exponential(goal: Goal, name: str, prove: Prove, effort: Effort) -> Found | None:
    """A new variable for exp(x/q)."""
    algebra = Algebra()
    quotient = algebra.of(goal.slack)
    degree = _exponential_degree(quotient, name)
    if degree is None:
        return None
    old = Apply("exp", (times(number(Fraction(1, degree)), Name(name, REAL)),), REAL)
    new = fresh(name + EXPONENTIAL, goal)
    exponential = Apply("exp", (Name(name, REAL),), REAL)

    def turned(polynomial: Polynomial) -> Term:
        parts = []
        for monomial in sorted(polynomial, key=algebra.monomial_order):
            count = dict(monomial).get(exponential, Fraction(0))
            rest = tuple(pair for pair in monomial if pair[0] != exponential)
            parts.append(
                times(
                    number(polynomial[monomial]),
                    algebra.monomial_term(rest),
                    power(new, number(count * degree)),
                )
            )
        return plus(*parts)

    below = times(*(power(turned(dict(factor)), number(count)) for factor, count in quotient.below))
    term = over(turned(quotient.top), below)
    slack = substitute(term, {new.text: old})
    extent = goal.box[name]
    inner = Range(Fraction(0), None, lower_closed=False)
    if extent.lower == 0:
        inner = Range(Fraction(1), None, extent.lower_closed)
    elif extent.upper == 0:
        inner = Range(Fraction(0), Fraction(1), False, extent.upper_closed)
    return _generalised(goal, slack, old, new, inner, prove, effort)


def _ends(extent: Range) -> Range:
    """The values of a logarithm on a range."""
    if extent.lower == 1:
        return Range(Fraction(0), None, extent.lower_closed)
    if extent.upper == 1:
        return Range(None, Fraction(0), False, extent.upper_closed)
    return LINE


def _generalised(
    goal: Goal, slack: Term, old: Term, new: Name, extent: Range, prove: Prove, effort: Effort
) -> Found | None:
    facts = tuple(Fact(replaced(fact.term, old, new), fact.kind) for fact in goal.facts)
    inner = Goal(replaced(slack, old, new), goal.strict, {**goal.box, new.text: extent}, facts)
    rest = prove(inner, effort)
    if rest is None:
        return None
    step: Step = Generalised(old, new.text, extent, Enclosed(), Enclosed(), rest.step)
    if slack != goal.slack:
        step = Product((slack,), (step,))
    if not accepted(goal, step):
        return None
    return Found(step, (f"with {new} = {old}", *rest.argument))


def _singular(slack: Term, name: str, end: Fraction) -> bool:
    """Whether a divisor, or what is under a root, vanishes at the end."""
    for part in subterms(slack):
        if not isinstance(part, Apply):
            continue
        inner: Term | None = None
        if part.head == "/":
            inner = part.args[1]
        elif part.head == "sqrt":
            inner = part.args[0]
        elif part.head == "^" and isinstance(part.args[1], Number):
            exponent = part.args[1].value
            inner = part.args[0] if exponent < 0 or exponent.denominator > 1 else None
        if inner is not None and name in inner.free:
            try:
                if not Algebra().of(substitute(inner, {name: number(end)})).top:
                    return True
            except TooLarge:
                continue
    return False


def _exponential_degree(quotient: Quotient, name: str) -> int | None:
    """A number q such that the variable stands in whole powers of exp(name/q) alone, or None."""
    exponential = Apply("exp", (Name(name, REAL),), REAL)
    degree, seen = 1, False
    for polynomial in (quotient.top, *(dict(factor) for factor, _ in quotient.below)):
        for monomial in polynomial:
            for atom, exponent in monomial:
                if name not in atom.free:
                    continue
                if atom != exponential:
                    return None
                seen = True
                degree = lcm(degree, exponent.denominator)
    return degree if seen and degree <= LARGEST_DENOMINATOR else None

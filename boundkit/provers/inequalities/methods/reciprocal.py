"""A range without an upper end as that of 1/x, so that what happens at infinity happens at 0: arctangents of
what grows become those of its reciprocal; roots, and the slack, lose the powers of the new variable."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, ZERO, Apply, Name, Number, Term, number, substitute, subterms
from boundkit.kernel.derivative import minus, negative, over, plus, power, times
from boundkit.kernel.enclosures import replaced
from boundkit.kernel.quotients import Algebra
from boundkit.kernel.steps import (
    Changed,
    Enclosed,
    Equation,
    Evaluated,
    Instance,
    Kept,
    Known,
    Monotone,
    Product,
    Range,
    Rewritten,
    Rooted,
    Split,
    Step,
)
from boundkit.provers.factors import expanded
from boundkit.provers.inequalities.changes import fresh
from boundkit.provers.inequalities.goal import POSITIVE, Effort, Found, GivenUp, Goal, Prove, accepted

COST = 13
ALGEBRAIC = frozenset({"+", "-", "*", "/", "^", "neg", "sqrt", "arctan", "ln"})


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """For goals in one variable, far out."""
    active = [name for name in sorted(goal.slack.free) if not goal.box[name].is_point]
    if len(active) != 1 or goal.facts or not _is_algebraic(goal.slack):
        return GivenUp("")
    (name,) = active
    extent = goal.box[name]
    if extent.upper is not None or name.endswith("_inverse"):
        return GivenUp("")
    if extent.lower is None or extent.lower <= 0:
        return _split(goal, name, prove, effort)
    degree = 2 if _has_roots(goal.slack, name) else 1
    end = _root_below(1 / extent.lower, degree)
    new = fresh(name + "_inverse", goal)
    inner = Range(Fraction(0), end, False, extent.lower_closed)
    value = over(ONE, power(new, number(degree)))
    slack = substitute(goal.slack, {name: value})
    box = {**{own: held for own, held in goal.box.items() if own != name}, new.text: inner}
    found = _analytic(Goal(slack, goal.strict, box), new, prove, effort)
    if found is None:
        return GivenUp("")
    inverse = power(Name(name, REAL), number(Fraction(-1, degree)))
    step = Changed(name, value, new.text, inner, inverse, Enclosed(), Enclosed(), Kept((), found.step))
    if not accepted(goal, step):
        return GivenUp("")
    return Found(step, (f"with {name} = {value}", *found.argument))


def _is_algebraic(slack: Term) -> bool:
    """Whether nothing grows or falls at infinity but powers and logarithms, which may cancel."""
    return not any(
        isinstance(part, Apply) and part.free and part.head not in ALGEBRAIC for part in subterms(slack)
    )


def _has_roots(slack: Term, name: str) -> bool:
    """Whether a root of the variable, or of an odd power of what grows like it, occurs."""
    for part in subterms(slack):
        if isinstance(part, Apply) and name in part.free:
            if part.head == "sqrt":
                return True
            if part.head == "^" and isinstance(part.args[1], Number) and part.args[1].value.denominator == 2:
                return True
    return False


def _root_below(value: Fraction, degree: int) -> Fraction:
    """A rational not below the root of a positive number, the root itself if it is rational."""
    if degree == 1:
        return value
    top, below = (round(part**0.5) for part in (value.numerator, value.denominator))
    if top * top == value.numerator and below * below == value.denominator:
        return Fraction(top, below)
    return Fraction(int(float(value) ** 0.5 * 1024) + 2, 1024)


def _analytic(goal: Goal, new: Name, prove: Prove, effort: Effort) -> Found | None:
    """The goal with what is singular at 0 rewritten."""
    for term in sorted(set(subterms(goal.slack)), key=str):
        if not isinstance(term, Apply) or new.text not in term.free:
            continue
        if term.head == "arctan":
            rewritten = _reflected(goal, term, new, prove, effort)
        elif term.head in ("sqrt", "^"):
            rewritten = _rooted(goal, term, new, prove, effort)
        else:
            continue
        if rewritten is not None:
            return rewritten
    algebra = Algebra()
    quotient = algebra.of(goal.slack)
    least = min((dict(own).get(new, Fraction(0)) for own in quotient.top), default=Fraction(0))
    slack = algebra.to_term(algebra.multiply(quotient, algebra.atom(new, -least)))
    if Apply("ln", (new,), REAL) in set(subterms(slack)):
        return None
    found = prove(replace(goal, slack=slack), effort)
    if found is None:
        return None
    step = Product((power(new, number(least)), slack), (Enclosed(), found.step))
    return Found(step, found.argument) if accepted(goal, step) else None


def _reflected(goal: Goal, term: Apply, new: Name, prove: Prove, effort: Effort) -> Found | None:
    """arctan(u) = pi/2 - arctan(1/u) for u > 0 that is large where the new variable is small."""
    inner = expanded(over(ONE, term.args[0]))
    if inner is None or not _vanishes(inner, new):
        return None
    right = times(number(2), Apply("arctan", (ONE,), REAL))
    mirrored = minus(right, Apply("arctan", (inner,), REAL))
    found = _analytic(replace(goal, slack=replaced(goal.slack, term, mirrored)), new, prove, effort)
    if found is None:
        return None
    y = fresh("argument", goal)
    gap = minus(plus(Apply("arctan", (y,), REAL), Apply("arctan", (over(ONE, y),), REAL)), right)
    here = substitute(gap, {y.text: term.args[0]})
    step: Step = Rewritten(2, term, mirrored, Kept((), found.step))
    step = Equation(here, Known(0, ONE), Known(1, ONE), step)
    for own in (negative(gap), gap):
        step = Instance(
            y.text, POSITIVE, own, False, term.args[0], _flat(y.text), Enclosed(), Enclosed(), step
        )
    return Found(step, found.argument) if accepted(goal, step) else None


def _vanishes(term: Term, new: Name) -> bool:
    """Whether a term is 0 at 0, and a rational function without a pole there."""
    try:
        at_zero = expanded(substitute(term, {new.text: ZERO}))
    except ZeroDivisionError:
        return False
    return at_zero == ZERO


def _flat(name: str) -> Step:
    """That a term whose slope is 0 is 0, as it is at 1."""
    flat = Product((ZERO,), (Enclosed(),))
    return Split(
        name,
        Fraction(1),
        Monotone(name, "decreasing", flat, Evaluated()),
        Monotone(name, "increasing", flat, Evaluated()),
    )


def _rooted(goal: Goal, term: Apply, new: Name, prove: Prove, effort: Effort) -> Found | None:
    """The square root of u as that of t^(2k) u over t^k."""
    exponent = term.args[1].value if term.head == "^" and isinstance(term.args[1], Number) else Fraction(1, 2)
    if exponent.denominator != 2:
        return None
    algebra = Algebra()
    quotient = algebra.of(term.args[0])
    if quotient.below:
        return None
    least = min((dict(own).get(new, Fraction(0)) for own in quotient.top), default=Fraction(0))
    if least >= 0 or least.denominator != 1 or int(least) % 2:
        return None
    inner = algebra.to_term(algebra.multiply(quotient, algebra.atom(new, -least)))
    root: Term = inner if inner == ONE else Apply("sqrt", (inner,), REAL)
    root = times(power(new, number(least / 2)), root)
    written = power(root, number(2 * exponent))
    found = _analytic(replace(goal, slack=replaced(goal.slack, term, written)), new, prove, effort)
    if found is None:
        return None
    step = Rooted(term, root, 2, Enclosed(), found.step)
    return Found(step, found.argument) if accepted(goal, step) else None


def _split(goal: Goal, name: str, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The part below 1, and that above; of integers, below 1 and from 1 on."""
    extent = goal.box[name]
    one = Fraction(1)
    place, least = (Fraction(1, 2), Fraction(0)) if extent.integral else (one, one)
    above = prove(
        replace(goal, box={**goal.box, name: replace(extent, lower=one, lower_closed=True)}), effort
    )
    if above is None:
        return GivenUp("")
    below = prove(
        replace(goal, box={**goal.box, name: replace(extent, upper=least, upper_closed=True)}), effort
    )
    if below is None:
        return GivenUp("")
    return Found(Split(name, place, below.step, above.step), (*below.argument, *above.argument))

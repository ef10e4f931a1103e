"""An equation that sets a form equal to a number, as a + b + c = 3, makes the goal homogeneous."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from flint import fmpq, fmpq_mpoly

from boundkit.ir.terms import ONE
from boundkit.kernel.derivative import over
from boundkit.kernel.steps import Enclosed, Product, Sum
from boundkit.provers.inequalities.forms import Equation, Form, forms_of, is_homogeneous, known_multiple
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 11


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The homogeneous goal that is the same where the equation holds."""
    for form in forms_of(goal)[:1]:
        if is_homogeneous(form.polynomial):
            break
        for equation in form.equations:
            found = _homogenised(goal, form, equation, prove, effort)
            if found is not None:
                return found
    return GivenUp("")


def unit_of(equation: Equation) -> fmpq_mpoly | None:
    """The form, of positive degree, that is 1 by the equation; None if the equation does not say so."""
    zero = (0,) * equation.polynomial.context().nvars()
    constant = equation.polynomial[zero]
    own = equation.polynomial - constant
    if constant == 0 or not own or not is_homogeneous(own):
        return None
    return own / (-constant)


def homogeneous_parts(polynomial: fmpq_mpoly) -> dict[int, fmpq_mpoly]:
    """The parts of each degree."""
    parts: dict[int, dict[tuple[int, ...], fmpq]] = {}
    for monomial, value in polynomial.terms():
        parts.setdefault(sum(map(int, monomial)), {})[tuple(map(int, monomial))] = value
    context = polynomial.context()
    return {degree: context.from_dict(own) for degree, own in sorted(parts.items())}


def _homogenised(goal: Goal, form: Form, equation: Equation, prove: Prove, effort: Effort) -> Found | None:
    unit = unit_of(equation)
    if unit is None:
        return None
    parts = homogeneous_parts(form.polynomial)
    top, step = max(parts), int(unit.total_degree())
    if any((top - degree) % step for degree in parts):
        return _even(goal, form, parts, prove, effort) if step == 2 else None
    whole = sum((own * unit ** ((top - degree) // step) for degree, own in parts.items()), 0 * unit)
    multiplier = (form.polynomial - whole) / equation.polynomial
    term = form.term(whole)
    effort.spend(2)
    inner = prove(replace(goal, slack=term), effort) if whole else None
    if inner is None:
        return None
    rest, known = known_multiple(form, equation, multiplier)
    found = Sum((term, rest), (inner.step, known))
    if not accepted(goal, found):
        return None
    return Found(found, (f"made homogeneous by {_shown(form, unit)} = 1", *inner.argument))


def _even(goal: Goal, form: Form, parts: dict[int, fmpq_mpoly], prove: Prove, effort: Effort) -> Found | None:
    """u - v >= 0, with u of even and v of odd degrees or the other way round, from u^2 - v^2 >= 0 and
    u + v > 0."""
    zero = 0 * form.polynomial
    even = sum((own for degree, own in parts.items() if degree % 2 == 0), zero)
    for conjugate in (2 * even - form.polynomial, form.polynomial - 2 * even):
        other = form.term(conjugate)
        if accepted(Goal(other, True, goal.box, goal.facts), Enclosed()):
            whole = form.term(conjugate * form.polynomial)
            inner = prove(replace(goal, slack=whole), effort)
            step = None if inner is None else Product((whole, over(ONE, other)), (inner.step, Enclosed()))
            if inner is not None and step is not None and accepted(goal, step):
                return Found(step, (f"times {other}", *inner.argument))
    return None


def _shown(form: Form, unit: fmpq_mpoly) -> str:
    leading = unit.leading_coefficient()
    scale = Fraction(int(leading.p), int(leading.q))
    text = str(form.term(unit / leading))
    return text if scale == 1 else f"({scale})*({text})"

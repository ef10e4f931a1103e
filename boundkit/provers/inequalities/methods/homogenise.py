"""An equation that sets a form equal to a number, as a + b + c = 3, makes the goal homogeneous."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from flint import fmpq_mpoly

from boundkit.kernel.steps import Sum
from boundkit.provers.inequalities.forms import Equation, Form, forms_of, is_homogeneous, known_multiple
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted

COST = 16


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
    parts: dict[int, dict[tuple[int, ...], object]] = {}
    for monomial, value in polynomial.terms():
        parts.setdefault(sum(map(int, monomial)), {})[tuple(monomial)] = value
    context = polynomial.context()
    return {degree: context.from_dict(own) for degree, own in sorted(parts.items())}


def _homogenised(goal: Goal, form: Form, equation: Equation, prove: Prove, effort: Effort) -> Found | None:
    unit = unit_of(equation)
    if unit is None:
        return None
    parts = homogeneous_parts(form.polynomial)
    top, step = max(parts), int(unit.total_degree())
    if any((top - degree) % step for degree in parts):
        return None
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


def _shown(form: Form, unit: fmpq_mpoly) -> str:
    leading = unit.leading_coefficient()
    scale = Fraction(int(leading.p), int(leading.q))
    text = str(form.term(unit / leading))
    return text if scale == 1 else f"({scale})*({text})"

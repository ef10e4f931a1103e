"""An equation that sets a form equal to a number, as a + b + c = 3, makes the goal homogeneous; and so does
an inequality as a + b + c >= 3, where the parts of the goal sum up to what is not negative, degree by degree
from the one that gains most (summation by parts)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from flint import fmpq, fmpq_mpoly

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Term, number
from boundkit.kernel.derivative import over
from boundkit.kernel.steps import Enclosed, Fact, Known, Lemma, Product, Step, Sum
from boundkit.provers.inequalities.forms import (
    Constraint,
    Equation,
    Form,
    forms_of,
    is_homogeneous,
    known_multiple,
    rational,
    raw_power,
    raw_product,
)
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.positivstellensatz import zeros

COST = 11
REWRITES = True


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The homogeneous goal that is the same where the equation holds."""
    for form in forms_of(goal)[:1]:
        if is_homogeneous(form.polynomial):
            break
        for equation in form.equations:
            found = _homogenised(goal, form, equation, prove, effort)
            if found is not None:
                return found
        for constraint in form.constraints:
            found = _by_parts(goal, form, constraint, prove, effort)
            if found is not None:
                return found
    return GivenUp("")


def is_made_homogeneous(form: Form) -> bool:
    """Whether the polynomial is not homogeneous, and an equation makes it so without a square."""
    if is_homogeneous(form.polynomial) or form.constraints:
        return False
    for equation in form.equations:
        unit = unit_of(equation)
        if unit is not None and len({degree % unit.total_degree() for degree in _degrees(form)}) == 1:
            return True
    return False


def _degrees(form: Form) -> set[int]:
    return {sum(map(int, monomial)) for monomial in form.polynomial.monoms()}


def unit_of(equation: Equation | Constraint) -> fmpq_mpoly | None:
    """The form, of positive degree, that is 1 by the equation (or at the border of the constraint); None if
    there is none."""
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


def _by_parts(goal: Goal, form: Form, constraint: Constraint, prove: Prove, effort: Effort) -> Found | None:
    """With the parts N[0], N[1], ... from the highest degree down, and the unit u: where u <= 1, N is the sum
    of S[0] and the (1 - u)*S[i], S[i] = N[i] + u*N[i+1] + u^2*N[i+2] + ...; where u >= 1, u^m*N is that of
    S[m] and the (u - 1)*u^(m-i-1)*S[i], S[i] = N[0] + u*N[1] + ... + u^i*N[i]."""
    unit = unit_of(constraint)
    place = next((k for k, fact in enumerate(goal.facts) if fact.term == constraint.term), None)
    if unit is None or place is None:
        return None
    parts = homogeneous_parts(form.polynomial)
    top, step = max(parts), int(unit.total_degree())
    if any((top - degree) % step for degree in parts):
        return None
    last = (top - min(parts)) // step
    zero = 0 * unit
    own = [parts.get(top - step * i, zero) for i in range(last + 1)]
    zeroth = (0,) * unit.context().nvars()
    grows = constraint.polynomial[zeroth] < 0
    # The constraint is a positive number times u - 1, or 1 - u.
    scale = rational(abs(constraint.polynomial[zeroth]))
    if grows:
        sums = [sum((unit**i * own[i] for i in range(k + 1)), zero) for k in range(last + 1)]
        whole, weighted = sums[last], [(sums[i], last - i - 1) for i in range(last)]
    else:
        sums = [sum((unit ** (i - k) * own[i] for i in range(k, last + 1)), zero) for k in range(last + 1)]
        whole, weighted = sums[0], [(sums[i], 0) for i in range(1, last + 1)]
    if any(_falls(form, each) for each, _ in weighted) or _falls(form, whole):
        return None
    # Where the whole vanishes somewhere, another part makes a strict goal strict.
    elsewhere = goal.strict and (not whole or bool(zeros(replace(form, polynomial=whole, strict=False))))
    if elsewhere and not constraint.strict:
        return None
    effort.spend(2)
    unit_term, known = form.term(unit), goal
    if grows:
        known = replace(goal, facts=(*goal.facts, Fact(unit_term, "positive")))
    terms: list[Term] = []
    steps: list[Step] = []
    lines: tuple[str, ...] = ()
    if whole:
        inner = prove(replace(known, slack=form.term(whole), strict=goal.strict and not elsewhere), effort)
        if inner is None:
            return None
        terms.append(form.term(whole))
        steps.append(inner.step)
        lines = inner.argument
    part = 0
    for each, exponent in sorted(weighted, key=lambda pair: pair[1]):
        if not each:
            continue
        weight = replace(known, slack=form.term(each), strict=True)
        found = prove(weight, effort) if elsewhere else None
        if found is not None:
            elsewhere, part = False, len(terms)
        else:
            found = prove(replace(weight, strict=False), effort)
        if found is None:
            return None
        factors = (
            number(1 / scale),
            raw_power(unit_term, exponent) if exponent else ONE,
            weight.slack,
            goal.facts[place].term,
        )
        terms.append(raw_product(factors))
        steps.append(Product(factors, (Enclosed(), Enclosed(), found.step, Known(place, ONE))))
    if elsewhere:
        return None
    step_: Step = Sum(tuple(terms), tuple(steps), part)
    if grows:
        power = raw_power(unit_term, last)
        step_ = Product((Apply("+", tuple(terms), REAL), over(ONE, power)), (step_, Enclosed()))
        above = raw_product([number(1 / scale), goal.facts[place].term])
        lower = Sum((above, ONE), (Known(place, number(1 / scale)), Enclosed()), 1)
        step_ = Lemma(unit_term, True, lower, step_)
    if not accepted(goal, step_):
        return None
    relation = ">=" if grows else "<="
    return Found(step_, (f"degree by degree with {_shown(form, unit)} {relation} 1", *lines))


def _falls(form: Form, polynomial: fmpq_mpoly) -> bool:
    """Whether a polynomial is seen to be negative somewhere on the cone."""
    return bool(polynomial) and zeros(replace(form, polynomial=polynomial, strict=False)) is None


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

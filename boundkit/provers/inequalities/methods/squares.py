"""Polynomials as sums of squares and of products of facts with squares (Positivstellensatz), after
multiplication by a power of the sum of the variables (Reznick, 1995) where that is needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from flint import fmpq_mpoly

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Term
from boundkit.kernel.derivative import over
from boundkit.kernel.rational_functions import atoms_of
from boundkit.kernel.steps import Enclosed, Product, Range, Split, Step, point
from boundkit.provers.inequalities.forms import POSITIVE, Form, forms_of, is_homogeneous
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.methods.homogenise import is_made_homogeneous
from boundkit.provers.inequalities.positivstellensatz import certificate, zeros

COST = 11
DEEPEST = 3
ALGEBRAIC = True
ATTEMPT = 40
"""Effort for one semidefinite programme."""


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The goal's polynomial in the coordinates of its ranges and of its facts, with multipliers of growing
    degree."""
    forms = sorted(
        forms_of(goal), key=lambda form: (not is_homogeneous(form.polynomial), len(form.constraints))
    )
    if not forms:
        return GivenUp("")
    # Of exponentials and the like nothing would be known but the sign.
    if not all(own.term.free and _is_rational(own.term) for own in forms[0].coordinates):
        return GivenUp("")
    if is_made_homogeneous(forms[0]):
        return GivenUp("the homogeneous goal is open")
    forms = [_with_what_cuts(form) for form in forms]
    for multiplied in (False, True):
        for form in forms:
            found = _found(goal, form, multiplied, effort)
            if found is not None:
                return found
    return _without_the_origin(goal, forms[0], prove, effort) or GivenUp("no sum of squares found")


def _with_what_cuts(form: Form) -> Form:
    """Without the constraints of higher degree that seem to hold wherever coordinates have their signs."""
    free = replace(form, constraints=(), equations=(), strict=False)
    kept = (
        own
        for own in form.constraints
        if own.polynomial.total_degree() < 2 or zeros(replace(free, polynomial=own.polynomial)) is None
    )
    return replace(form, constraints=tuple(kept))


def _is_rational(term: Term) -> bool:
    return all(isinstance(atom, Name) for atom in atoms_of(term))


def _found(goal: Goal, form: Form, multiplied: bool, effort: Effort) -> Found | None:
    for multiplier, extra in _multipliers(form, multiplied):
        effort.spend(ATTEMPT)
        step = certificate(form, multiplier, extra)
        if step is None:
            continue
        line = "a sum of squares and of products of facts with squares"
        if multiplier is not None:
            term = form.term(multiplier)
            whole = Apply("*", (goal.slack, term), REAL)
            step = Product((whole, over(ONE, term)), (step, Enclosed()))
            line = f"times {term}, {line}"
        if accepted(goal, step):
            return Found(step, (line,))
    return None


def _multipliers(form: Form, multiplied: bool) -> Iterator[tuple[fmpq_mpoly | None, int]]:
    """Polynomials that are positive, and how much the degree may grow."""
    homogeneous = is_homogeneous(form.polynomial)
    if not multiplied:
        yield None, 0
        if not homogeneous:
            yield None, 2
        return
    generators = form.polynomial.context().gens()
    zero = 0 * form.polynomial
    total = sum(generators, zero) if form.orthant else sum((own * own for own in generators), zero)
    if not homogeneous:
        yield total + 1, 0
        # What is strict has room, and needs no high multipliers.
        if len(generators) <= 3 and not form.strict:
            yield (total + 1) ** 2, 0
            if form.constraints or form.equations:
                yield total + 1, 2
    elif any(own.sign == POSITIVE for own in form.coordinates):
        yield total, 0
        yield total**2, 0


def _without_the_origin(goal: Goal, form: Form, prove: Prove, effort: Effort) -> Found | None:
    """The goal where one variable is 0, and where it is not, so that the sum of all (or of their squares) is
    positive."""
    if not is_homogeneous(form.polynomial) or any(own.sign == POSITIVE for own in form.coordinates):
        return None
    name = next((own.term for own in form.coordinates if isinstance(own.term, Name)), None)
    if name is None:
        return None
    zero, extent = Fraction(0), goal.box[name.text]

    def within(own: Range) -> Goal:
        return replace(goal, box={**goal.box, name.text: own})

    at_zero = prove(within(point(zero)), effort)
    if at_zero is None:
        return None
    lines = [f"and where {name} = 0:", *at_zero.argument]
    sides: list[Step] = []
    for own in (
        replace(extent, upper=zero, upper_closed=False),
        replace(extent, lower=zero, lower_closed=False),
    ):
        if own.lower == own.upper:
            continue
        found = next(
            (found for form in forms_of(within(own)) if (found := _found(within(own), form, True, effort))),
            None,
        )
        if found is None:
            return None
        lines = [*found.argument, *lines]
        sides.append(found.step)
    if extent.lower is not None:
        return Found(Split(name.text, zero, at_zero.step, sides[0]), tuple(dict.fromkeys(lines)))
    below = Split(name.text, zero, sides[0], at_zero.step)
    return Found(
        Split(name.text, zero, below, Split(name.text, zero, at_zero.step, sides[-1])),
        tuple(dict.fromkeys(lines)),
    )

"""Square roots that are multiples of each other, as sqrt(1 + 2*c*t/v) and sqrt(v*(v + 2*c*t)): one stands for
all where a quotient of what is under them is the square of a rational function; or two stand for a third, as
sqrt(v) and sqrt(v + 2*c*t) for sqrt(v*(v + 2*c*t))."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

from flint import fmpq, fmpq_mpoly

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Term, number, subterms
from boundkit.kernel.derivative import minus, negative, over, times
from boundkit.kernel.enclosures import replaced, size_of
from boundkit.kernel.quotients import same
from boundkit.kernel.rational_functions import RationalFunctions, TooLarge, atoms_of
from boundkit.kernel.steps import Equation, Fact, Kept, Rewritten, Step
from boundkit.provers.clear_signs import clear_signs
from boundkit.provers.inequalities.forms import written
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.methods.radicals import equal_by_powers
from boundkit.provers.inequalities.sampling import points

COST = 4
HALF = number(Fraction(1, 2))
MOST = 6
"""Roots that are compared."""


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The goal with one root less."""
    roots = _roots(goal)
    if not 2 <= len(roots) <= MOST:
        return GivenUp("")
    atoms: list[Term] = [Name(name, REAL) for name in sorted(goal.slack.free)]
    functions = RationalFunctions(atoms)
    for place in range(len(roots) - 1, 0, -1):
        root = roots[place]
        for count in (1, 2):
            for others in combinations(roots[:place], count):
                value = _value(root, others, functions, atoms, goal)
                if value is None:
                    continue
                if any(same(gap, goal.slack) for gap in (minus(root, value), minus(value, root))):
                    return GivenUp("")  # That they are equal is for other methods.
                effort.spend()
                return _written_by(root, value, goal, prove, effort)
    return GivenUp("")


def _roots(goal: Goal) -> list[Apply]:
    """The square roots of arithmetic in names, shorter ones first."""
    found = [
        part
        for part in dict.fromkeys(subterms(goal.slack))
        if isinstance(part, Apply)
        and part.free
        and (part.head == "sqrt" or (part.head == "^" and part.args[1] == HALF))
        and all(isinstance(own, Name) for own in atoms_of(part.args[0]))
    ]
    return sorted(found, key=lambda root: (size_of(root), str(root)))


def _value(
    root: Apply, others: Sequence[Apply], functions: RationalFunctions, atoms: Sequence[Term], goal: Goal
) -> Term | None:
    """The root as the product of the others with a rational function, of the sign that this has at points of
    the goal."""
    try:
        quotient = functions.of(root.args[0])
        parts = [functions.of(other.args[0]) for other in others]
        for part in parts:
            quotient = functions.quotient(quotient, part)
    except TooLarge:
        return None
    # With a common factor it is as well each of the three that is made of the others.
    for one, two in combinations(parts, 2):
        if any(not mine.gcd(theirs).is_constant() for mine in one for theirs in two):
            return None
    shared = quotient[0].gcd(quotient[1])
    top, bottom = (part / shared for part in quotient)
    scale = bottom.leading_coefficient()
    roots = [_root_of(part / scale, atoms) for part in (top, bottom)]
    if roots[0] is None or roots[1] is None:
        return None
    factor = roots[0] if roots[1] == ONE else over(roots[0], roots[1])
    signs = set(clear_signs(factor, points(goal.box, goal.facts)))
    if signs >= {1, -1} or signs <= {0}:
        return None
    return times(factor if 1 in signs else negative(factor), *others)


def _root_of(polynomial: fmpq_mpoly, atoms: Sequence[Term]) -> Term | None:
    """The square root of a polynomial that is a square."""
    content, factors = polynomial.factor()
    constant = _square_root(content)
    if constant is None or any(count % 2 for _, count in factors):
        return None
    root = polynomial.context().constant(constant)
    for factor, count in factors:
        root *= factor ** (int(count) // 2)
    return written(root, atoms)


def _square_root(value: fmpq) -> fmpq | None:
    if value < 0 or not (value.p.is_square() and value.q.is_square()):
        return None
    return fmpq(value.p.isqrt(), value.q.isqrt())


def _written_by(root: Term, value: Term, goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The goal with the value for the root."""
    gap = minus(root, value)
    above = _at_least(root, value, goal, prove, effort)
    below = above and _at_least(value, root, goal, prove, effort)
    if above is None or below is None:
        return GivenUp("")
    facts = tuple(Fact(replaced(fact.term, root, value), fact.kind) for fact in goal.facts)
    rest = prove(Goal(replaced(goal.slack, root, value), goal.strict, goal.box, facts), effort)
    if rest is None:
        return GivenUp("")
    kept = Kept(tuple(range(len(facts))), rest.step)
    step = Equation(gap, above, below, Rewritten(len(facts), root, value, kept))
    return Found(step, (f"{root} = {value}", *rest.argument)) if accepted(goal, step) else GivenUp("")


def _at_least(first: Term, second: Term, goal: Goal, prove: Prove, effort: Effort) -> Step | None:
    """That first - second >= 0, their squares being equal; by their sum where it is surely positive."""
    own = Goal(minus(first, second), False, goal.box, goal.facts)
    step = equal_by_powers(first, second, 2)
    if accepted(own, step):
        return step
    found = prove(own, effort)
    return None if found is None else found.step

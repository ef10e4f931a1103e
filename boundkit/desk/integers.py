"""Answers that are integers: the least one that satisfies a condition, with its neighbours checked; the best
one, between neighbours; and thresholds of relations that have no closed form."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from boundkit.desk.derived import Certified
from boundkit.desk.desk import Desk
from boundkit.desk.optimum import Objective, builders
from boundkit.ir.sorts import INT, NAT, REAL
from boundkit.ir.terms import ONE, Apply, Name, Term, number, relation, substitute
from boundkit.kernel.facts import negation
from boundkit.provers.algebra import stationary_points
from boundkit.provers.samples import sign_at, value_at

FARTHEST = 10**12


@dataclass(frozen=True)
class Whole:
    """An integer answer: what it is (`least` or `largest`), and the proofs about it and its neighbour."""

    role: str
    value: Term
    note: str
    certified: tuple[Certified, ...]


def least_integer(desk: Desk, wanted: Apply, condition: Apply, unknown: Name) -> Whole | None:
    """The least (largest) integer for which a relation holds that is equivalent to one bound of the unknown.
    Where the bound is a number, it and its neighbour are checked; else it is `ceil` (`floor`) of it."""
    if unknown not in condition.args:
        return None
    low, high = condition.args
    lower = high == unknown
    bound = low if lower else high
    role, inner = ("least", "ceil") if lower else ("largest", "floor")
    if condition.head == "<":
        step = Apply("floor" if lower else "ceil", (bound,), INT)
        value: Term = Apply("+", (step, ONE), INT) if lower else Apply("-", (step, ONE), INT)
    else:
        value = Apply(inner, (bound,), INT)
    if not bound.free:
        found = _checked(desk, wanted, unknown, bound, lower)
        if found is not None:
            return found
    note = f"the {role} integer is {value}, or the end of its range"
    return Whole(role, value, note, ())


def _checked(desk: Desk, wanted: Apply, unknown: Name, bound: Term, lower: bool) -> Whole | None:
    about = value_at(bound, {})
    if about is None or abs(about) > FARTHEST:
        return None
    centre = ceil(about) if lower else floor(about)
    step = 1 if lower else -1
    for place in (centre - step, centre, centre + step):
        here = substitute(wanted, {unknown.text: number(place)})
        beyond = substitute(negation(wanted), {unknown.text: number(place - step)})
        one = desk.certified(here, "holds", without=(unknown.text,))
        if one is None:
            continue
        two = desk.certified(beyond, "fails", without=(unknown.text,))
        role = "least" if lower else "largest"
        if two is None:
            return None
        note = f"checked: it holds for {unknown.text} = {place} and fails for {unknown.text} = {place - step}"
        return Whole(role, number(place), note, (one, two))
    return None


def integer_optimum(desk: Desk, objective: Objective) -> Term | None:
    """The best integer, where all else is numbers: a neighbour of the real optimum that is no worse than all
    integers up to its predecessor, and from its successor on."""
    variable = objective.variable
    if objective.term.free != {variable.text} or not desk.search:
        return None
    for point in stationary_points(objective.term, variable):
        about = None if point.free else value_at(point, {})
        if about is None or abs(about) > FARTHEST:
            continue
        values = {
            place: value
            for place in (floor(about) - 1, floor(about), ceil(about), ceil(about) + 1)
            if (value := value_at(objective.at(number(place)), {})) is not None
            and all(
                desk.seems(substitute(own, {variable.text: number(place)}), without=(variable.text,))
                for own in objective.limits
            )
        }
        if not values:
            continue
        pick = max if objective.largest else min
        best = pick(sorted(values), key=lambda place: values[place])
        if _is_best(desk, objective, best):
            return number(best)
    return None


def _is_best(desk: Desk, objective: Objective, best: int) -> bool:
    variable = objective.variable
    goal = objective.no_better(number(best))
    proofs = []
    for condition, end in (
        (relation("<=", variable, number(best - 1)), number(best - 1)),
        (relation("<=", number(best + 1), variable), number(best + 1)),
    ):
        proofs.append(desk.certified(goal, "optimal", (condition,), builders(objective, end)))
    within = [
        desk.certified(substitute(own, {variable.text: number(best)}), "in range", without=(variable.text,))
        for own in objective.limits
    ]
    found = [own for own in (*proofs, *within) if own is not None]
    if len(found) < len(proofs) + len(within):
        return False
    objective.certified = found
    objective.notes.append(f"no better up to {variable.text} = {best - 1}, nor from {best + 1} on")
    return True


@dataclass(frozen=True)
class Threshold:
    """A number from which on (up to which) a relation holds."""

    condition: Apply
    value: Term
    exact: bool
    note: str
    certified: tuple[Certified, ...]


def threshold(desk: Desk, wanted: Apply, unknown: Name) -> Threshold | None:
    """Where a relation in the unknown alone begins to hold, without a closed form: of integers, the first one
    after which it always holds, with the one before; else a bracket of relative width 1e-6."""
    if wanted.free != {unknown.text} or wanted.head not in ("<=", "<") or not desk.search:
        return None
    gap = Apply("-", (wanted.args[1], wanted.args[0]), REAL)
    whole = unknown.sort in (NAT, INT)

    def holds(value: Fraction) -> bool:
        return sign_at(gap, {unknown.text: value}) == 1

    ladder = [Fraction(2) ** k for k in range(-20 if not whole else 0, 40)]
    true = [holds(value) for value in ladder]
    if not true[-1] or all(true):
        return None
    last = max(place for place, own in enumerate(true) if not own)
    low, high = ladder[last], ladder[last + 1]
    while high - low > (1 if whole else high / 10**6):
        middle = (low + high) / 2
        if whole:
            middle = Fraction(floor(middle))
        low, high = (low, middle) if holds(middle) else (middle, high)
    if not whole:
        high = Fraction(ceil(high * 10**8), 10**8)
    condition = relation("<=", number(high), unknown)
    enough = desk.certified(wanted, "sufficient", (condition,))
    if enough is None:
        return None
    failing = substitute(negation(wanted), {unknown.text: number(low)})
    before = desk.certified(failing, "fails", without=(unknown.text,))
    certified = (enough,) if before is None else (enough, before)
    note = (
        f"it fails for {unknown.text} = {number(low)}"
        if before is not None
        else "smaller values were not tried"
    )
    return Threshold(condition, number(high), False, note, certified)

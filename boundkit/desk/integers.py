"""Answers that are integers: the least one that satisfies a condition, with its neighbours checked; the best
one, between neighbours; and thresholds of relations that have no closed form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import ceil, floor

from boundkit.desk.derived import Certified
from boundkit.desk.desk import Desk
from boundkit.desk.objective import Objective, builders
from boundkit.ir.sorts import INT, NAT, REAL
from boundkit.ir.terms import ONE, Apply, Name, Term, number, relation, substitute
from boundkit.kernel.facts import negation
from boundkit.provers.algebra import turning_points
from boundkit.provers.samples import sign_at, value_at

FARTHEST = 10**12
LADDER = 34
"""Powers of two that are tried for the best integer."""
TIE = 100


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
    """The best integer, where all else is numbers: one that is no worse than all integers up to its
    predecessor, and from its successor on."""
    variable = objective.variable
    if objective.term.free != {variable.text} or not desk.search:
        return None
    for place in _promising(desk, objective):
        if _is_best(desk, objective, place):
            return number(place)
    return None


def _promising(desk: Desk, objective: Objective) -> Iterator[int]:
    """The best neighbour of each real optimum; the best integer that steps from power to power find."""

    @cache
    def value(place: int) -> Fraction | None:
        within = [substitute(own, {objective.variable.text: number(place)}) for own in objective.limits]
        if not all(desk.seems(own, without=(objective.variable.text,)) for own in within):
            return None
        found = value_at(objective.at(number(place)), {})
        return found if found is None or not objective.largest else -found

    def best(places: Iterable[int]) -> int | None:
        known = {place: own for place in sorted(set(places)) if (own := value(place)) is not None}
        return min(known, key=lambda place: known[place]) if known else None

    seen = set()
    for point in turning_points(objective.term, objective.variable):
        about = None if point.free else value_at(point, {})
        if about is None or abs(about) > FARTHEST:
            continue
        found = best((floor(about) - 1, floor(about), ceil(about), ceil(about) + 1))
        if found is not None and found not in seen:
            seen.add(found)
            yield found
    found = best([0, *(sign * 2**k for k in range(LADDER) for sign in (1, -1))])
    if found is None:
        return
    step = max(1, abs(found) // 2)
    while abs(found) < 2 ** (LADDER - 1):
        near = best((found, found - step, found + step))
        assert near is not None
        if near == found and step == 1:
            break
        found, step = near, step if near != found else step // 2
    else:
        return
    if found not in seen:
        yield found


def _is_best(desk: Desk, objective: Objective, best: int) -> bool:
    variable = objective.variable
    name = variable.text
    goal = objective.no_better(number(best))
    proofs: list[Certified | None] = [
        desk.certified(own, "in range", without=(name,)) for own in objective.within(number(best))
    ]
    for place, above in ((best - 1, False), (best + 1, True)):
        end = number(place)
        pair = (end, variable) if above else (variable, end)
        none_there = negation(relation("<=", *pair))
        if desk.seems(none_there):
            proofs.append(desk.certified(none_there, "end of the range"))
        else:
            own = desk.certified(goal, "optimal", (relation("<=", *pair),), builders(objective, end))
            proofs.append(own)
    found = [own for own in proofs if own is not None]
    if len(found) < len(proofs):
        return False
    objective.certified = found
    objective.notes.append(f"no better up to {name} = {best - 1}, nor from {best + 1} on")
    for other in (best - 1, best + 1):
        same = relation("=", objective.at(number(other)), objective.at(number(best)))
        if all(desk.seems(own, without=(name,)) for own in (*objective.within(number(other)), same)):
            proof = desk.certified(same, "tie", without=(name,), effort=TIE)
            if proof is not None:
                objective.certified.append(proof)
                objective.notes.append(f"the same value at {name} = {other}")
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
    if wanted.head not in ("<=", "<") or not desk.search:
        return None
    sides = [desk.with_values(side, unknown)[0] for side in wanted.args]
    gap = Apply("-", (sides[1], sides[0]), REAL)
    if gap.free != {unknown.text}:
        return None
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

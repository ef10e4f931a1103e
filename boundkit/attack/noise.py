"""Noisy subgradients: a process v with E[v[t] given the past] a subgradient of f at w[t], and ||v[t]||
bounded."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

from boundkit.attack.patterns import stochastic
from boundkit.instances import UNIT, direction
from boundkit.ir.sorts import Matrix
from boundkit.ir.sorts import Sequence as SequenceSort
from boundkit.ir.theorems import Declaration
from boundkit.kernel.grids import entrywise, norm
from boundkit.kernel.laws import FiniteLaw
from boundkit.kernel.values import Grid, Listed, Unsupported, Value
from boundkit.kernel.vectors import like

if TYPE_CHECKING:
    from boundkit.attack.programme import Programme

MOST_STEPS = 6


def noisy_subgradients(
    programme: Programme, declared: Sequence[Declaration]
) -> tuple[tuple[str, ...], FiniteLaw] | None:
    """The process for one draw `v : Seq[Vector[d]]` of which a hypothesis asks that its mean given w[t] is a
    subgradient of f at w[t]: v[t] = g + s[t]*x[t], where g is the subgradient of f at w[t] and the signs s[t]
    are fair and independent. None for other draws."""
    if len(declared) != 1 or not isinstance(declared[0].name.sort, SequenceSort):
        return None
    name, element = declared[0].name.text, declared[0].name.sort.element
    found = stochastic(programme.plan.theorem, name)
    if found is None or not isinstance(element, Matrix):
        return None
    function, iterate, first_term, last_term = found
    programme.needs(first_term, last_term, function, element.rows)
    evaluator, context = programme.evaluator, programme.context
    first, last = (evaluator.integer(end, {}) for end in (first_term, last_term))
    start = min(first, programme.places(name)[0])
    if last - first >= MOST_STEPS:
        raise Unsupported(f"a process of {last - first + 1} steps")
    form = evaluator.value(function, {})
    bound = programme.plan.radius(name)
    steps = last - first + 1
    noise = [_noise(programme, f"{name}[{place}]", element) for place in range(first, last + 1)]
    outcomes = []
    for signs in product((1, -1), repeat=steps):
        items: list[Value] = [
            like(noise[0], [context.arithmetic.rational(Fraction(0))] * len(noise[0].entries))
        ]
        items *= first - start
        for place in range(first, last + 1):
            known = evaluator.under({name: Listed(start, tuple(items))})
            point = known.named(iterate.text, {}).at(place)
            slope = form.subgradient(evaluator.arithmetic, point)
            within = None if bound is None else known.value(bound, {})
            items.append(_moved(programme, slope, noise[place - first], signs[place - first], within))
        items = [context.settled(item) for item in items]
        outcomes.append((Listed(start, tuple(items)),))
    weight = context.arithmetic.rational(Fraction(1, 2**steps))
    programme.line(f"draw {name} ~ noisy_subgradients({function.text}, {iterate.text})")
    return (name,), FiniteLaw(tuple(outcomes), (weight,) * len(outcomes))


def _noise(programme: Programme, label: str, sort: Matrix) -> Grid:
    """A direction times a share in [0, 1]."""
    rows, _ = programme.evaluator.size(sort, {})
    arithmetic = programme.context.arithmetic
    share = programme.context.number(f"{label}.noise", UNIT)
    entries = [arithmetic.apply("*", (share, entry)) for entry in direction(programme.context, label, rows)]
    return Grid(rows, 1, tuple(entries))


def _moved(programme: Programme, slope: Value, noise: Grid, sign: int, bound: Any) -> Value:
    """slope + sign*room*noise, where room is what the bound leaves beyond ||slope||, at least 0."""
    arithmetic = programme.context.arithmetic
    room = arithmetic.rational(Fraction(1))
    if bound is not None:
        left = arithmetic.apply("-", (bound, norm(arithmetic, "norm", slope)))
        room = arithmetic.apply("max", (left, arithmetic.rational(Fraction(0))))
        room = programme.context.settled(room)
    scale = arithmetic.apply("*", (arithmetic.rational(Fraction(sign)), room))
    step = Grid(noise.rows, 1, tuple(arithmetic.apply("*", (scale, entry)) for entry in noise.entries))
    if isinstance(slope, Grid):
        return entrywise(arithmetic, "+", [slope, step])
    return arithmetic.apply("+", (slope, step.entries[0]))

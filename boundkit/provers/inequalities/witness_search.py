"""What all ways to a witness share: margins in doubles, the kernel's word on a point, and the report of the
simplest failing point that is found from one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice, product
from typing import Any

import numpy as np

from boundkit.ir.json import encode
from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Number, Term, conjunction, substitute
from boundkit.provers.inequalities import doubles, repairs
from boundkit.provers.inequalities.answer import Answer
from boundkit.provers.inequalities.closed_forms import closed_forms
from boundkit.provers.inequalities.domain import domain_of
from boundkit.provers.inequalities.drawing import COMMON, Sampler, as_double, inside
from boundkit.provers.inequalities.points import (
    QUICK,
    THOROUGH,
    Point,
    closed_form,
    cost,
    judge,
    near,
    sides,
    written,
)
from boundkit.provers.inequalities.problem import Effort, Problem
from boundkit.provers.inequalities.ranking import CLOSE, FEASIBLE
from boundkit.provers.inequalities.solving import branches
from boundkit.provers.inequalities.sought import sought

Array = Any
Values = dict[str, Fraction]

OUTSIDE = -1e-9
IRRATIONAL = 40.0
"""What an irrational value costs, beside digits."""
ROUNDINGS = tuple(Fraction(1, k) for k in (3, 10, 100, 10**4, 10**6, 10**9, 10**12))
MOST_CHOICES = 6


@dataclass
class WitnessSearch:
    """One search for a point at which the hypotheses of a problem hold and its goal fails.

    undefined: a point at which the hypotheses hold and the goal is undefined, once one is found.
    left: how many points the kernel may still be asked about.
    best: the best points drawn so far, each with its sampler; lowest: the lowest ones of descent."""

    problem: Problem
    effort: Effort
    undefined: Point | None = None
    left: int = 0
    best: list[tuple[Sampler, Array]] = field(default_factory=list)
    lowest: Array = None

    def __post_init__(self) -> None:
        domain = domain_of(self.problem)
        self.left = self.effort.judgements
        self.given = conjunction(self.problem.facts)
        self.goal = sought(self.problem.goal)
        self.samplers = [
            Sampler(self.problem, branch, domain, seed) for seed, branch in enumerate(branches(self.problem))
        ]

    def margins(self, sampler: Sampler, rows: Array) -> tuple[Array, Array]:
        """Of the hypotheses and of the goal at rows of points; None for both where doubles do not do."""
        try:
            columns = sampler.columns(rows)
            # No more than a rounding error beyond an end the sign of what vanishes there is another one.
            given = np.where(
                sampler.inside(rows) & self.whole(sampler, columns),
                doubles.margins(self.given, columns, len(rows)),
                OUTSIDE,
            )
            return given, doubles.margins(self.goal, columns, len(rows))
        except doubles.Unknown:
            return None, None

    def whole(self, sampler: Sampler, columns: Mapping[str, Array]) -> Array:
        """Of each point, whether the solved variables that are to be integers are."""
        found: Array = True
        for name in self.problem.names:
            if name.sort != REAL and name.text in sampler.branch.solved:
                own = columns[name.text]
                with np.errstate(invalid="ignore"):
                    found = found & (np.abs(own - np.round(own)) <= CLOSE * np.maximum(1.0, np.abs(own)))
        return found

    def admits(self, sampler: Sampler, rows: Array) -> Array:
        """Of each row, whether the hypotheses seem to hold there."""
        given, _ = self.margins(sampler, rows)
        return np.zeros(len(rows), dtype=bool) if given is None else given >= FEASIBLE

    def may(self, sampler: Sampler, values: Values) -> bool:
        """Whether the hypotheses seem to hold at a point, ends that do not belong to a range apart."""
        if not all(map(inside, sampler.ranges, (values[name] for name in sampler.names))):
            return False
        rows = np.array([[as_double(values[name]) for name in sampler.names]])
        given, _ = self.margins(sampler, rows)
        return given is not None and bool(given[0] >= FEASIBLE)

    def first(self, sampler: Sampler, candidates: Iterable[Values]) -> Values | None:
        """The first candidate that the kernel finds failing."""
        for values in candidates:
            if self.judged(sampler, values) == "violated":
                return values
        return None

    def judged(self, sampler: Sampler, values: Values, limit: int = THOROUGH) -> str:
        """The kernel's word on a point, while judgements are left."""
        self.left -= 1
        if self.left < 0:
            return "undecided"
        point = self.point(sampler, values)
        if point is None:
            return "inadmissible"
        found = judge(self.problem, point, limit)
        if found == "undefined" and self.undefined is None:
            self.undefined = point
        return found

    def point(self, sampler: Sampler, values: Mapping[str, Fraction | Term]) -> Point | None:
        """The exact values of all variables, or None where one has none."""
        closed = {name: own for name, own in values.items() if isinstance(own, Term)}
        rational = {name: own for name, own in values.items() if isinstance(own, Fraction)}
        found: dict[str, Term] = {}
        for name in self.problem.names:
            if name.text in rational:
                found[name.text] = Number(rational[name.text])
            elif name.text in closed:
                found[name.text] = closed[name.text]
            else:
                solved = closed_form(substitute(sampler.branch.solved[name.text], closed), rational)
                if solved is None:
                    return None
                found[name.text] = solved
        return found

    def rounded(self, sampler: Sampler, row: Array) -> Values | None:
        """A failing point near a row, as simple as possible."""
        if not np.isfinite(row).all():
            return None
        exact = {name: Fraction(float(value)) for name, value in zip(sampler.names, row, strict=True)}
        tried: list[Values] = []
        for share in ROUNDINGS:
            values = {
                name: Fraction(round(value)) if sampler.integral[name] else near(value, share)
                for name, value in exact.items()
            }
            if values not in tried:
                tried.append(values)
        return self.first(sampler, [*tried, exact])

    def closed(self, sampler: Sampler, values: Values) -> Answer | None:
        """The refutation at closed forms for values that are known to many digits."""
        choices = [list(islice(closed_forms(own), 2)) for own in values.values()]
        for chosen in islice(product(*choices), MOST_CHOICES):
            point = self.point(sampler, dict(zip(values, map(_plain, chosen), strict=True)))
            self.left -= 1
            if self.left > 0 and point is not None and judge(self.problem, point) == "violated":
                return self.reported(sampler, point)
        return None

    def answer(self, sampler: Sampler, values: Values) -> Answer:
        """The refutation, at the simplest point that is found from this one."""
        self.left = max(self.left, 80)
        values = self.simplified(sampler, values)
        point = self.point(sampler, values)
        assert point is not None
        return self.reported(sampler, point)

    def reported(self, sampler: Sampler, point: Point) -> Answer:
        """The refutation at a point."""
        shown = {name: written(value) for name, value in point.items()}
        at = ", ".join(f"{name} = {value}" for name, value in shown.items())
        compared = sides(self.problem, point)
        return Answer(
            "REFUTED",
            "witness",
            (f"at {at}: {compared}" if compared else f"at {at}",) if at else (compared,),
            shown,
            compared,
            {"kind": "witness", "values": {name: encode(value) for name, value in point.items()}},
            repairs.conjectures(self.problem, sampler),
        )

    def undefined_answer(self) -> Answer | None:
        """The error that the goal is undefined at a point, if one was seen."""
        if self.undefined is None:
            return None
        where = ", ".join(f"{name} = {written(value)}" for name, value in self.undefined.items())
        return Answer(
            "ERROR",
            "witness",
            witness={name: written(value) for name, value in self.undefined.items()},
            reason=f"the goal is undefined at {where}" if where else "the goal is undefined",
        )

    def simplified(self, sampler: Sampler, values: Values) -> Values:
        """A failing point of fewer digits, by trying simpler values for one variable after the other."""
        for _ in range(2):
            before = values
            for name in sampler.names:
                for simpler in _simpler(values[name], [*COMMON[:20], *values.values()]):
                    changed = {**values, name: simpler}
                    if self.price(sampler, changed) >= self.price(sampler, values):
                        continue
                    if self.judged(sampler, changed, QUICK) == "violated":
                        values = changed
                        break
            if values == before:
                break
        return values

    def price(self, sampler: Sampler, values: Values) -> float:
        """The cost of a point, solved variables included."""
        total = cost_of(values)
        for name in sampler.branch.solved:
            solved = closed_form(sampler.branch.solved[name], values)
            total += cost(solved.value) if isinstance(solved, Number) else IRRATIONAL
        return total


def cost_of(values: Values) -> float:
    """How far from simple the values of a point are."""
    return sum(map(cost, values.values()))


def _plain(term: Term) -> Term | Fraction:
    return term.value if isinstance(term, Number) else term


def _simpler(value: Fraction, others: Iterable[Fraction]) -> list[Fraction]:
    """Values to try instead of one, the cheapest first."""
    found = {*others, *(near(value, share) for share in ROUNDINGS[:5]), Fraction(round(value))}
    kept = (own for own in found if cost(own) < cost(value))
    return sorted(kept, key=lambda own: (abs(own - value) > abs(value), cost(own), own))[:12]


__all__ = ["Array", "Values", "WitnessSearch", "cost_of"]

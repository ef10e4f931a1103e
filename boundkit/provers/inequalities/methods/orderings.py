"""Polynomials on an orthant, by the order of the coordinates: where a <= b <= c they are a, a + u, a + u + v
(successive differences, Yang 2005), and the coefficients in these are often all at least 0. A polynomial that
is not homogeneous is one in the coordinates and a number, which takes its place in the order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise, permutations

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from boundkit.ir.terms import number
from boundkit.kernel.derivative import minus, negative
from boundkit.kernel.steps import Cases, Enclosed, Product, Step
from boundkit.provers.inequalities.forms import (
    NONNEGATIVE,
    POSITIVE,
    Coordinate,
    Form,
    forms_of,
    is_homogeneous,
    rational,
)
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.positivstellensatz import certificate, zeros

COST = 12
MOST_COORDINATES = 4
MOST_TERMS = 4000


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One case for each order; what still has negative coefficients is a sum of squares and products."""
    for plain in forms_of(goal):
        form = plain if is_homogeneous(plain.polynomial) else _with_a_number(plain)
        size = len(form.coordinates)
        if not (form.orthant and 2 <= size <= MOST_COORDINATES):
            continue
        if form.degree < 2 or len(form.polynomial) > MOST_TERMS or zeros(form) is None:
            continue
        search = _Search(form)
        # Orders that a symmetry of the polynomial turns into each other need one search.
        if not search.promising(effort):
            continue
        step = search.tree(list(range(size)), effort)
        if step is not None and accepted(goal, step):
            return Found(step, search.argument())
    return GivenUp("")


def _with_a_number(form: Form) -> Form:
    """The polynomial made homogeneous by a number as one more coordinate: the value that the coordinates
    share at a zero, else 1."""
    shared = [own[0] for own in zeros(form) or () if own[0] > 0 and len(set(own)) == 1]
    scale = shared[0] if shared else fmpq(1)
    count, degree = len(form.coordinates), form.degree
    context = fmpq_mpoly_ctx.get([f"x{place}" for place in range(count + 1)], "deglex")
    polynomial = context.from_dict(
        {
            (*map(int, monomial), degree - sum(map(int, monomial))): value
            / scale ** (degree - sum(map(int, monomial)))
            for monomial, value in form.polynomial.terms()
        }
    )
    coordinates = (*form.coordinates, Coordinate(number(rational(scale)), POSITIVE))
    return Form(coordinates, polynomial, form.strict)


@dataclass
class _Search:
    """The polynomial in successive differences, by order; equal ones are settled once."""

    form: Form
    squares: dict[str, bool] = field(default_factory=dict)
    hard: int = 0

    def moved(self, order: tuple[int, ...]) -> fmpq_mpoly:
        """The polynomial with u[0], u[0] + u[1], ... for the coordinates in this order."""
        generators = self.form.polynomial.context().gens()
        values = list(generators)
        total = 0 * self.form.polynomial
        for place, own in enumerate(order):
            total = total + generators[place]
            values[own] = total
        return self.form.polynomial.compose(*values)

    def promising(self, effort: Effort) -> bool:
        """Whether all orders have few enough kinds, each with an expansion or a sum of squares."""
        size = len(self.form.coordinates)
        signs = [NONNEGATIVE] * size
        for order in permutations(range(size)):
            moved = self.moved(order)
            key = str(moved)
            if key in self.squares:
                continue
            effort.spend()
            self.squares[key] = False
            if all(value > 0 for value in moved.coeffs()):
                continue
            self.hard += 1
            if self.hard > 2:
                return False
            effort.spend(10)
            plain = tuple(
                Coordinate(own.term, sign) for own, sign in zip(self.form.coordinates, signs, strict=True)
            )
            if certificate(Form(plain, moved, False)) is None:
                return False
            self.squares[key] = True
        return True

    def tree(self, rest: list[int], effort: Effort) -> Step | None:
        """Cases by insertion into an order, coordinate by coordinate."""
        return self.insert([rest[0]], rest[1:], {}, effort)

    def insert(
        self, sorted_: list[int], rest: list[int], known: dict[tuple[int, int], Coordinate], effort: Effort
    ) -> Step | None:
        if not rest:
            return self.leaf(tuple(sorted_), known)
        return self.place(sorted_, rest, 0, len(sorted_), known, effort)

    def place(
        self,
        sorted_: list[int],
        rest: list[int],
        low: int,
        high: int,
        known: dict[tuple[int, int], Coordinate],
        effort: Effort,
    ) -> Step | None:
        """Where the next coordinate goes between two places."""
        new = rest[0]
        if low == high:
            return self.insert([*sorted_[:low], new, *sorted_[low:]], rest[1:], known, effort)
        middle = (low + high) // 2
        other = sorted_[middle]
        gap = minus(self.form.coordinates[new].term, self.form.coordinates[other].term)
        above = self.place(
            sorted_, rest, middle + 1, high, {**known, (other, new): Coordinate(gap, NONNEGATIVE)}, effort
        )
        if above is None:
            return None
        turned = Coordinate(negative(gap), POSITIVE)
        below = self.place(sorted_, rest, low, middle, {**known, (new, other): turned}, effort)
        return None if below is None else Cases(gap, above, below)

    def leaf(self, order: tuple[int, ...], known: dict[tuple[int, int], Coordinate]) -> Step | None:
        coordinates = [self.form.coordinates[order[0]]]
        coordinates += [known[pair] for pair in pairwise(order)]
        moved = self.moved(order)
        form = replace(
            self.form, coordinates=tuple(coordinates), polynomial=moved, constraints=(), equations=()
        )
        if not self.squares[str(moved)]:
            return Product((form.term(moved),), (Enclosed(),))
        return certificate(form)

    def argument(self) -> tuple[str, ...]:
        names = ", ".join(str(own.term) for own in self.form.coordinates)
        kind = "a sum of squares and products" if self.hard else "no negative coefficient"
        return (f"for each order of {names}: {kind} in the least one and the differences",)

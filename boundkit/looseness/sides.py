"""Both sides of each relation of a theorem, on the lanes of a tape or at one exact instance."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb

from boundkit.attack.sampled import Sampled
from boundkit.attack.tape import Node
from boundkit.ir.terms import Apply, Bind, Term
from boundkit.kernel import extended, laws
from boundkit.kernel.candidates import candidates, is_over_laws
from boundkit.kernel.evaluation import Evaluator, Scope
from boundkit.kernel.values import Absent, Grid, Listed, Pair, Truth, Unsupported, Value
from boundkit.kernel.witness import Judge

ALMOST = 1e-12
"""What rounding may lack of the level of an event."""

Sides = tuple[Any, Any]
"""Left and right sides by lane, NaN where there is none."""


@dataclass(frozen=True)
class Two:
    """The rows of the two sides of one relation."""

    left: Any
    right: Any


@dataclass(frozen=True)
class Tightest:
    """Of several relations the one whose sides are closest: `forall` over what is no index, `and`, and an
    event that holds almost surely."""

    parts: tuple[Reading, ...]


@dataclass(frozen=True)
class Total:
    """Relations whose sides are added up: `forall` over a range of integers, as proofs add them up."""

    parts: tuple[Reading, ...]


@dataclass(frozen=True)
class Where:
    """A relation at the lanes where a condition holds; no sides at the others."""

    condition: Any
    part: Reading


@dataclass(frozen=True)
class Quantile:
    """A relation in an event of probability at least `level`: at the outcome up to which, from the loosest to
    the tightest, the outcomes have that mass. The sides are those with which the event would have just that
    probability."""

    level: Any
    outcomes: tuple[tuple[Any, Reading], ...]


Reading = Two | Tightest | Total | Where | Quantile


def rows_of(reading: Reading) -> Iterator[Any]:
    """The rows that a reading needs."""
    match reading:
        case Two(left, right):
            yield from (left, right)
        case Tightest(parts) | Total(parts):
            for part in parts:
                yield from rows_of(part)
        case Where(condition, part):
            yield condition
            yield from rows_of(part)
        case Quantile(level, outcomes):
            yield level
            for weight, part in outcomes:
                yield weight
                yield from rows_of(part)


def read(reading: Reading, row: Any) -> Sides:
    """Both sides by lane; `row` gives the lanes of a node."""
    match reading:
        case Two(left, right):
            return row(left), row(right)
        case Where(condition, part):
            left, right = read(part, row)
            holds = row(condition) == 1.0
            return np.where(holds, left, np.nan), np.where(holds, right, np.nan)
        case Total(parts):
            pairs = [read(part, row) for part in parts]
            lefts, rights = np.array([a for a, _ in pairs]), np.array([b for _, b in pairs])
            none = (np.isnan(lefts) | np.isnan(rights)).all(axis=0)
            left, right = np.nansum(lefts, axis=0), np.nansum(rights, axis=0)
            return np.where(none, np.nan, left), np.where(none, np.nan, right)
        case Tightest(parts):
            pairs = [read(part, row) for part in parts]
            lefts, rights = np.array([a for a, _ in pairs]), np.array([b for _, b in pairs])
            return _chosen(lefts, rights, np.argmax(_closeness(lefts, rights), axis=0))
        case Quantile(level, outcomes):
            pairs = [read(part, row) for _, part in outcomes]
            lefts, rights = np.array([a for a, _ in pairs]), np.array([b for _, b in pairs])
            weights = np.array([row(weight) for weight, _ in outcomes])
            order = np.argsort(_closeness(lefts, rights), axis=0, kind="stable")
            mass = np.cumsum(np.take_along_axis(weights, order, axis=0), axis=0)
            place = np.argmax(mass >= row(level) - ALMOST, axis=0)
            return _chosen(lefts, rights, np.take_along_axis(order, place[None], axis=0)[0])


def _closeness(left: Any, right: Any) -> Any:
    """Greater where the sides are closer, and like left/right where both are positive; least for NaN."""
    with np.errstate(all="ignore"):
        own = (left - right) / (np.abs(left) + np.abs(right))
    return np.where(np.isnan(own), np.where((left == 0) & (right == 0), 0.0, -np.inf), own)


def _chosen(lefts: Any, rights: Any, place: Any) -> Sides:
    lanes = np.arange(lefts.shape[1])
    return lefts[place, lanes], rights[place, lanes]


class Reads(Evaluator):
    """An evaluator that makes readings of relations. A row is a node of a tape, or a number."""

    def row(self, value: Value) -> Any:
        """A number as a row."""
        raise NotImplementedError

    def reading(self, term: Term, scope: Scope) -> Reading:
        """The reading of a proposition. Unsupported for what relates no numbers, Absent where it is
        undefined."""
        if isinstance(term, Bind) and term.head == "forall":
            return self._forall(term, scope)
        if isinstance(term, Apply):
            match term.head:
                case "<=" | "<" | "lesssim":
                    return self._two(*(self.value(side, scope) for side in term.args))
                case "and":
                    return Tightest(tuple(self.reading(part, scope) for part in term.args))
                case "implies":
                    return self._under(self.truth(term.args[0], scope), term.args[1], scope)
                case "with_probability":
                    outcomes = self._outcomes(term.args[1], scope)
                    return Quantile(self.row(self.value(term.args[0], scope)), outcomes)
                case "almost_surely":
                    outcomes = self._outcomes(term.args[0], scope)
                    return Tightest(tuple(part for _, part in outcomes))
        raise Unsupported("it relates no numbers")

    def _forall(self, term: Bind, scope: Scope) -> Reading:
        laws_ = candidates(self, term.variable, scope) if is_over_laws(term) else None
        elements = laws_ if laws_ is not None else self.ranging(term, scope)
        name = term.variable.text
        if elements is None:
            if name not in self.proposals:
                raise Unsupported(f"the values of `{name}` cannot be listed")
            chosen = self.proposals[name]
            inside = self._contains(self.extent(term.domain, scope), chosen, scope)
            return self._under(inside, term.body, {**scope, name: chosen})
        parts = tuple(self.reading(term.body, {**scope, name: element}) for element in elements)
        if not parts:
            raise Absent(f"`{name}` ranges over nothing")
        is_index = isinstance(term.domain, Apply) and term.domain.head == "range"
        return Total(parts) if is_index else Tightest(parts)

    def _outcomes(self, body: Term, scope: Scope) -> tuple[tuple[Any, Reading], ...]:
        found = []
        for weight, child in laws.joint(self, [body], scope):
            assert isinstance(child, Reads)
            found.append((self.row(weight), child.reading(body, scope)))
        return tuple(found)

    def _under(self, condition: Truth, body: Term, scope: Scope) -> Reading:
        if condition is False:
            raise Absent("its condition never holds")
        part = self.reading(body, scope)
        return part if condition is True else Where(condition, part)

    def _two(self, left: Any, right: Any) -> Reading:
        if isinstance(left, Listed | Pair) or isinstance(right, Listed | Pair):
            raise Unsupported("it relates no numbers")
        if isinstance(left, Grid) and isinstance(right, Grid):
            pairs = zip(left.entries, right.entries, strict=True)
            return Tightest(tuple(self._two(*pair) for pair in pairs))
        return Two(self.row(left), self.row(right))


class OnTape(Reads, Sampled):
    """Readings whose rows are nodes of a tape."""

    def row(self, value: Value) -> Node:
        return self.arithmetic.node(value)


class AtInstance(Reads, Judge):
    """Readings at one exact instance, in rationals and balls, whose rows are the doubles nearest to them."""

    def row(self, value: Value) -> float:
        if extended.is_extended(value):
            return math.nan
        if isinstance(value, arb):
            return float(value.mid()) if value.is_finite() else math.nan
        return float(Fraction(int(value.p), int(value.q)))


def core(term: Term) -> Term:
    """The relation under the binders, conditions and events of a proposition."""
    while True:
        if isinstance(term, Bind) and term.head == "forall":
            term = term.body
        elif isinstance(term, Apply) and term.head in ("with_probability", "implies"):
            term = term.args[1]
        elif isinstance(term, Apply) and term.head == "almost_surely":
            term = term.args[0]
        else:
            return term


def sides_of(term: Term) -> Sequence[Term]:
    """The two sides of the relation in a proposition; none where it is no relation of two."""
    inner = core(term)
    related = isinstance(inner, Apply) and inner.head in ("<=", "<", "=", "lesssim")
    return inner.args if isinstance(inner, Apply) and related else ()

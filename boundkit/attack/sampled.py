"""The compiler of a plan's terms, which knows what the families guarantee."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

from boundkit.attack import machine as m
from boundkit.attack.lanes import Compiler
from boundkit.attack.programme import Programme
from boundkit.attack.tape import Node
from boundkit.instances import Drawn
from boundkit.ir.terms import Apply, Term
from boundkit.kernel.evaluation import Scope
from boundkit.kernel.families import Member
from boundkit.kernel.grids import norm
from boundkit.kernel.values import Extent, Truth, Value

TURNED = frozenset({"strongly_convex"})
"""Properties that are stronger for a larger parameter."""


class Sampled(Compiler):
    """Properties, subgradients and minimisers are those that a draw came with."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.programme: Programme | None = None
        self.promised = False
        """Whether a promise of a draw was taken since this was last unset."""

    def has_property(self, name: str, form: Value, parameters: list[Value]) -> Truth:
        numbers = [parameter for parameter in parameters if not isinstance(parameter, Extent)]
        for drawn in self._drawn(form):
            for known, bounds in drawn.properties:
                if known == name and len(bounds) == len(numbers):
                    self._rely(form)
                    self.promised = True
                    both = list(zip(bounds, numbers, strict=True))
                    turned = [self._weaker(name, place, len(numbers)) for place in range(len(numbers))]
                    pairs = [pair[::-1] if turn else pair for pair, turn in zip(both, turned, strict=True)]
                    ordered = [
                        partial(self.arithmetic.compare, "<=", *pair) for pair in pairs if pair[0] != pair[1]
                    ]
                    return self.arithmetic.every([*self._conditions(drawn), *ordered])
        return super().has_property(name, form, parameters)

    def _conditions(self, drawn: Drawn) -> list[Callable[[], Truth]]:
        """What the arguments of a draw must fulfil, as parts of a connective."""
        return [partial(self.arithmetic.constant, condition) for condition in drawn.conditions]

    def _weaker(self, name: str, place: int, count: int) -> bool:
        """Whether the property at this parameter is weaker for a smaller one."""
        return name in TURNED or (name == "bounded" and count == 2 and place == 0)

    def has_subgradient(self, form: Value, point: Value, value: Value) -> Truth:
        if form.subgradient(self.arithmetic, point) == value:
            self._rely(form)
            self.promised = True
            return True
        return super().has_subgradient(form, point, value)

    def is_minimiser(self, extent: Extent, value: Value, scope: Scope) -> Truth:
        body = getattr(extent.term, "body", None)
        if isinstance(body, Apply) and body.head == "call":
            for drawn in self._drawn(self.value(body.args[0], scope)):
                if drawn.minimiser is not None and drawn.minimiser == value:
                    self.promised = True
                    inside = partial(self._contains, extent.parts[0], value, scope)
                    return self.arithmetic.every([*self._conditions(drawn), inside])
        return super().is_minimiser(extent, value, scope)

    def _contains(self, extent: Extent, value: Value, scope: Scope) -> Truth:
        if extent.kind == "range" and isinstance(value, Node):
            low, high = (Fraction(end) for end in extent.parts)
            whole = self.arithmetic.apply("floor", (value,))
            return self.arithmetic.every(
                (
                    lambda: self.arithmetic.compare("=", value, whole),
                    lambda: self.arithmetic.compare("<=", low, value),
                    lambda: self.arithmetic.compare("<=", value, high),
                )
            )
        if extent.kind == "ball":
            return self.at_most(norm(self.arithmetic, "norm", value), extent.parts[1])
        return super()._contains(extent, value, scope)

    def _relation(self, head: str, left: Term, right: Term, scope: Scope) -> Truth:
        if head == "<=" and isinstance(left, Apply) and left.head == "norm_op":
            matrix, bound = self.value(left.args[0], scope), self.value(right, scope)
            for drawn in self._drawn(matrix):
                for known, bounds in drawn.properties:
                    if known == "operator_norm":
                        self.promised = True
                        within = partial(self.arithmetic.compare, "<=", bounds[0], bound)
                        same = bounds[0] == bound
                        return self.arithmetic.every([*self._conditions(drawn), *(() if same else (within,))])
        return super()._relation(head, left, right, scope)

    def at_most(self, left: Value, right: Value) -> Truth:
        # what rounding alone pushes above is let in; the exact check decides
        gap, _ = self._relative("<=", left, right)
        builder = self.arithmetic.builder
        return builder.emit(m.LT, builder.constant(-m.TOLERANCE / 2), gap)

    def _rely(self, form: Value) -> None:
        if isinstance(form, Member) and self.programme is not None:
            self.programme.relied.add(form.name)

    def _drawn(self, form: Value) -> list[Drawn]:
        if self.programme is None:
            return []
        return [drawn for drawn in self.programme.drawn.values() if drawn.value is form]

"""What the methods work on: a goal about real numbers, what a method found, and the effort left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from boundkit.ir.terms import ZERO, Term, relation
from boundkit.kernel.cover import Rejected, check_cover
from boundkit.kernel.steps import Box, Fact, Range, Step

POSITIVE = Range(Fraction(0), None, lower_closed=False)
"""All positive numbers."""


@dataclass(frozen=True)
class Goal:
    """That the slack is defined and >= 0 (> 0 if strict) on the box where the facts hold."""

    slack: Term
    strict: bool
    box: Box
    facts: tuple[Fact, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for equal goals."""
        return (self.slack, self.strict, tuple(sorted(self.box.items(), key=lambda one: one[0])), self.facts)


@dataclass(frozen=True)
class Found:
    """A step for the goal, and the argument in a few readable lines."""

    step: Step
    argument: tuple[str, ...]


@dataclass(frozen=True)
class GivenUp:
    """Why a method found nothing."""

    reason: str


class Exhausted(Exception):
    """The effort of a search is spent."""


@dataclass
class Effort:
    """Attempts left for a whole problem; shared by all methods, so that no clock decides.

    An attempt is about one check of a small step by the kernel; a method that does something larger at once
    spends more."""

    left: int = 20_000
    notes: list[str] = field(default_factory=list)

    def spend(self, count: int = 1) -> None:
        """Takes attempts; raises Exhausted when none is left."""
        self.left -= count
        if self.left < 0:
            raise Exhausted


Prove = Callable[[Goal, Effort], Found | None]
"""The whole prover, for the goals that a method reduces its own to."""


def accepted(goal: Goal, step: Step) -> bool:
    """Whether the kernel accepts the step for the goal."""
    try:
        check_cover(relation("<" if goal.strict else "<=", ZERO, goal.slack), goal.box, step, goal.facts)
    except Rejected:
        return False
    return True

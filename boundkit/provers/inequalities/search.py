"""The prover of one goal: all methods of the shelf, cheap first, and again for the goals that a method leaves."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from boundkit.ir.functions import SYMBOLS
from boundkit.ir.terms import Apply, Name, Number, Term
from boundkit.kernel.derivative import NotDifferentiable
from boundkit.kernel.intervals import Undecided, Undefined
from boundkit.kernel.quotients import TooLarge
from boundkit.provers.inequalities import methods
from boundkit.provers.inequalities.goal import Effort, Exhausted, Found, GivenUp, Goal
from boundkit.provers.inequalities.sampling import fails

DEEPEST = 14
"""How deep goals that methods leave may be nested."""
CHECKED = 2
"""The cost from which on methods are not asked about goals that fail at a sample point."""
DEAR = 30
DEEPEST_DEAR = 7
"""How deep methods of such a cost are still tried."""


@cache
def shelf() -> tuple[tuple[str, ModuleType], ...]:
    """The methods by name, cheap first."""
    found = [
        (info.name, import_module(f"{methods.__name__}.{info.name}"))
        for info in iter_modules(methods.__path__)
    ]
    return tuple(sorted(found, key=lambda pair: (pair[1].COST, pair[0])))


class Search:
    """One problem's goals, each tried once."""

    def __init__(self) -> None:
        self.settled: dict[tuple[object, ...], Found | None] = {}
        self.open: set[tuple[object, ...]] = set()
        self.method: dict[int, str] = {}
        self.reasons: list[str] = []
        self.depth = 0

    def prove(self, goal: Goal, effort: Effort) -> Found | None:
        """A step for the goal, or None. Raises Exhausted when the effort is spent."""
        key = goal.key
        if key in self.settled:
            return self.settled[key]
        if key in self.open or self.depth >= DEEPEST:
            return None
        self.open.add(key)
        self.depth += 1
        try:
            found = self._attempt(goal, effort)
        finally:
            self.open.discard(key)
            self.depth -= 1
        self.settled[key] = found
        return found

    def _attempt(self, goal: Goal, effort: Effort) -> Found | None:
        """The first step that a method finds, unless the goal fails at a sample point."""
        sampled = False
        for name, method in shelf():
            if not sampled and method.COST >= CHECKED:
                sampled = True
                if fails(goal):
                    self.reasons.append("the goal fails at a sample point")
                    return None
            if method.COST >= DEAR and self.depth > DEEPEST_DEAR:
                return None
            if self.depth > getattr(method, "DEEPEST", DEEPEST):
                continue
            effort.spend()
            try:
                answer = method.attempt(goal, self.prove, effort)
            except (NotDifferentiable, TooLarge, Undecided, Undefined, RecursionError, OverflowError):
                continue
            if isinstance(answer, Found):
                if self.depth == 1:
                    self.method[0] = name
                return answer
            if isinstance(answer, GivenUp) and self.depth == 1 and answer.reason:
                self.reasons.append(f"{name}: {answer.reason}")
        return None


def scalar(term: Term) -> bool:
    """Whether a term is built of numbers, names and function symbols of the reals."""
    if isinstance(term, Apply):
        return term.head in SYMBOLS and all(map(scalar, term.args))
    return isinstance(term, Name | Number)


__all__ = ["Effort", "Exhausted", "Search", "scalar", "shelf"]

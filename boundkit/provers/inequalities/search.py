"""The prover of one goal: all methods of the shelf, cheap first, and again for goals that a method leaves."""

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

ROUNDS = ((1, 0.08), (3, 0.05), (2, 0.17), (3, 0.3), (5, 0.5), (9, 1.0))
"""How deep goals that methods leave may be nested in each round, and which share of the effort left it may
spend: a short look into the depth before any depth is searched at length. A method below the cost COUNTED,
or that says so, only rewrites its goal and does not count."""
COUNTED = 10
LATE = 5
"""The round from which on methods that are dear, or meant for algebraic problems, are tried on all."""
DEAR = 30
"""The cost from which on methods are left out of the first round."""
DEEPEST = 30
"""How deep goals may be nested that do not count."""
ALGEBRAIC = frozenset({"+", "-", "*", "/", "^", "neg", "sqrt", "abs", "min", "max"})
FAULT = "a fault in the method"
CHECKED = 2
"""The cost from which on methods are not asked about goals that fail at a sample point."""


@cache
def shelf() -> tuple[tuple[str, ModuleType], ...]:
    """The methods by name, cheap first."""
    found = [
        (info.name, import_module(f"{methods.__name__}.{info.name}"))
        for info in iter_modules(methods.__path__)
    ]
    return tuple(sorted(found, key=lambda pair: (pair[1].COST, pair[0])))


class Search:
    """One problem's goals. Shallow proofs are sought first: in each round goals may be nested deeper, and
    those that stayed open are tried again, by methods that leave goals."""

    def __init__(self) -> None:
        self.proved: dict[tuple[object, ...], Found] = {}
        self.given_up: dict[tuple[object, ...], int] = {}
        self.open: set[tuple[object, ...]] = set()
        self.method: dict[int, str] = {}
        self.reasons: list[str] = []
        self.faults: list[str] = []
        self.algebraic = True
        self.final: set[tuple[object, ...]] = set()
        self.asked = 0
        self.limit = 0
        self.depth = 0
        self.nested = 0

    def prove(self, goal: Goal, effort: Effort) -> Found | None:
        """A step for the goal, or None. Raises Exhausted inside of a round whose effort is spent."""
        self.asked += 1
        if self.nested:
            return self._prove(goal, effort)
        self.algebraic = all(map(_is_algebraic, (goal.slack, *(fact.term for fact in goal.facts))))
        for limit, share in ROUNDS:
            self.limit = limit
            self.reasons.clear()
            own = Effort(int(effort.left * share))
            before = own.left
            try:
                found = self._prove(goal, own)
            except Exhausted:
                found = None
                self.reasons.append("the limit of attempts is reached")
                self.open.clear()
                self.depth = self.nested = 0
            effort.spend(before - max(own.left, 0))
            if found is not None:
                return found
        return None

    def _prove(self, goal: Goal, effort: Effort) -> Found | None:
        key = goal.key
        if key in self.proved:
            return self.proved[key]
        room = self.limit - self.depth
        if key in self.open or room < 0 or self.nested >= DEEPEST or self.given_up.get(key, -1) >= room:
            return None
        self.open.add(key)
        self.nested += 1
        try:
            found = self._attempt(goal, effort)
        finally:
            self.open.discard(key)
            self.nested -= 1
        if found is None:
            self.given_up[key] = room
        else:
            self.proved[key] = found
        return found

    def _attempt(self, goal: Goal, effort: Effort) -> Found | None:
        """The first step that a method finds, unless the goal fails at a sample point."""
        sampled = False
        for name, method in shelf():
            if not sampled and method.COST >= CHECKED:
                sampled = True
                if fails(goal):
                    if self.nested == 1:
                        self.reasons.append("the goal fails at a sample point")
                    return None
            attempt = (name, goal.key)
            if self.depth > getattr(method, "DEEPEST", self.depth) or attempt in self.final:
                continue
            if self.limit < LATE and self._is_late(method):
                continue
            asked = self.asked
            effort.spend()
            counts = int(method.COST >= COUNTED and not getattr(method, "REWRITES", False))
            depth = self.depth
            self.depth += counts
            try:
                answer = method.attempt(goal, self.prove, effort)
            except (NotDifferentiable, TooLarge, Undecided, Undefined, RecursionError, OverflowError):
                answer = GivenUp("")
            except Exhausted:
                raise
            except Exception as fault:
                # One method at fault need not keep the others from a proof; it is told with the answer.
                self.faults.append(f"{FAULT} {name}: {type(fault).__name__}")
                answer = GivenUp("")
            finally:
                self.depth = depth
            if isinstance(answer, Found):
                if self.nested == 1:
                    self.method[0] = name
                return answer
            if self.asked == asked:
                self.final.add(attempt)
            if isinstance(answer, GivenUp) and self.nested == 1 and answer.reason:
                self.reasons.append(f"{name}: {answer.reason}")
        return None

    def _is_late(self, method: ModuleType) -> bool:
        if getattr(method, "LATE", False) or (method.COST >= DEAR and self.limit < 2):
            return True
        return bool(getattr(method, "ALGEBRAIC", False) and not self.algebraic)


def _is_algebraic(term: Term) -> bool:
    """Whether a term is built by arithmetic, rational powers and choices alone."""
    if not isinstance(term, Apply):
        return True
    if term.head == "^" and not isinstance(term.args[1], Number):
        return False
    return term.head in ALGEBRAIC and all(map(_is_algebraic, term.args))


def scalar(term: Term) -> bool:
    """Whether a term is built of numbers, names and function symbols of the reals."""
    if isinstance(term, Apply):
        return term.head in SYMBOLS and all(map(scalar, term.args))
    return isinstance(term, Name | Number)


__all__ = ["Effort", "Exhausted", "Search", "scalar", "shelf"]

"""z3 as an oracle for polynomial and Boolean structure: an optional extra, `boundkit[smt]`.

It is asked for a point at which the hypotheses hold and the goal fails. A point that it names is judged like
any other; its word that there is none is no proof, and stays a debt of whoever relies on it (de Moura and
Bjorner, 2008; Jovanovic and de Moura, 2012)."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from boundkit.ir.sorts import NAT, REAL
from boundkit.ir.terms import Apply, Name, Number, Term
from boundkit.provers.inequalities.problem import Problem

NAME = "z3"
RESOURCES = 500_000
"""What z3 may spend, in its own units, which do not depend on the machine."""
LARGEST = 400
"""Nodes of a problem beyond which it is not asked."""
HIGHEST = 12
"""The largest exponent, and the largest degree of a root."""
DIGITS = 30
RELATIONS = {"<=": operator.le, "<": operator.lt, "=": operator.eq, "!=": operator.ne}


class _Unsupported(Exception):
    """A function that is no piecewise algebraic one."""


@dataclass(frozen=True)
class Word:
    """What the oracle says: that nothing fails, or where something may, as numbers near such a point."""

    holds: bool
    point: Mapping[str, Fraction] | None = None


@cache
def available() -> bool:
    """Whether z3 is installed."""
    return find_spec(NAME) is not None


def ask(problem: Problem, resources: int = RESOURCES) -> Word | None:
    """What z3 says of a problem; None where it is not installed, gives up, or does not know a function."""
    terms = (*problem.facts, problem.goal)
    if not available() or sum(term.size for term in terms) > LARGEST:
        return None
    asked = _Asked(import_module(NAME), problem)
    try:
        asked.given(problem.facts)
        asked.fails(problem.goal)
    except _Unsupported:
        return None
    return asked.word(resources)


class _Asked:
    """A problem in z3's terms. Roots and quotients are new variables, bound where they are defined."""

    def __init__(self, z3: Any, problem: Problem) -> None:
        self.z3 = z3
        self.solver = z3.Solver()
        self.names: dict[str, Any] = {}
        self.defined: list[Any] = []
        self.known: dict[Term, Any] = {}
        for name in problem.names:
            self.names[name.text] = z3.Real(name.text) if name.sort == REAL else z3.Int(name.text)
            if name.sort == NAT:
                self.solver.add(self.names[name.text] >= 0)

    def given(self, facts: tuple[Term, ...]) -> None:
        """That the facts are defined and hold."""
        found = [self.proposition(fact) for fact in facts]
        self.solver.add(*found, *self.defined)
        self.defined = []

    def fails(self, goal: Term) -> None:
        """That the goal is undefined or false."""
        found = self.proposition(goal)
        self.solver.add(self.z3.Not(self.z3.And(found, *self.defined)))

    def word(self, resources: int) -> Word | None:
        self.solver.set("rlimit", resources)
        self.solver.set("random_seed", 0)
        verdict = self.solver.check()
        if verdict == self.z3.unsat:
            return Word(True)
        if verdict != self.z3.sat:
            return None
        model = self.solver.model()
        return Word(False, {name: self.value(model.eval(own, True)) for name, own in self.names.items()})

    def value(self, found: Any) -> Fraction:
        if self.z3.is_algebraic_value(found):
            found = found.approx(DIGITS)  # A rational number near it.
        return (
            Fraction(str(found.as_fraction())) if hasattr(found, "as_fraction") else Fraction(found.as_long())
        )

    def proposition(self, term: Term) -> Any:
        if not isinstance(term, Apply):
            raise _Unsupported
        z3 = self.z3
        if term.head in ("<=", "<", "=", "!="):
            left, right = map(self.scalar, term.args)
            return {"<=": left <= right, "<": left < right, "=": left == right, "!=": left != right}[
                term.head
            ]
        if term.head in ("true", "false"):
            return z3.BoolVal(term.head == "true")
        before = len(self.defined)
        parts = [self.proposition(part) for part in term.args]
        if len(self.defined) > before and term.head != "and":
            # A part that decides the whole may make it defined where another part is not.
            raise _Unsupported
        if term.head == "and":
            return z3.And(*parts)
        if term.head == "or":
            return z3.Or(*parts)
        if term.head == "not":
            return z3.Not(*parts)
        if term.head == "implies":
            return z3.Implies(*parts)
        raise _Unsupported

    def scalar(self, term: Term) -> Any:
        if term not in self.known:
            self.known[term] = self._scalar(term)
        return self.known[term]

    def _scalar(self, term: Term) -> Any:
        z3 = self.z3
        if isinstance(term, Number):
            return z3.RealVal(str(term.value))
        if isinstance(term, Name) and term.text in self.names:
            own = self.names[term.text]
            return z3.ToReal(own) if own.sort() == z3.IntSort() else own
        if not isinstance(term, Apply):
            raise _Unsupported
        if term.head == "^":
            return self.power(*term.args)
        args = [self.scalar(arg) for arg in term.args]
        match term.head:
            case "+":
                return z3.Sum(*args)
            case "*":
                return z3.Product(*args)
            case "-":
                return args[0] - args[1]
            case "neg":
                return -args[0]
            case "/":
                return self.quotient(*args)
            case "sqrt":
                return self.root(args[0], 2)
            case "abs":
                return z3.If(args[0] >= 0, args[0], -args[0])
            case "min" | "max":
                found = args[0]
                for arg in args[1:]:
                    found = z3.If((found <= arg) if term.head == "min" else (found >= arg), found, arg)
                return found
            case "floor":
                return z3.ToReal(z3.ToInt(args[0]))
            case "ceil":
                return -z3.ToReal(z3.ToInt(-args[0]))
        raise _Unsupported

    def power(self, base: Term, exponent: Term) -> Any:
        if not isinstance(exponent, Number) or abs(exponent.value) > HIGHEST:
            raise _Unsupported
        value = exponent.value
        if value.denominator > HIGHEST:
            raise _Unsupported
        found = self.scalar(base)
        if value.denominator > 1:
            found = self.root(found, value.denominator)
        whole = self.z3.Product(*[found] * abs(value.numerator)) if value else self.z3.RealVal(1)
        return self.quotient(self.z3.RealVal(1), whole) if value < 0 else whole

    def quotient(self, above: Any, below: Any) -> Any:
        found = self.z3.FreshReal("quotient")
        self.solver.add(self.z3.Implies(below != 0, found * below == above))
        self.defined.append(below != 0)
        return found

    def root(self, inner: Any, degree: int) -> Any:
        found = self.z3.FreshReal("root")
        whole = self.z3.Product(*[found] * degree)
        self.solver.add(self.z3.Implies(inner >= 0, self.z3.And(found >= 0, whole == inner)))
        self.defined.append(inner >= 0)
        return found


__all__ = ["NAME", "Word", "ask", "available"]

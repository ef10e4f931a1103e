"""A problem: variables with sorts, hypotheses, and a goal, all about real numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from boundkit.ir.json import Malformed, decode, encode
from boundkit.ir.sorts import INT, NAT, PROP, REAL
from boundkit.ir.terms import Apply, Name, Term, canonical

SORTS = (REAL, INT, NAT)
RELATIONS = frozenset({"<=", "<", "=", "!="})
CONNECTIVES = frozenset({"and", "or", "not", "implies"})


@dataclass(frozen=True)
class Problem:
    """Whether the goal holds wherever all hypotheses are defined and hold.

    names: the variables, each of sort Real, Int or Nat, in the order in which they were declared.
    hypotheses, goal: relations `<= < = !=` between scalar terms, and what `and or not implies` makes of
    them. ValueError for anything else, and for a free name that is not declared.
    """

    identifier: str
    names: tuple[Name, ...]
    hypotheses: tuple[Term, ...]
    goal: Term

    def __post_init__(self) -> None:
        declared = {name.text for name in self.names}
        if len(declared) != len(self.names):
            raise ValueError("a variable is declared twice")
        for name in self.names:
            if name.sort not in SORTS:
                raise ValueError(f"`{name.text}` is not a real number, an integer or a natural number")
        for proposition in (*self.hypotheses, self.goal):
            _check_proposition(proposition)
            if unknown := sorted(proposition.free - declared):
                raise ValueError(f"`{unknown[0]}` is not declared")

    @cached_property
    def facts(self) -> tuple[Term, ...]:
        """The hypotheses with conjunctions taken apart, in order."""
        return tuple(part for hypothesis in self.hypotheses for part in parts(hypothesis))

    @cached_property
    def key(self) -> str:
        """SHA-256 of what is asked, whatever it is called; certificates speak of facts by their place."""
        declared = sorted(f"{name.text}:{name.sort}" for name in self.names)
        known = [canonical(fact) for fact in self.facts]
        return sha256("\n".join([*declared, "|-", *known, "|-", canonical(self.goal)]).encode()).hexdigest()

    def __str__(self) -> str:
        given = ", ".join(map(str, self.hypotheses))
        return f"{given} |- {self.goal}" if given else str(self.goal)


@dataclass(frozen=True)
class Effort:
    """How much may be spent on one problem; no verdict depends on a clock.

    attempts: certificates that provers may try on the kernel.
    points: points at which the refuter evaluates in floating point.
    judgements: points that the kernel may be asked about.
    """

    attempts: int = 20_000
    points: int = 400_000
    judgements: int = 400


def parts(proposition: Term) -> tuple[Term, ...]:
    """The proposition, or the parts of a conjunction, however deep."""
    if isinstance(proposition, Apply) and proposition.head == "and":
        return tuple(inner for arg in proposition.args for inner in parts(arg))
    return (proposition,)


def _check_proposition(proposition: Term) -> None:
    stack = [proposition]
    while stack:
        part = stack.pop()
        if not isinstance(part, Apply) or part.sort != PROP:
            raise ValueError(f"`{part}` is not a proposition about real numbers")
        if part.head in CONNECTIVES:
            stack.extend(part.args)
        elif part.head not in RELATIONS and part.head not in ("true", "false"):
            raise ValueError(f"`{part}` is not a relation between real numbers")


def as_json(problem: Problem) -> dict[str, Any]:
    """The problem as plain JSON."""
    return {
        "names": [encode(name) for name in problem.names],
        "hypotheses": [encode(hypothesis) for hypothesis in problem.hypotheses],
        "goal": encode(problem.goal),
    }


def from_json(data: object, identifier: str = "") -> Problem:
    """The problem that `as_json` wrote. Raises ValueError."""
    if not isinstance(data, Mapping) or set(data) != {"names", "hypotheses", "goal"}:
        raise ValueError("not a problem")
    if not isinstance(data["names"], list) or not isinstance(data["hypotheses"], list):
        raise ValueError("not a problem")
    try:
        names = tuple(map(decode, data["names"]))
        hypotheses = tuple(map(decode, data["hypotheses"]))
        goal = decode(data["goal"])
    except Malformed as failure:
        raise ValueError(str(failure)) from None
    declared = tuple(name for name in names if isinstance(name, Name))
    if len(declared) != len(names):
        raise ValueError("a variable is not a name")
    return Problem(identifier, declared, hypotheses, goal)


__all__ = ["Effort", "Problem", "as_json", "from_json", "parts"]

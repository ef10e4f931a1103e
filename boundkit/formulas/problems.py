"""A problem from the plain data of one JSON object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from boundkit.formulas.reader import Unreadable, read_formula
from boundkit.ir.sorts import INT, NAT, PROP, REAL, Sort
from boundkit.ir.terms import Name, Term
from boundkit.provers.inequalities.problem import Problem

SORTS: dict[str, Sort] = {
    "Real": REAL, "real": REAL, "R": REAL, "Int": INT, "Integer": INT, "int": INT, "integer": INT, "Z": INT,
    "Nat": NAT, "Natural": NAT, "nat": NAT, "natural": NAT, "N": NAT,
}  # fmt: skip


def read_problem(data: object) -> Problem:
    """The problem `{"id", "vars": [...], "hyps": [...], "goal": "..."}`.

    A variable is `"x"`, which is real, or `"n : Nat"`; `vars` may also be an object `{"n": "Nat"}`, and an
    object `sorts` of that kind may say more of some. Without `vars` every name that occurs is a real
    variable. Raises Unreadable."""
    if not isinstance(data, Mapping):
        raise Unreadable("not an object with `id`, `vars`, `hyps` and `goal`")
    declared = _declared(data["vars"]) if data.get("vars") is not None else None
    if data.get("sorts"):
        declared = _with_sorts(declared or {}, data["sorts"])
    hypotheses = data.get("hyps") or []
    if isinstance(hypotheses, str) or not isinstance(hypotheses, Sequence):
        raise Unreadable("`hyps` is not a list")
    known = tuple(_proposition(text, declared, "a hypothesis") for text in hypotheses)
    goal = _proposition(data.get("goal"), declared, "the goal")
    if declared is None:
        free = sorted(frozenset().union(*(term.free for term in (*known, goal))))
        declared = dict.fromkeys(free, REAL)
    names = tuple(Name(text, sort) for text, sort in declared.items())
    try:
        return Problem(identifier_of(data), names, known, goal)
    except ValueError as failure:
        raise Unreadable(str(failure)) from None


def identifier_of(data: object) -> str:
    """The identifier of a problem as text, or ""."""
    found: Any = data.get("id") if isinstance(data, Mapping) else None
    return found if isinstance(found, str) else "" if found is None else str(found)


def _declared(data: object) -> dict[str, Sort]:
    if isinstance(data, Mapping):
        pairs = [(str(name), str(sort)) for name, sort in data.items()]
    elif isinstance(data, Sequence) and not isinstance(data, str):
        pairs = []
        for entry in data:
            if not isinstance(entry, str):
                raise Unreadable("a variable is text, such as `x` or `n : Nat`")
            name, colon, sort = entry.partition(":")
            pairs.append((name.strip(), sort.strip() if colon else "Real"))
    else:
        raise Unreadable("`vars` is not a list")
    declared: dict[str, Sort] = {}
    for name, sort in pairs:
        if not name.isidentifier():
            raise Unreadable(f"`{name[:40]}` is not the name of a variable")
        if name in declared:
            raise Unreadable(f"`{name}` is declared twice")
        if sort not in SORTS:
            raise Unreadable(f"`{name}` is declared as `{sort[:40]}`, which is none of Real, Int and Nat")
        declared[name] = SORTS[sort]
    return declared


def _with_sorts(declared: Mapping[str, Sort], sorts: object) -> dict[str, Sort]:
    if not isinstance(sorts, Mapping):
        raise Unreadable("`sorts` is no object")
    more = _declared(sorts)
    if unknown := sorted(set(more) - set(declared)):
        raise Unreadable(f"`{unknown[0]}` has a sort and is not declared")
    return {**declared, **more}


def _proposition(text: object, declared: Mapping[str, Sort] | None, what: str) -> Term:
    if not isinstance(text, str) or not text.strip():
        raise Unreadable(f"{what} is missing")
    found = read_formula(text, declared)
    if found.sort != PROP:
        raise Unreadable(f"{what} is a number and no relation: `{text[:60]}`")
    return found

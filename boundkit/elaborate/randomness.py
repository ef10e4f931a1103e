"""Randomness sets: the draws on which the value of a term depends. Pure functions on terms."""

from __future__ import annotations

from collections.abc import Mapping

from boundkit.elaborate.places import place_of
from boundkit.ir.terms import Apply, Bind, Name, Number, Term

INTEGRATES = ("expectation", "probability", "variance", "almost_surely", "Lp")
NOTHING: frozenset[str] = frozenset()


def random_in(term: Term, random: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The draws on which the value depends; `random` gives the set of each name that has one.

    `E[...]`, `Pr[...]`, `Var[...]`, `Lp(...)` and `almost surely` leave none, a conditional one leaves
    those of what is given, and `with prob ... over S` removes S."""
    if not random or isinstance(term, Number):
        return NOTHING
    if isinstance(term, Name):
        return random.get(term.text, NOTHING)
    if not any(name in random for name in term.free):
        return NOTHING
    if isinstance(term, Bind):
        inside = {name: draws for name, draws in random.items() if name != term.variable.text}
        return random_in(term.domain, random) | random_in(term.body, inside)
    assert isinstance(term, Apply)
    if term.head in INTEGRATES:
        return NOTHING
    if term.head.endswith("_given") or term.head == "given":
        return NOTHING.union(*(random_in(given, random) for given in term.args[1:]))
    if term.head == "with_probability":
        level, body, *draws = term.args
        removed = {draw.text for draw in draws if isinstance(draw, Name)}
        left = random_in(body, random) - removed if removed else NOTHING
        return random_in(level, random) | left
    if term.head.startswith("is_bounded_differences"):
        # a property of the subject as a function of the draw that is named
        named = {arg.text for arg in term.args[1:] if isinstance(arg, Name)}
        return NOTHING.union(*(random_in(arg, random) for arg in term.args)) - named
    return NOTHING.union(*(random_in(arg, random) for arg in term.args))


def culprit(term: Term, random: Mapping[str, frozenset[str]]) -> Term:
    """The first operand that is random: binders, connectives, relations and arithmetic are looked into."""
    while True:
        if isinstance(term, Bind) and random_in(term.body, random):
            term = term.body
            continue
        if isinstance(term, Apply) and term.head in LOOKED_INTO:
            found = [arg for arg in term.args if random_in(arg, random)]
            if found:
                term = min(found, key=lambda arg: place_of(arg).start)
                continue
        return term


LOOKED_INTO = (
    "and", "or", "not", "implies", "iff", "<=", "<", "=", "!=", "lesssim", "in", "if", "with_probability",
    "+", "-", "*", "/", "neg",
)  # fmt: skip

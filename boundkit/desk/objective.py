"""What is minimised, the range of its parameter, and how it may be shown that a value is best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from boundkit.desk.changed_range import rescaled
from boundkit.desk.derived import Certified
from boundkit.desk.desk import Builder, Desk
from boundkit.desk.isolation import negated
from boundkit.desk.second_order import MOST_NAMES, Written, by_search, least_at, lowest_end, naming
from boundkit.ir.sorts import INT, NAT, REAL
from boundkit.ir.terms import Apply, Name, Term, rebuild, relation, substitute
from boundkit.provers.algebra import coefficients, simpler, solutions

MOST_FORMS = 4
"""Simpler forms of a value that are tried."""


@dataclass
class Objective:
    """What is minimised, or maximised if `largest`, over a variable within limits; what is certified or only
    seems so of its best value, and what else a reader should know."""

    term: Term
    variable: Name
    largest: bool
    limits: tuple[Term, ...]
    certified: list[Certified] = field(default_factory=list)
    conjectured: list[Term] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def at(self, value: Term) -> Term:
        """The objective at a value of the variable."""
        return substitute(self.term, {self.variable.text: value})

    def no_better(self, value: Term) -> Apply:
        """That no value of the variable is better than this one."""
        least, most = (self.term, self.at(value)) if self.largest else (self.at(value), self.term)
        return relation("<=", least, most)

    def within(self, value: Term) -> list[Term]:
        """That a value satisfies the limits."""
        return [substitute(limit, {self.variable.text: value}) for limit in self.limits]

    @property
    def word(self) -> str:
        return "maximum" if self.largest else "minimum"


def fits(value: Term, variable: Name) -> bool:
    """Whether a value may stand for a variable: for an integer, one that is an integer by its sort."""
    return variable.sort not in (NAT, INT) or value.sort in (NAT, INT)


def ends(objective: Objective) -> list[tuple[Term, bool, bool]]:
    """What the range is bounded by: the end, whether it is an upper one, and whether it is excluded."""
    found = []
    for limit in objective.limits:
        if not (isinstance(limit, Apply) and limit.head in ("<=", "<")):
            continue
        low, high = limit.args
        if low == objective.variable and objective.variable.text not in high.free:
            found.append((high, True, limit.head == "<"))
        elif high == objective.variable and objective.variable.text not in low.free:
            found.append((low, False, limit.head == "<"))
        else:
            found += [(end, True, limit.head == "<") for end in solutions(limit, objective.variable)]
    return found


def builders(objective: Objective, candidate: Term) -> list[Builder]:
    """How it may be shown that a value is best: by the second derivative, in the terms of the objective or
    with names for its coefficients; by the sign of the slope on the side of an end; and all of this in parts
    of an end that depends on parameters."""
    variable = objective.variable
    found = [least_at(variable, candidate)]
    parts = coefficients((objective.term,), variable.text)[:MOST_NAMES]
    if parts:
        found.append(naming(parts, lambda write: least_at(variable, write(candidate))))
        found.append(naming(parts, lambda write: by_search))
    found += [lowest_end(variable, candidate, rising) for rising in (True, False)]
    if variable.sort not in (NAT, INT):
        for end in (end for end, _, _ in ends(objective) if end.free):
            found.append(rescaled(variable, candidate, end))
            if parts:
                found.append(naming(parts, _in_parts(variable, candidate, end)))
    return found


def _in_parts(variable: Name, candidate: Term, end: Term) -> Callable[[Written], Builder]:
    return lambda write: rescaled(variable, write(candidate), write(end))


def simplified(desk: Desk, term: Term, atoms: Sequence[Term] = ()) -> tuple[Term, list[Certified]]:
    """The shortest form that is proved to be equal, with the proof; the term itself where there is none."""
    forms = simpler(_chosen(desk, term), atoms)[:MOST_FORMS] if desk.search else list(desk.proposal[1:])
    for form in forms:
        if form == term or not form.free <= term.free:
            if form == term:
                break
            continue
        goal = relation("=", form, term)
        proof = desk.certified(goal, "value") if desk.seems(goal) else None
        if proof is not None:
            return form, [proof]
    return term, []


def _chosen(desk: Desk, term: Term) -> Term:
    """The term with what absolute values, maxima and minima seem to be everywhere."""
    inner = rebuild(term, lambda part: _chosen(desk, part)) if isinstance(term, Apply) else term
    if not isinstance(inner, Apply) or inner.head not in ("abs", "max", "min"):
        return inner
    if inner.head == "abs":
        seen = desk.signs(inner.args[0])
        return negated(inner.args[0]) if seen == {-1} else inner.args[0] if -1 not in seen else inner
    for own in inner.args:
        above = [Apply("-", (own, other), REAL) for other in inner.args if other != own]
        worse = -1 if inner.head == "max" else 1
        if all(worse not in desk.signs(gap) for gap in above):
            return own
    return inner

"""The least value of a bound in a parameter: candidates from computer algebra and from the ends of the range,
each with a proof that it lies in the range and that no other value gives less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from boundkit.desk.derived import Certified, Derived
from boundkit.desk.desk import Builder, Desk, kept
from boundkit.desk.expectations import compared, parts_of
from boundkit.desk.second_order import abstracted, by_search, least_at, lowest_end
from boundkit.ir.sorts import INT, NAT, REAL, is_numeric
from boundkit.ir.terms import ZERO, Apply, Name, Term, fresh_name, relation, substitute
from boundkit.ir.theorems import Derivation
from boundkit.provers.algebra import coefficients, simpler, solutions, stationary_points

MOST_FORMS = 4
"""Simpler forms of a value that are tried."""
NEGLIGIBLE = 150


@dataclass
class Objective:
    """What is minimised: `goal_of` says that one value is at most another, which is the other way round for a
    maximum."""

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

    @property
    def word(self) -> str:
        return "maximum" if self.largest else "minimum"


def optimum(desk: Desk, derivation: Derivation, largest: bool) -> Derived:
    """The minimum (maximum) of the subject over the variable."""
    variable = derivation.variable
    if variable is None or not is_numeric(variable.sort):
        word = "maximised" if largest else "minimised"
        return Derived(derivation.label, "unsupported", f"only a number can be {word} over")
    objective = Objective(desk.plain(derivation.subject), variable, largest, desk.about(variable))
    if variable.text not in objective.term.free:
        return Derived(derivation.label, "open", f"`{objective.term}` does not depend on {variable.text}")
    nothing = _empty(desk, derivation.label, objective)
    if nothing is not None:
        return nothing
    expected = parts_of(derivation.expected)
    if variable.sort in (NAT, INT):
        from boundkit.desk.integers import integer_optimum

        found = integer_optimum(desk, objective)
        if found is not None:
            return _answer(desk, derivation, objective, found, expected)
    for candidate in _candidates(desk, objective, expected):
        if _settles(desk, objective, candidate):
            return _answer(desk, derivation, objective, candidate, expected)
    clipped = _clipped(desk, objective)
    if clipped is not None:
        return _answer(desk, derivation, objective, clipped, expected)
    return _none(desk, derivation.label, objective)


def _empty(desk: Desk, label: str, objective: Objective) -> Derived | None:
    """That no value satisfies the hypotheses, where this is so."""
    never = relation("<", objective.variable, objective.variable)
    absurd = None
    if desk.seems(never):
        absurd = desk.certified(never, "empty", effort=NEGLIGIBLE) or desk.by_steps(never, "empty")
    if absurd is None:
        return None
    said = " and ".join(map(str, objective.limits))
    message = f"no {objective.variable.text} satisfies the hypotheses: {said}"
    return Derived(label, "impossible", message, certified=(absurd,))


def _candidates(desk: Desk, objective: Objective, expected: Sequence[Term]) -> Iterator[Term]:
    """Proposals: the stored one, zeros of the derivative, what the author expects, the ends of the range."""
    name, declared = objective.variable.text, set(desk.names)
    found = [*desk.proposal]
    if desk.search:
        found += stationary_points(objective.term, objective.variable)
        for part in expected:
            if isinstance(part, Apply) and part.head == "=" and part.args[0] == objective.variable:
                found.append(part.args[1])
        found += [end for end, _, strict in ends(objective) if not strict]
    for candidate in dict.fromkeys(found):
        if not fits(candidate, objective.variable):
            continue
        if name not in candidate.free and (candidate.free <= declared or not desk.search):
            yield candidate


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
    with names for its coefficients; by the sign of the slope on the side of an end."""
    variable = objective.variable
    found = [least_at(variable, candidate)]
    found.append(abstracted(lambda write: least_at(variable, write(candidate)), variable, candidate))
    found.append(abstracted(lambda write: by_search, variable, candidate))
    found += [lowest_end(variable, candidate, rising) for rising in (True, False)]
    return found


def _settles(desk: Desk, objective: Objective, candidate: Term) -> bool:
    """Whether it is certified that the candidate is in the range and best; notes a conjecture where it only
    seems so."""
    name = objective.variable.text
    best = objective.no_better(candidate)
    within = [substitute(limit, {name: candidate}) for limit in objective.limits]
    if not all(desk.seems(own, without=(name,)) for own in within) or not desk.seems(best):
        return False
    proofs = [desk.certified(own, "in range", without=(name,)) for own in within]
    if all(own is not None for own in proofs):
        optimal = desk.certified(best, "optimal", builders=builders(objective, candidate))
        if optimal is not None:
            objective.certified = [own for own in proofs if own is not None] + [optimal]
            _note_active(objective, candidate)
            return True
    if not objective.conjectured:
        objective.conjectured = [relation("=", objective.variable, candidate), *within, best]
    return False


def _note_active(objective: Objective, candidate: Term) -> None:
    for limit in objective.limits:
        if isinstance(limit, Apply) and candidate in limit.args and objective.variable in limit.args:
            objective.notes.append(f"the bound {limit} is active")


def _clipped(desk: Desk, objective: Objective) -> Term | None:
    """The stationary point where it is in the range, else the end of the range beyond which it lies: shown in
    both cases."""
    variable = objective.variable
    if not desk.search or variable.sort in (NAT, INT):
        return None
    for point in stationary_points(objective.term, variable):
        if not point.free <= set(desk.names):
            continue
        for end, upper, strict in ends(objective):
            order: Apply = relation("<=", point, end) if upper else relation("<=", end, point)
            beyond = relation("<=", order.args[1], order.args[0])
            others = [own for own in objective.limits if not {end, variable} <= set(_sides(own))]
            cases = [
                (order, point, [substitute(own, {variable.text: point}) for own in others]),
                (beyond, end, [substitute(own, {variable.text: end}) for own in others]),
            ]
            goals = [(given, own, objective.no_better(at)) for given, at, own in cases]
            if strict or not all(desk.seems(best, (given,)) for given, _, best in goals):
                continue
            proofs: list[Certified | None] = []
            for (given, within, best), (_, at, _) in zip(goals, cases, strict=True):
                proofs += [
                    desk.certified(own, "in range", (given,), without=(variable.text,)) for own in within
                ]
                proofs.append(desk.certified(best, "optimal", (given,), builders(objective, at)))
                if proofs[-1] is None:
                    break
            found = [own for own in proofs if own is not None]
            if len(found) == len(proofs):
                objective.certified = found
                bound = relation("<=", variable, end) if upper else relation("<=", end, variable)
                objective.notes.append(f"the bound {bound} is active where {beyond}")
                return Apply("min" if upper else "max", (point, end), REAL)
            if not objective.conjectured:
                clip = Apply("min" if upper else "max", (point, end), REAL)
                objective.conjectured = [relation("=", variable, clip)]
    return None


def _answer(
    desk: Desk, derivation: Derivation, objective: Objective, candidate: Term, expected: Sequence[Term]
) -> Derived:
    label, variable = derivation.label, objective.variable
    value, same = simplified(desk, objective.at(candidate), coefficients((objective.term,), variable.text))
    certified = objective.certified + same
    results = {(label, "derived_rhs"): value}
    answer = compared(desk, expected, results, variable, candidate)
    at, best = answer.as_written(candidate), answer.as_written(value)
    certified += answer.certified
    message = f"{objective.word} at {variable.text} = {at}: {best}"
    return Derived(
        label,
        "open" if answer.wrong else "proved",
        message,
        {"derived_rhs": best},
        ((variable.text, at), ("value", best)),
        tuple(certified),
        wrong=tuple(answer.wrong),
        notes=tuple(objective.notes),
        stored=kept((candidate, value), certified),
    )


def _sides(limit: Term) -> tuple[Term, ...]:
    return limit.args if isinstance(limit, Apply) else ()


def simplified(desk: Desk, term: Term, atoms: Sequence[Term] = ()) -> tuple[Term, list[Certified]]:
    """The shortest form that is proved to be equal, with the proof; the term itself where there is none."""
    forms = simpler(term, atoms)[:MOST_FORMS] if desk.search else list(desk.proposal[1:])
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


def _none(desk: Desk, label: str, objective: Objective) -> Derived:
    """No optimum was certified: that there is none, where this can be shown; else a conjecture or nothing."""
    if objective.conjectured:
        claim, *rest = objective.conjectured
        message = f"conjecture, not certified: {objective.word} at {claim}"
        assert isinstance(claim, Apply)
        parts: tuple[tuple[str, Term], ...] = (
            (objective.variable.text, claim.args[1]),
            ("value", objective.at(claim.args[1])),
        )
        return Derived(label, "conjecture", message, {}, parts, conjectured=(claim, *rest))
    unbounded = _unbounded(desk, objective) if desk.search else None
    if unbounded is not None:
        point, proofs = unbounded
        side = "above" if objective.largest else "below"
        sign = "M" if objective.largest else "-M"
        where = f"{sign} at {objective.variable.text} = {point}"
        message = f"no {objective.word}: the values are unbounded {side}, {where}"
        return Derived(label, "impossible", message, certified=tuple(proofs))
    for end, _, strict in ends(objective) if desk.search else []:
        goal = objective.no_better(end)
        if strict and desk.seems(goal):
            proof = desk.certified(relation("<", goal.args[0], goal.args[1]), "never reached")
            if proof is not None:
                bound, same = simplified(desk, objective.at(end))
                name = objective.variable.text
                message = (
                    f"no {objective.word}: every value is {'below' if objective.largest else 'above'} {bound}"
                )
                message += f", the value at the excluded end {name} = {end}"
                parts = (("infimum" if not objective.largest else "supremum", bound),)
                return Derived(label, "impossible", message, {}, parts, (proof, *same))
    message = f"no certified {objective.word} was found"
    return Derived(label, "open", message)


def _unbounded(desk: Desk, objective: Objective) -> tuple[Term, list[Certified]] | None:
    """Where the objective is -M (M for a maximum), for every M > 0, in the range."""
    if objective.variable.sort in (NAT, INT):
        return None
    depth = Name(fresh_name("M", set(desk.names)), REAL)
    inner = desk.knowing(relation("<", ZERO, depth))
    level: Term = depth if objective.largest else Apply("neg", (depth,), REAL)
    name = objective.variable.text
    for point in solutions(relation("=", objective.term, level), objective.variable):
        here = objective.at(point)
        low, high = (level, here) if objective.largest else (here, level)
        goals: list[Term] = [relation("<=", low, high)]
        goals += [substitute(limit, {name: point}) for limit in objective.limits]
        if not all(inner.seems(goal, without=(name,)) for goal in goals):
            continue
        proofs = [inner.certified(goal, "unbounded", without=(name,)) for goal in goals]
        if all(own is not None for own in proofs):
            return point, [own for own in proofs if own is not None]
    return None

"""The least value of a bound in a parameter: candidates from computer algebra and from the ends of the range,
each with a proof that it lies in the range and that no other value gives less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from boundkit.desk.derived import Certified, Derived
from boundkit.desk.desk import Desk, kept
from boundkit.desk.expectations import compared, parts_of
from boundkit.desk.isolation import negated
from boundkit.desk.no_optimum import no_optimum
from boundkit.desk.objective import Objective, builders, ends, fits, simplified
from boundkit.desk.second_order import lowest_end
from boundkit.ir.sorts import INT, NAT, REAL, is_numeric
from boundkit.ir.terms import ZERO, Apply, Name, Term, relation, substitute, subterms
from boundkit.ir.theorems import Derivation
from boundkit.provers.algebra import coefficients, turning_points

NEGLIGIBLE = 150


def optimum(desk: Desk, derivation: Derivation, largest: bool) -> Derived:
    """The minimum (maximum) of the subject over the variable."""
    variable = derivation.variable
    if variable is None or not is_numeric(variable.sort):
        word = "maximised" if largest else "minimised"
        return Derived(derivation.label, "unsupported", f"only a number can be {word} over")
    subject = desk.plain(derivation.subject)
    if variable.text not in subject.free:
        return Derived(derivation.label, "open", does_not_occur(subject, variable))
    term, known = desk.with_values(subject, variable)
    objective = Objective(term, variable, largest, desk.about(variable))
    nothing = empty_range(desk, derivation.label, variable)
    if nothing is not None:
        return nothing
    found = _found(desk, derivation, objective)
    return replace(found, certified=(*known, *found.certified)) if known else found


def does_not_occur(term: Term, variable: Name) -> str:
    """What to say of a parameter that a term does not mention."""
    others = ", ".join(sorted(term.free))
    return f"`{term}` does not depend on {variable.text}" + (f"; it depends on {others}" if others else "")


def _found(desk: Desk, derivation: Derivation, objective: Objective) -> Derived:
    variable = objective.variable
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


def empty_range(desk: Desk, label: str, variable: Name) -> Derived | None:
    """That no value satisfies the hypotheses, where this is so."""
    never = relation("<", variable, variable)
    absurd = None
    if desk.seems(never):
        absurd = desk.certified(never, "empty", effort=NEGLIGIBLE) or desk.by_steps(never, "empty")
    if absurd is None:
        return None
    said = " and ".join(map(str, desk.bearing_on(variable)))
    message = f"no {variable.text} satisfies the hypotheses: {said}"
    return Derived(label, "impossible", message, certified=(absurd,))


def _candidates(desk: Desk, objective: Objective, expected: Sequence[Term]) -> Iterator[Term]:
    """Proposals: the stored one, zeros of the derivative, what the author expects, the ends of the range."""
    name, declared = objective.variable.text, set(desk.names)
    found = [*desk.proposal]
    if desk.search:
        found += _turning_points(desk, objective)
        for part in expected:
            if isinstance(part, Apply) and part.head == "=" and part.args[0] == objective.variable:
                found.append(part.args[1])
        found += [end for end, _, strict in ends(objective) if not strict]
    for candidate in dict.fromkeys(found):
        if not fits(candidate, objective.variable):
            continue
        if name not in candidate.free and (candidate.free <= declared or not desk.search):
            yield candidate


def _turning_points(desk: Desk, objective: Objective) -> list[Term]:
    """Zeros of the derivative and points without one: the positive ones, and where the variable may be
    negative, 0 and those of the mirrored objective."""
    found = turning_points(objective.term, objective.variable)
    if -1 in desk.signs(objective.variable):
        mirrored = objective.at(negated(objective.variable))
        found += [ZERO, *map(negated, turning_points(mirrored, objective.variable))]
    return list(dict.fromkeys(found))


def _note_relaxed(desk: Desk, objective: Objective) -> None:
    """Of an integer parameter, what is the best real value, and that no integer is better."""
    variable = objective.variable
    for point in turning_points(objective.term, variable) if desk.search else ():
        best = objective.no_better(point)
        if not point.free <= set(desk.names) or not desk.seems(best):
            continue
        proof = desk.certified(best, "relaxed", builders=builders(objective, point))
        if proof is not None:
            name = variable.text
            side = "at most" if objective.largest else "at least"
            objective.certified = [proof]
            objective.notes.append(
                f"over the reals, the {objective.word} is at {name} = {point}, so that all values are {side} "
                f"the one there; which integer next to it is best depends on the parameters"
            )
            return


def _settles(desk: Desk, objective: Objective, candidate: Term) -> bool:
    """Whether it is certified that the candidate is in the range and best; notes a conjecture where it only
    seems so."""
    name = objective.variable.text
    best = objective.no_better(candidate)
    within = objective.within(candidate)
    if not all(desk.seems(own, without=(name,)) for own in within) or not desk.seems(best):
        return False
    if not objective.conjectured:
        objective.conjectured = [relation("=", objective.variable, candidate), *within, best]
        desk.notebook.seeming = _conjecture(desk.notebook.label, objective)
    proofs = [desk.certified(own, "in range", without=(name,)) for own in within]
    if all(own is not None for own in proofs):
        optimal = _optimal(desk, objective, candidate)
        if optimal:
            objective.certified = [own for own in proofs if own is not None] + optimal
            _note_active(objective, candidate)
            _note_ties(desk, objective, candidate)
            return True
    return False


def _note_active(objective: Objective, candidate: Term) -> None:
    for limit in objective.limits:
        if isinstance(limit, Apply) and candidate in limit.args and objective.variable in limit.args:
            objective.notes.append(f"the bound {limit} is active")


def _optimal(desk: Desk, objective: Objective, candidate: Term) -> list[Certified]:
    """That no value is better than the candidate: as it stands, or with a simple form of the value there; of
    a choice the simple form comes first."""
    best = objective.no_better(candidate)
    value = objective.at(candidate)
    chosen = any(isinstance(own, Apply) and own.head in ("abs", "max", "min") for own in subterms(value))
    if not chosen:
        proof = desk.certified(best, "optimal", builders=builders(objective, candidate))
        if proof is not None:
            return [proof]
    form, same = simplified(desk, value)
    if same:
        pair = (objective.term, form) if objective.largest else (form, objective.term)
        proof = desk.certified(relation("<=", *pair), "optimal")
        if proof is not None:
            return [proof, *same]
    proof = desk.certified(best, "optimal") if chosen else None
    return [] if proof is None else [proof]


def _note_ties(desk: Desk, objective: Objective, candidate: Term) -> None:
    """Other turning points and ends with the same value."""
    others = [*_turning_points(desk, objective), *(end for end, _, strict in ends(objective) if not strict)]
    for other in dict.fromkeys(others) if desk.search else ():
        same = relation("=", objective.at(other), objective.at(candidate))
        apart = desk.signs(Apply("-", (other, candidate), REAL)) <= {1, -1} and desk.seems(
            relation("=", other, candidate)
        )
        within = [*objective.within(other), same]
        name = objective.variable.text
        if apart or not other.free <= set(desk.names) - {name} or not fits(other, objective.variable):
            continue
        if not all(desk.seems(own, without=(name,)) for own in within):
            continue
        proofs = [desk.certified(own, "tie", without=(name,), effort=NEGLIGIBLE) for own in within]
        if all(own is not None for own in proofs):
            objective.certified += [own for own in proofs if own is not None]
            objective.notes.append(f"the same value at {name} = {other}")


def _clipped(desk: Desk, objective: Objective) -> Term | None:
    """The stationary point where it is in the range, else the end of the range beyond which it lies: shown in
    both cases."""
    variable = objective.variable
    if not desk.search or variable.sort in (NAT, INT):
        return None
    for point in turning_points(objective.term, variable):
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
                ways = builders(objective, at)
                if at == end:
                    ways.insert(0, lowest_end(variable, end, not upper, point))
                proofs.append(desk.certified(best, "optimal", (given,), ways))
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
                desk.notebook.seeming = _conjecture(desk.notebook.label, objective)
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
        tuple({(own.role, own.statement): own for own in certified}.values()),
        wrong=tuple(answer.wrong),
        notes=tuple(objective.notes),
        stored=kept((candidate, value), certified),
    )


def _sides(limit: Term) -> tuple[Term, ...]:
    return limit.args if isinstance(limit, Apply) else ()


def _conjecture(label: str, objective: Objective) -> Derived:
    """What only seems to be the optimum."""
    claim, *rest = objective.conjectured
    message = f"conjecture, not certified: {objective.word} at {claim}"
    assert isinstance(claim, Apply)
    parts = ((objective.variable.text, claim.args[1]), ("value", objective.at(claim.args[1])))
    notes = tuple(objective.notes)
    return Derived(label, "conjecture", message, {}, parts, conjectured=(claim, *rest), notes=notes)


def _none(desk: Desk, label: str, objective: Objective) -> Derived:
    """No optimum was certified: that there is none, where this can be shown; else a conjecture or nothing."""
    if objective.conjectured:
        return _conjecture(label, objective)
    shown = no_optimum(desk, label, objective) if desk.search else None
    if shown is not None:
        return shown
    if objective.variable.sort in (NAT, INT):
        _note_relaxed(desk, objective)
    message = f"no certified {objective.word} was found"
    certified, notes = tuple(objective.certified), tuple(objective.notes)
    return Derived(label, "open", message, certified=certified, notes=notes)

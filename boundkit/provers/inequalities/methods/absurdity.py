"""Facts that contradict the contrary of the goal: a sum of products of them that is positive, and equal to 0
(Positivstellensatz, by a linear programme over products; Stengle 1974, Harrison 2007). So are hypotheses
solved that are quadratic in a variable."""

from __future__ import annotations

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, ZERO, Apply, Name
from boundkit.kernel.derivative import negative
from boundkit.kernel.rational_functions import atoms_of
from boundkit.kernel.steps import Cases, Enclosed, Excluded, Fact, Known, Lemma, Step, Sum
from boundkit.provers.inequalities.forms import Form, forms_of
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.methods import fixed, radicals
from boundkit.provers.inequalities.methods.products import Column, columns_of, combination, sum_of

COST = 6
HIGHEST_DEGREE = 6
MOST_COLUMNS = 900
ATTEMPT = 5
"""Effort for one linear programme."""


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """Products of growing degree of the facts, the ranges and the contrary of the goal, once the roots have
    names."""
    if not any(fact.kind != "zero" for fact in goal.facts):
        return GivenUp("")

    found = _absurd(goal, effort, 2)
    if found is None:
        rooted = radicals.attempt(goal, _with_names, effort)
        found = rooted if isinstance(rooted, Found) else None
    return found or GivenUp("")


def _with_names(goal: Goal, effort: Effort) -> Found | None:
    if accepted(goal, Enclosed()):
        return Found(Enclosed(), ("by the signs of its parts",))
    # The goal has fewer names or roots each time.
    if any(extent.is_point for extent in goal.box.values()):
        answer = fixed.attempt(goal, _with_names, effort)
    else:
        answer = _absurd(goal, effort, 1) or radicals.attempt(goal, _with_names, effort)
    return answer if isinstance(answer, Found) else None


def _absurd(goal: Goal, effort: Effort, least: int) -> Found | None:
    contrary = Fact(negative(goal.slack), "nonnegative" if goal.strict else "positive")
    failing = Goal(goal.slack, True, goal.box, (*goal.facts, contrary))
    for form in forms_of(failing)[:1]:
        if not all(isinstance(atom, Name) for own in form.coordinates for atom in atoms_of(own.term)):
            return None
        known = [own.polynomial for own in form.constraints]
        known += [own.polynomial for own in form.equations]
        degree = max((int(own.total_degree()) for own in known), default=0)
        if degree < least:
            return None
        for highest in range(degree, degree + 3):
            if highest > HIGHEST_DEGREE:
                break
            effort.spend(ATTEMPT)
            step = _contradiction(form, highest)
            if step is None:
                continue
            place = len(goal.facts)
            nothing = Apply("-", (goal.slack, goal.slack), REAL)
            absurd = Lemma(nothing, True, step, Excluded(place + 1, 1, Sum((ZERO,), (Enclosed(),))))
            otherwise = Known(place, ONE)
            if goal.strict:
                whole = Cases(contrary.term, absurd, otherwise)
            else:
                whole = Cases(goal.slack, otherwise, absurd)
            if accepted(goal, whole):
                return Found(whole, ("otherwise a sum of products of what is known would be positive and 0",))
    return None


def _contradiction(form: Form, degree: int) -> Step | None:
    """A step for 0 > 0."""
    columns: list[Column] = []
    seen: set[tuple[str, bool]] = set()
    for most in (2, 3):
        for column in columns_of(form, most, degree):
            key = str(column.polynomial), column.equation is None
            if not column.polynomial or key in seen:
                continue
            seen.add(key)
            columns.append(column)
            if len(columns) > MOST_COLUMNS:
                return None
        values = combination({}, True, columns)
        if values is not None:
            return sum_of(form, columns, values)
    return None

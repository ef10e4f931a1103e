"""Certificates about laws: expectations compared outcome by outcome, and events covered by good events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boundkit.ir.sorts import EXTREAL, NAT, PROP, REAL, SetOf, is_numeric
from boundkit.ir.terms import FALSE, ONE, ZERO, Apply, Bind, Name, Term, fresh_name, relation, substitute
from boundkit.kernel import certificates as c
from boundkit.kernel.frame import Rejected

if TYPE_CHECKING:
    from boundkit.kernel.judge import Frame

ABSURD = relation("<=", ONE, ZERO)
"""What is to be shown where an event cannot happen."""


def check_mean(frame: Frame, goal: Term, certificate: c.Mean) -> None:
    """`E[X] R E[Y]` from `X R Y` at an outcome, or `Pr[A] <= Pr[B]` from B where A; both sides over one law.
    Raises `Rejected`."""
    if not (isinstance(goal, Apply) and goal.head in ("<=", "<", "=")):
        raise Rejected("no relation between expectations")
    frame.require_defined(goal, frame.context())
    sides = [
        side for side in goal.args if isinstance(side, Bind) and side.head in ("expectation", "probability")
    ]
    if not sides or not all(is_numeric(arg.sort) for arg in goal.args):
        raise Rejected("no expectation on either side")
    if goal.head == "<" and goal.may_be_infinite:
        raise Rejected("means that may both be infinite")
    law = sides[0].domain
    same = frame.context().same_law
    if not all(
        same(side.domain, law) and frame.fits(side.variable.sort, sides[0].variable.sort) for side in sides
    ):
        raise Rejected("expectations over different laws")
    outcome = Name(certificate.name, sides[0].variable.sort)
    inner = frame.at_outcome(outcome, law)
    at = {side: substitute(side.body, {side.variable.text: outcome}) for side in sides}
    if any(side.head == "probability" for side in sides):
        left, right = goal.args
        if len(sides) != 2 or {side.head for side in sides} != {"probability"} or goal.head != "<=":
            raise Rejected("probabilities are compared as `Pr[A] <= Pr[B]`")
        inner.with_fact("event", at[left]).check(at[right], certificate.proof)  # type: ignore[index]
        return
    bodies = [at[arg] if isinstance(arg, Bind) and arg in at else arg for arg in goal.args]
    inner.check(relation(goal.head, bodies[0], bodies[1]), certificate.proof)


def check_vanishing(frame: Frame, goal: Term, certificate: c.Vanishing) -> None:
    """A variable that is not negative and has mean 0 is 0 almost surely (Billingsley 1995, 15.2). Raises
    `Rejected`."""
    if not (isinstance(goal, Bind) and goal.head == "surely"):
        raise Rejected("nothing is said to hold almost surely")
    body = goal.body
    if not (isinstance(body, Apply) and body.head == "<=" and body.args[1] == ZERO):
        raise Rejected("no variable that is at most 0")
    if not is_numeric(body.args[0].sort) or body.args[0].sort == EXTREAL:
        raise Rejected("a variable that may be infinite")
    mean = Bind("expectation", goal.variable, goal.domain, body.args[0], REAL)
    frame.scoped(mean)
    frame.require_defined(mean, frame.context())
    outcome = Name(certificate.name, goal.variable.sort)
    inner = frame.at_outcome(outcome, goal.domain)
    value = substitute(body.args[0], {goal.variable.text: outcome})
    inner.check(relation("<=", ZERO, value), certificate.sign)
    frame.check(relation("<=", mean, ZERO), certificate.mean)


def unnested(term: Term) -> tuple[list[tuple[Name, Term]], Term] | None:
    """The draws of a probability under expectations, outermost first, and its event; None for other terms."""
    binders = []
    while isinstance(term, Bind) and term.head in ("expectation", "probability"):
        binders.append((term.variable, term.domain))
        if term.head == "probability":
            return binders, term.body
        term = term.body
    return None


def check_event(frame: Frame, goal: Term, certificate: c.Event) -> None:
    """An event that good events imply, or one that they exclude; see `certificates.Event`. Raises
    `Rejected`."""
    if not (isinstance(goal, Apply) and goal.head == "<="):
        raise Rejected("no bound of a probability")
    level, chance = goal.args if certificate.lower else reversed(goal.args)
    nest = unnested(chance)
    if nest is None:
        raise Rejected("no probability")
    frame.require_defined(goal, frame.context())
    binders, event = nest
    if len(binders) != len(certificate.names):
        raise Rejected("a draw without its name")
    inner = frame
    values: dict[str, Term] = {}
    outcomes: list[tuple[Name, Term]] = []
    for (variable, law), text in zip(binders, certificate.names, strict=True):
        outcome = Name(text, variable.sort)
        law = substitute(law, values)
        inner = inner.at_outcome(outcome, law)
        values[variable.text] = outcome
        outcomes.append((outcome, law))
    event = substitute(event, values)
    spent: Term = ZERO
    facts: list[Term] = []
    for good in certificate.goods:
        formula, budget = good_event(frame, inner, good, outcomes)
        facts.append(formula)
        spent = Apply("+", (spent, budget), REAL)
    for place, formula in enumerate(facts):
        inner = inner.with_fact(f"good event {place}", formula)
    if certificate.lower:
        inner.check(event, certificate.proof)
        frame.check(relation("<=", spent, Apply("-", (ONE, level), REAL)), certificate.budget)
    else:
        inner.with_fact("event", event).check(ABSURD, certificate.proof)
        frame.check(relation("<=", spent, level), certificate.budget)


def good_event(
    frame: Frame, inner: Frame, good: c.Good, outcomes: list[tuple[Name, Term]]
) -> tuple[Term, Term]:
    """The event that a fact makes good, at the outcomes, and its budget. The values for the variables of the
    fact are chosen before the draws: they are read where the outcomes are not in scope."""
    formula = frame.instantiate(frame.fact(good.fact), good.values)
    binders: list[Bind] = []
    taken = {*inner.sequent.names, *inner.sequent.definitions}
    while isinstance(formula, Bind) and formula.head == "forall":
        own = formula.variable
        new = Name(fresh_name(own.text, taken | (formula.body.free - {own.text})), own.sort)
        body = substitute(formula.body, {own.text: new})  # what has its name elsewhere is not this variable
        taken.add(new.text)
        binders.append(Bind("forall", new, formula.domain, body, PROP))
        formula = body
    if not (isinstance(formula, Apply) and formula.head in ("<=", "<", "=")):
        raise Rejected(f"{good.fact} is no bound of a probability")
    left, right = formula.args
    lower = unnested(right) is not None
    nest = unnested(right) if lower else unnested(left)
    if nest is None:
        raise Rejected(f"{good.fact} is no bound of a probability")
    budget: Term = Apply("-", (ONE, left), REAL) if lower else right
    draws, event = nest
    if len(draws) != len(good.places) or list(good.places) != sorted(set(good.places)):
        raise Rejected("draws that are not matched")
    values: dict[str, Term] = {}
    for (variable, law), place in zip(draws, good.places, strict=True):
        if not 0 <= place < len(outcomes):
            raise Rejected("no such draw")
        outcome, drawn_by = outcomes[place]
        if not inner.context().same_law(substitute(law, values), drawn_by):
            raise Rejected(f"{good.fact} is about another law")
        if not (inner.fits(outcome.sort, variable.sort) and inner.fits(variable.sort, outcome.sort)):
            raise Rejected(f"{good.fact} is about other outcomes")
        values[variable.text] = outcome
    event = substitute(event, values)
    wrapped = event if lower else negated(event)
    checked = event
    for binder in reversed(binders):
        wrapped = Bind("forall", binder.variable, binder.domain, wrapped, PROP)
        checked = Bind("forall", binder.variable, binder.domain, checked, PROP)
        budget = _over_all(binder, budget)
    inner.require_defined(checked, inner.context())
    return wrapped, budget


def _over_all(binder: Bind, budget: Term) -> Term:
    """The sum of budgets over a finite set."""
    domain = binder.domain
    if isinstance(domain, Apply) and domain.head == "range":
        return Bind("sum", binder.variable, domain, budget, REAL)
    if isinstance(domain, Apply) and domain.head == "enumeration":
        total: Term = ZERO
        for element in domain.args:
            total = Apply("+", (total, substitute(budget, {binder.variable.text: element})), REAL)
        return total
    finite = isinstance(domain.sort, SetOf) and domain.sort.finite
    if not finite:
        raise Rejected(f"the events for all {binder.variable} in {domain} have no finite budget")
    if binder.variable.text in budget.free:
        return Bind("sum", binder.variable, domain, budget, REAL)
    return Apply("*", (Apply("card", (domain,), NAT), budget), REAL)


def negated(formula: Term) -> Term:
    """The negation of an event whose terms are defined, pushed inside."""
    if isinstance(formula, Bind) and formula.head in ("forall", "exists"):
        other = "exists" if formula.head == "forall" else "forall"
        return Bind(other, formula.variable, formula.domain, negated(formula.body), PROP)
    if isinstance(formula, Apply):
        match formula.head:
            case "<=":
                return relation("<", formula.args[1], formula.args[0])
            case "<":
                return relation("<=", formula.args[1], formula.args[0])
            case "=":
                return relation("!=", formula.args[0], formula.args[1])
            case "!=":
                return relation("=", formula.args[0], formula.args[1])
            case "and" | "or":
                other = "or" if formula.head == "and" else "and"
                return Apply(other, tuple(map(negated, formula.args)), PROP)
            case "implies":
                return Apply("and", (formula.args[0], negated(formula.args[1])), PROP)
            case "not":
                return formula.args[0]
            case "true":
                return FALSE
    return Apply("not", (formula,), PROP)

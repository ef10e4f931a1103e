"""`weaken EXPRESSION into FORM` and `weaken STATEMENT into FORM`."""

from __future__ import annotations

from boundkit.desk import Command, Derived, Desk
from boundkit.desk.constants import least_constant
from boundkit.desk.desk import kept
from boundkit.ir.sorts import PROP, is_numeric
from boundkit.ir.terms import Apply, Term, number, relation
from boundkit.ir.theorems import Derivation


def _carry_out(desk: Desk, derivation: Derivation) -> Derived:
    label, subject, form = derivation.label, derivation.subject, derivation.target
    if form is None:
        return Derived(label, "unsupported", "there is no form to weaken into")
    goal: Apply
    weaker: Term
    if is_numeric(form.sort) and is_numeric(subject.sort):
        goal, weaker = relation("<=", subject, form), relation("<=", subject, form)
    elif is_numeric(form.sort):
        if not (isinstance(subject, Apply) and subject.head in ("<=", "<")):
            return Derived(label, "unsupported", "only a bound `a <= b` can be weakened into an expression")
        goal, weaker = relation("<=", subject.args[1], form), relation(subject.head, subject.args[0], form)
    elif not is_numeric(subject.sort):
        goal, weaker = Apply("implies", (subject, form), PROP), form
    else:
        return Derived(label, "unsupported", "an expression cannot be weakened into a statement")
    desk = desk.setting_aside(derivation.others)
    parts = (("statement", weaker),)
    proof = desk.certified(goal.args[1], "weaker", goal.args[:1]) if goal.head == "implies" else None
    proof = proof or desk.certified(goal, "weaker")
    if proof is not None:
        results: dict[str, Term] = {}
        if isinstance(weaker, Apply) and weaker.head in ("<=", "<"):
            results = {"derived_lhs": weaker.args[0], "derived_rhs": weaker.args[1]}
        stored = kept((weaker,), (proof,))
        return Derived(label, "proved", f"{weaker}, since {goal}", results, parts, (proof,), stored=stored)
    if not desk.seems(goal):
        notes: tuple[str, ...] = ()
        if goal.head == "<=":
            found = least_constant(desk, *goal.args)
            if found is not None:
                factor, _ = found
                notes = (f"certified with the constant {number(factor)}: {_times(goal, factor)}",)
        return Derived(label, "open", f"the form is not weaker: {goal} fails at a sample point", notes=notes)
    return Derived(label, "conjecture", f"conjecture, not certified: {goal}", {}, parts, (), (goal,))


def _times(goal: Apply, factor: object) -> Term:
    from boundkit.desk.constants import multiple

    return relation("<=", goal.args[0], multiple(factor, goal.args[1]))  # type: ignore[arg-type]


weaken = Command(
    name="weaken",
    asks="EXPRESSION into FORM, or STATEMENT into FORM",
    says="the bound with a simpler right-hand side, or a statement that follows",
    proves="the form is at least the expression; the new statement follows from the old one",
    carry_out=_carry_out,
)

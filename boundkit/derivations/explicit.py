"""`explicit STATEMENT`, for a bound up to a constant."""

from __future__ import annotations

from boundkit.desk import Command, Derived, Desk
from boundkit.desk.constants import least_constant, multiple
from boundkit.desk.desk import kept
from boundkit.ir.terms import Apply, number, relation
from boundkit.ir.theorems import Derivation


def _carry_out(desk: Desk, derivation: Derivation) -> Derived:
    label, subject = derivation.label, derivation.subject
    if not (isinstance(subject, Apply) and subject.head in ("lesssim", "<=")):
        return Derived(label, "unsupported", "only a bound `a <~ b` has a constant to make explicit")
    left, right = (desk.plain(own) for own in subject.args[:2])
    desk = desk.setting_aside(derivation.others)
    if not desk.search:
        held = [desk.certified(own, "with this constant") for own in desk.proposal[:1]]
        found = None
        proofs = tuple(own for own in held if own is not None)
        if proofs:
            goal = desk.proposal[0]
            return Derived(label, "proved", str(goal), certified=proofs, stored=kept((goal,), proofs))
    else:
        found = least_constant(desk, left, right)
    if found is None:
        return Derived(label, "open", f"no constant C was certified with {left} <= C*({right})")
    factor, proof = found
    goal = relation("<=", left, multiple(factor, right))
    results = {"derived_lhs": goal.args[0], "derived_rhs": goal.args[1]}
    parts = (("constant", number(factor)), ("statement", goal))
    message = f"with the constant {number(factor)}: {goal}"
    return Derived(label, "proved", message, results, parts, (proof,), stored=kept((goal,), (proof,)))


explicit = Command(
    name="explicit",
    asks="`a <~ b`, or the label of such a statement",
    says="a constant C with a <= C*b",
    proves="the bound with this constant",
    carry_out=_carry_out,
)

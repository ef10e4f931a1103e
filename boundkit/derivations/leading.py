"""`leading EXPRESSION as NAME -> inf, ...`."""

from __future__ import annotations

from fractions import Fraction

from boundkit.desk import Command, Derived, Desk
from boundkit.desk.constants import least_constant, multiple
from boundkit.desk.derived import Certified
from boundkit.desk.desk import kept
from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Name, Number, Term, number, relation
from boundkit.ir.theorems import Derivation
from boundkit.provers.asymptotics import Remainder, leading_terms


def _carry_out(desk: Desk, derivation: Derivation) -> Derived:
    label, subject = derivation.label, desk.plain(derivation.subject)
    names: list[tuple[Name, bool]] = []
    for name, limit in derivation.settings:
        zero = isinstance(limit, Number) and limit.value == 0
        if not zero and not (isinstance(limit, Apply) and limit.head == "infinity"):
            return Derived(label, "unsupported", "a limit is `inf` or `0`")
        names.append((name, zero))
    stored = desk.proposal if len(desk.proposal) == 2 else ()
    found = [Remainder(*stored)] if stored else leading_terms(subject, names) if desk.search else []
    for own in found:
        gap = Apply("-", (subject, own.leading), REAL)
        proofs = _bounded(desk, gap, own)
        if proofs is None and not own.rest.free and desk.search:
            continue
        if proofs is None:
            continue
        factor, certified = proofs
        bound = multiple(factor, own.rest)
        said = " and ".join(f"{name} -> {'0' if zero else 'inf'}" for name, zero in names)
        message = f"{subject} = {own.leading} up to {bound} as {said}"
        parts: tuple[tuple[str, Term], ...] = (("leading", own.leading), ("remainder", bound))
        results = {"derived_lhs": subject, "derived_rhs": own.leading}
        return Derived(
            label,
            "proved",
            message,
            results,
            parts,
            tuple(certified),
            stored=kept((own.leading, own.rest), certified),
        )
    if found:
        own = found[0]
        goal = relation("<=", Apply("abs", (Apply("-", (subject, own.leading), REAL),), REAL), own.rest)
        parts = (("leading", own.leading),)
        return Derived(
            label,
            "conjecture",
            f"conjecture, no remainder is certified: {own.leading}",
            {},
            parts,
            (),
            (goal,),
        )
    return Derived(label, "open", "no leading term was found")


def _bounded(desk: Desk, gap: Apply, own: Remainder) -> tuple[Fraction, list[Certified]] | None:
    """That the gap is at most a constant times the remainder on both sides."""
    above = least_constant(desk, gap, own.rest)
    if above is None:
        return None
    turned = Apply("-", gap.args[::-1], REAL)
    if (proof := desk.certified(relation("<=", turned, number(0)), "from below")) is not None:
        return above[0], [above[1], proof]
    below = least_constant(desk, turned, own.rest)
    if below is None:
        return None
    return max(above[0], below[0]), [above[1], below[1]]


leading = Command(
    name="leading",
    asks="EXPRESSION as NAME -> inf, ...",
    says="the leading term of an expression, with a bound of what is left out",
    proves="the difference is at most the remainder, which is of lower order",
    carry_out=_carry_out,
)

"""The mean of the largest of finitely many variables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from boundkit.ir.sorts import NAT, PROP, REAL, SetOf
from boundkit.ir.terms import ZERO, Apply, Bind, Name, Term, canonical, relation, substitute
from boundkit.kernel import certificates as c
from boundkit.kernel.frame import Rejected

if TYPE_CHECKING:
    from boundkit.kernel.judge import Frame


def check_largest(frame: Frame, goal: Term, certificate: c.Largest) -> None:
    """The mean of the largest of finitely many variables, none of them negative, is at most the sum of their
    means (van der Vaart and Wellner 1996, section 2.2). Raises `Rejected`."""
    mean = goal.args[0] if isinstance(goal, Apply) and goal.head == "<=" else None
    largest = mean.body if isinstance(mean, Bind) and mean.head == "expectation" else None
    if not (isinstance(goal, Apply) and isinstance(mean, Bind) and isinstance(largest, Bind)):
        raise Rejected("no bound of the mean of a maximum")
    domain = largest.domain
    if largest.head != "max" or not isinstance(domain.sort, SetOf) or mean.variable.text in domain.free:
        raise Rejected("no maximum over a set that is fixed before the draw")
    frame.require_defined(goal, frame.context())  # the set is finite then, and not empty
    each = frame.instantiate(frame.fact(certificate.fact), certificate.values)
    bound = each.body if isinstance(each, Bind) and each.head == "forall" else None
    own = bound.args[0] if isinstance(bound, Apply) and bound.head == "<=" else None
    if not (isinstance(each, Bind) and isinstance(bound, Apply) and isinstance(own, Bind)):
        raise Rejected(f"{certificate.fact} is no bound for each of the variables")
    same = frame.context().same_law
    if own.head != "expectation" or canonical(each.domain) != canonical(domain):
        raise Rejected(f"{certificate.fact} is about another set")
    if each.variable.text in own.domain.free or not same(own.domain, mean.domain):
        raise Rejected(f"{certificate.fact} is about another law")
    level = bound.args[1]
    if each.variable.text in level.free:
        raise Rejected("bounds that are not the same for all")
    outcome = Name(certificate.outcome, mean.variable.sort)
    member = Name(certificate.member, largest.variable.sort)
    inner = frame.at_outcome(outcome, mean.domain).with_name(member)
    inner = inner.with_fact(f"range of {member.text}", Apply("in", (member, domain), PROP))
    drawn = substitute(largest, {mean.variable.text: outcome})  # first what is bound further out
    assert isinstance(drawn, Bind)
    value = substitute(drawn.body, {drawn.variable.text: member})
    chosen = substitute(own, {each.variable.text: member})
    assert isinstance(chosen, Bind)
    other = substitute(chosen.body, {chosen.variable.text: outcome})
    context = inner.context()
    if canonical(context.canonical_term(value)) != canonical(context.canonical_term(other)):
        raise Rejected(f"{certificate.fact} is about other variables")
    inner.check(relation("<=", ZERO, value), certificate.proof)
    count = Apply("card", (domain,), NAT)
    frame.check(relation("<=", Apply("*", (count, level), REAL), goal.args[1]), certificate.budget)

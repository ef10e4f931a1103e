"""A sum of terms that are not negative against one of them: `exp(q[j]) <= sum_{i=1..K} exp(q[i])`."""

from __future__ import annotations

from collections.abc import Iterator

from boundkit.ir.sorts import NAT, REAL, Sequence, SetOf
from boundkit.ir.terms import Apply, Bind, Term, fresh_name, relation, substitute, subterms
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.definedness import NotDefined
from boundkit.kernel.judge import Frame, Rejected
from boundkit.kernel.polynomials import TooLarge
from boundkit.provers.disjunctions import Show, is_sum, places

LAW = "term_below_sum"
LABEL = "term of a sum"
MOST_SUMS = 2
MOST_PLACES = 3


def terms_below(frame: Frame, goal: Term, show: Show) -> Iterator[c.Line]:
    """For each sum over 1..n in the goal whose terms are shown not to be negative, that its terms at the
    integers of the goal and in scope are at most the sum; each after its premise. Nothing where such lines
    are known already."""
    law = frame.sequent.laws.get(LAW)
    if law is None or any(name.startswith(LABEL) for name in frame.facts):
        return
    known = set(frame.sequent.names) | set(frame.sequent.definitions)
    sums = [part for part in subterms(goal) if is_sum(part) and part.free <= known]
    for whole in list(dict.fromkeys(sums))[:MOST_SUMS]:
        assert isinstance(whole, Bind) and isinstance(whole.domain, Apply)
        everything = Apply("everything", (), SetOf(NAT))
        values: dict[str, Term] = {
            "n": whole.domain.args[1],
            "f": Bind("function", whole.variable, everything, whole.body, Sequence(REAL)),
        }
        premise = substitute(dict(law.premises)["nonneg"], values)
        inside = [place for place in places(frame, goal) if _is_inside(frame, place, whole.domain)]
        try:
            proof = show(frame, premise) if inside else None
        except (Rejected, NotNormal, NotDefined, TooLarge, RecursionError):
            continue
        if proof is None:
            continue
        first = c.Line(fresh_name(f"{LABEL}, signs", set(frame.facts)), premise, proof.by)
        inner = frame.with_fact(first.name, first.claim)
        found = []
        for place in inside[:MOST_PLACES]:
            own = {**values, "j": place}
            substitution = tuple((hole.text, own[hole.text]) for hole in law.holes)
            label = fresh_name(f"{LABEL} at {place}", set(inner.facts))
            line = c.Line(label, substitute(law.conclusion, own), c.Instance(law.name, substitution))
            try:
                inner.check(line.claim, c.Proof(line.by))
            except (Rejected, NotNormal, NotDefined, TooLarge, RecursionError):
                continue
            found.append(line)
        if found:
            yield first
            yield from found
            return


def _is_inside(frame: Frame, place: Term, domain: Apply) -> bool:
    """Whether an integer is certainly in the range of a sum, and not its end."""
    first, last = domain.args
    try:
        context = frame.context()
        inside = context.holds(relation("<=", first, place)) and context.holds(relation("<=", place, last))
    except (NotNormal, TooLarge):
        return False
    return inside and place != last

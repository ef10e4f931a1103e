"""Laws on a finite set by the masses of its elements, and what KL means there.

For laws Q and P on a finite set, with q(h) = Q({h}) and p(h) = P({h}), `KL(Q, P)` is the sum of
`q(h) ln(q(h)/p(h))` over the h with q(h) > 0 where all of these have p(h) > 0, and +inf otherwise (Cover &
Thomas 2006, section 2.3); `E_Q[f]` is the sum of `q(h) f(h)` over the h with q(h) > 0."""

from __future__ import annotations

from boundkit.ir.sorts import PROP, REAL, Abstract, Distribution
from boundkit.ir.terms import ZERO, Apply, Bind, Name, Term, conjunction, fresh_name, relation
from boundkit.kernel.suprema import PLUS


def mass(law: Term, element: Term) -> Term:
    """`Pr_{g ~ law}[g = element]`."""
    assert isinstance(law.sort, Distribution)
    drawn = Name(fresh_name("g", law.free | element.free), law.sort.element)
    return Bind("probability", drawn, law, relation("=", drawn, element), REAL)


def relative_entropy(term: Term, finite: frozenset[str]) -> Term | None:
    """What `KL(Q, P)` is for laws on one of the `finite` types: q > 0 almost surely under Q; p > 0 almost
    surely under Q where KL is finite; and KL is the mean of ln(q/p) under Q where p > 0 almost surely. None
    for other terms."""
    if not (isinstance(term, Apply) and term.head == "KL" and len(term.args) == 2):
        return None
    first, second = term.args
    if not is_finite_type(first, finite):
        return None
    assert isinstance(first.sort, Distribution)
    h = Name(fresh_name("h", term.free), first.sort.element)
    own, other = mass(first, h), mass(second, h)
    seen = Bind("surely", h, first, relation("<", ZERO, own), PROP)
    continuous = Bind("surely", h, first, relation("<", ZERO, other), PROP)
    ratio = Apply("ln", (Apply("/", (own, other), REAL),), REAL)
    mean = Bind("expectation", h, first, ratio, REAL)
    return conjunction(
        (
            seen,
            Apply("implies", (relation("<", term, PLUS), continuous), PROP),
            Apply("implies", (continuous, relation("=", term, mean)), PROP),
        )
    )


def is_finite_type(law: Term, finite: frozenset[str]) -> bool:
    """Whether a law is one on a type that is declared finite."""
    element = law.sort.element if isinstance(law.sort, Distribution) else None
    return isinstance(element, Abstract) and element.name in finite

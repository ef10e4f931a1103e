"""Independent coordinates: the mean of a product of positive functions of different coordinates of a sample
is the product of their means (Fubini and Tonelli; Billingsley 1995, theorem 18.3). A sample `S ~ D^n` has
independent coordinates with law D."""

from __future__ import annotations

from fractions import Fraction

from boundkit.ir.sorts import REAL, Distribution
from boundkit.ir.terms import Apply, Bind, Name, Term, canonical, relation, substitute
from boundkit.kernel.context import Context
from boundkit.kernel.coordinates import at_place, coordinates, is_index, power_of
from boundkit.kernel.means import is_integrable
from boundkit.kernel.polynomial_terms import to_term
from boundkit.kernel.polynomials import (
    UNITY,
    Atom,
    E,
    Monomial,
    Polynomial,
    as_polynomial,
    constant,
    of_atom,
    simplest,
)
from boundkit.kernel.powers import is_natural, power
from boundkit.kernel.products import atom_of, product
from boundkit.kernel.sums import depends


def exponents_apart(inside: Monomial, name: str) -> tuple[Monomial, Polynomial]:
    """A product with `exp(u + c)` as `exp(u)` and the factor `exp(c)`, where c does not mention the name."""
    apart = UNITY
    kept: list[tuple[Atom, int | Fraction | Polynomial]] = []
    for atom, exponent in inside:
        if atom != E or not isinstance(exponent, Polynomial):
            kept.append((atom, exponent))
            continue
        varying = Polynomial({m: v for m, v in exponent.terms.items() if any(depends(p, name) for p in m)})
        fixed = exponent - varying
        if fixed.terms:
            apart = of_atom(E, simplest(fixed))
        kept.append((atom, simplest(varying)))
    return tuple(kept), apart


def product_of_means(
    inside: Monomial, fresh: Name, sample: Name, law: Term, context: Context
) -> Polynomial | None:
    """`E_{S ~ D^n}[exp(sum_{i=1..m} u(S[i], i))]` as `prod_{i=1..m} E_{z ~ D}[exp(u(z, i))]`, a power where u
    does not depend on i; None for other products, and where a factor is not known to be integrable. The
    sample is `fresh` in the product, and `sample` a name that no context gives."""
    own = power_of(law)
    if own is None or len(inside) != 1 or inside[0][0] != E:
        return None
    base, size = own
    assert isinstance(base.sort, Distribution)
    split = _places_apart(as_polynomial(inside[0][1]), fresh, sample, law, context)
    if split is not None:
        return split
    parts = [_summand(m, v, fresh) for m, v in as_polynomial(inside[0][1]).terms.items()]
    first = parts[0] if parts else None
    if first is None:
        return None
    domain = first[0].domain
    inner, index = context.inside(first[0].variable, domain)
    body: Term | None = None
    for part in parts:
        if part is None or canonical(part[0].domain) != canonical(domain):
            return None
        summand = substitute(part[0].body, {fresh.text: sample, part[0].variable.text: index})
        summand = Apply("*", (to_term(part[1]), summand), REAL)
        body = summand if body is None else Apply("+", (body, summand), REAL)
    assert body is not None
    places = coordinates(body, sample.text)
    if places is None or list(places) != [canonical(index)] or not is_index(index, size, inner):
        return None
    single = Name(f"{sample.text}'", base.sort.element)
    value = Apply("exp", (at_place(body, sample.text, index, single),), REAL)
    within, outcome = inner.inside(single, base)
    if not is_integrable(substitute(value, {single.text: outcome}), outcome, base, within):
        return None
    mean = inner.normal(Bind("expectation", single, base, value, REAL))
    if index.text not in to_term(mean).free:
        low, high = (context.normal(end) for end in domain.args)  # type: ignore[attr-defined]
        count = high - low + constant(1)
        return power(mean, count, context) if is_natural(count) else None
    return atom_of(Bind("prod", index, domain, to_term(mean), REAL))


def _summand(monomial: Monomial, coefficient: Fraction, sample: Name) -> tuple[Bind, Polynomial] | None:
    """A sum over a range that mentions the sample, and its factor, which does not."""
    varying = [pair for pair in monomial if depends(pair, sample.text)]
    if len(varying) != 1 or varying[0][1] != 1:
        return None
    term = varying[0][0].term
    if not (isinstance(term, Bind) and term.head == "sum" and sample.text not in term.domain.free):
        return None
    if not (isinstance(term.domain, Apply) and term.domain.head == "range"):
        return None
    return term, Polynomial({tuple(pair for pair in monomial if pair != varying[0]): coefficient})


def _places_apart(
    exponent: Polynomial, fresh: Name, sample: Name, law: Term, context: Context
) -> Polynomial | None:
    """`E[exp(u + v)] = E[exp(u)] E[exp(v)]` where v mentions the sample at single places, and u sums over a
    range that holds none of them; None where that is not known, or there is nothing to take apart."""
    sums: dict[Monomial, Fraction] = {}
    singles: dict[str, tuple[Term, dict[Monomial, Fraction]]] = {}
    ranges: list[tuple[Term, ...]] = []
    for monomial, coefficient in exponent.terms.items():
        summand = _summand(monomial, coefficient, fresh)
        if summand is not None:
            sums[monomial] = coefficient
            ranges.append(summand[0].domain.args)  # type: ignore[attr-defined]
            continue
        places = coordinates(to_term(Polynomial({monomial: coefficient})), fresh.text)
        if places is None or len(places) != 1:
            return None
        key, place = next(iter(places.items()))
        singles.setdefault(key, (place, {}))[1][monomial] = coefficient
    if not singles or not sums and len(singles) == 1:
        return None
    base, size = law.args  # type: ignore[attr-defined]
    chosen = [singles[key] for key in sorted(singles)]
    for number, (place, _) in enumerate(chosen):
        if not is_index(place, size, context):
            return None
        if not all(context.holds(relation("!=", place, other)) for other, _ in chosen[number + 1 :]):
            return None
        for low, high in ranges:
            if not (context.holds(relation("<", high, place)) or context.holds(relation("<", place, low))):
                return None
    result = UNITY
    if sums:
        whole = product_of_means(((E, simplest(Polynomial(sums))),), fresh, sample, law, context)
        if whole is None:
            return None
        result = whole
    for place, part in chosen:
        single = Name(f"{sample.text}'", base.sort.element)
        value = Apply("exp", (at_place(to_term(Polynomial(part)), fresh.text, place, single),), REAL)
        within, outcome = context.inside(single, base)
        if not is_integrable(substitute(value, {single.text: outcome}), outcome, base, within):
            return None
        result = product(result, context.normal(Bind("expectation", single, base, value, REAL)), context)
    return result

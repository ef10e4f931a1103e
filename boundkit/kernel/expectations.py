"""Expectations and probabilities in normal form: `E` is a linear operator, as a sum is.

On the integrable variables `E` is linear, and a linear map extends to all variables; read so, linearity holds
wherever both sides are defined and needs no condition, as division does. The order of two expectations is
changed only where what they average is bounded (Fubini). A sample `S ~ D^n` of which one coordinate is
mentioned has the law of that coordinate (marginals of a product measure)."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

from boundkit.ir.sorts import PROP, REAL, Distribution, Matrix, Power, Sort, is_numeric
from boundkit.ir.terms import (
    ONE,
    ZERO,
    Apply,
    Bind,
    Name,
    Term,
    canonical,
    number,
    relation,
    substitute,
)
from boundkit.kernel.context import Context, NotNormal
from boundkit.kernel.coordinates import at_place, coordinates, is_index, power_of
from boundkit.kernel.independence import exponents_apart, product_of_means
from boundkit.kernel.integrable import is_bounded
from boundkit.kernel.polynomial_terms import to_term
from boundkit.kernel.polynomials import NIL, UNITY, Atom, Monomial, Polynomial, Rational, of_atom
from boundkit.kernel.products import atom_of, product
from boundkit.kernel.sums import depends, summed

MOST_SWAPPED = 4
"""Nested expectations whose order is looked at."""


def expected(term: Bind, context: Context) -> Polynomial:
    """The normal form of `E_{x ~ law}[body]` for a numeric body."""
    law = context.canonical_term(term.domain)
    inner, fresh = context.inside(term.variable, law)
    body = inner.normal(substitute(term.body, {term.variable.text: fresh}))
    own = Name(f"#x{context.depth}", fresh.sort)  # apart from the names that contexts give
    result = NIL
    for monomial, coefficient in body.terms.items():
        inside = tuple(p for p in monomial if depends(p, fresh.text))
        outside = Polynomial({tuple(p for p in monomial if p not in inside): coefficient})
        inside, apart = exponents_apart(inside, fresh.text)
        outside = product(outside, apart, context)
        result = result + (
            product(outside, _mean(fresh, own, law, inside, context), context) if inside else outside
        )
    return result


def _mean(fresh: Name, own: Name, law: Term, inside: Monomial, context: Context) -> Polynomial:
    for place, (atom, exponent) in enumerate(inside):
        term = atom.term
        if (
            exponent == 1
            and isinstance(term, Bind)
            and term.head == "sum"
            and fresh.text not in term.domain.free
        ):
            rest = inside[:place] + inside[place + 1 :]
            apart = _other_places(term, rest, fresh, own, law, context)
            return _summed(term, rest, fresh, own, law, context) if apart is None else apart
    if len(inside) == 1 and inside[0][1] == 2 and _by_places(inside[0][0].term, fresh, own, law, context):
        (atom, _), *_ = inside
        assert isinstance(atom.term, Bind)
        return _summed(atom.term, ((atom, 1),), fresh, own, law, context)
    body = substitute(to_term(Polynomial({inside: Fraction(1)})), {fresh.text: own})
    split = product_of_means(inside, fresh, own, law, context)
    if split is None:
        split = _coordinates_apart(inside, fresh, law, context)
    if split is not None:
        return split
    simpler = marginal("expectation", own, law, body, REAL, context)
    if simpler is None:
        simpler = _two_points(own, law, body)
    if simpler is not None:
        return context.normal(simpler)
    if _is_centred(own, law, body):
        return NIL
    fixed = _beside_a_fixed_vector(own, law, body)
    if fixed is not None:
        return context.normal(fixed)
    return atom_of(_in_order(_by_entries(Bind("expectation", own, law, body, REAL)), context))


def _by_entries(term: Bind) -> Bind:
    """An expectation or probability over a vector of independent numbers that is mentioned by its entries
    alone, over a sample of them, which is the same thing."""
    own, power = term.variable, power_of(term.domain)
    if power is None or not (isinstance(own.sort, Matrix) and own.sort.columns == ONE):
        return term
    if not _by_index(term.body, own):
        return term
    sort = Power(REAL, own.sort.rows)
    law = Apply("^", power, Distribution(sort))
    sample = Name(own.text, sort)
    return Bind(term.head, sample, law, substitute(term.body, {own.text: sample}), REAL)


def _by_index(term: Term, vector: Name) -> bool:
    """Whether a vector is mentioned in a term by its entries alone."""
    if vector.text not in term.free:
        return True
    if isinstance(term, Apply):
        if term.head == "index" and term.args[0] == vector:
            return _by_index(term.args[1], vector)
        return all(_by_index(arg, vector) for arg in term.args)
    return isinstance(term, Bind) and _by_index(term.domain, vector) and _by_index(term.body, vector)


def _summed(term: Bind, rest: Monomial, fresh: Name, own: Name, law: Term, context: Context) -> Polynomial:
    """`E[rest * sum_t X_t] = sum_t E[rest * X_t]`."""
    domain = term.domain
    if not (isinstance(domain, Apply) and domain.head == "range"):
        raise NotNormal("a sum over a set")
    outer = substitute(to_term(Polynomial({rest: Fraction(1)})), {fresh.text: own})
    body = substitute(term.body, {fresh.text: own})
    inner, index = context.inside(term.variable, domain)
    body = substitute(body, {term.variable.text: index})
    value = inner.normal(Bind("expectation", own, law, Apply("*", (outer, body), REAL), REAL))
    low, high = (context.normal(end) for end in domain.args)
    return summed(index, low, high, value, context)


def _by_places(
    term: Term, fresh: Name, own: Name, law: Term, context: Context
) -> tuple[Context, Name, Term] | None:
    """Of a sum over a range whose term i mentions a sample at the place i alone, and has only places of it:
    the context of a term, the name of its place there, and the term."""
    power = power_of(law)
    if power is None or not (isinstance(term, Bind) and term.head == "sum"):
        return None
    if not (isinstance(term.domain, Apply) and term.domain.head == "range"):
        return None
    if fresh.text in term.domain.free:
        return None
    inner, index = context.inside(term.variable, term.domain)
    body = substitute(substitute(term.body, {fresh.text: own}), {term.variable.text: index})
    places = coordinates(body, own.text)
    if places is None or list(places) != [canonical(index)] or not is_index(index, power[1], inner):
        return None
    return inner, index, body


def _other_places(
    term: Bind, rest: Monomial, fresh: Name, own: Name, law: Term, context: Context
) -> Polynomial | None:
    """`E[X * sum_{j=a..b} Y_j]` for X that mentions a sample at a place i alone and Y_j at the place j alone:
    `E[X] * sum_j E[Y_j]`, since entries are independent, and `E[X * Y_i] - E[X] * E[Y_i]` more where i is
    one of a..b; None where that is not known."""
    power, found = power_of(law), _by_places(term, fresh, own, law, context)
    if power is None or found is None or not rest:
        return None
    inner, index, body = found
    factor = substitute(to_term(Polynomial({rest: Fraction(1)})), {fresh.text: own})
    places = coordinates(factor, own.text)
    if places is None or len(places) != 1:
        return None
    place = next(iter(places.values()))
    low, high = term.domain.args  # type: ignore[attr-defined]
    among = context.holds(Apply("in", (place, term.domain), PROP))
    if not among and not any(context.holds(relation("<", *ends)) for ends in ((place, low), (high, place))):
        return None
    if not is_index(place, power[1], context):
        return None

    def mean(value: Term, within: Context) -> Polynomial:
        return within.normal(Bind("expectation", own, law, value, REAL))

    outer = mean(factor, context)
    total = summed(index, context.normal(low), context.normal(high), mean(body, inner), context)
    result = product(outer, total, context)
    if among:
        same = substitute(body, {index.text: place})
        both = mean(Apply("*", (factor, same), REAL), context)
        result = result + both - product(outer, mean(same, context), context)
    return result


def chance(term: Bind, context: Context) -> Polynomial:
    """The normal form of `Pr_{x ~ law}[event]`."""
    law = context.canonical_term(term.domain)
    inner, fresh = context.inside(term.variable, law)
    event = canonical_event(substitute(term.body, {term.variable.text: fresh}), inner)
    own = Name(f"#x{context.depth}", fresh.sort)
    event = substitute(event, {fresh.text: own})
    simpler = marginal("probability", own, law, event, REAL, context)
    if simpler is not None:
        return context.normal(simpler)
    return atom_of(_by_entries(Bind("probability", own, law, event, REAL)))


def _canonical_sides(formula: Apply, context: Context) -> Term:
    """A relation that normal forms do not take in, since a side may be infinite, with its sides in order."""
    try:
        return Apply(formula.head, tuple(map(context.canonical_term, formula.args)), PROP)
    except NotNormal:
        return formula


def canonical_event(formula: Term, context: Context) -> Term:
    """An event with relations between numbers as the sign of one normal form; so written, `a <= b` and
    `0 <= b - a` are one, and they are the same wherever both are defined."""
    if isinstance(formula, Apply) and formula.head in ("<=", "<", "="):
        left, right = formula.args
        if is_numeric(left.sort) and is_numeric(right.sort):
            try:
                gap = context.normal(right) - context.normal(left)
            except NotNormal:
                return _canonical_sides(formula, context)
            if gap.terms and formula.head != "=":
                lead = abs(gap.terms[gap.ordered[0]])
                gap = gap.scaled(1 / lead)
            return relation(formula.head, ZERO, to_term(gap))
    if isinstance(formula, Apply) and formula.head in ("and", "or", "not", "implies"):
        return Apply(formula.head, tuple(canonical_event(arg, context) for arg in formula.args), PROP)
    if isinstance(formula, Bind) and formula.head in ("forall", "exists"):
        inner, fresh = context.inside(formula.variable, formula.domain)
        body = canonical_event(substitute(formula.body, {formula.variable.text: fresh}), inner)
        return Bind(formula.head, fresh, formula.domain, body, PROP)
    said = selected(formula, context)
    if said is not None:
        return canonical_event(said, context)
    return context.canonical_term(formula)


def selected(formula: Term, context: Context) -> Term | None:
    """The condition that `x in {v for v in K where condition}` puts on x, where K is the whole type; None for
    other formulas."""
    if not (isinstance(formula, Apply) and formula.head == "in"):
        return None
    value, domain = formula.args
    if not (isinstance(domain, Bind) and domain.head == "set"):
        return None
    body = domain.body
    if not (isinstance(body, Apply) and body.head == "and_where" and body.args[0] == domain.variable):
        return None
    if not context.contains(value, domain.domain, domain.variable):
        return None
    return substitute(body.args[1], {domain.variable.text: value})


def marginal(head: str, own: Name, law: Term, body: Term, sort: Sort, context: Context) -> Term | None:
    """The same over the law of one coordinate, when the body mentions no other; `sort`: of the values."""
    power = power_of(law)
    places = coordinates(body, own.text) if power is not None else None
    if power is None or not places or len(places) != 1:
        return None
    place = next(iter(places.values()))
    if not is_index(place, power[1], context):
        return None
    base = power[0].sort
    assert isinstance(base, Distribution)
    single = Name(f"{own.text}'", base.element)
    return Bind(head, single, power[0], at_place(body, own.text, place, single), sort)


def _coordinates_apart(inside: Monomial, fresh: Name, law: Term, context: Context) -> Polynomial | None:
    """The product of the means of factors in different coordinates of a sample, which are independent."""
    if power_of(law) is None or len(inside) < 2:
        return None
    groups: dict[str, list[tuple[Atom, Rational | Polynomial]]] = {}
    places: dict[str, Term] = {}
    for atom, exponent in inside:
        whole = to_term(of_atom(atom, exponent))
        own = coordinates(whole, fresh.text)
        if own is None or len(own) != 1:
            return None
        key, place = next(iter(own.items()))
        groups.setdefault(key, []).append((atom, exponent))
        places[key] = place
    keys = sorted(groups)
    if len(keys) < 2:
        return None
    for number_, one in enumerate(keys):
        for other in keys[number_ + 1 :]:
            if not context.holds(relation("!=", places[one], places[other])):
                return None
    result = UNITY
    for key in keys:
        body = to_term(Polynomial({tuple(groups[key]): Fraction(1)}))
        mean = context.normal(Bind("expectation", fresh, law, body, REAL))
        result = product(result, mean, context)
    return result


def _two_points(own: Name, law: Term, body: Term) -> Term | None:
    """The mean over a law on two numbers, written out."""
    if not (isinstance(law, Apply) and law.head in ("Rademacher", "bernoulli") and is_numeric(own.sort)):
        return None
    ends = (number(-1), ONE) if law.head == "Rademacher" else (ZERO, ONE)
    low, high = (substitute(body, {own.text: end}) for end in ends)
    if law.head == "Rademacher":
        return Apply("/", (Apply("+", (low, high), REAL), number(2)), REAL)
    p = law.args[0]
    rest = Apply("-", (ONE, p), REAL)
    return Apply("+", (Apply("*", (rest, low), REAL), Apply("*", (p, high), REAL)), REAL)


def _is_centred(own: Name, law: Term, body: Term) -> bool:
    """Whether the body is `<sigma, u>` for Rademacher signs and a fixed vector, which has mean 0."""
    power = power_of(law)
    if power is None or not (isinstance(power[0], Apply) and power[0].head == "Rademacher"):
        return False
    if not (isinstance(body, Apply) and body.head == "inner"):
        return False
    return any(
        one == own and own.text not in other.free for one, other in (body.args, tuple(reversed(body.args)))
    )


def _beside_a_fixed_vector(own: Name, law: Term, body: Term) -> Term | None:
    """`<E[V], u>` for `E[<V, u>]` where u does not depend on the outcome."""
    if not (isinstance(body, Apply) and body.head == "inner"):
        return None
    varying, fixed = sorted(body.args, key=lambda side: own.text not in side.free)
    if own.text in fixed.free:
        return None
    return Apply("inner", (Bind("expectation", own, law, varying, varying.sort), fixed), REAL)


def _in_order(term: Bind, context: Context) -> Term:
    """Nested expectations in that order of theirs whose text is least, where they may be exchanged: their
    laws do not depend on each other and what they average is bounded, as is the indicator of an event whose
    probability is averaged."""
    binders: list[tuple[Name, Term]] = []
    body: Term = term
    while isinstance(body, Bind) and body.head == "expectation":
        variable = Name(f"{term.variable.text}.{len(binders)}", body.variable.sort)
        binders.append((variable, body.domain))
        body = substitute(body.body, {body.variable.text: variable})
    last = "expectation"
    if isinstance(body, Bind) and body.head == "probability":
        last = "probability"
        variable = Name(f"{term.variable.text}.{len(binders)}", body.variable.sort)
        binders.append((variable, body.domain))
        body = substitute(body.body, {body.variable.text: variable})
    if not 2 <= len(binders) <= MOST_SWAPPED:
        return term
    best = (canonical(term), term)
    for order in permutations(range(len(binders))):
        if list(order) == sorted(order) or not _respects(order, binders):
            continue
        changed = body
        for position, place in enumerate(reversed(order)):
            head = "expectation" if position else last
            changed = Bind(head, *binders[place], changed, REAL)
        assert isinstance(changed, Bind)
        if (text := canonical(changed)) < best[0]:
            best = (text, changed)
    if best[1] is term or last == "probability":
        return best[1]
    inner = context
    random: dict[str, Term] = {}
    for variable, law in binders:
        inner = inner.keeping(variable, law)
        random[variable.text] = law
    return best[1] if is_bounded(body, random, inner) else term


def _respects(order: tuple[int, ...], binders: list[tuple[Name, Term]]) -> bool:
    """Whether every law stands inside the variables that it mentions."""
    seen: set[str] = set()
    names = {variable.text for variable, _ in binders}
    for place in order:
        variable, law = binders[place]
        if not (law.free & names) <= seen:
            return False
        seen.add(variable.text)
    return True


def given_others(term: Apply) -> Term | None:
    """`E[X given others(S, i)]` for a sample S of D^n as `E_{z ~ D}[X(replace(S, i, z))]`, or None."""
    law, of, by, outcome = term.args
    power = power_of(law)
    if power is None or not (isinstance(of, Bind) and isinstance(by, Bind)):
        return None
    known = by.body
    if not (isinstance(known, Apply) and known.head == "others" and known.args[0] == by.variable):
        return None
    index = known.args[1]
    if by.variable.text in index.free or not isinstance(power[0].sort, Distribution):
        return None
    entry = Name("#entry", power[0].sort.element)
    moved = Apply("replace", (outcome, index, entry), outcome.sort)
    return Bind("expectation", entry, power[0], substitute(of.body, {of.variable.text: moved}), term.sort)

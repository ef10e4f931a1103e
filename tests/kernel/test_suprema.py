"""Extended real numbers: where they are defined, where they are real numbers, and what is turned down."""

from __future__ import annotations

import pytest

from boundkit.ir.sorts import EXTREAL, NAT, PROP, REAL, Abstract, Distribution, Function, SetOf, Sort
from boundkit.ir.terms import ONE, ZERO, Apply, Bind, Name, Term, number, relation
from boundkit.kernel import certificates as c
from boundkit.kernel.context import Context
from boundkit.kernel.suprema import FINITE, MINUS, PLUS, NoValue, values
from tests.kernel.writing import (
    GOAL,
    accepts,
    closed,
    combination,
    everything,
    fact,
    forall,
    le,
    lt,
    proof,
    rejects,
)

H = Abstract("H")
HYPOTHESES = Name("H", SetOf(H))
P, Q, R = (Name(text, Distribution(H)) for text in "PQR")
h = Name("h", H)
X = Name("X", Function((H,), REAL))
a, b = (Name(text, REAL) for text in "ab")
NAMES: dict[str, Sort] = {name.text: name.sort for name in (HYPOTHESES, P, Q, X, a, b)}
SIGNS = c.Signs()


def divergence(first: Term, second: Term) -> Apply:
    """KL(first, second)."""
    return Apply("KL", (first, second), EXTREAL)


def plus(*parts: Term) -> Apply:
    """A sum that may be infinite."""
    return Apply("+", parts, EXTREAL)


def minus(left: Term, right: Term) -> Apply:
    """A difference that may be infinite."""
    return Apply("-", (left, right), EXTREAL)


def mean(law: Term) -> Bind:
    """E_{h ~ law}[X(h)]."""
    return Bind("expectation", h, law, Apply("call", (X, h), REAL), REAL)


def supremum(body: Term) -> Bind:
    """sup_{R : Dist[H]} body."""
    return Bind("sup", R, everything(R.sort), body, EXTREAL)


KL = divergence(Q, P)
RANGE = forall(h, Apply("in", (Apply("call", (X, h), REAL), closed(0, 1)), PROP), HYPOTHESES)
FACTS: dict[str, Term] = {"range": RANGE}
GAIN = minus(mean(R), divergence(R, P))


def context(**facts: Term) -> Context:
    """What the facts say."""
    return Context({}).with_facts({**FACTS, **facts})


@pytest.mark.parametrize(
    ("term", "found"),
    [
        (KL, {0, 1}),
        (divergence(P, P), {0}),
        (plus(KL, ONE), {0, 1}),
        (minus(ONE, KL), {-1, 0}),
        (Apply("exp", (Apply("neg", (KL,), EXTREAL),), EXTREAL), {0}),
        (Apply("*", (number(-2), KL), EXTREAL), {-1, 0}),
        (Apply("sqrt", (KL,), EXTREAL), {0, 1}),
        (Apply("max", (minus(ONE, KL), ZERO), EXTREAL), {0}),
        (supremum(GAIN), {0}),
        (supremum(divergence(R, P)), {0, 1}),
        (Bind("inf", R, everything(R.sort), divergence(R, P), EXTREAL), {0}),
        (MINUS, {-1}),
    ],
)
def test_which_values_a_term_may_have(term: Term, found: set[int]) -> None:
    assert values(term, context()) == found


@pytest.mark.parametrize(
    "term",
    [
        minus(KL, KL),
        minus(KL, divergence(P, Q)),
        Apply("*", (a, KL), EXTREAL),
        Apply("*", (KL, KL), EXTREAL),
        Apply("/", (ONE, KL), EXTREAL),
        Apply("sqrt", (minus(ONE, KL),), EXTREAL),
        Bind("sum", Name("i", NAT), Apply("range", (ONE, number(2)), SetOf(NAT)), minus(KL, PLUS), EXTREAL),
    ],
)
def test_terms_that_have_no_value(term: Term) -> None:
    with pytest.raises(NoValue):
        values(term, context())


def test_a_bound_among_the_facts_makes_a_divergence_finite() -> None:
    assert values(KL, context(bound=le(KL, b))) == FINITE
    assert values(KL, context(bound=lt(KL, PLUS))) == FINITE
    assert values(KL, context(bound=le(PLUS, KL))) == {1}
    assert values(divergence(P, Q), context(bound=le(KL, b))) == {0, 1}


def test_an_empty_sum_is_not_infinite() -> None:
    i, n = Name("i", NAT), Name("n", NAT)
    total = Bind("sum", i, Apply("range", (ONE, n), SetOf(NAT)), PLUS, EXTREAL)
    assert values(total, context()) == {0, 1}


def test_a_divergence_is_not_negative_and_may_be_infinite() -> None:
    accepts(le(ZERO, KL), SIGNS, names=NAMES)
    accepts(le(ZERO, plus(KL, ONE)), SIGNS, names=NAMES)
    accepts(le(divergence(P, P), ZERO), SIGNS, names=NAMES)
    accepts(le(ONE, plus(KL, ONE)), SIGNS, names=NAMES)
    rejects("does not follow by signs", lt(KL, PLUS), SIGNS, names=NAMES)
    rejects("does not follow by signs", le(KL, ZERO), SIGNS, names=NAMES)
    rejects("no difference of infinities", le(minus(KL, KL), ZERO), SIGNS, names=NAMES)


def test_the_infinite_does_not_cancel() -> None:
    facts = {"sum": le(plus(KL, a), KL)}
    by = combination((1, (GOAL,)), (1, (fact("sum"),)))
    rejects("no normal form|may be infinite", le(a, ZERO), by, names=NAMES, facts=facts)
    finite = {**facts, "finite": lt(KL, PLUS)}
    accepts(le(a, ZERO), by, names=NAMES, facts=finite)


def test_an_equation_of_infinities_is_no_normal_form() -> None:
    rejects("no difference of infinities", relation("=", minus(KL, KL), ZERO), c.Identity(), names=NAMES)
    assert accepts(relation("=", divergence(P, P), ZERO), c.Identity(), names=NAMES)


def test_infinity_is_no_real_number() -> None:
    goal = Bind("exists", Name("t", REAL), everything(REAL), le(ONE, Name("t", REAL)), PROP)
    rejects("of sort ExtReal", goal, c.Exhibit(PLUS, proof(SIGNS)), names=NAMES)
    rejects("a finite value", goal, c.Exhibit(Apply("infinity", (), REAL), proof(SIGNS)), names=NAMES)
    rejects("of sort ExtReal", goal, c.Exhibit(KL, proof(SIGNS)), names=NAMES)
    rejects("is finite", goal, c.Exhibit(Apply("real", (plus(KL, ONE),), REAL), proof(SIGNS)), names=NAMES)
    finite = {"finite": lt(KL, PLUS)}
    accepts(goal, c.Exhibit(Apply("real", (plus(KL, ONE),), REAL), proof(SIGNS)), names=NAMES, facts=finite)


def test_a_case_where_it_is_finite_and_one_where_it_is_not() -> None:
    facts = {**FACTS, "law": le(mean(Q), plus(KL, b))}
    goal = le(mean(Q), plus(KL, Apply("max", (b, ZERO), REAL)))
    extremum = c.Factor("extremum", values=(b,), term=Apply("max", (b, ZERO), REAL))
    finite = combination((1, (GOAL,)), (1, (fact("law"),)), (1, (extremum,)))
    by = c.Cases("", lt(KL, PLUS), "case", (proof(finite), proof(SIGNS)))
    accepts(goal, by, names=NAMES, facts=facts)
    rejects("may be infinite", goal, finite, names=NAMES, facts=facts)
    swapped = c.Cases("", lt(KL, PLUS), "case", (proof(SIGNS), proof(finite)))
    rejects("may be infinite", goal, swapped, names=NAMES, facts=facts)


def test_a_supremum_is_at_least_its_members_and_at_most_their_bounds() -> None:
    whole = supremum(GAIN)
    members = forall(R, le(GAIN, whole))
    accepts(members, c.Meaning(term=whole), names=NAMES, facts=FACTS)
    bounds = {**FACTS, "bounds": forall(R, le(GAIN, b))}
    accepts(le(whole, b), c.Folded(proof(c.Given("bounds"))), names=NAMES, facts=bounds)
    accepts(forall(R, le(GAIN, b)), c.Meaning("above"), names=NAMES, facts={**FACTS, "above": le(whole, b)})
    below = {**FACTS, "below": forall(R, le(b, GAIN))}
    rejects("no definition", le(b, whole), c.Folded(proof(c.Given("below"))), names=NAMES, facts=below)
    one = {**FACTS, "one": le(minus(mean(Q), KL), b)}
    rejects("another proposition", le(whole, b), c.Folded(proof(c.Given("one"))), names=NAMES, facts=one)


def test_a_supremum_of_what_is_not_bounded_is_no_number() -> None:
    whole = supremum(divergence(R, P))
    rejects("no difference of infinities", le(minus(whole, whole), ZERO), SIGNS, names=NAMES, facts=FACTS)
    rejects("does not follow by signs", lt(whole, PLUS), SIGNS, names=NAMES, facts=FACTS)
    accepts(lt(supremum(GAIN), PLUS), SIGNS, names=NAMES, facts=FACTS)


def test_the_divergence_in_the_other_order_is_another() -> None:
    facts = {"finite": lt(KL, PLUS)}
    rejects("does not follow by signs", lt(divergence(P, Q), PLUS), SIGNS, names=NAMES, facts=facts)
    rejects("does not follow by signs", le(KL, divergence(P, Q)), SIGNS, names=NAMES, facts=facts)


def test_what_mentions_no_finite_witness_may_be_minus_infinity() -> None:
    body = minus(mean(R), divergence(Q, R))
    found = values(supremum(body), context())
    assert -1 not in found  # Q itself is a member
    assert -1 in values(supremum(Apply("neg", (PLUS,), EXTREAL)), context())

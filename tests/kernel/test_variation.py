"""Total variation by events, sums over listed sets, level sets as events, ends of intervals as factors."""

from __future__ import annotations

import pytest

from boundkit.ir.sorts import INT, NAT, REAL, Abstract, Distribution, Function, SetOf
from boundkit.ir.terms import ONE, ZERO, Apply, Bind, Name, Term
from boundkit.kernel import certificates as c
from boundkit.kernel.meanings import truth
from boundkit.kernel.variation import supremum
from tests.kernel.writing import (
    GOAL,
    accepts,
    at,
    belongs,
    both,
    closed,
    combination,
    eq,
    everything,
    forall,
    le,
    lt,
    minus,
    plus,
    real,
    rejects,
    s,
    x,
    y,
    z,
)

H = Abstract("H")
P, Q = (Name(text, Distribution(H)) for text in "PQ")
h = Name("h", H)
f = Name("f", Function((H,), REAL))
TV = Apply("TV", (P, Q), REAL)
NAMES = {"P": P.sort, "Q": Q.sort, "f": f.sort, "x": REAL, "y": REAL}


def test_no_event_is_likelier_by_more_than_the_distance() -> None:
    stated = supremum(TV)
    assert isinstance(stated, Apply) and len(stated.args) == 6
    for part in stated.args:
        accepts(part, c.Meaning(term=TV), names=NAMES)
    rejects("another", le(TV, real("abs", x)), c.Meaning(term=TV), names=NAMES)
    rejects("another", le(ONE, TV), c.Meaning(term=TV), names=NAMES)


def test_other_divergences_are_not_the_largest_difference() -> None:
    assert supremum(Apply("JS", (P, Q), REAL)) is None


# Level sets as events


def chance(event: Term) -> Bind:
    """`Pr_{h ~ P}[event]`."""
    return Bind("probability", h, P, event, REAL)


def level_set(low: Term) -> Bind:
    """`{h in H where low <= f(h)}`."""
    condition = le(low, Apply("call", (f, h), REAL))
    return Bind("set", h, everything(H), Apply("and_where", (h, condition), H), SetOf(H))


def test_membership_in_a_level_set_is_its_condition() -> None:
    condition = le(x, Apply("call", (f, h), REAL))
    own = eq(chance(belongs(h, level_set(x))), chance(condition))
    accepts(own, c.Identity(), names=NAMES)
    rejects("different", eq(chance(belongs(h, level_set(y))), chance(condition)), c.Identity(), names=NAMES)


# Averaged probabilities in any order


def test_independent_draws_of_an_event_may_be_taken_in_any_order() -> None:
    k = Name("k", H)
    event = lt(Apply("call", (f, h), REAL), Apply("call", (f, k), REAL))
    one = Bind("expectation", h, P, Bind("probability", k, Q, event, REAL), REAL)
    other = Bind("expectation", k, Q, Bind("probability", h, P, event, REAL), REAL)
    accepts(eq(one, other), c.Identity(), names=NAMES)
    swapped = Bind("expectation", h, Q, Bind("probability", k, P, event, REAL), REAL)
    rejects("different", eq(one, swapped), c.Identity(), names=NAMES)


def test_a_law_that_depends_on_the_first_draw_stays_inside() -> None:
    k = Name("k", H)
    kernel = Name("K", Function((H,), Distribution(H)))
    law = Apply("call", (kernel, h), Distribution(H))
    event = lt(Apply("call", (f, h), REAL), Apply("call", (f, k), REAL))
    own = Bind("expectation", h, P, Bind("probability", k, law, event, REAL), REAL)
    turned = Bind("expectation", k, P, Bind("probability", h, law, event, REAL), REAL)
    names = {**NAMES, "K": kernel.sort, "h": H}
    rejects("different", eq(own, turned), c.Identity(), names=names)


# Sums over sets that are given by their elements


def listed(*elements: Term) -> Bind:
    """The sum of s[a] for a in a listed set."""
    a = Name("a", NAT)
    domain = Apply("enumeration", elements, SetOf(NAT, True))
    return Bind("sum", a, domain, at(s, a), REAL)


def test_a_sum_over_listed_numbers_is_written_out() -> None:
    accepts(eq(listed(ZERO, ONE), plus(at(s, 0), at(s, 1))), c.Identity())


def test_an_element_that_is_listed_twice_counts_once() -> None:
    i, j = Name("i", NAT), Name("j", NAT)
    names = {"i": NAT, "j": NAT, "s": s.sort}
    goal = eq(listed(i, j), plus(at(s, i), at(s, j)))
    rejects("different", goal, c.Identity(), names=names)
    rejects("different", eq(listed(ZERO, ZERO), plus(at(s, 0), at(s, 0))), c.Identity())
    accepts(goal, c.Identity(), names=names, facts={"apart": lt(i, j)})


# Ends of intervals


def test_a_factor_is_either_end_of_an_interval() -> None:
    facts = {"inside": belongs(x, closed(y, z))}
    for place, goal in ((0, le(y, x)), (1, le(x, z))):
        factor = c.Factor("fact", "inside", place=place)
        accepts(goal, combination((1, (GOAL,)), (1, (factor,))), facts=facts)
        other = c.Factor("fact", "inside", place=1 - place)
        rejects("add up", goal, combination((1, (GOAL,)), (1, (other,))), facts=facts)


@pytest.mark.parametrize("place", [-1, 2])
def test_there_is_no_third_end(place: int) -> None:
    facts = {"inside": belongs(x, closed(y, z))}
    factor = c.Factor("fact", "inside", place=place)
    rejects("no inequality", le(y, x), combination((1, (GOAL,)), (1, (factor,))), facts=facts)


# Whole parts


def test_whole_parts_are_near() -> None:
    for head, parts in (("ceil", (x, None)), ("floor", (None, x))):
        own = Apply(head, (x,), INT)
        low, high = (part if part is not None else own for part in parts)
        found = truth(own)
        assert str(found) == str(both(le(low, high), lt(high, plus(low, 1))))
        accepts(found, c.Meaning(term=own))
        rejects("another", le(high, minus(low, 1)), c.Meaning(term=own))


def test_numbers_of_a_listed_set_lie_between_its_ends() -> None:
    values = Apply("enumeration", (ONE, ZERO), SetOf(REAL, True))
    facts = {"binary": forall(h, belongs(Apply("call", (f, h), REAL), values))}
    names = {**NAMES, "h": H}
    value = Apply("call", (f, h), REAL)
    accepts(both(le(0, value), le(value, 1)), c.Signs(), facts=facts, names=names)
    rejects("signs", le(1, value), c.Signs(), facts=facts, names=names)

"""Expectations by their level sets, entries drawn afresh, and couplings: what is accepted, and what the judge
must turn down."""

from __future__ import annotations

from typing import Any

import pytest

from boundkit.ir.sorts import NAT, PROP, REAL, Function
from boundkit.ir.terms import Apply, Bind, Name, Term
from boundkit.kernel import certificates as c
from boundkit.kernel.binding import bound
from boundkit.kernel.couplings import cost, infimum
from tests.kernel.laws import (
    AFRESH,
    BOUNDED,
    COUPLED,
    EVENTS,
    F_UNIT,
    GHOST,
    IN_UNIT,
    LAWS,
    LEVEL_SET,
    NAMES,
    OWN,
    PI,
    PLACE,
    SAMPLE,
    SAMPLES,
    UNIT,
    F,
    M,
    N,
    P,
    Q,
    S,
    W,
    a,
    by_levels,
    h,
    i,
    k,
    loss,
    marginal,
    mean,
    moment,
    of_law,
    wide,
    z,
)
from tests.kernel.writing import (
    accepts,
    belongs,
    both,
    eq,
    le,
    lt,
    n,
    plus,
    proof,
    rejects,
    theorem,
    times,
    within,
)


def levels(goal: Term, certificate: c.Certificate, facts: dict[str, Term]) -> Any:
    return accepts(goal, certificate, facts=facts, names=NAMES)


def test_what_holds_of_every_event_holds_of_means() -> None:
    inner = proof(c.Specialise("events", (LEVEL_SET,)))
    judged = levels(le(mean(P), plus(mean(Q), a)), by_levels(2, inner), {"unit": UNIT, "events": EVENTS})
    assert {"unit", "events"} >= judged.used >= {"events"}


@pytest.mark.parametrize(
    ("goal", "count", "reason"),
    [
        (le(times(mean(P), mean(Q)), a), 2, "a product of expectations"),
        (lt(mean(P), plus(mean(Q), a)), 2, "no relation between expectations"),
        (le(mean(P), plus(mean(Q), a)), 1, "without the proof"),
        (le(a, a), 0, "no expectation"),
        (le(mean(P), plus(mean(Q, wide), a)), 2, "integrable"),
        (le(plus(mean(Q), a), mean(P)), 2, "another proposition"),
        (le(mean(P), plus(mean(Q), times(a, a))), 2, "another proposition"),
    ],
)
def test_levels_turn_down(goal: Term, count: int, reason: str) -> None:
    facts = {"unit": UNIT, "events": EVENTS}
    inner = proof(c.Specialise("events", (LEVEL_SET,)))
    rejects(reason, goal, by_levels(count, inner), facts=facts, names=NAMES)


def test_a_level_is_new() -> None:
    inner = proof(c.Specialise("events", (LEVEL_SET,)))
    certificate = c.Levels("g", "a", (IN_UNIT, IN_UNIT), inner)
    facts = {"unit": UNIT, "events": EVENTS}
    rejects("taken", le(mean(P), plus(mean(Q), a)), certificate, facts=facts, names=NAMES)


def test_bounds_on_one_law_do_not_serve_another() -> None:
    sure = Bind("surely", h, P, both(le(0, mean(P).body), le(mean(P).body, 1)), PROP)
    bounded = Apply("is_bounded", (loss, a, a), PROP)
    inner = proof(c.Specialise("events", (LEVEL_SET,)))
    facts = {"sure": sure, "bounded": bounded, "events": EVENTS}
    rejects(".", le(mean(P), plus(mean(Q), a)), by_levels(2, inner), facts=facts, names=NAMES)


def test_an_entry_may_be_drawn_afresh() -> None:
    facts = {"unit": F_UNIT, "place": PLACE}
    judged = accepts(eq(OWN, AFRESH), c.Resampled(OWN, i), facts=facts, names=SAMPLES)
    assert "place" in judged.used


@pytest.mark.parametrize(
    ("goal", "term", "place", "facts", "reason"),
    [
        (eq(OWN, GHOST), OWN, i, {"unit": F_UNIT, "place": PLACE}, "another proposition"),
        (eq(OWN, AFRESH), OWN, i, {"unit": F_UNIT}, "not known|1 <= i|in 1"),
        (eq(OWN, AFRESH), OWN, i, {"place": PLACE}, "integrable"),
        (eq(OWN, AFRESH), OWN, k, {"unit": F_UNIT, "place": PLACE}, "not known to be a place"),
        (eq(GHOST, GHOST), GHOST.body, i, {"unit": F_UNIT, "place": PLACE}, "not in scope"),
        (eq(OWN, AFRESH), Apply("call", (F, S, z), REAL), i, {"unit": F_UNIT, "place": PLACE}, "scope"),
    ],
)
def test_resampling_turns_down(
    goal: Term, term: Term, place: Term, facts: dict[str, Term], reason: str
) -> None:
    rejects(reason, goal, c.Resampled(term, place), facts=facts, names=SAMPLES)


def test_the_place_is_fixed_before_the_sample_is_drawn() -> None:
    best = Apply("call", (Name("best", Function((SAMPLE,), NAT)), S), NAT)
    names = {**SAMPLES, "best": Function((SAMPLE,), NAT)}
    facts = {"unit": F_UNIT, "place": PLACE}
    rejects("not in scope", eq(OWN, AFRESH), c.Resampled(OWN, best), facts=facts, names=names)


def test_a_fixed_sample_of_the_same_name_is_not_captured() -> None:
    best = Apply("call", (Name("best", Function((SAMPLE,), NAT)), S), NAT)
    names = {**SAMPLES, "S": SAMPLE, "best": Function((SAMPLE,), NAT)}
    facts = {"unit": F_UNIT, "place": belongs(best, within(1, n)), "own": PLACE}
    rejects("no expectation over a sample", eq(OWN, AFRESH), c.Resampled(OWN, best), facts=facts, names=names)


def test_the_distance_is_an_infimum_over_couplings() -> None:
    stated = infimum(W)
    assert stated is not None
    facts = {"M": moment(M), "N": moment(N)}
    assert accepts(stated, c.Meaning(term=W), facts=facts, names=LAWS).laws == frozenset()
    rejects("first moment", stated, c.Meaning(term=W), facts={"M": moment(M)}, names=LAWS)


def test_another_metric_is_another_distance() -> None:
    metric = Name("d", Function((REAL, REAL), REAL))
    assert infimum(Apply("W1", (M, N, metric), REAL)) is None


def test_a_coupling_has_the_laws_as_marginals() -> None:
    facts = {"coupled": COUPLED, "bounded": BOUNDED}
    for law, head in ((M, "fst"), (N, "snd")):
        term = of_law(law)
        judged = accepts(eq(term, marginal(head)), c.Meaning("coupled", term), facts=facts, names=LAWS)
        assert "coupled" in judged.used
        other = marginal("snd" if head == "fst" else "fst")
        rejects("another", eq(term, other), c.Meaning("coupled", term), facts=facts, names=LAWS)


def test_a_marginal_of_what_is_not_integrable_is_turned_down() -> None:
    term = of_law(M)
    facts = {"coupled": COUPLED}
    rejects("integrable", eq(term, marginal("fst")), c.Meaning("coupled", term), facts=facts, names=LAWS)


def test_only_a_statement_presupposes_moments() -> None:
    text = """theorem t
  let P, Q : Dist[Real]
  claim c: {claim}
  step s: W1(P, Q) <= 1 by sorry
  conclude c by algebra from s
end"""
    stated = bound(theorem(text.format(claim="W1(P, Q) <= 2")))
    assert [h.label for h in stated.hypotheses] == ["P.moment", "Q.moment"]
    assert bound(theorem(text.format(claim="1 <= 2"))).hypotheses == ()


def test_the_cost_of_a_coupling_is_the_mean_distance() -> None:
    assert str(cost(PI)) == "E_{p ~ pi}[|fst(p) - snd(p)|]"

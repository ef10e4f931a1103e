"""Laws on finite sets by their masses: what KL means there, and means compared element by element."""

from __future__ import annotations

from dataclasses import replace

from boundkit.ir.sorts import EXTREAL, PROP, REAL, Abstract, Distribution, Function, SetOf, Sort
from boundkit.ir.terms import ONE, ZERO, Apply, Bind, Name, Term, number
from boundkit.kernel import certificates as c
from boundkit.kernel.entropy import mass
from boundkit.kernel.meanings import truth
from tests.kernel.writing import accepts, eq, forall, le, lt, over, proof, rejects, times

H = Abstract("H")
FINITE, INFINITE = (Name("H", SetOf(H, finite)) for finite in (True, False))
P, Q = (Name(text, Distribution(H)) for text in "PQ")
h = Name("h", H)
X = Name("X", Function((H,), REAL))
KL = Apply("KL", (Q, P), EXTREAL)
SIGNS = proof(c.Signs())
BOUNDED = forall(
    h, Apply("in", (Apply("call", (X, h), REAL), Apply("closed", (ZERO, ONE), SetOf(REAL))), PROP), FINITE
)


def names(finite: bool = True) -> dict[str, Sort]:
    """Two laws and a function on a set."""
    own = FINITE if finite else INFINITE
    return {name.text: name.sort for name in (own, P, Q, X)}


def mean(law: Term, body: Term) -> Bind:
    """E_{h ~ law}[body]."""
    return Bind("expectation", h, law, body, REAL)


def value(factor: Term) -> Term:
    """X(h) times a factor."""
    return times(Apply("call", (X, h), REAL), factor)


RATIO = over(mass(P, h), mass(Q, h))
"""Defined where Q has mass only."""
CERTIFICATE = c.Masses("h", SIGNS, SIGNS, SIGNS)


def sure(law: Term) -> Bind:
    """The law Q sees only elements to which another law gives mass."""
    return Bind("surely", h, Q, lt(ZERO, mass(law, h)), PROP)


def facts() -> dict[str, Term]:
    """X is in [0, 1], and elements drawn from Q have mass."""
    return {"range": BOUNDED, "seen": sure(Q)}


GOAL = le(mean(Q, value(RATIO)), mean(P, value(ONE)))


def test_a_change_of_measure() -> None:
    assert accepts(GOAL, CERTIFICATE, names=names(), facts=facts())


def test_a_larger_function_is_turned_down() -> None:
    goal = le(mean(Q, value(times(number(2), RATIO))), mean(P, value(ONE)))
    rejects("does not follow by signs", goal, CERTIFICATE, names=names(), facts=facts())


def test_the_other_direction_wants_absolute_continuity() -> None:
    goal = le(mean(P, value(ONE)), mean(Q, value(RATIO)))
    rejects("does not follow by signs", goal, CERTIFICATE, names=names(), facts=facts())


def test_a_function_that_may_be_negative_is_turned_down_where_only_one_law_has_mass() -> None:
    rejects("does not follow by signs", GOAL, CERTIFICATE, names=names(), facts={"seen": sure(Q)})


def test_a_set_that_may_be_infinite_is_turned_down() -> None:
    own = {"range": forall(h, BOUNDED.body, INFINITE), "seen": sure(Q)}
    rejects("no real variable on a finite set", GOAL, CERTIFICATE, names=names(False), facts=own)


def test_each_case_wants_its_proof() -> None:
    absurd = proof(c.Given("range"))
    cases = (replace(CERTIFICATE, both=absurd), replace(CERTIFICATE, first=absurd))
    for wrong in (*cases, replace(CERTIFICATE, second=absurd)):
        rejects("another proposition", GOAL, wrong, names=names(), facts=facts())


def test_what_the_divergence_means_on_a_finite_set() -> None:
    found = truth(KL, finite=frozenset({"H"}))
    assert isinstance(found, Apply) and len(found.args) == 3
    for part in found.args:
        accepts(part, c.Meaning(term=KL), names=names())


def test_on_other_sets_the_divergence_has_no_meaning_here() -> None:
    found = truth(KL, finite=frozenset({"H"}))
    assert isinstance(found, Apply)
    assert truth(KL) is None
    for part in found.args:
        rejects("no definition", part, c.Meaning(term=KL), names=names(False))


def test_the_divergence_is_no_mean_without_absolute_continuity() -> None:
    found = truth(KL, finite=frozenset({"H"}))
    assert isinstance(found, Apply)
    implication = found.args[2]
    assert isinstance(implication, Apply)
    line = ("meaning", implication, c.Meaning(term=KL))
    by = proof(c.Specialise("meaning", ()), line)
    rejects("condition", implication.args[1], by, names=names())
    accepts(implication.args[1], by, names=names(), facts={"continuous": sure(P)})


def test_the_mean_is_under_the_first_law() -> None:
    under_second = mean(P, Apply("ln", (over(mass(Q, h), mass(P, h)),), REAL))
    own = {"continuous": sure(P)}
    rejects(
        "another proposition|not known", eq(KL, under_second), c.Meaning(term=KL), names=names(), facts=own
    )

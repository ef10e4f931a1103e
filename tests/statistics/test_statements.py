"""What sampling decides, what it leaves open, and what it never says."""

from __future__ import annotations

import math

import pytest

from boundkit.kernel.values import Unsupported
from boundkit.statistics.arithmetic import as_bracket
from boundkit.statistics.integrals import estimand_of, has_continuous_law
from boundkit.statistics.moments import closed_form
from boundkit.statistics.statements import Decision, relations
from tests.statistics.reading import decisions, outcomes, read, sampler_of

NORMAL = "draw x ~ normal(0, 1)"
UNIT = "draw x ~ uniform([0, 1])"
PAIR = "draw x ~ normal(1, 4)   draw y ~ exponential(2)"


@pytest.mark.parametrize(
    ("law", "claim", "outcome"),
    [
        (NORMAL, "Pr[x >= 1] <= 0.1", "refuted"),
        (NORMAL, "Pr[x >= 1] <= 0.2", "held"),
        (NORMAL, "Pr[x >= 1] <= 0.1587", "undecided"),
        (NORMAL, "0.1 <= Pr[x >= 1]", "held"),
        (NORMAL, "0.2 <= Pr[x >= 1]", "refuted"),
        (NORMAL, "2*Pr[x >= 1] + 1/10 <= 0.5", "held"),
        (NORMAL, "1 - Pr[x >= 1] <= 0.8", "refuted"),
        (NORMAL, "with prob >= 0.8 over x, x <= 1", "held"),
        (NORMAL, "with prob >= 0.9 over x, x <= 1", "refuted"),
        (NORMAL, "almost surely, x <= 1", "refuted"),
        (NORMAL, "almost surely, x^2 >= 0", "held"),
        (NORMAL, "Pr[x = 0] <= 0", "undecided"),
        (NORMAL, "Pr[x <= 1] <= Pr[x <= 2]", "held"),
        (NORMAL, "Pr[x <= 1] <= Pr[x <= -1]", "refuted"),
        (NORMAL, "Pr[x <= 0]^2 <= 0.3", "held"),
        (NORMAL, "Pr[x <= 0]^2 <= 0.2", "refuted"),
        (NORMAL, "E[max(min(x, 1), -1)] <= 0.1", "held"),
        (NORMAL, "E[max(min(x, 1), -1)] <= -0.1", "refuted"),
        (NORMAL, "E[exp(-x^2)] <= 0.6", "held"),
        (NORMAL, "E_{z ~ uniform([0, 2])}[z] <= 1.2", "held"),
        (NORMAL, "Pr_{z ~ laplace(1)}[z >= 1] <= 0.1", "refuted"),
        (UNIT, "Var[x] <= 0.1", "held"),
        (UNIT, "Var[x] <= 0.07", "refuted"),
        (UNIT, "E[if x <= 1/2 then x else 0] <= 0.1", "refuted"),
        ("draw x ~ poisson(2)", "Pr[x = 0] <= 0.1", "refuted"),
        ("draw x ~ geometric(1/4)", "Pr[x >= 2] <= 0.7", "refuted"),
        ("draw x ~ gamma(2, 3)", "Pr[x >= 1] <= 0.25", "held"),
        ("draw x ~ beta(2, 1)", "E[x] <= 0.7", "held"),
        ("draw x ~ beta(2, 1)", "E[x] <= 0.6", "refuted"),
        ("draw x ~ uniform([0, 1])^3", "Pr[(1/3)*sum_{i=1..3} x[i] >= 0.9] <= 0.01", "held"),
        ("draw m ~ normal(0, 3)   draw x ~ normal(m, 1)", "Pr[x >= 2] <= 0.1", "refuted"),
        ("draw k ~ uniform(1..4)   draw x ~ normal(k, 1)", "Pr[x >= 4] <= 0.3", "held"),
    ],
)
def test_relations_between_means_and_probabilities(law: str, claim: str, outcome: str) -> None:
    """Refuted or held where 16384 samples tell, open where they do not."""
    (found,) = decisions(read(law, f"claim c: {claim}"))
    assert found.outcome == outcome, found


@pytest.mark.parametrize(
    ("law", "claim", "why"),
    [
        (NORMAL, "E[x^2] <= 2", "unbounded"),
        (NORMAL, "E[x] <= 5", "lower bound"),
        (NORMAL, "-5 <= E[x]", "upper bound"),
        (NORMAL, "Var[x] <= 2", "unbounded"),
        ("draw x ~ exponential(1)", "E[x] <= 2", "unbounded"),
        ("draw x ~ exponential(1)", "E[exp(x/4)] <= 9", "unbounded"),
        (NORMAL, "2*E[x]^2 <= 1", "nothing in it was sampled"),
        (NORMAL, "E[sup_{t in [0, 1]} min(t*x, 1)] <= 5", "sup"),
        (NORMAL, "Pr[x <= 0] <= sup_{t in [0, 1]} (1 + t)", "sup"),
        ("draw v : Seq[Real]   draw x ~ normal(0, 1)", "Pr[v[1] + x <= 0] <= 1", "may be any"),
        ("draw x ~ poisson(1)", "E[min(1/x, 1)] <= 0.99", "not defined on every sample"),
        (NORMAL, "E[min(ln(x), 0)^2] <= 10^9", "unbounded"),
    ],
)
def test_what_sampling_cannot_say(law: str, claim: str, why: str) -> None:
    """Means of the unbounded, suprema, processes without a law, and what is undefined are never held."""
    (found,) = decisions(read(law, f"claim c: {claim}"))
    assert found.outcome == "undecided"
    assert why in found.note


def test_an_unbounded_mean_may_be_refuted() -> None:
    """By its truncation: E[x^2] = 1 > 1/2; and in closed form."""
    assert outcomes(decisions(read(NORMAL, "claim c: E[x^2] <= 1/2"))) == ["refuted"]
    assert outcomes(decisions(read(NORMAL, "claim c: (E[x] + 1)^2 <= 1/2"))) == ["refuted"]


def test_an_equality_is_refuted_and_never_held() -> None:
    """It is two inequalities, of which one stays open when it is true."""
    true = decisions(read(UNIT, "claim c: E[x] = 1/2"))
    false = decisions(read(UNIT, "claim c: E[x] = 2/5"))
    assert outcomes(true) == ["undecided", "undecided"]
    assert outcomes(false) == ["refuted", "held"]


def test_almost_surely_is_held_with_the_wording_of_no_failure() -> None:
    """With the number of draws."""
    (found,) = decisions(read(NORMAL, "claim c: almost surely, x^2 >= 0"))
    assert found.note == (
        "no failure in N = 16384 draws; with confidence 1-1e-6 one has probability <= 0.00085"
    )


def test_a_certain_event_that_fails_once_is_refuted_at_once() -> None:
    """The e-value is infinite: on the whole cell that was drawn the event fails."""
    (found,) = decisions(read(UNIT, "claim c: almost surely, x <= 3/4"))
    assert found.outcome == "refuted"
    assert found.log_e == math.inf
    assert found.draws < 30


def test_bound_names_get_a_relation_each() -> None:
    """`forall` over a range, with the value that refutes."""
    theorem = read(NORMAL, "claim c: forall k in 0..2, Pr[x >= k] <= 0.6 - 0.4*k")
    assert outcomes(decisions(theorem)) == ["held", "held", "refuted"]


def test_lets_have_the_values_of_the_instance() -> None:
    """Also in the parameters of laws and in exponents."""
    theorem = read("let t : Real > 0", "let n : Nat >= 1", "draw x ~ normal(0, t^2)^n", "claim c: "
                   "Pr[(1/n)*sum_{i=1..n} x[i] >= t] <= exp(-n/2)")  # fmt: skip
    assert outcomes(decisions(theorem, t="7/2", n="4")) == ["held"]
    wrong = read("let t : Real > 0", "draw x ~ normal(0, t)", "claim c: Pr[x >= 1] <= 1/10")
    assert outcomes(decisions(wrong, t="1/100")) == ["held"]
    assert outcomes(decisions(wrong, t="4")) == ["refuted"]


def test_a_hundredth_of_a_rational_is_not_mistaken() -> None:
    """An equality of positive probability is decided on brackets, not in rounded doubles: 3 times one third
    of a count is the count or not known, and never false."""
    theorem = read(
        "draw k ~ poisson(3)   draw x ~ normal(0, 1)", "claim c: almost surely, 3*(k/3) = k or x > 99"
    )
    (found,) = decisions(theorem)
    assert found.outcome != "refuted"


def test_samples_that_are_not_defined_are_counted_and_never_pass() -> None:
    """ln(x) is undefined for half of them: the event has no value there."""
    (found,) = decisions(read(NORMAL, "claim c: with prob >= 0.6 over x, ln(x) <= 10"))
    assert found.outcome == "refuted" or found.outcome == "undecided"
    assert found.undecided >= found.draws / 3
    (other,) = decisions(read(NORMAL, "claim c: Pr[ln(x) <= 10] <= 0.6"))
    assert other.outcome == "undecided"


def test_an_inner_mean_is_bracketed_and_not_plugged_in() -> None:
    """E[(E_z[z*x] - x/2)^2] is 0, and for the mean of k samples it would be of order 1/k. That it is <= 1e-9
    must stay open, and that it is <= 1/2 is seen."""
    inner = "(E_{z ~ uniform([0, 1])}[sqrt(z)*x] - 2*x/3)^2"
    tight = decisions(read(UNIT, f"claim c: E[min({inner}, 1)] <= 1/1000000000"))
    loose = decisions(read(UNIT, f"claim c: E[min({inner}, 1)] <= 1/2"))
    assert outcomes(tight) == ["undecided"]
    assert outcomes(loose) == ["held"]


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        ("Pr[x <= E_{z ~ uniform([0, 1])}[z^3]] <= 0.2", "refuted"),
        ("Pr[x <= E_{z ~ uniform([0, 1])}[z^3]] <= 0.3", "held"),
        ("Pr[x <= E_{z ~ uniform([0, 1])}[z]] <= 0.45", "refuted"),
        ("E[Pr_{z ~ uniform([0, 1])}[z <= x]] <= 0.3", "refuted"),
        ("E[Pr_{z ~ uniform([0, 1])}[z <= x]] <= 0.7", "held"),
        ("Pr[E_{z ~ normal(0, 1)}[z + x] >= 1/2] <= 0.4", "refuted"),
        ("Pr[E_{z ~ normal(0, 1)}[(z + x)^2] <= 2] <= 1/2", "undecided"),
    ],
)
def test_means_inside_events(claim: str, outcome: str) -> None:
    """A constant one by a confidence sequence or a closed form, one that differs from sample to sample by an
    interval each; one that is unbounded is only known to lie in its range."""
    assert outcomes(decisions(read(UNIT, f"claim c: {claim}"))) == [outcome]


@pytest.mark.parametrize(
    ("mean", "value"),
    [
        ("E[x]", 1.0),
        ("E[3*x - y/2 + 1]", 3.75),
        ("E[x*y]", 0.5),
        ("E[x^2]", 5.0),
        ("E[x*x + y^2]", 5.5),
        ("Var[y]", 0.25),
        ("E[sum_{i=1..3} i*x]", 6.0),
        ("E_{z ~ gamma(3, 2)}[2*z]", 3.0),
        ("E_{z ~ uniform([1, 2])}[z^2]", 7 / 3),
    ],
)
def test_closed_forms(mean: str, value: float) -> None:
    """What is linear in independent draws, and squares and products of them."""
    theorem = read(PAIR, f"claim c: {mean} <= 0")
    sampler = sampler_of(theorem)
    (relation,) = relations(sampler, theorem.statements[0].formula)
    estimand = estimand_of(relation.left)
    assert estimand is not None
    found = closed_form(sampler, estimand, {})
    assert found is not None
    assert as_bracket(found).lo == pytest.approx(value) == as_bracket(found).hi


@pytest.mark.parametrize("mean", ["E[exp(x)]", "E[x*y*x]", "Pr[x <= 1]", "E[|x|]", "Var[x + y]"])
def test_what_has_no_closed_form(mean: str) -> None:
    """It is sampled, or its range is all that is known."""
    theorem = read(PAIR, f"claim c: {mean} <= 0")
    sampler = sampler_of(theorem)
    (relation,) = relations(sampler, theorem.statements[0].formula)
    estimand = estimand_of(relation.left)
    assert estimand is not None
    assert closed_form(sampler, estimand, {}) is None


def test_dependent_draws_have_no_product_form() -> None:
    """y is drawn around x, so E[x*y] is not the product of the means."""
    theorem = read("draw x ~ normal(0, 1)   draw y ~ normal(x, 1)", "claim c: E[x*y] <= 0")
    sampler = sampler_of(theorem)
    (relation,) = relations(sampler, theorem.statements[0].formula)
    estimand = estimand_of(relation.left)
    assert estimand is not None
    assert closed_form(sampler, estimand, {}) is None


def test_more_samples_continue_the_same_stream() -> None:
    """A decision among the first samples does not depend on how many there may be."""
    theorem = read(NORMAL, "claim c: Pr[x >= 1] <= 0.1")
    assert decisions(theorem, samples=4096) == decisions(theorem, samples=65536)


def test_another_key_gives_other_samples() -> None:
    """And the same decision."""
    theorem = read(NORMAL, "claim c: Pr[x >= 1] <= 0.1")
    first, second = decisions(theorem, "k"), decisions(theorem, "l")
    assert outcomes(first) == outcomes(second) == ["refuted"]
    assert first != second


def test_a_decision_is_no_truth_value() -> None:
    """It has three outcomes."""
    with pytest.raises(TypeError, match="truth value"):
        bool(Decision("held"))


@pytest.mark.parametrize("claim", ["Pr[x <= 0] <~ 1/2", "not Pr[x <= 0] <= 1/2", "Pr[x <= 0] != 1/3"])
def test_other_statements_are_declined(claim: str) -> None:
    """Nothing is said of `<~`, of negations, of inequations."""
    theorem = read(NORMAL, f"claim c: {claim}")
    with pytest.raises(Unsupported):
        list(relations(sampler_of(theorem), theorem.statements[0].formula))


@pytest.mark.parametrize(
    ("law", "continuous"),
    [
        ("draw x ~ normal(0, 1)", True),
        ("draw x ~ uniform([0, 1])", True),
        ("draw x ~ poisson(1)^2   define y := x[1]", True),
        ("draw x ~ uniform(1..3)", False),
        ("draw x ~ bernoulli(1/2)^3", False),
        ("draw x ~ binomial(3, 1/2)", False),
    ],
)
def test_only_laws_that_are_not_finite_are_sampled(law: str, continuous: bool) -> None:
    """Finite ones are summed exactly."""
    event = "x[1] <= 0" if "^" in law else "x <= 0"
    theorem = read(law, f"claim c: Pr[{event}] <= 1/2")
    assert has_continuous_law(theorem, theorem.statements[0].formula) is continuous


EXACT = {
    "normal(1, 4)": ("x <= t", "Phi((t - 1)/2)"),
    "exponential(3)": ("x <= t", "1 - exp(-3*t)"),
    "laplace(2)": ("x >= t", "exp(-t/2)/2"),
    "gamma(1, 3)": ("x <= t", "1 - exp(-3*t)"),
    "gamma(2, 3)": ("x >= t", "(1 + 3*t)*exp(-3*t)"),
    "gamma(1/2, 1/2)": ("x <= t", "erf(sqrt(t/2))"),
    "beta(1, 1)": ("x <= t", "t"),
    "beta(2, 1)": ("x <= t", "t^2"),
    "uniform([0, 2])": ("x <= t", "t/2"),
    "poisson(t)": ("x = 0", "exp(-t)"),
    "poisson(2*t)": ("x >= 2", "1 - exp(-2*t) - 2*t*exp(-2*t)"),
    "geometric(t)": ("x >= 2", "1 - t"),
    "geometric(t/2)": ("x <= 2", "t - t^2/4"),
    "normal(0, t)": ("x^2 <= t", "erf(sqrt(1/2))"),
}
"""Laws, an event, and its probability."""


@pytest.mark.parametrize("law", EXACT)
@pytest.mark.parametrize("value", ["1/100", "1/3", "9/10"])
def test_probabilities_are_those_of_the_law(law: str, value: str) -> None:
    """The exact value is refuted from neither side at level 1e-6, and one that is off by a tenth is."""
    event, exact = EXACT[law]
    let, draw = "let t : Real > 0", f"draw x ~ {law}"
    true = read(let, draw, f"claim c: Pr[{event}] = {exact}")
    assert "refuted" not in outcomes(decisions(true, samples=32768, t=value))
    shifted = read(let, draw, f"claim c: Pr[{event}] = {exact} + (if {exact} <= 1/2 then 1/10 else -1/10)")
    assert "refuted" in outcomes(decisions(shifted, samples=32768, t=value))

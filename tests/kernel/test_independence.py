"""Means of independent factors, means that exist, probabilities as means, and samples with a new entry."""

from __future__ import annotations

import pytest

from boundkit.kernel import certificates as c
from boundkit.kernel.binding import bound
from boundkit.kernel.judge import Rejected
from boundkit.kernel.ledger import Ledger
from tests.kernel.writing import theorem

NAMES = {"s": "s0", "k": "k0"}


def generic(claim: str) -> c.Certificate:
    """The certificate that a claim holds by its normal form for all values of its variables."""
    found: c.Certificate = c.Identity()
    for name in reversed([part.split()[0] for part in claim.split("forall ")[1:]]):
        found = c.Introduce(NAMES[name], c.Proof(found))
    return found


BOUNDED = """
theorem example
  let Z : Set
  let n, m : Nat >= 1
  let i, j : Nat in 1..n
  let D, P : Dist[Z]
  let f, g : Z -> Real in [0, 1]
  let F : Z^n -> Real in [0, 1]
  let u, v : Z -> Real
  let h : Nat * Z -> Real
  let w : Z
  draw S ~ D^n
  draw z ~ D
  draw y ~ P
  {premises}
  claim c: {claim}
end
"""


def judged(claim: str, premises: str = "", by: c.Certificate | None = None) -> bool:
    """Whether the judge accepts a claim by its normal form alone; definitions have none here."""
    own = Ledger(bound(theorem(BOUNDED.replace("{premises}", premises).replace("{claim}", claim))))
    statement = own.theorem.statement["c"]
    goal = statement.goal(statement.links[0])
    labels = [h.label for h in own.theorem.hypotheses if h.origin == "assume"]
    try:
        own.establish("c", goal, labels, c.Proof(by or c.Identity()))
    except Rejected:
        return False
    return True


@pytest.mark.parametrize(
    "claim",
    [
        "E[exp(sum_{k=1..n} f(S[k]))] = E[exp(f(z))]^n",
        "E[exp(sum_{k=1..n} (f(S[k]) - 2*g(S[k])))] = E[exp(f(z) - 2*g(z))]^n",
        "E[exp((1/n)*sum_{k=1..n} f(S[k]) - E[f(z)])] = E[exp((f(z) - E[f(z)])/n)]^n",
        "E[exp(m*f(z) + m)] = exp(m)*E[exp(m*f(z))]",
    ],
)
def test_exponentials_of_sums_over_independent_entries_multiply(claim: str) -> None:
    assert judged(claim)


@pytest.mark.parametrize(
    "claim",
    [
        "E[exp(sum_{k=1..n} f(S[k]))] = E[exp(n*f(z))]",
        "E[exp(sum_{k=1..n} f(S[k]))] = E[exp(f(z))]",
        "E[exp(sum_{k=1..n} f(S[k]))] = E[exp(f(y))]^n",
        "E[exp(sum_{k=1..n} F(S))] = E[exp(F(S))]^n",
        "E[exp(sum_{k=1..n} f(S[1]))] = E[exp(f(z))]^n",
        "E[exp(sum_{k=1..n} f(S[k])*F(S))] = E[exp(f(z))]^n",
        "E[exp(sum_{k=1..n} f(S[k])*sum_{l=1..n} g(S[l]))] = E[exp(f(z)*g(z))]^n",
    ],
)
def test_dependent_factors_do_not_multiply(claim: str) -> None:
    assert not judged(claim)


def test_factors_that_need_not_be_integrable_do_not_multiply() -> None:
    claim = "E[exp(sum_{k=1..n} u(S[k]))] = E[exp(u(z))]^n"
    assert not judged(claim)
    assert judged(claim, "assume finite: E[exp(u(z))] <= 7")
    assert not judged(claim, "assume finite: E[exp(u(y))] <= 7")


FOR_ALL = """assume range: forall t : Real in [0, 1/2), E[exp(t*u(z))] <= 7
  assume places: forall k in 1..n, forall t : Real, E[exp(t*(h(k, z) - 3))] <= exp(t^2)
  assume positive: forall t : Real, 0 < t implies E[exp(t*v(z))] <= 1"""


@pytest.mark.parametrize(
    "claim",
    [
        "forall s : Real in [0, 1/4], E[exp(s*u(z))] = E[exp(s*u(z) + 0)]",
        "E[exp((1/3)*u(S[i]))] = E[exp((1/3)*u(z))]",
        "E[exp(2*(h(i, z) - 3))] = E[exp(2*h(i, z))]*exp(-6)",
        (
            "forall s : Real, forall k in 0..n-1, E[exp(s*(sum_{l=1..k+1} h(l, S[l])))]"
            " = E[exp(s*(sum_{l=1..k} h(l, S[l])))]*E[exp(s*h(k+1, z))]"
        ),
        "E[exp(2*v(z))] = E[exp(v(z) + v(z))]",
    ],
)
def test_means_that_exist_for_all_values_exist_at_those_that_are_admitted(claim: str) -> None:
    assert judged(claim, FOR_ALL, generic(claim))


@pytest.mark.parametrize(
    "claim",
    [
        "forall s : Real in [0, 1/2], E[exp(s*u(z))] = E[exp(s*u(z) + 0)]",
        "E[exp((1/2)*u(z))] = E[exp((1/2)*u(z) + 0)]",
        "E[exp(-(1/3)*u(z))] = E[exp(-(1/3)*u(z) + 0)]",
        "E[exp((1/3)*u(y))] = E[exp((1/3)*u(y) + 0)]",
        "E[exp(2*h(n+1, z))] = E[exp(2*h(n+1, z) + 0)]",
        "forall k in 0..n, E[exp(2*h(k+1, z))] = E[exp(2*h(k+1, z) + 0)]",
        "E[exp(-2*v(z))] = E[exp(-v(z) - v(z))]",
        "E[exp(0*v(z) + v(y))] = E[exp(v(y))]*1",
    ],
)
def test_means_need_not_exist_at_other_values(claim: str) -> None:
    assert not judged(claim, FOR_ALL, generic(claim))


def test_a_product_of_positive_means_is_positive() -> None:
    claim = "0 < E[exp(sum_{l=1..n} 2*h(l, S[l]))]"
    assert judged(claim, FOR_ALL, c.Signs())
    assert not judged(claim, by=c.Signs())
    assert judged("0 < prod_{l=1..n} f(w)^2 + 1", by=c.Signs())
    assert not judged("0 < prod_{l=1..n} f(w)", by=c.Signs())
    assert not judged("0 <= prod_{l=1..n} u(w)", by=c.Signs())


LIPSCHITZ = """
theorem example
  let d : Nat >= 1
  let P, Q : Dist[Vector[d]]
  let h : Vector[d] -> Real
  draw x ~ P
  draw y ~ Q
  assume lip: h is Lipschitz({rate})
  assume moment: E[||x||] <= 1
  claim c: E[h({at})] = E[h({at})]
end
"""


@pytest.mark.parametrize(
    "claim",
    [
        "E[(sum_{k=1..n} f(S[k]))^2] = n*E[f(z)^2] + n*(n - 1)*E[f(z)]^2",
        "Var[(1/n)*sum_{k=1..n} f(S[k])] = Var[f(z)]/n",
        "Var[sum_{k=1..n} k*f(S[k])] = Var[f(z)]*sum_{k=1..n} k^2",
        "E[(sum_{k=1..n} f(S[k]))*(sum_{k=1..n} g(S[k]))] = n*E[f(z)*g(z)] + n*(n - 1)*E[f(z)]*E[g(z)]",
        "E[f(S[i])*sum_{k=1..n} g(S[k])] = E[f(z)*g(z)] + (n - 1)*E[f(z)]*E[g(z)]",
        "E[f(S[i])*sum_{k=1..i-1} g(S[k])] = (i - 1)*E[f(z)]*E[g(z)]",
    ],
)
def test_second_moments_of_sums_over_independent_entries(claim: str) -> None:
    assert judged(claim)


@pytest.mark.parametrize(
    "claim",
    [
        "E[(sum_{k=1..n} f(S[k]))^2] = n^2*E[f(z)]^2",
        "E[(sum_{k=1..n} f(S[k]))^2] = n*E[f(z)^2]",
        "Var[(1/n)*sum_{k=1..n} f(S[k])] = Var[f(z)]/n^2",
        "Var[(1/n)*sum_{k=1..n} f(S[k])] = Var[f(y)]/n",
        "Var[(1/n)*sum_{k=1..n} F(S)] = Var[F(S)]/n",
        "Var[sum_{k=1..n} f(S[1])] = n*Var[f(z)]",
        "E[(sum_{k=1..n} f(S[k])*f(S[i]))^2] = n*E[f(z)^4] + n*(n - 1)*E[f(z)^2]^2",
        "E[f(S[i])*sum_{k=1..j} g(S[k])] = j*E[f(z)]*E[g(z)]",
        "E[f(S[i])*sum_{k=1..i} g(S[k])] = i*E[f(z)]*E[g(z)]",
        "E[F(S)*sum_{k=1..n} g(S[k])] = n*E[F(S)]*E[g(z)]",
        "E[(sum_{k=1..n} u(S[k]))^2] = n*E[u(z)^2] + n*(n - 1)*E[u(z)]^2",
    ],
)
def test_second_moments_see_the_terms_that_share_an_entry(claim: str) -> None:
    assert not judged(claim)


def _entries(event: str, value: str) -> bool:
    chance = f"Pr[{event}]"
    own = Ledger(bound(theorem(BOUNDED.replace("{premises}", "").replace("{claim}", f"{chance} = {value}"))))
    term = own.theorem.statement["c"].links[0].relation.args[0]  # type: ignore[attr-defined]
    return judged(f"{chance} = {value}", by=c.Entries(term))


@pytest.mark.parametrize(
    ("event", "value"),
    [
        ("forall k in 1..n, f(S[k]) <= 1/2", "Pr[f(z) <= 1/2]^n"),
        ("forall k in 1..i, f(S[k]) <= 1/2", "Pr[f(z) <= 1/2]^i"),
        ("forall k in 1..n, f(S[k]) <= 1/k", "prod_{k=1..n} Pr[f(z) <= 1/k]"),
    ],
)
def test_entries_satisfy_events_independently(event: str, value: str) -> None:
    assert _entries(event, value)


@pytest.mark.parametrize(
    ("event", "value"),
    [
        ("forall k in 1..n, f(S[k]) <= 1/2", "n*Pr[f(z) <= 1/2]"),
        ("forall k in 1..n, f(S[k]) <= 1/2", "Pr[f(y) <= 1/2]^n"),
        ("forall k in 1..n, f(S[k]) <= f(S[1])", "Pr[f(z) <= f(S[1])]^n"),
        ("forall k in 1..n, F(S) <= 1/2", "Pr[F(S) <= 1/2]^n"),
        ("forall k in 1..n, f(S[i]) <= 1/2", "Pr[f(z) <= 1/2]^n"),
        ("forall k in i..j, f(S[k]) <= 1/2", "Pr[f(z) <= 1/2]^(j - i + 1)"),
        ("exists k in 1..n, f(S[k]) <= 1/2", "Pr[f(z) <= 1/2]^n"),
        ("forall k in 1..n, f(S[k]) <= 1/k", "Pr[f(z) <= 1/n]^n"),
    ],
)
def test_events_that_share_an_entry_do_not_multiply(event: str, value: str) -> None:
    assert not _entries(event, value)


@pytest.mark.parametrize(
    ("rate", "at", "finite"),
    [("3", "x", True), ("3", "y", False), ("3, on := ball(d, 1)", "x", False), ("3", "2*y", False)],
)
def test_a_lipschitz_function_is_integrable_where_the_first_moment_is_finite(
    rate: str, at: str, finite: bool
) -> None:
    text = LIPSCHITZ.replace("{rate}", rate).replace("{at}", at)
    own = Ledger(bound(theorem(text)))
    statement = own.theorem.statement["c"]
    goal = statement.goal(statement.links[0])
    if finite:
        own.establish("c", goal, ["lip", "moment"], c.Proof(c.Identity()))
    else:
        with pytest.raises(Rejected, match="integrable"):
            own.establish("c", goal, ["lip", "moment"], c.Proof(c.Identity()))


MEANS = "assume first: E[u(z)] <= 1\n  assume second: E[v(z)] <= 1"


@pytest.mark.parametrize("claim", ["E[u(z) - 3*v(z)] = E[u(z)] - 3*E[v(z)]", "E[u(S[i])/2] = E[u(z)]/2"])
def test_what_is_linear_in_integrable_variables_is_integrable(claim: str) -> None:
    assert judged(claim, MEANS)
    assert not judged(claim)


@pytest.mark.parametrize(
    "claim",
    [
        "E[u(z)*v(z)] = E[v(z)*u(z)]",
        "E[u(z)^2] = E[u(z)*u(z)]",
        "E[u(y)] = E[u(y)*1]",
        "E[exp(u(z))] = E[exp(u(z) + 0)]",
        "E[sum_{k=1..n} u(z)^k] = E[sum_{k=1..n} u(z)*u(z)^(k-1)]",
    ],
)
def test_products_and_exponentials_of_integrable_variables_need_not_be(claim: str) -> None:
    assert not judged(claim, MEANS)


SECOND = "assume second: E[u(z)^2] <= 7"
SUM = "Var[(1/n)*sum_{k=1..n} u(S[k])] = Var[u(z)]/n"


@pytest.mark.parametrize(
    "claim",
    [
        SUM,
        "E[u(z)*f(z)] = E[f(z)*u(z)]",
        "E[|u(z)|] = E[|u(z)|*1]",
        "E[u(S[i])*u(S[j])] = E[u(S[j])*u(S[i])]",
    ],
)
def test_products_of_square_integrable_variables_are_integrable(claim: str) -> None:
    assert judged(claim, SECOND)
    assert judged(claim, "assume spread: Var[u(z)] <= 7")
    assert not judged(claim)


@pytest.mark.parametrize(
    "claim",
    [
        "E[u(z)^3] = E[u(z)*u(z)^2]",
        "E[u(z)^4] = E[u(z)^2*u(z)^2]",
        "E[u(y)^2] = E[u(y)*u(y)]",
        "E[u(z)*v(z)] = E[v(z)*u(z)]",
        "E[exp(u(z))] = E[exp(u(z) + 0)]",
        "Var[(1/n)*sum_{k=1..n} u(S[k])^2] = Var[u(z)^2]/n",
    ],
)
def test_other_products_of_square_integrable_variables_need_not_be(claim: str) -> None:
    assert not judged(claim, SECOND)


MOMENT = """
theorem example
  let d, n : Nat >= 1
  let c : Real
  let u, w : Vector[d]
  let M : Matrix[n, d]
  let P, Q : Dist[Vector[d]]
  define moved(v) := c*(u - v/2)
  draw x ~ P
  draw y ~ Q
  assume moment: E[||x||] <= 1
  claim c: E[{norm}] = E[{norm}]
end
"""


@pytest.mark.parametrize(
    ("norm", "finite"),
    [
        ("||u - c*x||", True),
        ("||moved(x) + M.T*(M*x)||", True),
        ("||c*u + ||x||*w||", True),
        ("||u - c*y||", False),
        ("||x + y||", False),
        ("||moved(y)||", False),
        ("||<u, x>*x||", False),
        ("||<w, x>^2*u||", False),
        ("||x||^2", False),
    ],
)
def test_a_norm_is_integrable_where_the_triangle_inequality_bounds_it(norm: str, finite: bool) -> None:
    own = Ledger(bound(theorem(MOMENT.replace("{norm}", norm))))
    statement = own.theorem.statement["c"]
    goal = statement.goal(statement.links[0])
    if finite:
        own.establish("c", goal, ["moment"], c.Proof(c.Identity()))
    else:
        with pytest.raises(Rejected, match="integrable"):
            own.establish("c", goal, ["moment"], c.Proof(c.Identity()))


def test_a_probability_is_the_mean_of_its_indicator_under_the_same_law() -> None:
    own = Ledger(bound(theorem(BOUNDED.replace("{premises}", "").replace("{claim}", "Pr[f(z) <= 1/2] >= 0"))))
    chance = own.theorem.statement["c"].links[0].relation.args[1]  # type: ignore[attr-defined]
    by = c.Meaning("", chance)
    assert judged("Pr[f(z) <= 1/2] = E[if f(z) <= 1/2 then 1 else 0]", by=by)
    assert not judged("Pr[f(z) <= 1/2] = E[if f(z) < 1/2 then 1 else 0]", by=by)
    assert not judged("Pr[f(z) <= 1/2] = E[if f(y) <= 1/2 then 1 else 0]", by=by)


def test_a_sum_with_one_entry_replaced() -> None:
    old, new = "sum_{k=1..n} f(S[k])", "sum_{k=1..n} f(replace(S, i, w)[k])"
    assert judged(f"almost surely, {new} = {old} + f(w) - f(S[i])", by=_surely())
    assert not judged(f"almost surely, {new} = {old} + f(w) - f(S[j])", by=_surely())
    assert not judged(f"almost surely, {new} = {old} + f(w)", by=_surely())
    assert not judged("almost surely, sum_{k=1..m} f(w) = sum_{k=1..m} f(w) + f(w) - f(S[i])", by=_surely())


def test_a_sum_over_other_places_keeps_the_entry_that_is_replaced() -> None:
    part = "almost surely, sum_{k=1..j} f(replace(S, i, w)[k]) = (sum_{k=1..j} f(S[k])) + f(w) - f(S[i])"
    assert not judged(part, by=_surely())
    assert judged(part, "assume order: i <= j", by=_surely())


def _surely() -> c.Certificate:
    return c.Surely("S0", c.Proof(c.Identity()))

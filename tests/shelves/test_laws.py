"""Laws of the library that no rule file looks for: by their name a step gets an instance of them; and
rules in a setting of their own."""

from __future__ import annotations

import pytest

from boundkit.elaborate import elaborate
from boundkit.ir.theorems import Theorem
from boundkit.proofs import StatementProof, prove_theorem
from boundkit.source import Source
from boundkit.syntax.parse import parse
from tests.shelves.test_rules import library

PATHS = """
  let Z : Set
  let n : Nat >= 1
  let b, t, v : Real > 0
  let D : Dist[Z]
  let d : Nat * Z^n -> Real
  draw S ~ D^n
  define size[i] := b
  assume adapted: forall i in 1..n, forall j in i+1..n, forall s : Z^n, forall z in Z,
      d(i, replace(s, j, z)) = d(i, s)
  assume centred: forall i in 1..n, forall s : Z^n, E_{z ~ D}[d(i, replace(s, i, z))] = 0
  assume range: forall i in 1..n, forall s : Z^n, |d(i, s)| <= b
  assume range_: forall i in 1..n, forall s : Z^n, |d(i, s)| <= size[i]
  assume total: sum_{i=1..n} size[i]^2 <= v
  assume variance: forall s : Z^n, sum_{i=1..n} E_{z ~ D}[d(i, replace(s, i, z))^2] <= v
"""
SIGNS = """
  let m : Nat >= 1
  let A : FiniteSet[Vector[m]]
  let rho : Real >= 0
  let t : Real > 0
  let phi : Nat * Real -> Real
  draw sigma ~ Rademacher^m
  assume lip: forall i in 1..m, forall x, y : Real, |phi(i, x) - phi(i, y)| <= rho*|x - y|
"""
SUMS = """
  let Z : Set
  let n : Nat >= 1
  let b, t, v, V : Real > 0
  let e : Real in (0, 1]
  let D : Dist[Z]
  let f : Nat * Z -> Real
  let g : Z -> Real
  let w : Seq[Real]
  draw z ~ D
  draw S ~ D^n
  assume unit: forall i in 1..n, almost surely, 0 <= f(i, z) and f(i, z) <= 1
  assume mgf: forall s : Real in (-1/b, 1/b), E[exp(s*(g(z) - 2))] <= exp(s^2*v/2)
  assume gauss: forall i in 1..n, forall s : Real, E[exp(s*f(i, z))] <= exp(s^2*w[i]/2)
  assume total: sum_{i=1..n} w[i] <= V
  assume short: t <= v/b
  assume mean: sum_{i=1..n} E[f(i, z)] <= 7
  assume most: 7 <= sum_{i=1..n} E[f(i, z)]
"""
LAWS = """
  let H : FiniteSet
  let k : Nat >= 1
  let eps : Real >= 0
  let slack : Real in (0, 1)
  let P, Q : Dist[H]
  let X : H -> Real
  draw h ~ Q
  assume first: forall G : Set[H], Pr_{g ~ P}[g in G] <= exp(eps)*Pr_{g ~ Q}[g in G] + 0
  assume second: forall G : Set[H], Pr_{g ~ Q}[g in G] <= exp(eps)*Pr_{g ~ P}[g in G] + 0
"""

USES = {
    "azuma": (
        PATHS,
        (
            "Pr[sum_{i=1..n} d(i, S) >= t] <= exp(-t^2/(2*v))"
            " by azuma(d := d, c := size, V := v, t := t) from adapted, centred, range_, total"
        ),
    ),
    "freedman": (
        PATHS,
        (
            "Pr[sum_{i=1..n} d(i, S) >= t] <= exp(-t^2/(2*(v + b*t/3)))"
            " by freedman(d := d, b := b, v := v, t := t) from adapted, centred, range, variance"
        ),
    ),
    "contraction": (
        SIGNS,
        (
            "E[max_{a in A} sum_{i=1..m} sigma[i]*phi(i, a[i])]"
            " <= rho*E[max_{a in A} sum_{i=1..m} sigma[i]*a[i]] by contraction from lip"
        ),
    ),
    "hoeffding": (SIGNS, "Pr[(1/m)*sum_{i=1..m} sigma[i] >= t] <= exp(-m*t^2/2) by hoeffding"),
    "kantorovich": (
        (
            "  let P, Q : Dist[Real]\n  let h : Real -> Real\n  assume lip: h is Lipschitz(2)\n"
            "  assume near: W1(P, Q) <= 1\n"
        ),
        "E_{x ~ P}[h(x)] - E_{x ~ Q}[h(x)] <= 2*W1(P, Q) by kantorovich from lip",
    ),
    "subgaussian_sum": (
        SUMS,
        (
            "Pr[sum_{i=1..n} f(i, S[i]) >= t] <= exp(-t^2/(2*V))"
            " by subgaussian_sum.tail(f := f, v := w, V := V, t := t) from gauss, total"
        ),
    ),
    "subexponential_tail": (
        SUMS,
        (
            "Pr[g(z) - 2 >= t] <= exp(-t^2/(2*v))"
            " by subexponential_tail.near(f := g, m := 2, b := b, v := v, t := t) from mgf, short"
        ),
    ),
    "subexponential_average": (
        SUMS,
        (
            "Pr[(1/n)*sum_{i=1..n} g(S[i]) - 2 >= t] <= exp(-n*t^2/(2*v))"
            " by subexponential_average.near(f := g, m := 2, b := b, v := v, t := t) from mgf, short"
        ),
    ),
    "chernoff_above": (
        SUMS,
        (
            "Pr[sum_{i=1..n} f(i, S[i]) >= (1 + e)*7] <= exp(-e^2*7/3)"
            " by chernoff_above.square(f := f, e := e, m := 7) from unit, mean"
        ),
    ),
    "chernoff_below": (
        SUMS,
        (
            "Pr[sum_{i=1..n} f(i, S[i]) <= (1 - e)*7] <= exp(-e^2*7/2)"
            " by chernoff_below(f := f, e := e, m := 7) from unit, most"
        ),
    ),
    "gibbs_variational": (
        LAWS,
        "E[X(h)] <= KL(Q, P) + ln(E_{g ~ P}[exp(X(g))]) by gibbs_variational(P := P, Q := Q, X := X)",
    ),
    "dp_advanced_composition": (
        LAWS,
        (
            "forall W : Set[H^k], Pr_{g ~ P^k}[g in W]"
            " <= exp(sqrt(2*k*ln(1/slack))*eps + k*eps*(exp(eps) - 1))*Pr_{g ~ Q^k}[g in W] + k*0 + slack"
            " by dp_advanced_composition(tau := 0, slack := slack) from first, second"
        ),
    ),
}
CITED = {"azuma", "freedman", "contraction", "dp_advanced_composition"}


def wanted(context: str, step: str) -> StatementProof:
    """What becomes of a step in its context."""
    source = Source("use.thm", f"theorem small\n{context}\n  step wanted: {step}\n  claim c: 0 <= 0\nend\n")
    tree, wrong = parse(source)
    entries, more = elaborate(tree, source, library().theorems_for(tree)[0])
    assert not [d.message for d in (*wrong, *more) if d.severity == "error"]
    theorem = next(entry for entry in entries if isinstance(entry, Theorem))
    return prove_theorem(theorem, library(), {}).statements["wanted"]


@pytest.mark.parametrize("name", sorted(USES))
def test_a_law_is_used_by_its_name(name: str) -> None:
    context, step = USES[name]
    found = wanted(context, step)
    assert found.supported, [(o.status, o.message) for o in found.outcomes]
    assert all(bool(o.debts) == (name in CITED) for o in found.outcomes)

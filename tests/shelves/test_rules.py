"""One suite for the shelf of rules: every entry is complete, proves its use, and turns its misuse down."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest

from boundkit import resources
from boundkit.discover import shelf
from boundkit.elaborate import elaborate
from boundkit.ir.theorems import Theorem
from boundkit.library import Library
from boundkit.proofs import Proved, StatementProof, prove_theorem, read_certificates
from boundkit.source import Source
from boundkit.syntax.parse import parse
from boundkit.task import Rule

FUNCTION = """
  let d, T : Nat >= 1
  let mu, beta, rho : Real > 0
  let f : Vector[d] -> Real
  let x, y, g : Vector[d]
  let w : Seq[Vector[d]]
"""
CONVEX = FUNCTION + "  assume cvx: f is convex\n  assume sub: g in subgrad(f, x)\n"
SMOOTH = FUNCTION + "  assume cvx: f is convex\n  assume smo: f is smooth(beta)\n"
LIPSCHITZ = FUNCTION + "  assume lip: f is Lipschitz(rho)\n  assume sub: g in subgrad(f, x)\n"
STRONG = FUNCTION + "  assume sc: f is strongly_convex(mu)\n  assume sub: g in subgrad(f, x)\n"
MEAN = FUNCTION + "  assume cvx: f is convex\n  define mean := (1/T) * sum_{t=1..T} w[t]\n"
NUMBERS = """
  let a, b, s : Real
  let p, q : Real > 0
  let n : Nat >= 1
  let z : Seq[Real]
  let u, v : Vector[n]
"""
ATTENTION = """
  let n, d : Nat >= 1
  let i : Nat in 1..n
  let W : Matrix[d, d]
  let X, Y : Matrix[n, d]
  assume xs: forall l in 1..n, ||X[l]|| <= 1
  assume ys: forall l in 1..n, ||Y[l]|| <= 1
  assume size: ||W||_op <= 2
"""
MOVED = """||(softmax_rows(X*W*X.T)*X)[i] - (softmax_rows(Y*W*Y.T)*Y)[i]||
  <= (5*exp(4)/n)*sum_{l=1..n} ||X[l] - Y[l]|| + 2*||X[i] - Y[i]||"""
COVERS = """
  let m, M : Nat >= 1
  let A : FiniteSet[Vector[m]]
  let r : Real >= 0
  draw sigma ~ Rademacher^m
  define C[k] := minimal_cover(A, r*2^(-k))  for k in 1..M
  assume radius: forall a in A, ||a|| <= r
"""
CURVE = """
  let s : Real
  define h := s^2 - s^4
  step zero: (h at s = 0) = 0 by algebra
  step slope: (diff(h, s) at s = 0) = 0 by calculus
  step curve: diff(h, s, 2) = 2 - 12*s^2 by calculus <= 2 by algebra
"""

TWO_LAWS = """
  let X, Y : Set
  let P, Q : Dist[X]
  let f, g : X -> Real in [0, 1]
  let K : X -> Dist[Y]
  let F : Set[Y]
  let R, U : Dist[Y]
  let eps : Real >= 0
  let tau, q : Real in [0, 1]
"""
PRIVATE = (
    TWO_LAWS + "  assume dp: forall G : Set[X], Pr_{x ~ P}[x in G] <= exp(eps)*Pr_{x ~ Q}[x in G] + tau\n"
)
SAMPLES = """
  let X, H : Set
  let n, m : Nat >= 2
  let D, E' : Dist[X]
  let f, g : X -> Real in [0, 1]
  let k : X * X -> Real in [0, 1]
  let loss : H * X -> Real in [0, 1]
  let A : X^n -> H
  let t : Real in [0, 1]
  draw S ~ D^n
  draw S' ~ D^m
  draw z ~ D
  draw y ~ E'
"""
TAILS = """
  let X, H : Set
  let K : FiniteSet
  let n : Nat >= 1
  let delta : Real in (0, 1)
  let t : Real > 0
  let D : Dist[X]
  let h : K
  let f : X -> Real in [0, 1]
  let u : X -> Real
  let k : K * X -> Real in [0, 1]
  let F : X^n -> Real in [0, 1]
  draw S ~ D^n
  draw z ~ D
  draw sigma ~ Rademacher^n
  assume square: E[u(z)^2] <= 4
  assume mgf: forall s : Real > 0, E[exp(s*u(z))] <= exp(s^2/2)
  assume changes: forall i in 1..n, forall s : X^n, forall x in X, |F(replace(s, i, x)) - F(s)| <= 1/n
  assume one: Pr[f(z) >= 1/2] <= 1/4
  assume other: Pr[u(z) >= 3] <= 1/4
"""
VARIANCE = """
  let X : Set
  let n : Nat >= 1
  let t, v : Real > 0
  let D : Dist[X]
  let f : X -> Real in [0, 1]
  draw S ~ D^n
  draw z ~ D
  assume spread: E[(f(z) - E[f(z)])^2] <= v
"""
COMPOSED = """
  let H, Y : Set
  let a, b : Real >= 0
  let P, Q : Dist[H]
  let K, L : H -> Dist[Y]
  let W : Set[H * Y]
  let r : Real in [0, 1]
  assume first: forall G : Set[H], Pr_{g ~ P}[g in G] <= exp(a)*Pr_{g ~ Q}[g in G] + r
  assume second: forall g in H, forall F : Set[Y], Pr_{y ~ K(g)}[y in F] <= exp(b)*Pr_{y ~ L(g)}[y in F] + r
"""
SUBSAMPLED = """
  let H, R : Set
  let a : Real >= 0
  let q, r : Real in [0, 1]
  let O : Dist[R]
  let A, B : R -> Dist[H]
  let G : Set[H]
  assume more: forall o in R, forall F : Set[H], Pr_{h ~ B(o)}[h in F] <= exp(a)*Pr_{h ~ A(o)}[h in F] + r
  assume less: forall o in R, forall F : Set[H], Pr_{h ~ A(o)}[h in F] <= exp(a)*Pr_{h ~ B(o)}[h in F] + r
"""
NOISE = """
  let d : Nat >= 1
  let u, v : Vector[d]
  let e, c : Real > 0
  let s : Real in [0, 1]
  assume near: ||u - v|| <= 2
  assume exact: Phi(2/(2*c) - e*c/2) - exp(e)*Phi(-2/(2*c) - e*c/2) <= s
"""
ON_LINE = """
  let P, Q : Dist[Real]
  let h : Real -> Real in [0, 1]
  assume lip: h is Lipschitz(3)
  assume near: W1(P, Q) <= 1
"""
STABLE = (
    SAMPLES
    + """
  assume stab: forall s, s' : X^n, forall x in X,
      neighbours(s, s') implies |loss(A(s), x) - loss(A(s'), x)| <= t
"""
)
SPLIT = (
    SAMPLES
    + """
  let B : X^m -> H
  assume fixed: forall h in H, Pr_{s ~ D^n}[loss(h, s[1]) <= 1/2] >= t
"""
)

CITED = (
    "cite",
    "sorry",
    "bretagnolle_huber",
    "chain_rule_kl",
    "holder",
    "minkowski",
    "gaussian_mechanism",
    "gaussian_kl",
    "mcdiarmid",
    "bennett",
    "bernstein",
)
"""Rules that rest on what is not proved here."""

# for each rule: what stands before, a step that it proves, and one that it must turn down
LAWS = """
  let X, Y : Set
  let H : FiniteSet
  let n : Nat >= 2
  let delta : Prob
  let P, Q : Dist[H]
  let M, N : Dist[X]
  let A, B : X -> Dist[Y]
  let J, K : Dist[X * Y]
  let f : H -> Real in [0, 1]
  let g : H -> Real in [-1, 1]
  let loss : H * X -> Real in [0, 1]
  draw S ~ N^n
  assume first: forall F : Set[X * Y], Pr_{p ~ J}[p in F] = E_{x ~ N}[Pr_{y ~ A(x)}[pair(x, y) in F]]
  assume second: forall F : Set[X * Y], Pr_{p ~ K}[p in F] = E_{x ~ M}[Pr_{y ~ B(x)}[pair(x, y) in F]]
  assume tail: forall a : Real > 0, Pr_{h ~ P}[f(h) >= a] <= exp(-2*a^2)
  assume signed: forall a : Real > 0, Pr_{h ~ P}[g(h) >= a] <= exp(-2*a^2)
"""

USES: dict[str, tuple[str, str, str]] = {
    "algebra": (
        NUMBERS + "  assume low: a <= b\n",
        "2*a*p <= 2*b*p by algebra from low",
        "2*a*p <= 2*b*p by algebra",
    ),
    "am_gm": (NUMBERS, "p*q <= (p^2 + q^2)/2 by am_gm", "p*q <= (p^2 + q^2)/3 by am_gm"),
    "bounds": (
        NUMBERS + "  let e : Real in [0, 1]\n",
        "e*(1 - e) <= 1/4 by bounds",
        "e*(1 - e) <= 1/5 by bounds",
    ),
    "calculus": (CURVE, "diff(h, s) = 2*s - 4*s^3 by calculus", "diff(h, s) = 2*s - 3*s^3 by calculus"),
    "cauchy_schwarz": (
        NUMBERS,
        "<u, v> <= ||u||*||v|| by cauchy_schwarz",
        "||u||*||v|| <= <u, v> by cauchy_schwarz",
    ),
    "chain": (
        NUMBERS + "  assume one: a <= s\n  assume two: s <= b\n",
        "a <= b by chain from one, two",
        "b <= a by chain from one, two",
    ),
    "cite": (NUMBERS, 'a <= a + p^p by cite "Author 2020, theorem 1"', "a <= a - p by cite"),
    "contradiction": (
        NUMBERS + "  assume low: forall e : Real > 0, a <= b + e\n",
        "a <= b by contradiction(e := (a - b)/2) from low",
        "a <= b - 1 by contradiction(e := (a - b)/2) from low",
    ),
    "convexity": (
        CONVEX,
        "f(x) - f(y) <= <x - y, g> by convexity from cvx, sub",
        "f(y) - f(x) <= <y - x, g> by convexity from cvx, sub",
    ),
    "counting": (NUMBERS, "sum_{i=1..n} 3 = 3*n by counting", "sum_{i=1..n} 3 = 3*n - 3 by counting"),
    "definition": (
        CONVEX,
        "f((1/2)*x + (1 - 1/2)*y) <= (1/2)*f(x) + (1 - 1/2)*f(y) by definition(x, y, 1/2) from cvx",
        "f((1/2)*x + (1 - 1/2)*y) <= (1/2)*f(x) + (1 - 1/2)*f(y) by definition(x, y, 1/2) from sub",
    ),
    "condition": (
        SPLIT,
        "Pr[loss(B(S'), S[1]) <= 1/2] >= t by condition(S') from fixed",
        "Pr[loss(A(S), S[1]) <= 1/2] >= t by condition(S) from fixed",
    ),
    "data_processing": (
        TWO_LAWS
        + "  assume one: forall G : Set[Y], Pr_{y ~ R}[y in G] = E_{x ~ P}[Pr_{y ~ K(x)}[y in G]]\n"
        + "  assume two: forall G : Set[Y], Pr_{y ~ U}[y in G] = E_{x ~ Q}[Pr_{y ~ K(x)}[y in G]]\n",
        "TV(R, U) <= TV(P, Q) by data_processing from one, two",
        "TV(P, Q) <= TV(R, U) by data_processing from one, two",
    ),
    "dp_composition": (
        COMPOSED,
        ("E_{g ~ P}[Pr_{y ~ K(g)}[pair(g, y) in W]]"
        " <= exp(a + b)*E_{g ~ Q}[Pr_{y ~ L(g)}[pair(g, y) in W]] + r + r"
        " by dp_composition from first, second"),
        ("E_{g ~ P}[Pr_{y ~ K(g)}[pair(g, y) in W]]"
        " <= exp(a + b)*E_{g ~ Q}[Pr_{y ~ L(g)}[pair(g, y) in W]] + r"
        " by dp_composition from first, second"),
    ),
    "exchange": (
        SAMPLES,
        "E[k(S[1], z)] = E[k(z, S[1])] by exchange(z, S[1])",
        "E[k(S[1], y)] = E[k(y, S[1])] by exchange(y, S[1])",
    ),
    "resample": (
        COVERS,
        ("forall i in 1..m, E[cos(sigma[i])*exp(-sigma[1]^2)]"
        " = (E[cos(1)*exp(-replace(sigma, i, 1)[1]^2)] + E[cos(-1)*exp(-replace(sigma, i, -1)[1]^2)])/2"
        " by resample(i)"),
        ("forall i in 1..m, E[cos(sigma[i])*exp(-sigma[1]^2)]"
        " = (E[cos(1)*exp(-replace(sigma, i, 1)[1]^2)] + E[cos(-1)*exp(-replace(sigma, i, -1)[1]^2)])/3"
        " by resample(i)"),
    ),
    "exhibit": (
        NUMBERS,
        "exists e : Real, a < e by exhibit(e := a + 1)",
        "exists e : Real, a < e by exhibit(e := a)",
    ),
    "extremum": (NUMBERS, "max(a, b) <= |a| + |b| by extremum", "max(a, b) <= |a| by extremum"),
    "gaussian_kl": (
        NOISE,
        "KL(normal(u, c^2*I(d)), normal(v, c^2*I(d))) = ||u - v||^2/(2*c^2) by gaussian_kl",
        "KL(normal(u, c^2*I(d)), normal(v, c^2*I(d))) = ||u - v||^2/(2*c) by gaussian_kl",
    ),
    "gaussian_mechanism": (
        NOISE,
        ("forall G : Set[Vector[d]], Pr_{x ~ normal(u, c^2*I(d))}[x in G]"
        " <= exp(e)*Pr_{x ~ normal(v, c^2*I(d))}[x in G] + s"
        " by gaussian_mechanism(Delta := 2) from near, exact"),
        ("forall G : Set[Vector[d]], Pr_{x ~ normal(u, c^2*I(d))}[x in G]"
        " <= exp(e)*Pr_{x ~ normal(v, c^2*I(d))}[x in G] + s"
        " by gaussian_mechanism(Delta := 1) from near, exact"),
    ),
    "holder": (
        TWO_LAWS,
        "E_{x ~ P}[|f(x)*g(x)|] <= E_{x ~ P}[|f(x)|^4]^(1/4)*E_{x ~ P}[|g(x)|^(4/3)]^(1/(4/3)) by holder",
        "E_{x ~ P}[|f(x)*g(x)|] <= E_{x ~ P}[|f(x)|^4]^(1/4)*E_{x ~ P}[|g(x)|^4]^(1/4) by holder",
    ),
    "independence": (
        SAMPLES,
        "E[f(S[1])*g(S[2])] = E[f(S[1])]*E[g(S[2])] by independence",
        "E[f(S[1])*g(S[1])] = E[f(S[1])]*E[g(S[1])] by independence",
    ),
    "kantorovich": (
        ON_LINE,
        "|E_{x ~ P}[h(x)] - E_{x ~ Q}[h(x)]| <= 3*W1(P, Q) by kantorovich from lip",
        "|E_{x ~ P}[h(x)] - E_{x ~ Q}[h(x)]| <= 2*W1(P, Q) by kantorovich from lip",
    ),
    "layer_cake": (
        PRIVATE,
        "E_{x ~ P}[f(x)] <= exp(eps)*E_{x ~ Q}[f(x)] + tau by layer_cake from dp",
        "E_{x ~ Q}[f(x)] <= exp(eps)*E_{x ~ P}[f(x)] + tau by layer_cake from dp",
    ),
    "induction": (
        NUMBERS + "  assume next: forall i in 1..n, z[i+1] <= z[i]\n",
        "forall k in 1..n, z[k+1] <= z[1] by induction(k) from next",
        "forall k in 1..n, z[k+1] <= z[2] - p by induction(k) from next",
    ),
    "jensen": (
        MEAN,
        "f(mean) <= (1/T) * sum_{t=1..T} f(w[t]) by jensen from cvx",
        "(1/T) * sum_{t=1..T} f(w[t]) <= f(mean) by jensen from cvx",
    ),
    "lipschitz": (
        LIPSCHITZ,
        "||g|| <= rho by lipschitz from lip, sub",
        "||g|| <= rho/2 by lipschitz from lip, sub",
    ),
    "mex": (
        "  let h : Seq[Nat]\n  define m(s) := mex({ h[i] for i in 1..s })\n",
        "forall s : Nat >= 1, forall i in 1..s, m(s) != h[i] by mex",
        "forall s : Nat >= 1, forall i in 1..s+1, m(s) != h[i] by mex",
    ),
    "monotone": (
        NUMBERS + "  assume low: a <= b\n",
        "p*a + q <= p*b + q by monotone from low",
        "s*a <= s*b by monotone from low",
    ),
    "optimise": (
        NUMBERS + "  assume all: forall e : Real > 0, a <= p/e + q*e\n",
        "a <= 2*sqrt(p*q) by optimise(e) from all",
        "a <= sqrt(p*q) by optimise(e) from all",
    ),
    "smoothness": (
        SMOOTH,
        "f(y) <= f(x) + <grad(f, x), y - x> + (beta/2)*||y - x||^2 by smoothness from smo",
        "f(y) <= f(x) + <grad(f, x), y - x> + (beta/3)*||y - x||^2 by smoothness from smo",
    ),
    "sorry": (NUMBERS, "a <= a + p^p by sorry", "a <= a - p by algebra"),
    "strong_convexity": (
        STRONG,
        "f(x) + <g, y - x> + (mu/2)*||y - x||^2 <= f(y) by strong_convexity from sc, sub",
        "f(x) + <g, y - x> + mu*||y - x||^2 <= f(y) by strong_convexity from sc, sub",
    ),
    "substitute": (
        NUMBERS + "  assume all: forall e : Real in [0, 1], a*e <= b\n",
        "a/2 <= b by substitute(e := 1/2) from all",
        "2*a <= b by substitute(e := 2) from all",
    ),
    "softmax_lipschitz": (
        ATTENTION,
        f"{MOVED} by softmax_lipschitz from xs, ys, size",
        f"{MOVED} by softmax_lipschitz from xs, size",
    ),
    "taylor": (
        CURVE,
        "h <= s^2 by taylor(s, 2) from zero, slope, curve",
        "h <= s^2 by taylor(s, 2) from zero, curve",
    ),
    "minkowski": (
        TWO_LAWS,
        ("E_{x ~ P}[|f(x) + g(x)|^3]^(1/3) <= E_{x ~ P}[|f(x)|^3]^(1/3) + E_{x ~ P}[|g(x)|^3]^(1/3)"
        " by minkowski"),
        "E_{x ~ P}[|f(x) + g(x)|^3] <= E_{x ~ P}[|f(x)|^3] + E_{x ~ P}[|g(x)|^3] by minkowski",
    ),
    "post_processing": (
        PRIVATE,
        ("E_{x ~ P}[Pr_{y ~ K(x)}[y in F]] <= exp(eps)*E_{x ~ Q}[Pr_{y ~ K(x)}[y in F]] + tau"
        " by post_processing from dp"),
        ("E_{x ~ P}[Pr_{y ~ K(x)}[y in F]] <= E_{x ~ Q}[Pr_{y ~ K(x)}[y in F]] + tau"
        " by post_processing from dp"),
    ),
    "stability": (
        STABLE,
        "|E[loss(A(S), z)] - (1/n)*sum_{i=1..n} E[loss(A(S), S[i])]| <= t by stability from stab",
        "|E[loss(A(S), z)] - (1/n)*sum_{i=1..n} E[loss(A(S), S[i])]| <= t/2 by stability from stab",
    ),
    "subsampling": (
        SUBSAMPLED,
        ("E_{o ~ O}[(1 - q)*Pr_{h ~ A(o)}[h in G] + q*Pr_{h ~ B(o)}[h in G]]"
        " <= (1 + q*(exp(a) - 1))*E_{o ~ O}[Pr_{h ~ A(o)}[h in G]] + q*r by subsampling from more, less"),
        ("E_{o ~ O}[(1 - q)*Pr_{h ~ A(o)}[h in G] + q*Pr_{h ~ B(o)}[h in G]]"
        " <= exp(q*a)*E_{o ~ O}[Pr_{h ~ A(o)}[h in G]] + q*r by subsampling from more, less"),
    ),
    "tv_bound": (
        TWO_LAWS,
        "|E_{x ~ P}[f(x)] - E_{x ~ Q}[f(x)]| <= TV(P, Q) by tv_bound",
        "|E_{x ~ P}[f(x)] - E_{x ~ Q}[f(x)]| <= TV(P, Q)/2 by tv_bound",
    ),
    "variance": (
        SAMPLES,
        "Var[f(z) + f(S[1])] = 2*Var[f(z)] by variance",
        "Var[f(z) + f(z)] = 2*Var[f(z)] by variance",
    ),
    "chebyshev": (
        TAILS,
        "Pr[|u(z)| >= t] <= 4/t^2 by chebyshev from square",
        "Pr[u(z) >= t] <= 2/t^2 by chebyshev from square",
    ),
    "chernoff": (
        TAILS,
        "Pr[u(z) >= t] <= exp(-t^2/2) by chernoff from mgf",
        "Pr[u(z) >= t] <= exp(-t^2) by chernoff from mgf",
    ),
    "finite_class": (
        TAILS,
        ("with prob >= 1 - delta over S, forall g in K,"
        " |E[k(g, z)] - (1/n)*sum_{i=1..n} k(g, S[i])| <= sqrt(ln(2*card(K)/delta)/(2*n)) by finite_class"),
        ("with prob >= 1 - delta over S, forall g in K,"
        " |E[k(g, z)] - (1/n)*sum_{i=1..n} k(g, S[i])| <= sqrt(ln(2/delta)/(2*n)) by finite_class"),
    ),
    "hoeffding": (
        TAILS,
        "Pr[(1/n)*sum_{i=1..n} f(S[i]) - E[f(z)] >= t] <= exp(-2*n*t^2) by hoeffding",
        "Pr[(1/n)*sum_{i=1..n} f(S[i]) - E[f(z)] >= t] <= exp(-3*n*t^2) by hoeffding",
    ),
    "tower": (
        ("  let d : Nat >= 1\n  let w : Vector[d]\n  draw v : Seq[Vector[d]]\n"
        "  assume size: forall t in 1..3, almost surely, ||v[t]|| <= 1\n"),
        "E[<v[1], E[v[3] given v[1..2]]>] = E[<v[1], v[3]>] by tower(v[1..2]) from size",
        "E[<v[3], E[v[3] given v[1..2]]>] = E[<v[3], v[3]>] by tower(v[1..2]) from size",
    ),
    "linearity": (
        TAILS,
        "E[f(z) - 2*k(h, z)] = E[f(z)] - 2*E[k(h, z)] by linearity",
        "E[f(z)*k(h, z)] = E[f(z)]*E[k(h, z)] by linearity",
    ),
    "markov": (
        TAILS,
        "Pr[f(z) >= t] <= E[f(z)]/t by markov",
        "Pr[u(z) >= t] <= E[u(z)]/t by markov from square",
    ),
    "mcdiarmid": (
        TAILS,
        "Pr[F(S) - E[F(S)] >= t] <= exp(-2*n*t^2) by mcdiarmid from changes",
        "Pr[|F(S) - E[F(S)]| >= t] <= 2*exp(-2*n*t^2) by mcdiarmid from changes",
    ),
    "symmetrization": (
        TAILS,
        ("E[max_{g in K} (E_{y ~ D}[k(g, y)] - (1/n)*sum_{i=1..n} k(g, S[i]))]"
        " <= 2*E[max_{g in K} (1/n)*sum_{i=1..n} sigma[i]*k(g, S[i])] by symmetrization"),
        ("E[max_{g in K} (E_{y ~ D}[k(g, y)] - (1/n)*sum_{i=1..n} k(g, S[i]))]"
        " <= E[max_{g in K} (1/n)*sum_{i=1..n} sigma[i]*k(g, S[i])] by symmetrization"),
    ),
    "union": (
        TAILS,
        "Pr[f(z) >= 1/2 or u(z) >= 3] <= 1/2 by union from one, other",
        "Pr[f(z) >= 1/2 or u(z) >= 3] <= 1/3 by union from one, other",
    ),
    "bennett": (
        VARIANCE,
        ("Pr[(1/n)*sum_{i=1..n} f(S[i]) - E[f(z)] >= t]"
        " <= exp(-(n*v)*((1 + t/v)*ln(1 + t/v) - t/v)) by bennett(b := 1, v := v) from spread"),
        ("Pr[(1/n)*sum_{i=1..n} f(S[i]) - E[f(z)] >= t]"
        " <= exp(-(n*v)*((1 + t/v)*ln(1 + t/v) - t/v)) by bennett(b := 1, v := v)"),
    ),
    "bernstein": (
        VARIANCE,
        ("Pr[(1/n)*sum_{i=1..n} f(S[i]) - E[f(z)] >= t]"
        " <= exp(-n*t^2/(2*(v + t/3))) by bernstein(b := 1, v := v) from spread"),
        ("Pr[(1/n)*sum_{i=1..n} f(S[i]) - E[f(z)] >= t]"
        " <= exp(-n*t^2/(2*(v + t/4))) by bernstein(b := 1, v := v) from spread"),
    ),
    "bretagnolle_huber": (
        LAWS,
        "TV(N, M)^2 <= 1 - exp(-KL(N, M)) by bretagnolle_huber",
        "TV(N, M) <= 1 - exp(-KL(N, M)) by bretagnolle_huber",
    ),
    "chain_rule_kl": (
        LAWS,
        "KL(J, K) = KL(N, M) + E_{x ~ N}[KL(A(x), B(x))] by chain_rule_kl from first, second",
        "KL(J, K) = KL(N, M) + E_{x ~ M}[KL(A(x), B(x))] by chain_rule_kl from first, second",
    ),
    "donsker_varadhan": (
        LAWS,
        "E_{h ~ Q}[f(h)] <= KL(Q, P) + ln(E_{h ~ P}[exp(f(h))]) by donsker_varadhan",
        "E_{h ~ Q}[f(h)] <= KL(P, Q) + ln(E_{h ~ P}[exp(f(h))]) by donsker_varadhan",
    ),
    "pac_bayes": (
        LAWS,
        ("with prob >= 1 - delta over S, forall R : Dist[H], E_{h ~ R}[E_{x ~ N}[loss(h, x)]]"
        " <= E_{h ~ R}[(1/n)*sum_{i=1..n} loss(h, S[i])] + sqrt((KL(R, P) + ln(n/delta))/(2*(n - 1)))"
        " by pac_bayes"),
        ("with prob >= 1 - delta over S, forall R : Dist[H], E_{h ~ R}[E_{x ~ N}[loss(h, x)]]"
        " <= E_{h ~ R}[(1/n)*sum_{i=1..n} loss(h, S[i])] + sqrt((KL(P, R) + ln(n/delta))/(2*(n - 1)))"
        " by pac_bayes"),
    ),
    "pinsker": (
        LAWS,
        "TV(Q, P) <= sqrt(KL(Q, P)/2) by pinsker",
        "TV(Q, P) <= sqrt(KL(Q, P)/3) by pinsker",
    ),
    "tail_integral": (
        LAWS,
        "E_{h ~ P}[exp(f(h)^2)] <= 2 by tail_integral from tail",
        "E_{h ~ P}[exp(g(h)^2)] <= 2 by tail_integral from signed",
    ),
    "telescope": (
        NUMBERS,
        "sum_{i=1..n} (z[i] - z[i+1]) = z[1] - z[n+1] by telescope",
        "sum_{i=1..n} (z[i] - z[i+1]) = z[1] - z[n] by telescope",
    ),
    "cover": (
        COVERS,
        "forall k in 1..M, forall a in A, ||a - nearest(C[k], a)|| <= r*2^(-k) by cover",
        "forall k in 1..M, forall a in A, ||a - nearest(C[k], a)|| <= r*2^(-k)/2 by cover",
    ),
    "massart": (
        COVERS,
        "E[max_{a in A} <sigma, a>] <= r*sqrt(2*ln(card(A))) by massart from radius",
        "E[max_{a in A} <sigma, a>] <= r*sqrt(ln(card(A))) by massart from radius",
    ),
    "triangle": (NUMBERS, "||u + v|| <= ||u|| + ||v|| by triangle", "||u|| + ||v|| <= ||u + v|| by triangle"),
    "young": (
        NUMBERS,
        "<u, v> <= p/2*||u||^2 + ||v||^2/(2*p) by young",
        "<u, v> <= p/2*||u||^2 + ||v||^2/(3*p) by young",
    ),
}  # fmt: skip


@cache
def library() -> Library:
    """The theorems that are shipped, replayed when a rule asks for one."""

    def proved(theorem: Theorem, laws: Library, path: Path) -> Proved:
        return prove_theorem(theorem, laws, read_certificates(path).get(theorem.name, {}))

    return Library(resources.library(), proved)


def last_step(context: str, step: str) -> StatementProof:
    """What becomes of a step in its context."""
    source = Source("use.thm", f"theorem small\n{context}\n  step wanted: {step}\n  claim c: 0 <= 0\nend\n")
    tree, wrong = parse(source)
    entries, more = elaborate(tree, source)
    assert not [d.message for d in (*wrong, *more) if d.severity == "error"]
    theorem = next(entry for entry in entries if isinstance(entry, Theorem))
    return prove_theorem(theorem, library(), {}).statements["wanted"]


@pytest.mark.parametrize("name", sorted(shelf("rules")))
def test_an_entry_is_complete(name: str) -> None:
    rule = shelf("rules")[name]
    assert isinstance(rule, Rule)
    assert rule.name == name
    assert all(getattr(rule, f.name) for f in fields(rule) if f.name != "reference")
    assert rule.reference or rule.level in ("K", "-")
    assert name in USES, "a rule without a use in this suite"


@pytest.mark.parametrize("name", sorted(USES))
def test_a_use_is_proved(name: str) -> None:
    context, step, _ = USES[name]
    found = last_step(context, step)
    assert found.supported, [(o.status, o.message) for o in found.outcomes]
    assert {o.rule for o in found.outcomes} == {name}
    assert all(bool(o.debts) == (name in CITED) for o in found.outcomes)


LONG = frozenset({"chernoff", "finite_class"})
"""Rules of which a misuse is searched for a long time."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name in LONG else name for name in sorted(USES)]
)
def test_a_misuse_is_turned_down(name: str) -> None:
    context, _, step = USES[name]
    assert not last_step(context, step).supported


def test_premises_are_what_from_lists() -> None:
    """A premise that is not listed is named as missing."""
    found = last_step(CONVEX, "f(x) - f(y) <= <x - y, g> by convexity from sub")
    assert [o.status for o in found.outcomes] == ["gap"]
    assert "convex" in found.outcomes[0].message


def test_what_the_theorem_defines_follows_by_definition() -> None:
    recursion = FUNCTION + "  define v[0] := 1\n  define v[t+1] := v[t]/2 + mu  for t in 0..T\n"
    assert last_step(recursion, "forall t in 0..T, v[t+1] = mu + v[t]/2 by definition").supported
    assert not last_step(recursion, "forall t in 0..T, v[t+1] = beta + v[t]/2 by definition").supported
    assert [o.status for o in last_step(recursion, "mu = 1 by definition").outcomes] == ["gap"]


def test_every_theorem_file_is_found() -> None:
    assert (Path(resources.library()) / "lemmas" / "jensen.thm").exists()

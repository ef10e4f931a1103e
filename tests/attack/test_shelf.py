"""Families of the shelf in models: each is drawn from, false statements are refuted at its members exactly,
true ones never, and every hypothesis is accounted for."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from boundkit.attack import AttackReport, Budget, attack
from boundkit.attack.small import Limits
from boundkit.elaborate import elaborate
from boundkit.instances import shelf
from boundkit.ir.theorems import Theorem
from boundkit.kernel.witness import check_witness
from boundkit.source import Source
from boundkit.syntax.parse import parse

QUICK = Budget(structures=4, generations=8, small=Limits(instances=160, accepted=40, work=120_000))


def attacked(text: str) -> tuple[Theorem, AttackReport]:
    """A theorem and what a quick attack found."""
    source = Source("t.thm", f"theorem t {text} end")
    entries, wrong = elaborate(parse(source)[0], source)
    assert not [one for one in wrong if one.severity == "error"], wrong
    (theorem,) = (entry for entry in entries if isinstance(entry, Theorem))
    return theorem, attack(theorem, samples=4_000, budget=QUICK)


@dataclass(frozen=True)
class Case:
    """A theorem's declarations and hypotheses, true and false claims, the draw of its model ("": the default
    one), what the printed model has, and how each hypothesis but the ranges is accounted for."""

    lets: str
    true: str
    false: str
    model: str
    shown: str
    how: dict[str, str] = field(default_factory=dict)


CHAIN = (
    "let Z : Set let K : Z -> Dist[Z] let P : Dist[Z] draw X : Seq[Z] "
    "assume start: forall z in Z, Pr[X[1] = z] = Pr_{y ~ P}[y = z] "
    "assume next: forall t in 1..2, forall z in Z, almost surely, "
    "E[if X[t+1] = z then 1 else 0 given X[t]] = Pr_{y ~ K(X[t])}[y = z] "
)
STATIONARY = "assume stay: forall z in Z, E_{x ~ P}[Pr_{y ~ K(x)}[y = z]] = Pr_{x ~ P}[x = z] "
REGRESSION = (
    "let Z : Set let d, n : Nat in 1..2 let lam : Real > 0 let x : Z -> Vector[d] "
    "let y : Z -> Real in [-1, 1] let A : Z^n -> Vector[d] assume unit: forall z in Z, ||x(z)|| <= 1 "
    "assume ridge: forall s : Z^n, "
    "sum_{i=1..n} (<A(s), x(s[i])> - y(s[i]))*x(s[i]) + n*lam*A(s) = 0 "
)
PRIVATE = (
    "let Z, H : Set let n : Nat in 1..2 let eps : Real >= 0 let tau : Real in [0, 1] let D : Dist[Z] "
    "let A : Z^n -> Dist[H] let loss : H * Z -> Real in [0, 1] draw S ~ D^n draw z' ~ D draw h ~ A(S) "
    "assume dp: forall s, s' : Z^n, forall G : Set[H], neighbours(s, s') implies "
    "Pr_{g ~ A(s)}[g in G] <= exp(eps)*Pr_{g ~ A(s')}[g in G] + tau "
)
GAP = "E[loss(h, z')] - (1/n) * sum_{i=1..n} E[loss(h, S[i])]"
LIPSCHITZ = "let d : Nat in 1..2 let rho : Real > 0 let x, y : Vector[d] let f : Vector[d] -> Real "
CLOUD = "let m : Nat in 1..3 let r : Real > 0 let A : FiniteSet[Vector[m]] "
LOOP = (
    "let d, T : Nat in 1..2 let p : Vector[d] let G : Vector[d] -> Vector[d] let r, e, q : Real in [0, 1] "
    "draw theta : Seq[Vector[d]] assume contract: forall x : Vector[d], ||G(x) - p|| <= r*||x - p|| "
    "assume seldom: forall t in 0..T-1, with prob >= 1 - q over theta, "
    "||theta[t+1] - G(theta[t])|| <= e "
)
FLOW = (
    "let d : Nat in 1..2 let L : Real > 0 let e : Real >= 0 let s, v : Nat * Vector[d] -> Vector[d] "
    "let a, b : Vector[d] assume lip: forall t : Nat, forall x, y : Vector[d], "
    "||s(t, x) - s(t, y)|| <= L*||x - y|| "
    "assume near: forall t : Nat, forall x : Vector[d], ||v(t, x) - s(t, x)|| <= e "
)
PROMPTS = (
    "let Theta : FiniteSet let Z : Set let B : Real > 0 let f : Theta * Z -> Real in [-B, B] "
    "let y : Z -> Real in [-B, B] let n : Nat in 1..2 let A : Z^n -> Theta "
    "define loss(t, z) := (y(z) - f(t, z))^2 assume erm: forall s : Z^n, forall t in Theta, "
    "sum_{i=1..n} loss(A(s), s[i]) <= sum_{i=1..n} loss(t, s[i]) "
)
MOMENTS = (
    "let Z : Set let d : Nat in 1..2 let D : Dist[Z] let u, b : Z -> Vector[d] let H, G : Matrix[d, d] "
    "assume second: forall x, y : Vector[d], E_{z ~ D}[<x, u(z)>*<y, u(z)>] = <x, H*y> "
    "assume normal: forall M : Matrix[d, d], E_{z ~ D}[<M*u(z), G*u(z) - b(z)>] = 0 "
)
SYSTEM = (
    "let d : Nat in 1..2 let m, c : Real > 0 let A, F : Matrix[d, d] let x, y : Vector[d] "
    "assume low: forall v : Vector[d], m*||v||^2 <= <A*v, v> "
    "assume near: forall v, w : Vector[d], <F*v, w> - <A*v, w> <= c*||v||*||w|| "
    "assume solved: forall v : Vector[d], <A*x, v> = <y, v> "
)
BINARY = "let d : Nat in 1..2 let h : Vector[d] -> Real in {0, 1} let x, y : Vector[d] "

CASES = {
    "dp_sgd": Case(
        PRIVATE,
        f"{GAP} <= exp(eps) - 1 + tau",
        f"{GAP} <= eps/100",
        "draw A ~ dp_sgd(hypotheses := 2..2, eps := eps, steps := 1..2, clip := 1..1)",
        "draw A ~ dp_sgd(",
        {"dp": "filtered"},
    ),
    "transformer": Case(
        PROMPTS,
        "forall s : Z^n, sum_{i=1..n} loss(A(s), s[i]) <= 4*n*B^2",
        "forall s : Z^n, sum_{i=1..n} loss(A(s), s[i]) <= 4*n*B",
        "draw f ~ transformer(dimension := 1..2, heads := 1..2, layers := 1..2) "
        "draw A ~ erm_table(loss := loss)",
        "draw f ~ transformer(",
        {"f.range": "solved", "erm": "filtered"},
    ),
    "retraining_loop": Case(
        LOOP,
        "with prob >= 1 - q over theta, ||theta[1] - p|| <= e + r*||theta[0] - p||",
        "with prob >= 1 - q/2 over theta, ||theta[1] - p|| <= e + r*||theta[0] - p||",
        "draw G ~ affine_map(lip := r, fixed := p) "
        "draw theta ~ retraining_loop(map := G, error := e, chance := q)",
        "draw theta ~ retraining_loop(",
        {"contract": "filtered", "seldom": "filtered"},
    ),
    "gaussian_mixture_score": Case(
        FLOW,
        "||v(1, a) - s(1, b)|| <= L*||a - b|| + e",
        "||v(1, a) - s(1, b)|| <= L*||a - b|| + e/2",
        "draw s ~ gaussian_mixture_score(lip := L, centres := 1..3) draw v ~ nudged_map(of := s, error := e)",
        "draw s ~ gaussian_mixture_score(",
        {"lip": "filtered", "near": "filtered"},
    ),
    "attention_pretraining": Case(
        MOMENTS,
        "E_{z ~ D}[<G*u(z), G*u(z)>] = E_{z ~ D}[<G*u(z), b(z)>]",
        "E_{z ~ D}[<G*u(z), G*u(z)>] = E_{z ~ D}[<b(z), b(z)>]",
        "draw H ~ second_moment(of := u, law := D) "
        "draw G ~ attention_pretraining(inputs := u, targets := b, law := D)",
        "draw G ~ attention_pretraining(",
        {"second": "solved", "normal": "solved"},
    ),
    "linear_solution": Case(
        SYSTEM,
        "m*||x|| <= ||y||",
        "2*m*||x|| <= ||y||",
        "draw A ~ definite_matrix(least := m) draw F ~ nudged_matrix(of := A, error := c) "
        "draw x ~ linear_solution(matrix := A, right := y)",
        "draw x ~ linear_solution(",
        {"low": "filtered", "near": "filtered", "solved": "solved"},
    ),
    "edited_prompt": Case(
        "let d : Nat in 1..2 let n : Nat in 2..3 let s : Real >= 0 let X, Y : Matrix[n, d] "
        "assume unit: forall i in 1..n, ||X[i]|| <= 1 and ||Y[i]|| <= 1 assume last: X[n] = Y[n] "
        "assume total: sum_{i=1..n} ||X[i] - Y[i]|| <= s ",
        "forall i in 1..n, ||X[i] - Y[i]|| <= min(s, 2)",
        "forall i in 1..n, ||X[i] - Y[i]|| <= s/2",
        "draw Y ~ edited_prompt(of := X, total := s)",
        "draw Y ~ edited_prompt(",
        {"unit": "solved", "last": "filtered", "total": "filtered"},
    ),
    "sgd": Case(
        "let d : Nat in 1..2 let f : Vector[d] -> Real let u : Vector[d] let eta, rho : Real > 0 "
        "draw v : Seq[Vector[d]] assume lip: f is Lipschitz(rho) assume cvx: f is convex "
        "assume bnd: forall t in 1..2, almost surely, ||v[t]|| <= rho ",
        "E[||eta*v[1] + eta*v[2]||^2] <= 4*eta^2*rho^2",
        "E[||eta*v[1] + eta*v[2]||^2] <= 3*eta^2*rho^2",
        "draw f ~ planted_max_affine(lip := rho) draw v ~ sgd(function := f, rate := eta, bound := rho)",
        "draw v ~ sgd(",
        {"lip": "guaranteed", "cvx": "guaranteed", "bnd": "filtered"},
    ),
    "markov_chain": Case(
        CHAIN,
        "Pr[X[3] = X[2]] = E_{a ~ P}[E_{b ~ K(a)}[Pr_{c ~ K(b)}[c = b]]]",
        "Pr[X[3] = X[2]] <= 1/2",
        "draw X ~ markov_chain(initial := P, kernel := K)",
        "draw X ~ markov_chain(",
        {"start": "solved", "next": "solved"},
    ),
    "reversible_kernel": Case(
        CHAIN + STATIONARY,
        "forall z in Z, Pr[X[3] = z] = Pr[X[1] = z]",
        "Pr[X[2] = X[1]] <= 9/10",
        "draw K ~ reversible_kernel(stationary := P) draw X ~ markov_chain(initial := P, kernel := K)",
        "draw K ~ reversible_kernel(",
        {"start": "solved", "next": "solved", "stay": "solved"},
    ),
    "ridge": Case(
        REGRESSION,
        "forall s, s' : Z^n, neighbours(s, s') implies ||A(s) - A(s')|| <= 4/(n*lam)",
        "forall s, s' : Z^n, neighbours(s, s') implies ||A(s) - A(s')|| <= 1/(4*n*lam)",
        "draw A ~ ridge(inputs := x, targets := y, weight := lam)",
        "draw A ~ ridge(",
        {"unit": "solved", "ridge": "solved"},
    ),
    "gaussian_mechanism": Case(
        PRIVATE,
        f"{GAP} <= exp(eps) - 1 + tau",
        f"{GAP} <= eps/100",
        "draw A ~ gaussian_mechanism(hypotheses := 2..3, eps := eps, tau := tau)",
        "draw A ~ gaussian_mechanism(",
        {"dp": "filtered"},
    ),
    "softmax_attention": Case(
        LIPSCHITZ + "assume lip: f is Lipschitz(rho) assume in01: f is bounded(0, 1) ",
        "f(x) - f(y) <= min(rho*||x - y||, 1)",
        "f(x) - f(y) <= rho/4*||x - y||",
        "draw f ~ softmax_attention(lip := rho, low := 0, high := 1)",
        "draw f ~ softmax_attention(",
        {"lip": "guaranteed", "in01": "guaranteed"},
    ),
    "relu_layer": Case(
        LIPSCHITZ + "assume lip: f is Lipschitz(rho) ",
        "f(x) - f(y) <= rho*||x - y||",
        "f((x + y)/2) <= (f(x) + f(y))/2",
        "draw f ~ relu_layer(lip := rho, units := 1..3)",
        "draw f ~ relu_layer(",
        {"lip": "guaranteed"},
    ),
    "separated_points": Case(
        CLOUD,
        "covering_number(A, r) = card(A)",
        "covering_number(A, r) <= 9",
        "draw A ~ separated_points(radius := r, points := 9..12)",
        "draw A ~ separated_points(",
    ),
    "random_cloud": Case(
        CLOUD,
        "covering_number(A, r) <= card(A) and covering_number(A, 2*r) <= covering_number(A, r)*card(A)",
        "covering_number(A, r) <= 4",
        "draw A ~ random_cloud(points := 9..12)",
        "draw A ~ random_cloud(",
    ),
    "halfspace": Case(
        BINARY, "|h(x) - h(y)| <= 1", "h(x) <= h(y)", "draw h ~ halfspace(levels := {0, 1})", "~ halfspace("
    ),
    "constant": Case(
        BINARY + "let lam : Real >= 0 assume lip: h is Lipschitz(lam) ",
        "|h(x) - h(y)| <= 1/2",
        "h(x) <= 1/2",
        "",
        "draw h ~ constant(levels := {0, 1})",
        {"lip": "guaranteed"},
    ),
    "sets of tuples": Case(
        "let Z : Set let k : Nat in 1..3 let F : FiniteSet[Z^k] let g : Z -> Real in [0, 1] ",
        "max_{s in F} sum_{i=1..k} g(s[i]) <= k",
        "forall s in F, forall u in F, s = u",
        "",
        "of Z^k",
    ),
    "sets of pairs": Case(
        "let H, Z : Set let F : Set[H * Z] ",
        "forall p in F, exists q in F, fst(p) = fst(q)",
        "forall p in F, forall q in F, fst(p) = fst(q) implies p = q",
        "",
        "of H * Z",
    ),
    "functions of naturals": Case(
        "let Z : Set let n : Nat in 1..2 let b : Real >= 0 let g : Nat * Z^n -> Real in [0, 1] "
        "assume stab: forall t : Nat, forall s, s' : Z^n, "
        "neighbours(s, s') implies |g(t, s) - g(t, s')| <= b ",
        "forall t : Nat, forall s, s' : Z^n, |g(t, s) - g(t, s')| <= n*b",
        "forall t : Nat, forall s : Z^n, |g(t, s) - g(t + 1, s)| <= b",
        "",
        "draw g ~ table([0, 1])",
        {"stab": "filtered"},
    ),
    "binary functions of a finite type": Case(
        "let Z : Set let h : Z -> Real in {0, 1} let x, y : Z ",
        "h(x)^2 = h(x)",
        "h(x) <= h(y)",
        "",
        "draw h ~ table({0, 1})",
    ),
}


@pytest.fixture(scope="module", params=CASES)
def found(request: pytest.FixtureRequest) -> tuple[Case, Theorem, AttackReport]:
    """A case, its theorem, and what was found of both claims."""
    case = CASES[request.param]
    model = f"model m {case.model} end" if case.model else ""
    theorem, report = attacked(f"{case.lets} claim true: {case.true} claim wrong: {case.false} {model}")
    return case, theorem, report


Found = tuple[Case, Theorem, AttackReport]


def test_the_model_draws_from_the_family(found: Found) -> None:
    """It is printed, and nothing is said against it."""
    case, _, report = found
    assert case.shown in report.source and not report.diagnostics


def test_a_true_statement_is_tested_and_a_false_one_is_refuted(found: Found) -> None:
    """The kernel finds so again from the witness alone."""
    _, theorem, report = found
    assert report.by_label["true"].outcome in ("tested", "undecided"), report.by_label["true"].text
    wrong = report.by_label["wrong"]
    assert wrong.outcome == "violated" and wrong.witness is not None, wrong.text
    assert check_witness(theorem, "wrong", wrong.witness).outcome == "violated"


def test_every_hypothesis_is_accounted_for(found: Found) -> None:
    """And how often it held is counted."""
    case, theorem, report = found
    assert [one.label for one in report.hypotheses] == [one.label for one in theorem.hypotheses]
    for one in report.hypotheses:
        assert 0 < one.satisfied <= one.seen
        assert one.how == case.how.get(one.label, one.how)
        if one.how in ("guaranteed", "solved"):
            # at all instances whose families have a member
            assert one.satisfied == max(other.satisfied for other in report.hypotheses)


def test_each_family_that_solves_says_so_of_equations_only() -> None:
    """An inequality about what it draws filters."""
    assert {name for name, family in shelf().items() if family.solves} == {
        "attention_pretraining", "linear_solution", "markov_chain", "reversible_kernel", "ridge",
        "ridge_dual", "second_moment", "table_of_mean",
    }  # fmt: skip
    text = REGRESSION + "assume small: forall s : Z^n, ||A(s)|| <= 1/3 claim c: lam > 0 "
    _, report = attacked(f"{text} model m draw A ~ ridge(inputs := x, targets := y, weight := lam) end")
    how = {one.label: (one.how, one.satisfied == one.seen) for one in report.hypotheses}
    assert how["ridge"] == ("solved", True)
    assert how["small"] == ("filtered", False)


def test_the_acceptance_is_in_the_scope() -> None:
    """With the hypothesis that holds on the fewest instances."""
    _, report = attacked("let x, y : Real assume less: x + 1 <= y^3 claim c: x <= y^3")
    (less,) = report.hypotheses
    assert less.how == "filtered" and 0 < less.satisfied < less.seen
    assert f"{less.satisfied} of {less.seen} accepted, fewest by `less`" in report.scope


CONTINUOUS = (
    "let Z : Set let n : Nat in 1..2 let q : Z^n -> Real in [0, 1] let v, t : Real > 0 let D : Dist[Z] "
    "draw S ~ D^n draw h ~ normal(q(S), v) "
)


@pytest.mark.parametrize(
    "claim, outcome",
    [
        ("Pr[h >= 1 + t] <= exp(-t^2/(2*v))", "tested"),
        ("Pr[h >= 1/2 + t] <= exp(-t^2/(2*v))/4", "suspect"),
    ],
)
def test_the_gaussian_mechanism_itself_is_sampled(claim: str, outcome: str) -> None:
    """As a law of the language, of a query that is a table: nothing of it is exact."""
    _, report = attacked(f"{CONTINUOUS} claim c: {claim}")
    assert report.statements[-1].outcome == outcome


STATED = [
    ("draw K ~ markov_chain(initial := P, kernel := K)", "E0501"),
    ("draw X ~ reversible_kernel(stationary := P)", "E0501"),
    ("draw X ~ markov_chain(initial := P)", "E0501"),
    ("draw K ~ ridge(inputs := P, targets := P, weight := 1)", "E0501"),
]


@pytest.mark.parametrize("draw, code", STATED)
def test_a_family_that_does_not_fit_is_named_and_nothing_is_tested(draw: str, code: str) -> None:
    """Of another kind than the name, or without what it needs."""
    _, report = attacked(f"{CHAIN} claim c: Pr[X[2] = X[1]] <= 1 model m {draw} end")
    assert [one.code for one in report.diagnostics] == [code]
    assert report.statements[-1].outcome == "untested"

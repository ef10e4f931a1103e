"""Statements about laws, samples and algorithms: false ones are refuted exactly at a small instance, true
ones never, and the examples of the language run without a complaint about their models."""

from __future__ import annotations

import re

import pytest

from boundkit.attack import AttackReport, Budget, attack, attack_inference
from boundkit.attack.small import Limits
from boundkit.elaborate import elaborate
from boundkit.ir.theorems import Theorem
from boundkit.kernel.witness import check_witness
from boundkit.source import Source
from boundkit.syntax.parse import parse

QUICK = Budget(structures=4, generations=8, small=Limits(instances=160, accepted=60, work=120_000))


def theorem_of(text: str) -> Theorem:
    """The last theorem of a text."""
    source = Source("t.thm", text)
    entries, wrong = elaborate(parse(source)[0], source)
    assert not [one for one in wrong if one.severity == "error"], wrong
    return [entry for entry in entries if isinstance(entry, Theorem)][-1]


def attacked(text: str) -> tuple[Theorem, AttackReport]:
    """A theorem and what a quick attack found."""
    theorem = theorem_of(f"theorem t {text} end")
    return theorem, attack(theorem, samples=4_000, budget=QUICK)


SAMPLE = "let n : Nat >= 1 let t : Real > 0 let D : Dist[[0, 1]] draw X ~ D^n "
DEVIATION = SAMPLE + "define dev := (1/n)*sum_{i=1..n} X[i] - E_{x ~ D}[x] "
SIGNS = "let m : Nat >= 1 let A : FiniteSet[Vector[m]] let r : Real >= 0 draw sigma ~ Rademacher^m "
MASSART = SIGNS + "assume size: forall a in A, ||a|| <= r "
BAYES = (
    "let Z, H : Set let n : Nat >= 2 let delta : Prob let D : Dist[Z] let P : Dist[H] "
    "let loss : H * Z -> Real in [0, 1] draw S ~ D^n define L(h) := E_{z ~ D}[loss(h, z)] "
    "define Lhat(h) := (1/n) * sum_{i=1..n} loss(h, S[i]) define raw(h) := L(h) - Lhat(h) "
)
RIGHT = "E_{h ~ Q}[L(h)] <= E_{h ~ Q}[Lhat(h)] + sqrt("
PRIVATE = (
    "let Z, H : Set let n : Nat in 1..2 let eps : Real >= 0 let tau : Real in [0, 1] let D : Dist[Z] "
    "let A : Z^n -> Dist[H] let loss : H * Z -> Real in [0, 1] draw S ~ D^n draw z' ~ D draw h ~ A(S) "
    "assume dp: forall s, s' : Z^n, forall G : Set[H], neighbours(s, s') implies "
    "Pr_{g ~ A(s)}[g in G] <= exp(eps)*Pr_{g ~ A(s')}[g in G] + tau "
    "claim gen: E[loss(h, z')] - (1/n) * sum_{i=1..n} E[loss(h, S[i])] <= "
)
PARITY = (
    "let d : Nat in 1..2 let lam : Real >= 0 let S, T : Seq[Dist[Vector[d]]] "
    "let h : Vector[d] -> Real in [0, 1] define gap(D) := |E_{x ~ D[0]}[h(x)] - E_{x ~ D[1]}[h(x)]| "
    "assume lip: h is Lipschitz(lam) claim c: gap(T) <= gap(S) + "
)
DISTANCE = "(W1(S[0], T[0]) + W1(S[1], T[1]))"
DESCENT = (
    "let d, T : Nat >= 1 let rho, B : Real > 0 let f : Vector[d] -> Real let wstar : Vector[d] "
    "draw v : Seq[Vector[d]] define eta := B/(rho*sqrt(T)) define w[1] := 0 "
    "define w[t+1] := w[t] - eta*v[t] for t in 1..T define wbar := (1/T) * sum_{t=1..T} w[t] "
    "assume cvx: f is convex assume ball: ||wstar|| <= B "
    "assume unb: forall t in 1..T, almost surely, E[v[t] given w[t]] in subgrad(f, w[t]) "
    "assume bnd: forall t in 1..T, almost surely, ||v[t]|| <= rho claim rate: E[f(wbar)] - f(wstar) <= "
)
TWO_LAWS = "let Z : Set let P, Q : Dist[Z] "

FALSE = {
    "two-sided Hoeffding without the factor": DEVIATION + "claim c: Pr[|dev| >= t] <= exp(-2*n*t^2)",
    "Hoeffding with 3": DEVIATION + "claim c: Pr[dev >= t] <= exp(-3*n*t^2)",
    "Massart without the 2": MASSART + "claim c: E[max_{a in A} <sigma, a>] <= r*sqrt(ln(card(A)))",
    "all Q at once, without KL": (
        BAYES + f"claim c: with prob >= 1 - delta over S, forall Q : Dist[H], {RIGHT}ln(1/delta)/(2*n))"
    ),
    "only KL": BAYES + f"claim c: with prob >= 1 - delta over S, forall Q : Dist[H], {RIGHT}KL(Q, P)/(2*n))",
    "privacy without tau": PRIVATE + "exp(eps) - 1",
    "half the transport": PARITY + f"(lam/2)*{DISTANCE}",
    "half the rate of descent": DESCENT + "B*rho/(2*sqrt(T))",
    "Pinsker with 4": TWO_LAWS + "claim c: TV(P, Q) <= sqrt(KL(P, Q)/4)",
    "KL is symmetric": TWO_LAWS + "claim c: KL(P, Q) <= KL(Q, P) + 1/8",
    "a process is independent": "draw v : Seq[Real] claim c: E[v[1]*v[2]] <= E[v[1]]*E[v[2]]",
    "stability says nothing of one place": (
        "let Z, H : Set let n : Nat in 2..3 let A : Z^n -> H let loss : H -> Real in [0, 1] "
        "claim c: forall s, s' : Z^n, neighbours(s, s') implies |loss(A(s)) - loss(A(s'))| <= 1/2"
    ),
}


@pytest.mark.parametrize("name", FALSE)
def test_a_false_statement_is_refuted_exactly(name: str) -> None:
    """And the kernel finds so again from the witness alone."""
    theorem, report = attacked(FALSE[name])
    found = report.statements[-1]
    assert found.outcome == "violated", (found.text, report.diagnostics)
    assert found.witness is not None
    assert check_witness(theorem, found.label, found.witness).outcome == "violated"


TRUE = {
    "Hoeffding": DEVIATION + "claim c: Pr[dev >= t] <= exp(-2*n*t^2)",
    "Massart": MASSART + "claim c: E[max_{a in A} <sigma, a>] <= r*sqrt(2*ln(card(A)))",
    "one Q at a time, without KL": (
        BAYES + f"claim c: forall Q : Dist[H], with prob >= 1 - delta over S, {RIGHT}ln(1/delta)/(2*n))"
    ),
    "PAC-Bayes": (
        BAYES
        + "claim c: with prob >= 1 - delta over S, forall Q : Dist[H], "
        + f"{RIGHT}(KL(Q, P) + ln(n/delta))/(2*(n-1)))"
    ),
    "privacy": PRIVATE + "exp(eps) - 1 + tau",
    "privacy by total variation": PRIVATE + "eps/2 + tau",
    "transport": PARITY + f"lam*{DISTANCE}",
    "descent": DESCENT + "B*rho/sqrt(T)",
    "Pinsker": TWO_LAWS + "claim c: TV(P, Q) <= sqrt(KL(P, Q)/2)",
    "Jensen and Shannon": TWO_LAWS + "claim c: JS(P, Q) <= ln(2)*TV(P, Q)",
}


@pytest.mark.parametrize("name", TRUE)
def test_a_true_statement_is_never_refuted(name: str) -> None:
    """Nor is its model turned down."""
    _, report = attacked(TRUE[name])
    assert report.statements[-1].outcome in ("tested", "undecided"), report.statements[-1].text
    assert not report.diagnostics


def test_what_is_known_from_below_is_no_pass() -> None:
    """A supremum over all laws on the left of a true statement leaves every instance undecided."""
    _, report = attacked(TRUE["PAC-Bayes"])
    assert report.statements[-1].outcome == "undecided"
    assert report.statements[-1].links[0].passes == 0


def test_the_simplest_instance_is_found() -> None:
    """One draw of a fair coin, and a level of 1/2."""
    _, report = attacked(FALSE["two-sided Hoeffding without the factor"])
    values = dict(report.statements[-1].values)
    assert values == {"n": "1", "t": "1/2", "D": "{0: 1/2, 1: 1/2}"}


STABLE = (
    "let Z, H : Set let n : Nat in 2..2 let gamma, M : Real > 0 let delta : Real in RANGE let D : Dist[Z] "
    "let A : Z^n -> H let loss : H * Z -> Real in [0, M] draw S ~ D^n "
    "define R := E_{z ~ D}[loss(A(S), z)] define Rhat := (1/n) * sum_{i=1..n} loss(A(S), S[i]) "
    "assume stab: forall s, s' : Z^n, forall z in Z, neighbours(s, s') implies "
    "|loss(A(s), z) - loss(A(s'), z)| <= gamma claim c: with prob >= 1 - delta over S, "
    "|R - Rhat| <~ gamma*ln(n)*ln(1/delta) + M*sqrt(ln(1/delta)/n)"
)


def test_stability_for_all_confidences_is_refuted_for_every_constant() -> None:
    """The gap does not depend on delta, and the right side vanishes as delta -> 1."""
    theorem, report = attacked(STABLE.replace("RANGE", "(0, 1)"))
    found = report.statements[-1]
    assert found.outcome == "violated" and "as delta -> 1" in found.text
    assert found.witness is not None and found.witness["ray"] == {"name": "delta", "end": "1"}
    assert check_witness(theorem, "c", found.witness).outcome == "violated"


def test_stability_for_small_delta_is_not_refuted() -> None:
    """delta <= 1/2 keeps the right side away from zero."""
    _, report = attacked(STABLE.replace("RANGE", "(0, 1/2]"))
    assert report.statements[-1].outcome == "undecided" and not report.diagnostics


@pytest.mark.parametrize("hypothesis, outcome", [("", "tested"), ("assume same: S[0] = S[1]", "untested")])
def test_a_hypothesis_that_is_not_evaluated_stops_the_test(hypothesis: str, outcome: str) -> None:
    """It is named, and nothing is said of the statement."""
    text = PARITY.replace("claim c:", f"{hypothesis} claim c:") + f"lam*{DISTANCE}"
    _, report = attacked(text)
    assert report.statements[-1].outcome == outcome
    assert [one.code for one in report.diagnostics] == ([] if outcome == "tested" else ["E0502"])


def test_hypotheses_are_counted_where_they_filter() -> None:
    """The acceptance of each is reported."""
    _, report = attacked(DESCENT + "B*rho/sqrt(T)")
    by_label = {one.label: one for one in report.hypotheses}
    assert 0 < by_label["unb"].satisfied <= by_label["unb"].seen
    assert by_label["cvx"].satisfied > 0


def test_a_model_that_starves_is_named() -> None:
    """No drawn kernel has mass above 1."""
    text = PRIVATE.replace(
        "claim gen:", "assume odd: forall s : Z^n, Pr_{g ~ A(s)}[g in H] <= 1/2 claim gen:"
    )
    _, report = attacked(text + "1")
    assert report.statements[-1].outcome == "untested"
    assert [one.code for one in report.diagnostics] == ["E0504"]


UNTRUNCATED = BAYES + (
    "define gap(h) := GAP "
    "step S4: forall h in H, forall a : Real > 0, Pr[gap(h) >= a] <= exp(-2*n*a^2) by hoeffding "
    "step S5: forall h in H, E[exp(2*(n-1)*gap(h)^2)] <= n by tail_integral from S4"
)


def test_a_tail_of_one_side_bounds_no_square() -> None:
    """With gap(h) = -1 the premise holds and the goal fails."""
    theorem = theorem_of(f"theorem t {UNTRUNCATED.replace('GAP', 'raw(h)')} end")
    found = attack_inference(theorem, "S5")
    assert found is not None and found.abstracted == ("L(h)", "Lhat(h)")
    assert check_witness(found.theorem, "S5", found.witness).outcome == "violated"
    assert found.finding.hypotheses[-1] == "S4"


def test_a_truncated_gap_makes_the_inference_sound() -> None:
    """Its values are not negative, whatever the loss is."""
    theorem = theorem_of(f"theorem t {UNTRUNCATED.replace('GAP', 'max(raw(h), 0)')} end")
    assert attack_inference(theorem, "S5") is None


def test_what_types_say_of_a_quantity_is_kept() -> None:
    """A loss in [0, 1] is not negative, so the tail of one side is that of both."""
    text = UNTRUNCATED.replace("GAP", "Lhat(h)")
    assert attack_inference(theorem_of(f"theorem t {text} end"), "S5") is None


def test_reports_do_not_depend_on_the_order_of_names() -> None:
    """Two runs are equal to the letter."""
    first, second = (attacked(FALSE["half the transport"])[1] for _ in range(2))
    assert first.statements == second.statements and re.match("false", first.statements[-1].text)


PHI = (
    BAYES.replace("n : Nat >= 2", "n : Nat in 2..3")
    + "define gap(h) := max(raw(h), 0) "
    + "define Phi := sup_{Q : Dist[H]} (2*(n-1)*E_{h ~ Q}[gap(h)^2] - KL(Q, P)) claim c: "
)
UNIFORMLY = "with prob >= 1 - delta over S, forall Q : Dist[H], E_{h ~ Q}[L(h)] <= E_{h ~ Q}[Lhat(h)] + "
MEAN = "ln(E_{h ~ P}[exp(2*(n-1)*gap(h)^2)])"


@pytest.mark.parametrize(
    "claim, outcome",
    [
        ("with prob >= 1 - delta over S, Phi <= ln(n/delta)", "tested"),
        ("with prob >= 1 - delta over S, Phi <= ln(1/delta)/4", "violated"),
        (f"almost surely, Phi <= {MEAN} + 1/100", "tested"),
        (f"almost surely, Phi <= {MEAN} - 1/100", "violated"),
        (f"almost surely, Phi <= {MEAN}", "equal"),
        (f"with prob >= 1 - delta over S, Phi <= {MEAN}", "equal"),
        (f"{UNIFORMLY}(KL(Q, P) + ln(1/delta))/n + 1/8", "tested"),
        (f"{UNIFORMLY}(KL(Q, P) + ln(1/delta))/(8*n)", "violated"),
    ],
)
def test_a_supremum_over_laws_with_a_closed_form_is_sampled_in_doubles(claim: str, outcome: str) -> None:
    """Both ways; where the sides are equal nothing is refuted, nor suspected."""
    theorem, report = attacked(PHI + claim)
    found = report.statements[-1]
    assert found.outcome in (("tested", "undecided") if outcome == "equal" else (outcome,)), found.text
    if outcome == "violated":
        assert found.witness is not None
        assert check_witness(theorem, "c", found.witness).outcome == "violated"
    else:
        assert sum(link.samples for link in found.links) >= 4_000

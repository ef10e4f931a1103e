"""Messages that the language's description quotes, word for word."""

from __future__ import annotations

from collections.abc import Callable

Shown = Callable[[str], str]


def test_a_body_that_ends_before_a_sum_does(shown: Shown) -> None:
    text = """theorem t
  let a, b : Seq[Real]   let T : Nat   let r : Real
  claim c: r = sum_{t=1..T} a[t] + b[t]
end
"""
    assert shown(text) == (
        "example.thm:3:38: error[E0203]: "
        "`t` is not in scope: the body of `sum` is one product and ends before `+`\n"
        "3 |   claim c: r = sum_{t=1..T} a[t] + b[t]\n"
        "  |                                      ^ fix: `sum_{t=1..T} (a[t] + b[t])`"
    )


SAMPLE = """theorem t
  let Z, H : Set   let n : Nat >= 1   let D : Dist[Z]   let delta : Prob   let r : Real
  let A : Z^n -> H   let loss : H * Z -> Real in [0, 1]
  draw S ~ D^n
  define L(h) := E_{z ~ D}[loss(h, z)]
  define Lhat(h) := (1/n)*sum_{i=1..n} loss(h, S[i])
"""


def test_a_draw_that_nothing_discharges(shown: Shown) -> None:
    assert shown(SAMPLE + "  claim c: L(A(S)) <= Lhat(A(S)) + r\nend\n") == (
        "example.thm:7:12: error[E0211]: the claim depends on the draw S, which no quantifier discharges\n"
        "7 |   claim c: L(A(S)) <= Lhat(A(S)) + r\n"
        "  |            ^^^^^^^ help: `with prob >= 1 - delta over S,` or `almost surely,` or `E[...]`"
    )


def test_a_trained_hypothesis_in_a_bound_for_a_fixed_one(shown: Shown) -> None:
    fixed = SAMPLE.replace("theorem t", "theorem fixed_h")
    fixed += "  claim c: forall h in H, with prob >= 1 - delta over S, L(h) <= Lhat(h) + r\nend\n"
    trained = SAMPLE + "  claim c: with prob >= 1 - delta over S, L(A(S)) <= Lhat(A(S)) + r\n"
    assert shown(fixed + trained + "    by fixed_h(h := A(S))\nend\n") == (
        "example.thm:16:21: error[E0214]: `A(S)` is random in S, but `fixed_h` fixes h before S is drawn\n"
        "16 |     by fixed_h(h := A(S))\n"
        "   |                     ^^^^ "
        "fixed_h is `forall h in H, with prob >= 1 - delta over S, ...` (example.thm:7)\n"
        "   | help: use a bound with `forall h` after `over S`; or `condition(S2)` with A trained on an "
        "independent S2"
    )


def test_a_denominator_that_the_declaration_lets_vanish(shown: Shown) -> None:
    text = """theorem t
  let n : Nat >= 1   let H : Set   let P, Q : Dist[H]   let delta : Prob
  let gap : Real
  define unused := 1
  assume kl: KL(Q, P) <= 1
  claim c: gap <= sqrt((KL(Q, P) + ln(n/delta)) / (2*(n-1)))
end
"""
    assert shown(text) == (
        "example.thm:6:51: error[E0221]: "
        "division by zero at n = 1, which `let n : Nat >= 1` (line 2) allows\n"
        "6 |   claim c: gap <= sqrt((KL(Q, P) + ln(n/delta)) / (2*(n-1)))\n"
        "  |                                                   ^^^^^^^^^ fix: `let n : Nat >= 2`"
    )


def test_a_premise_that_comes_later(shown: Shown) -> None:
    text = """theorem t
  let a, b : Real
  step S1: a <= b   by sorry
  step S3: a <= b   by chain from S1, S5
  step S4: a <= b   by sorry
  step S5: a <= b   by sorry
end
"""
    assert shown(text) == (
        "example.thm:4:39: error[E0301]: step S3 uses S5, which comes later (line 6)\n"
        "4 |   step S3: a <= b   by chain from S1, S5\n"
        "  |                                       ^^ help: "
        "move S5 above line 4 (S5 does not use S3, so it can move)"
    )


def test_two_steps_that_use_each_other_cannot_be_moved(shown: Shown) -> None:
    text = """theorem t
  let a, b : Real
  step one: a <= b   by chain from two
  step two: a <= b   by chain from one
end
"""
    assert "two rests on one itself" in shown(text)


def test_an_error_costs_one_clause_and_what_uses_it_is_silent(shown: Shown) -> None:
    text = """theorem t
  let x : Reel
  define y := x + 1
  claim c: y <= 2
  claim d: z <= 2
end
"""
    found = shown(text)
    assert found.count("error[") == 2
    assert "unknown type `Reel`" in found and "unknown name `z`" in found


def test_a_name_that_is_almost_declared_is_suggested(shown: Shown) -> None:
    assert "did you mean `rho`?" in shown("theorem t\n  let rho : Real\n  claim c: Rho <= 1\nend\n")

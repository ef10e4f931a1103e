"""Names, sorts, scopes, definitions and randomness: what is accepted, and what is turned down and why."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from boundkit.ir.show import show, show_sort
from boundkit.ir.terms import Apply, Number
from boundkit.ir.theorems import Theorem

Read = Callable[[str], Theorem]
Codes = Callable[[str], list[str]]

SIZES = "let p, q : Nat >= 1  let W : Matrix[q, p]  let x : Vector[p]  let y : Vector[q]  let r : Real"


def claims(*formulas: str, before: str = "") -> str:
    lines = [f"  claim c{place}: {formula}" for place, formula in enumerate(formulas)]
    return "theorem t\n  " + before + "\n" + "\n".join(lines) + "\nend\n"


def formula(theorem: Theorem, label: str = "c0") -> str:
    return show(theorem.statement[label].formula)


@pytest.mark.parametrize(
    "accepted",
    [
        "W*x = y",
        "<W*x, y> <= ||W||_op*||x||*||y||",
        "x*y.T = (y*x.T).T",
        "r*x + x/2 = 0",
        "W.T*(W*x) = 0*x",
        "[x; y] = [2*x; y]",
        "||x - 0|| <= r",
        "x[1] + r <= 0",
        "(I(p) + 0)*x = x",
        "trace(W.T*W) >= 0",
        "||x||_1 >= ||x||_inf",
    ],
)
def test_products_and_sums_of_fitting_sizes_are_accepted(codes: Codes, accepted: str) -> None:
    assert codes(claims(accepted, before=SIZES)) == []


@pytest.mark.parametrize(
    ("refused", "code"),
    [
        ("x*W = y", "E0205"),
        ("x + y = 0", "E0205"),
        ("<x, y> <= 1", "E0205"),
        ("x*x <= 1", "E0205"),
        ("x + 1 = 0", "E0204"),
        ("x <= r", "E0204"),
        ("r/x = 1", "E0204"),
        ("x^2 = 1", "E0204"),
        ("||W|| <= 1", "E0204"),
        ("|x| <= 1", "E0204"),
        ("||r|| <= 1", "E0204"),
        ("r", "E0204"),
        ("r.T = 1", "E0204"),
        ("r[1] <= 1", "E0204"),
        ("(x <= 1) <= 2", "E0204"),
        ("sqrt(r, r) <= 1", "E0207"),
        ("r(2) <= 1", "E0207"),
        ("max(r) <= 1", "E0207"),
        ("frobnicate(r) <= 1", "E0201"),
        ("exp <= 1", "E0201"),
        ("Real <= 1", "E0204"),
        ("r in r", "E0212"),
        ("W^2 = W", "E0204"),
        ("exists p : Real, p = r", "E0202"),
        ("forall exp : Real, r = r", "E0202"),
        ("r is convex", "E0204"),
        ("r.rhs <= 1", "E0217"),
    ],
)
def test_what_does_not_fit_is_refused(codes: Codes, refused: str, code: str) -> None:
    assert codes(claims(refused, before=SIZES)) == [code]


def test_sizes_are_equal_as_polynomials(theorem: Read, codes: Codes) -> None:
    before = "let p, q : Nat >= 1  let x : Vector[(p + q)*(p - q + 2*q)]  let y : Vector[p^2 + 2*p*q + q^2]"
    theorem(claims("x = y", before=before))
    assert codes(claims("x = y", before=before.replace("2*p*q", "p*q"))) == ["E0205"]


def test_relations_are_turned_round_and_nothing_is_evaluated(theorem: Read) -> None:
    read = theorem(claims("r >= 1 + 1 > 0.5", before="let r : Real"))
    assert formula(read) == "1 + 1 <= r and 0.5 < 1 + 1"
    relation = read.statement["c0"].links[1].relation
    assert isinstance(relation, Apply) and isinstance(relation.args[0], Number)
    assert str(relation.args[0].value) == "1/2"


def test_powers_stay_powers_and_sums_stay_as_written(theorem: Read) -> None:
    read = theorem(claims("a + (b + a) = 10^6*a - b - a", before="let a, b : Real"))
    assert formula(read) == "a + (b + a) = 10^6*a - b - a"


@pytest.mark.parametrize(
    ("bound", "printed"),
    [
        ("x : Real > 0", "x : Real > 0"),
        ("x : Nat > 0", "x : Nat >= 1"),
        ("x : Real in (0, 1]", "x in (0, 1]"),
        ("x : Prob", "x in (0, 1)"),
        ("x in {0, 1}", "x in {0, 1}"),
        ("x = 1..5", "x in 1..5"),
        ("x : Nat", "x : Nat"),
    ],
)
def test_bounds_are_domains(theorem: Read, bound: str, printed: str) -> None:
    is_range = "=" in bound.replace(">=", "")
    claimed = f"r = sum_{{{bound}}} x" if is_range else f"exists {bound}, x = r"
    read = theorem(claims(claimed, before="let r : Real"))
    assert printed in formula(read).replace("x=", "x in ")


def test_a_variable_in_an_index_is_a_natural(theorem: Read, codes: Codes) -> None:
    read = theorem(claims("forall t >= 1, w[t] <= 1", before="let w : Seq[Real]"))
    assert formula(read) == "forall t : Nat >= 1, w[t] <= 1"
    assert codes(claims("forall t >= 1, t^2 >= 1")) == ["E0208"]


def test_a_recursion_finds_the_sort_of_its_values(theorem: Read) -> None:
    read = theorem(
        claims(
            "a[3] + b[3] <= 1",
            "||v[3]|| <= 1",
            before="let d : Nat let x : Vector[d] define a[0] := 0 define a[k+1] := a[k] + 1"
            " define b[0] := 1 define b[k+1] := b[k]/2 define v[0] := 0 define v[k+1] := v[k] + x",
        )
    )
    assert show_sort(read.sort_of("a")) == "Seq[Nat]"
    assert show_sort(read.sort_of("b")) == "Seq[Real]"
    assert show_sort(read.sort_of("v")) == "Seq[Vector[d]]"


@pytest.mark.parametrize(
    "definition",
    [
        "define a[0] := 1 define a[k+1] := a[k+1]",
        "define a[0] := 1 define a[k+1] := a[k+2]",
        "define a[0] := 1 define a[k] := a[k-1] for k in 0..9",
        "define a[1] := 1 define a[1] := 2",
        "define a[2*k] := 1",
        "define f(k) := f(k)",
        "define f(k, x) := f(x, k)",
        "define a[k+1] := sum_{s=1..k+1} a[s]",
        "define a[k+1] := a[k] for j in 1..3",
    ],
)
def test_a_definition_that_is_no_definition_is_refused(codes: Codes, definition: str) -> None:
    applied = "f(1, 2)" if "f(k, x)" in definition else "f(1)" if "f(" in definition else "a[1]"
    assert codes(claims(f"{applied} <= 1", before=definition))[0] == "E0209"


def test_a_recursion_may_use_all_smaller_indices(theorem: Read) -> None:
    read = theorem(claims("a[2] <= 4", before="define a[0] := 1 define a[k+1] := sum_{s=0..k} a[s]"))
    assert read.definition["a"].recursive


def test_a_definition_used_at_two_sorts_is_read_twice(theorem: Read) -> None:
    read = theorem(
        claims(
            "f(x) + f(y) <= 1",
            before="let m, n : Nat let x : Vector[m] let y : Vector[n] define f(u) := ||u||^2",
        )
    )
    assert formula(read) == "f(x) + f'(y) <= 1"
    assert [show_sort(read.sort_of(name)) for name in ("f", "f'")] == [
        "Vector[m] -> Real",
        "Vector[n] -> Real",
    ]


def test_a_definition_used_at_numbers_is_read_once_at_the_widest(theorem: Read) -> None:
    read = theorem(claims("f(0) + f(n) <= f(r)", before="let n : Nat let r : Real define f(u) := u^2"))
    assert formula(read) == "f(0) + f(n) <= f(r)"
    assert show_sort(read.sort_of("f")) == "Real -> Real"


def test_parameters_do_not_hide_names(codes: Codes) -> None:
    assert codes(claims("f(1) <= x", before="let x : Real define f(x) := x")) == ["E0202"]


def test_substitution_at_a_point_avoids_capture(theorem: Read) -> None:
    read = theorem(
        claims(
            "forall u : Real, (f at s = u) = 0",
            before="let s : Real define f := sum_{t=1..3} t*s",
        )
    )
    assert formula(read) == "forall u : Real, sum_{t=1..3} t*u = 0"


RANDOM = "let n : Nat >= 1 let D : Dist[Real] let delta : Prob draw X ~ D^n draw Y ~ D define m := X[1] + Y"


@pytest.mark.parametrize(
    "accepted",
    [
        "E[m] = 0",
        "Pr[m >= 1] <= delta",
        "almost surely, m <= 1",
        "with prob >= 1 - delta over X and Y, m <= 1",
        "with prob >= 1 - delta, m <= 1",
        "almost surely, E[m given X] <= X[1]",
        "Var[m] <= 1",
        "Lp(m, 2) <= 1",
    ],
)
def test_draws_are_discharged(codes: Codes, accepted: str) -> None:
    assert codes(claims(accepted, before=RANDOM)) == []


@pytest.mark.parametrize(
    "refused",
    [
        "m <= 1",
        "with prob >= 1 - delta over X, m <= 1",
        "E[m given X] <= 1",
        "forall t : Real, m <= t",
        "E_{z ~ D}[z*m] <= 1",
    ],
)
def test_draws_that_are_left_are_refused(codes: Codes, refused: str) -> None:
    assert codes(claims(refused, before=RANDOM)) == ["E0211"]


def test_only_draws_stand_after_over(codes: Codes) -> None:
    assert codes(claims("with prob >= 1 - delta over n, n >= 1", before=RANDOM)) == ["E0212"]


def test_an_abstract_type_is_also_a_set(theorem: Read) -> None:
    read = theorem(claims("forall h in H, g(h) <= card(H)", before="let H : FiniteSet let g : H -> Real"))
    assert formula(read) == "forall h in H, g(h) <= card(H)"
    assert read.declaration["H"].kind == "type" and read.declaration["H"].finite


@pytest.mark.parametrize(
    ("indices", "expected"), [("t", []), ("s", []), ("n", ["E0202"]), ("t, t", ["E0202"])]
)
def test_an_index_of_a_draw_may_have_the_name_of_one_in_a_claim(
    codes: Codes, indices: str, expected: list[str]
) -> None:
    text = (
        "theorem t\n  let n : Nat >= 1  let x : Seq[Real]\n  claim c: sum_{t=1..n} x[t] <= n\n"
        f"  model m\n    draw x[{indices[0]}] ~ uniform(0, 1)  for {indices} in 1..n\n  end\nend\n"
    )
    assert codes(text) == expected


def test_claims_are_premises_only_after_their_conclusion(codes: Codes, theorem: Read) -> None:
    text = "theorem t\n  let a : Real >= 1\n  claim c: a >= 0\n{}  step s: a >= -1 by algebra from c\nend\n"
    assert codes(text.format("")) == ["E0306"]
    theorem(text.format("  conclude c by algebra from a.range\n"))


def test_steps_of_other_theorems_are_cited_by_name(theorem: Read, codes: Codes) -> None:
    first = "theorem one\n  let a : Real\n  step s: a = a by algebra\nend\n"
    theorem(first + "theorem two\n  let b : Real\n  claim c: b = b by one.s\nend\n")
    assert codes(first + "theorem two\n  let b : Real\n  claim c: b = b by one.t\nend\n") == ["E0303"]


def test_an_argument_of_a_rule_may_use_the_bound_names_of_its_statement(theorem: Read) -> None:
    read = theorem(claims("exists x : Real, forall y : Real, x <= y^2 by exhibit(x := 0)"))
    by = read.statement["c0"].links[0].by
    assert by is not None and by.named[0][0] == "x" and show(by.named[0][1]) == "0"


def test_integrals_functions_pairs_and_normals_are_read(theorem: Read) -> None:
    read = theorem(
        claims(
            "integral_{x in 0..1} x^2 = 1/3",
            "fst(pair(r, 2)) = r",
            "Phi(r) <= 1",
            "E_{x ~ normal(0, 1)}[x^2] = 1",
            before="let r : Real",
        )
    )
    assert formula(read) == "integral_{x in 0..1} x^2 = 1/3"
    assert formula(read, "c3") == "E_{x ~ normal(0, 1)}[x^2] = 1"

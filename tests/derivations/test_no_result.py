"""A derivation without a result says so, and shows it where it can; nothing false is derived."""

from __future__ import annotations

from pathlib import Path

import pytest

import boundkit
from boundkit.deriving import derive_files
from boundkit.errors import BoundkitError


def test_an_unbounded_objective_has_no_minimum() -> None:
    derived = boundkit.derive("minimise -x over x", let=["x : Real > 0"])
    assert (derived.status, derived.message) == (
        "impossible",
        "no minimum: the values are unbounded below, at most -M at x = M, for every M > 0",
    )
    assert [str(own.statement) for own in derived.certified] == ["0 < M", "-M <= -M"]


@pytest.mark.parametrize(
    ("objective", "let", "witness"),
    [
        pytest.param("x^3 - 3*x", "x : Real", "-(M + 2)", marks=pytest.mark.slow),
        ("ln(x)", "x : Real > 0", "exp(-M)"),
        ("3 - x", "x : Nat >= 1", "1 + (M + 2)"),
    ],
)
def test_an_unbounded_objective_is_told_with_a_sequence(objective: str, let: str, witness: str) -> None:
    derived = boundkit.derive(f"minimise {objective} over x", let=[let])
    assert derived.status == "impossible"
    assert "unbounded below" in derived.message
    assert str(derived.part("witness")) == witness
    assert derived.certified[-1].role == "unbounded"


@pytest.mark.parametrize(
    ("command", "infimum"),
    [("minimise 1/x over x", "0"), ("minimise exp(-x) + 2 over x", "2"), ("maximise x/(1 + x) over x", "1")],
)
def test_an_infimum_that_is_not_attained_is_told_with_values_that_come_near(
    command: str, infimum: str
) -> None:
    derived = boundkit.derive(command, let=["x : Real > 0"])
    assert derived.status == "impossible"
    assert f"mum {infimum} is not attained" in derived.message
    assert [own.role for own in derived.certified] == ["never reached", "approached", "approached"]


def test_an_excluded_end_at_which_the_objective_jumps_is_no_infimum() -> None:
    """ceil(x) is 1 on (0, 1], and 0 only at the end that is left out."""
    derived = boundkit.derive("minimise ceil(x) over x", ["x <= 1"], ["x : Real > 0"])
    assert (derived.status, str(derived.part("x"))) == ("proved", "1")


def test_several_minima_are_all_named() -> None:
    derived = boundkit.derive("minimise x^4 - 2*x^2 over x", let=["x : Real"])
    assert (derived.status, str(derived.part("value"))) == ("proved", "-1")
    assert derived.notes == ("the same value at x = -1",)


def test_a_tie_of_integers_is_named() -> None:
    derived = boundkit.derive("minimise n + 2/n over n", let=["n : Nat >= 1"])
    assert (str(derived.part("n")), str(derived.part("value"))) == ("1", "3")
    assert "the same value at n = 2" in derived.notes


def test_of_an_integer_among_parameters_the_real_optimum_is_the_part_that_can_be_done() -> None:
    derived = boundkit.derive("minimise a/k + b*k over k", let=["a, b : Real > 0", "k : Nat >= 1"])
    assert derived.status == "open"
    assert derived.notes[0].startswith("over the reals, the minimum is at k = sqrt(a/b)")
    assert [own.role for own in derived.certified] == ["relaxed"]


@pytest.mark.slow
def test_the_wrong_branch_is_refuted_at_a_point_and_the_right_one_told() -> None:
    derived = boundkit.derive("solve 20*ln(n) + 50 <= n for n expect n <= 3", let=["n : Nat >= 1"])
    assert derived.status == "open"
    assert derived.message == (
        "what is expected is not certified; found instead: 20*ln(n) + 50 <= n if n >= 151"
    )
    assert derived.notes[0] == "what is expected holds, and 20*ln(n) + 50 <= n fails, at n = 1"


def test_a_relation_in_an_empty_range_is_told() -> None:
    derived = boundkit.derive("solve x <= 1 for x", given=["x > 3", "x < 2"], let=["x : Real"])
    assert (derived.status, derived.message) == (
        "impossible",
        "no x satisfies the hypotheses: 3 < x and x < 2",
    )


def test_a_parameter_that_does_not_occur_is_told_with_those_that_do() -> None:
    derived = boundkit.derive("minimise a/x + b*x over z", let=["a, b, x : Real > 0"])
    assert (derived.status, derived.message) == (
        "open",
        "`a/x + b*x` does not depend on z; it depends on a, b, x",
    )


def test_an_end_that_is_excluded_is_no_minimum() -> None:
    derived = boundkit.derive("minimise x over x", let=["x : Real > 0"])
    assert derived.status == "impossible"
    assert str(derived.part("infimum")) == "0"
    assert [str(own.statement) for own in derived.certified] == ["0 < x", "0 < 1/M", "1/M <= 1/M"]


def test_an_empty_range_is_told() -> None:
    derived = boundkit.derive("minimise x^2 over x", given=["x > 3", "x < 2"], let=["x : Real"])
    assert derived.status == "impossible"
    assert derived.message.startswith("no x satisfies the hypotheses: ")


def test_an_active_bound_is_named() -> None:
    derived = boundkit.derive("minimise x + 1/x over x", given=["x >= 2"], let=["x : Real > 0"])
    assert derived.status == "proved"
    assert (str(derived.part("x")), str(derived.part("value"))) == ("2", "2.5")
    assert derived.notes == ("the bound 2 <= x is active",)


def test_a_relation_that_never_holds_has_no_solution() -> None:
    derived = boundkit.derive("solve x^2 + 1 <= 0 for x", let=["x : Real"])
    assert (derived.status, derived.message) == (
        "impossible",
        "no solution: 0 < x^2 + 1 for every x in its range",
    )


def test_a_relation_that_always_holds_says_so() -> None:
    derived = boundkit.derive("solve -x^2 <= 1 for x", let=["x : Real"])
    assert derived.status == "proved"
    assert "every x" in derived.message


def test_a_value_outside_the_range_is_refused() -> None:
    derived = boundkit.derive("specialise s with x := -a", ["s: R <= a/x"], ["R : Real", "a, x : Real > 0"])
    assert (derived.status, derived.message) == ("open", "outside the range: 0 < -a fails")


def test_a_form_that_is_not_weaker_is_refused_with_the_constant_that_serves() -> None:
    derived = boundkit.derive("weaken 3*n^2 + 5*n + 7 into n^2", let=["n : Nat >= 1"])
    assert derived.status == "open"
    assert derived.notes == ("certified with the constant 15: 3*n^2 + 5*n + 7 <= 15*n^2",)


def test_a_result_that_is_not_certified_is_never_called_proved() -> None:
    derived = boundkit.derive("compose a with b", ["a: x <= y", "b: z <= x"], ["x, y, z : Real"])
    assert derived.status == "proved"
    assert str(derived.part("statement")) == "z <= y"
    wrong = boundkit.derive("compose a with b expect y <= z", ["a: x <= y", "b: z <= x"], ["x, y, z : Real"])
    assert wrong.status == "open"
    assert [str(own) for own in wrong.wrong] == ["y <= z"]


def test_an_expected_result_that_is_wrong_is_not_accepted() -> None:
    command = "minimise a/x + b*x over x expect x = sqrt(b/a)"
    derived = boundkit.derive(command, let=["a, b, x : Real > 0"])
    assert derived.status == "open"
    assert [str(own) for own in derived.wrong] == ["sqrt(a/b) = sqrt(b/a)"]


def test_a_derivation_is_neither_true_nor_false() -> None:
    with pytest.raises(TypeError):
        bool(boundkit.derive("weaken x into x", let=["x : Real"]))


def test_a_mistake_in_the_words_is_an_error_with_its_code() -> None:
    with pytest.raises(BoundkitError) as caught:
        boundkit.derive("minimise a/x + over x")
    assert caught.value.diagnostic.code == "E0111"


def test_an_integer_is_not_given_a_value_that_need_not_be_one() -> None:
    let = ["a, b : Real > 0", "k : Nat >= 1"]
    assert boundkit.derive("minimise a/k + b*k over k", let=let).status != "proved"
    derived = boundkit.derive("specialise s with k := 3/2", ["s: a <= b/k"], let)
    assert (derived.status, derived.message) == ("open", "3/2 is not known to be an integer, as k is")


def test_a_statement_about_iterates_is_not_moved_to_another_step_size(tmp_path: Path) -> None:
    """The iterates of the claim are those of the step size that it speaks of."""
    example = Path(__file__).parent.parent / "examples" / "gd_convex_lipschitz.thm"
    lines = example.read_text(encoding="utf-8").splitlines(keepends=True)
    lines = ["" if line.startswith("  derive samples") else line for line in lines]
    moved = "  derive tuned: specialise general with eta := B/(rho*sqrt(T))\n"
    file = tmp_path / "moved.thm"
    file.write_text("".join(moved if "derive tuned" in line else line for line in lines), encoding="utf-8")
    ((_, _, derived),), messages = derive_files([str(file)])
    assert [message for message in messages if message.severity == "error"] == []
    assert derived.status == "unsupported"
    assert derived.message.startswith("`wbar` depends on eta")

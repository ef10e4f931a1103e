"""Taylor models of terms in one name, and exact series."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb

from boundkit.formulas.problems import read_problem
from boundkit.ir.terms import Apply, Term
from boundkit.kernel.balls import enclose, precisely
from boundkit.kernel.constants import rational_part
from boundkit.kernel.intervals import Undecided, Undefined
from boundkit.kernel.series import exact_series, leading_zeros
from boundkit.kernel.taylor import Models, require_nonnegative


def term(text: str) -> Term:
    problem = read_problem({"id": "any", "vars": ["x"], "hyps": [], "goal": f"0 <= {text}"})
    assert isinstance(problem.goal, Apply)
    return problem.goal.args[1]


FUNCTIONS = (
    "exp(x)", "sin(x)", "cos(2*x)", "tan(x/2)", "sinh(x)", "cosh(x)", "tanh(x)", "log(1 + x)",
    "sqrt(2 + x)", "(1 + x)**(1/3)",
    "atan(x)", "asin(x/2)", "acos(x/2)", "erf(x)", "1/(1 + x)", "(2 + x)**(-3)",
    "(1 + x)**x", "sin(x)/x", "(exp(x) - 1)/sin(x)", "log(sin(x)/x)", "(1 - cos(x))/x**2", "x/tan(x)",
    "exp(sin(x))*(x - 1)",
)  # fmt: skip


@pytest.mark.parametrize("text", FUNCTIONS)
@pytest.mark.parametrize("at", (Fraction(0), Fraction(1, 3)))
def test_models_hold_the_values_between_the_ends(text: str, at: Fraction) -> None:
    own = term(text)
    low, high = at - Fraction(1, 20), at + Fraction(1, 16)
    with precisely(96):
        model = Models("x", at, low, high, 5).of(own)
    for place in (low, at - Fraction(1, 70), at + Fraction(1, 100), high):
        with precisely(96):
            distance = arb(place.numerator) / place.denominator - arb(at.numerator) / at.denominator
            total = arb(0)
            for coefficient in reversed(model):
                total = total * distance + coefficient
            value = enclose(own, {"x": arb(place.numerator) / place.denominator}, 96)
            assert total.overlaps(value)
            assert total.rad() < 1


def test_exact_series_are_those_of_the_tables() -> None:
    wanted = {
        "tan(x)": (0, 1, 0, Fraction(1, 3), 0, Fraction(2, 15)),
        "asin(x)": (0, 1, 0, Fraction(1, 6), 0, Fraction(3, 40)),
        "atan(x)": (0, 1, 0, Fraction(-1, 3), 0, Fraction(1, 5)),
        "log(1 + x)": (0, 1, Fraction(-1, 2), Fraction(1, 3), Fraction(-1, 4), Fraction(1, 5)),
        "sqrt(1 + x)": (1, Fraction(1, 2), Fraction(-1, 8), Fraction(1, 16), Fraction(-5, 128)),
        "x/(exp(x) - 1)": (1, Fraction(-1, 2), Fraction(1, 12), 0, Fraction(-1, 720)),
        "tanh(x)": (0, 1, 0, Fraction(-1, 3), 0, Fraction(2, 15)),
    }
    for text, values in wanted.items():
        series = exact_series(term(text), "x", Fraction(0), 6)
        assert series is not None
        assert [rational_part(own) for own in series[: len(values)]] == list(values)
    waves = exact_series(term("sin(pi*x/2) + pi*(x - 1)**2 - 1"), "x", Fraction(1), 5)
    assert waves is not None
    assert leading_zeros(waves) == 2


def test_what_has_no_series_has_no_model() -> None:
    for text in ("sqrt(x)", "log(x)", "1/x", "exp(x)/sin(x)", "asin(1 + x)", "x**x", "Abs(x)"):
        with pytest.raises((Undecided, Undefined)), precisely(64):
            require_nonnegative(
                term(text), "x", (Fraction(0), Fraction(1, 2)), Fraction(0), False, 0, 4, False
            )

"""Taylor models of terms in one name, and exact series."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb

from boundkit.formulas.problems import read_problem
from boundkit.ir.terms import ZERO, Apply, Term, relation
from boundkit.kernel.balls import enclose, precisely
from boundkit.kernel.constants import rational_part
from boundkit.kernel.cover import check_cover
from boundkit.kernel.exact_series import exact_series, leading_zeros
from boundkit.kernel.intervals import Undecided, Undefined
from boundkit.kernel.series import Chart
from boundkit.kernel.steps import Expanded, Range, Rejected
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
        model = Models(Chart("x", at), low, high, 5).of(own)
    for place in (low, at - Fraction(1, 70), at + Fraction(1, 100), high):
        with precisely(96):
            distance = arb(place.numerator) / place.denominator - arb(at.numerator) / at.denominator
            total = arb(0)
            for coefficient in reversed(model.coefficients):
                total = total * distance + coefficient
            total *= distance**model.valuation
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
        series = exact_series(term(text), Chart("x", Fraction(0)), 6)
        assert series is not None
        known = [Fraction(0)] * series.valuation + list(map(rational_part, series.coefficients))
        wanted_values = [Fraction(0)] * -series.valuation + [Fraction(value) for value in values]
        assert known[: len(values)] == wanted_values[: len(values)]
    waves = exact_series(term("sin(pi*x/2) + pi*(x - 1)**2 - 1"), Chart("x", Fraction(1)), 5)
    assert waves is not None
    assert leading_zeros(waves) == 2


def test_what_has_no_series_has_no_model() -> None:
    for text in ("sqrt(x)", "log(x)", "1/x", "exp(x)/sin(x)", "asin(1 + x)", "(x - 1)**x", "Abs(x)"):
        with pytest.raises((Undecided, Undefined)), precisely(64):
            require_nonnegative(
                term(text), Chart("x", Fraction(0)), (Fraction(0), Fraction(1, 2)), False, 0, 4, False
            )


def settled(text: str, step: Expanded, extent: Range) -> bool:
    try:
        check_cover(relation("<", ZERO, term(text)), {"x": extent}, step)
    except Rejected:
        return False
    return True


def test_ends_are_reached_by_powers() -> None:
    zero = Fraction(0)
    near = Range(zero, Fraction(1, 4), False)
    assert settled("sqrt(x) - x", Expanded("x", zero, 1, 6, 2), near)
    assert settled("asin(1 - x) - pi/2 + 2*sqrt(x)", Expanded("x", zero, 1, 6, 2), near)
    assert not settled("pi/2 - 2*sqrt(x) - asin(1 - x)", Expanded("x", zero, 1, 6, 2), near)
    assert settled("acos(x - 1) - 3 + 2*sqrt(x)", Expanded("x", zero, 0, 6, 2), near)
    below = Range(Fraction(3, 4), Fraction(1), True, False)
    assert settled("acos(x) - sqrt(2*(1 - x))", Expanded("x", Fraction(1), 3, 8, 2), below)
    assert not settled("sqrt(2*(1 - x)) - acos(x)", Expanded("x", Fraction(1), 3, 8, 2), below)


def test_infinity_is_reached_by_negative_powers() -> None:
    zero, far, far_down = Fraction(0), Range(Fraction(4), None), Range(None, Fraction(-4))
    for text, order, power in (
        ("atan(x) - pi/2 + 1/x", 3, -1),
        ("1 - tanh(x) + 1/x**3", 3, -1),
        ("1 - x**2*exp(-x)", 0, -1),
        ("1/x - exp(-x)*sin(x)", 1, -1),
        ("2*sqrt(x) - sqrt(x + 1) - sqrt(x - 1)", 3, -2),
        ("sqrt(x**2 + 1) - x", 1, -1),
        ("(x**3 + 1)**(1/3) - x", 2, -1),
    ):
        assert settled(text, Expanded("x", zero, order, 10, power), far), text
        assert not settled(f"-({text})", Expanded("x", zero, order, 10, power), far), text
    assert settled("exp(x) - x", Expanded("x", zero, -1, 8, -1), far_down)
    assert settled("pi/2 + 1/x + atan(x) + 1/x**2", Expanded("x", zero, 2, 8, -1), far_down)


def test_on_both_sides_of_a_point_there_is_no_infinity_of_one_sign() -> None:
    both = (Fraction(-1, 2), Fraction(1, 2))
    for text in ("atan(1/x)", "tanh(1/x)", "exp(-1/x)", "sqrt(x**2)", "log(x**2)"):
        with pytest.raises((Undecided, Undefined)), precisely(64):
            require_nonnegative(term(f"{text} + 2"), Chart("x", Fraction(0)), both, False, 0, 4, False)

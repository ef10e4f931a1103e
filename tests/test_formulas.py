"""Formulas in the spelling of SymPy and of the language."""

from __future__ import annotations

from fractions import Fraction

import pytest

from boundkit.formulas import Unreadable, read_formula, read_problem
from boundkit.formulas.latex import latex
from boundkit.ir.sorts import INT, NAT, REAL
from boundkit.kernel.balls import decide, enclose


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x**2+1 >= 2*x", "2*x <= x^2 + 1"),
        ("0 < x < 1", "0 < x < 1"),
        ("-x**2 < 0", "-x^2 < 0"),
        ("2**-x <= 1", "2^(-x) <= 1"),
        ("x**y**z > 0", "0 < x^y^z"),
        ("(x > 0) & (y > 0) | Ne(x, 1)", "0 < x and 0 < y or x != 1"),
        ("Or(x < 0, Not(y <= 1))", "x < 0 or not y <= 1"),
        ("|x - 1| + ||x| - 1| <= 3", "|x - 1| + | |x| - 1| <= 3"),
        ("log(x, 2) <= Abs(Min(x, y, 3))", "ln(x)/ln(2) <= |min(x, y, 3)|"),
        ("x > 0 implies exp(x) > 1", "0 < x implies 1 < exp(x)"),
        ("Rational(1, 3) < 0.5", "1/3 < 0.5"),
        ("3! <= factorial(4)", "factorial(3) <= factorial(4)"),
        ("λ ≤ √(2)", "lambda <= sqrt(2)"),
        ("x == y", "x = y"),
    ],
)
def test_a_formula_is_read(text: str, shown: str) -> None:
    assert str(read_formula(text)) == shown


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "an operand is missing"),
        ("2x > 1", "a product is written with `*`"),
        ("x > oo", "infinity is no real number"),
        ("10**10**10 > x", "an exponent of absolute value more than 10000"),
        ("2**factorial(30) > 1", "an exponent"),
        ("x > 1e999", "a number of more than 400 digits"),
        ("9" * 500 + " > x", "a number of more than 400 digits"),
        ("(" * 200 + "x" + ")" * 200 + " > 0", "nested more than"),
        ("-" * 200 + "x > 0", "nested more than"),
        ("+".join("x" * 300) + " > 0", "terms or factors in a row"),
        ("f(x) > 0", "the function `f` is not supported"),
        ("x(y) > 0", "the function `x` is not supported"),
        ("max() < 1", "with 0 arguments"),
        ("Rational(1, 0) > 0", "the second not 0"),
        ("x & y", "a number stands where a relation is due"),
        ("(x > 1) + 1 > 0", "a relation stands where a number is due"),
        ("__import__('os')", "is not supported"),
        ("x > @", "`@` stands where"),
        ("LambertW(x, 1) > 0", "on the real branches 0 and -1 only"),
        ("polygamma(x, 1) > 0", "a natural number up to 50"),
    ],
)
def test_what_is_no_formula_is_refused_with_the_reason(text: str, words: str) -> None:
    with pytest.raises(Unreadable) as raised:
        read_formula(text)
    assert words in str(raised.value) and len(str(raised.value)) < 250


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("pi", 3.141592653589793),
        ("E", 2.718281828459045),
        ("0.1", 0.1),
        ("atanh(1/3)", 0.34657359027997264),
        ("asinh(2)", 1.4436354751788103),
        ("acosh(3)", 1.762747174039086),
        ("acoth(2)", 0.5493061443340549),
        ("cot(1)", 0.6420926159343306),
        ("log10(1000)", 3),
        ("erfc(1)", 0.15729920705028513),
        ("beta(2, 3)", 1 / 12),
        ("factorial(Rational(1, 2))", 0.886226925452758),
        ("asin(1/2) + acos(1/2)", 1.5707963267948966),
        ("LambertW(1)", 0.5671432904097838),
        ("LambertW(-1/4, -1)", -2.153292364110349),
        ("EulerGamma", 0.5772156649015329),
        ("digamma(2)", 0.42278433509846713),
        ("polygamma(2, 1)", -2.4041138063191885),
        ("harmonic(3)", 11 / 6),
        ("binary_entropy(1/4)", 0.5623351446188083),
        ("binary_kl(1/4, 1/2)", 0.13081203594113694),
        ("root(8, 3)", 2),
    ],
)
def test_functions_and_constants_have_their_values(text: str, value: float) -> None:
    assert abs(float(enclose(read_formula(text), {}, 100).mid()) - value) < 1e-14


def test_decimals_are_exact() -> None:
    assert decide(read_formula("0.1 + 0.2 = 0.3"), {}) is True
    assert decide(read_formula("1e-3 = 1/1000"), {}) is True


def test_a_declared_variable_hides_a_constant_and_not_a_function() -> None:
    term = read_formula("E*gamma(E)", {"E": REAL, "gamma": REAL})
    assert term.free == {"E"}


def test_variables_have_sorts() -> None:
    problem = read_problem({"id": 1, "vars": ["x", "n : Nat", "k: Int"], "goal": "x**n >= k"})
    assert [name.sort for name in problem.names] == [REAL, NAT, INT]
    assert problem.identifier == "1"
    problem = read_problem({"vars": ["n"], "sorts": {"n": "natural"}, "goal": "n >= 0"})
    assert problem.names[0].sort == NAT


def test_without_declarations_all_names_are_real() -> None:
    problem = read_problem({"hyps": ["y > 0"], "goal": "x <= y"})
    assert [name.text for name in problem.names] == ["x", "y"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([], "not an object"),
        ({"vars": ["x"], "goal": "y > 0"}, "`y` is not declared"),
        ({"vars": ["x", "x"], "goal": "x > 0"}, "declared twice"),
        ({"vars": ["x y"], "goal": "x > 0"}, "not the name of a variable"),
        ({"vars": ["x : Complex"], "goal": "x > 0"}, "none of Real, Int and Nat"),
        ({"vars": 3, "goal": "x > 0"}, "`vars` is not a list"),
        ({"vars": ["x"], "hyps": "x > 0", "goal": "x > 0"}, "`hyps` is not a list"),
        ({"vars": ["x"]}, "the goal is missing"),
        ({"vars": ["x"], "goal": "x + 1"}, "no relation"),
        ({"vars": ["x"], "hyps": [3], "goal": "x > 1"}, "a hypothesis is missing"),
    ],
)
def test_what_is_no_problem_is_refused_with_the_reason(data: object, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read_problem(data)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x**2/(2+x) <= sqrt(x)", r"\frac{x^{2}}{2 + x} \le \sqrt{x}"),
        ("-(x - y)*2 != alpha_1", r"-\left(x - y\right) \cdot 2 \ne \alpha_{1}"),
        ("Abs(x) < exp(-x) & y > 1/3", r"\left|x\right| < e^{-x} \land \frac{1}{3} < y"),
        (
            "floor(x) >= erf(rate)",
            r"\operatorname{erf}\left(\mathit{rate}\right) \le \left\lfloor x \right\rfloor",
        ),
    ],
)
def test_formulas_as_latex(text: str, shown: str) -> None:
    assert latex(read_formula(text)) == shown


def test_a_number_is_a_fraction() -> None:
    assert read_formula("3/4") == read_formula("0.75")
    assert Fraction(3, 4) == read_formula("6/8").value  # type: ignore[attr-defined]

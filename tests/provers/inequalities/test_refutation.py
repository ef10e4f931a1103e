"""A false goal gets an exact witness, which the kernel has judged; a true one gets none."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boundkit.formulas import read_formula, read_problem
from boundkit.kernel.constants import constant
from boundkit.provers.inequalities.answer import Answer
from boundkit.provers.inequalities.points import closed_form, cost, judge, near, recognised, simplest_between
from boundkit.provers.inequalities.problem import Effort
from boundkit.provers.inequalities.refutation import Refuter, replay
from boundkit.provers.inequalities.solving import branches


def refute(goal: str, *hypotheses: str, names: Sequence[str] | None = None) -> Answer | None:
    """What the search finds; a refutation is judged once more at the witness as it is written."""
    problem = read_problem({"vars": names, "hyps": list(hypotheses), "goal": goal})
    refuter = Refuter(problem, Effort(points=60_000))
    found = refuter.quick() or refuter.long() or refuter.last()
    if found is not None and found.verdict == "REFUTED":
        assert found.certificate is not None and replay(problem, found.certificate)
        point = {name: read_formula(value) for name, value in found.witness.items()}
        assert judge(problem, point) == "violated"
    return found


@pytest.mark.parametrize(
    ("goal", "hypotheses", "witness"),
    [
        ("x**2 >= x", [], {"x": "1/2"}),
        ("exp(x) >= 1 + x + x**2/2", [], {"x": "-1"}),
        ("a*b + b*c + c*a <= 33/100", ["a + b + c = 1"], {"a": "1/3", "b": "1/3", "c": "1/3"}),
        ("x + y + z >= 3.0001", ["x*y*z = 1", "x > 0", "y > 0", "z > 0"], {"x": "1", "y": "1", "z": "1"}),
        ("asin(x) <= 1.57", ["0 <= x", "x <= 1"], {"x": "1"}),
        ("x + y <= -1.4", ["exp(x) + exp(y) = 1"], {"x": "-1*ln(2)", "y": "-1*ln(2)"}),
        ("(x - sqrt(2))**2 > 0", ["x > 0"], {"x": "sqrt(2)"}),
        ("Ne(exp(x), 2)", [], {"x": "ln(2)"}),
        ("x > 1 | x < 1/2", ["x > 0"], {"x": "1"}),
        ("pi < 22/7 & E > 2.72", [], {}),
    ],
)
def test_the_witness_is_simple(goal: str, hypotheses: list[str], witness: dict[str, str]) -> None:
    found = refute(goal, *hypotheses)
    assert found is not None and found.verdict == "REFUTED"
    assert dict(found.witness) == witness


@pytest.mark.parametrize(
    ("goal", "hypotheses"),
    [
        ("x >= log(x)**3", ["x >= 1"]),
        ("x*log(x) >= -0.36787944", ["x > 0"]),
        ("x*log(x) >= -0.3678794411714423", ["x > 0"]),
        ("(x**2 - 2)**2 >= 1/10**12", ["x > 0"]),
        ("x + y <= 1414/1000", ["x**2 + y**2 = 1"]),
        ("x*y < 1/2", ["x**2 + y**2 = 1"]),
        ("tan(x) < 10**9", ["0 < x", "x < pi/2"]),
        ("log(x)/(x - 1) < 0.999999", ["x > 1"]),
        ("floor(x) >= x - 0.999", ["x >= 2"]),
        ("log(x) <= x**(1/10)", ["x >= 10"]),
        ("p*log(p/q) + (1-p)*log((1-p)/(1-q)) >= 2.001*(p-q)**2", ["0<p", "p<1", "0<q", "q<1"]),
        ("x <= 10**30", []),
        ("sqrt(x**2 + 1) > x + 1/10**20", ["x >= 0"]),
        ("a <= 1/3 + 1/10**6", ["a > 0", "b > 0", "c > 0", "a+b+c = 1", "a*b*c >= 1/27 - 1/10**9"]),
        ("y*x <= 1 + 201/10**12", ["1 <= x", "x <= 1 + 1/10**10", "x <= y", "y <= x + 1/10**11"]),
        ("x*y*z <= sqrt(6)/18 - 1/10**6", ["x**2 + y**2 + z**2 = 1", "x + y + z = 0"]),
        ("x <= 27/10", ["x > 0", "y > 0", "z > 0", "x*y*z = 1", "x + y + z = 4"]),
        ("x <= 9624/10000", ["exp(x) + exp(-x) = 3"]),
        ("log(log(1/x)) <= 8", ["x > 0", "10*x < 1"]),
    ],
)
def test_a_thin_or_far_violation_is_found(goal: str, hypotheses: list[str]) -> None:
    found = refute(goal, *hypotheses)
    assert found is not None and found.verdict == "REFUTED"


@pytest.mark.parametrize(
    ("goal", "hypotheses"),
    [
        ("x < sqrt(1/2)", ["x**2 + y**2 <= 1", "x + y >= sqrt(2)"]),
        ("a < 1 + sqrt(3)", ["a + b + c + d = 4", "a**2 + b**2 + c**2 + d**2 = 8"]),
        ("x/y + 5*y/x > 2*sqrt(5)", ["x > 0", "y > 0"]),
        ("x**(1/x) < exp(1/E)", ["x > 0"]),
        ("sin(x) + cos(x) < sqrt(2)", ["0 <= x", "x <= 3"]),
        ("log(N)/e + e*T/8 > sqrt(T*log(N)/2)", ["N > 1", "T > 0", "e > 0"]),
        ("(exp(x) - 3)**2 + (x*y - 1)**2 > 0", ["x > 0", "y > 0"]),
    ],
)
def test_sides_that_are_equal_at_one_irrational_point_are_found(goal: str, hypotheses: list[str]) -> None:
    found = refute(goal, *hypotheses)
    assert found is not None and found.verdict == "REFUTED"


@pytest.mark.parametrize("text", ["log(pi)", "2*log(3*pi)/pi", "EulerGamma + pi", "EulerGamma**2*log(2)"])
def test_a_closed_form_is_the_number(text: str) -> None:
    term = read_formula(text)
    form = closed_form(term, {})
    assert form is not None
    value = constant(term, {})
    assert value is not None and constant(form, {}) == value


@pytest.mark.parametrize(
    ("goal", "hypotheses", "names"),
    [
        ("x <= 90", ["x >= 2", "y >= 1", "x**2 - 2*y**2 = 1"], ["x : Int", "y : Int"]),
        (
            "a + b + c <= 50",
            ["a >= 1", "b >= a", "c >= 1", "a**2 + b**2 = c**2"],
            ["a:Int", "b:Int", "c:Int"],
        ),
    ],
)
def test_integers_that_solve_an_equation_are_found(
    goal: str, hypotheses: list[str], names: list[str]
) -> None:
    found = refute(goal, *hypotheses, names=names)
    assert found is not None and found.verdict == "REFUTED"


@pytest.mark.parametrize(
    ("goal", "hypotheses"),
    [
        ("atan(3*x**2 - x + 1000) >= atan(3*x**2 - x**2/4 + 1000 - 1/10**6)", []),
        ("x + (5 - 4*x)**2 + exp(5/4)*exp(-x) > (5 - 4*x)**2 + 9/4", ["x > -1/2"]),
        ("2*exp(t/2 - 1/40) + 5*(s + t/2 - 3*u - 793/120)**2 > t + 39/20", ["s > 1/2", "u > -2"]),
        ("(x - 7/13)**4 + (x - y - 3/11)**2 > 0", []),
        ("atan(8*(t + 6*(1 - 2*t)**2)/75) < atan(2*(4*t**2 + 24*(1 - 2*t)**2 + 1)/75)", []),
        ("exp(900)*exp(-x)*exp(x*y) + exp(2*x - x*y - 900) > 2*exp(x/2)", ["x > 0"]),
        ("12*x*y**2 < 12*x*y**2 + (2*x + 1)*(12*x - 42*y - 41)**2", ["x > -1/2"]),
        (
            "sqrt((s + t + 5*u/2)**2 + 1) < sqrt((t + 2)*(u + 4/25)**2 + (s + t + 5*u/2)**2 + 1)",
            ["t > -2", "u < -1/50"],
        ),
        (
            "0 < (16/3 - 2*a)**2*(a - 1/3) + tanh(5*a - 40/3) + tanh((5*a + 2*b/5 - 421/30)**2 + 40/3 - 5*a)",
            ["a > 1/3", "a < 5"],
        ),
        (
            "2*log(1 + (1 - 2*a)*(a + 2*b - 25/12)) < (2*b - 2*c/5 - 2/15)**2 + (1 - 2*a)*(2*a + 4*b - 25/6)",
            ["a < 1/2", "c >= 3", "a + 2*b - 25/12 >= 0"],
        ),
        (
            "0 < (x + 2*y/5 - 6)**2 + (abs(2*y - 5) + abs(y - 4*x + 18) - abs(3*y - 4*x + 13))*exp(3*y/2)",
            [],
        ),
        (
            "exp(900*x + (2*x + 1)**2*log(2 - x)) < (2 - x)**(5/8)*exp(450*(x**2 + 1) + x*log(2 - x))",
            ["x < 2"],
        ),
    ],
)
def test_a_strict_relation_is_refuted_where_its_sides_touch(goal: str, hypotheses: list[str]) -> None:
    """Also where the sides touch along a line, are flat, far out, or have much in common."""
    found = refute(goal, *hypotheses)
    assert found is not None and found.verdict == "REFUTED"


def test_a_face_of_the_hypotheses_is_searched_as_the_inside_is() -> None:
    square = "(p + 10*q - 10*r - 35)**2"
    right = f"4*(1200*p**3 + 12000*p**2*q + 30000*p*q**2 + 102*p*r + 158904*p + 85*r**2 + 12*{square})/3"
    left = f"(13800013800*p**2 + 69000069000*p*q + 51000051*r + 6000000*{square} + 272000272)/375000"
    problem = read_problem(
        {
            "hyps": ["p > 0", "r > -2", "2*p/5 + r/3 >= 16/15"],
            "goal": f"{right}/(p + 8/3) >= {left}/(p + 8/3)",
        }
    )
    found = Refuter(problem, Effort(points=60_000)).last()
    assert found is not None and found.verdict == "REFUTED"
    assert 2 * Fraction(found.witness["p"]) / 5 + Fraction(found.witness["r"]) / 3 == Fraction(16, 15)


def test_products_of_positive_factors_beyond_doubles_are_compared_by_logarithms() -> None:
    right = "(4*b/51 + 88/255)**(88/85)*exp(9*a**2/4 + 125*a + 25*b**2 + 4*b*log(4*b/51 + 88/255)/17 + 1745)"
    found = refute(f"exp(15*a*b + 14203*b/34 + 1/100) <= {right}", "a >= 0", "b >= 1/10")
    assert found is not None and found.verdict == "REFUTED"


def test_exponentials_that_cancel_beyond_doubles_are_seen_to_cancel() -> None:
    left = "(36*x**2*exp(1240/27 + 112*x**2) + 9*exp(628*x/3)*exp(16*x**3) + 400*exp(1240/27 + 112*x**2))"
    right = "3*(800000*x*exp(4*x) + 3*exp(4*x) + 30000*exp(40/3))*exp(-4*x)/10000"
    found = refute(f"{left}*exp(-1240/27)*exp(-112*x**2) >= {right}", "x > 1/3")
    assert found is not None and found.verdict == "REFUTED"


def test_a_step_that_is_too_long_for_doubles_ends_a_way_to_a_point() -> None:
    argument = "36*x**2/25 - 36*x*y/5 + 156*x/25 + 9*y**2 - 224*y/15 + 532/75"
    square = "((-9*x + y + 2)**2 + 9)"
    goal = f"9*log(2*y/3 + 1/3)/{square} <= 9*(100*log({argument}) + 3)/(100*{square})"
    assert refute(goal, "y >= 1/2", "y <= 1") is None


@pytest.mark.parametrize(
    ("goal", "hypotheses"),
    [
        ("x + y >= 2*sqrt(x*y)", ["x >= 0", "y >= 0"]),
        ("exp(x) >= 1 + x", []),
        ("log(x) <= x - 1", ["x > 0"]),
        ("a + b + c >= 3", ["a*b*c = 1", "a > 0", "b > 0", "c > 0"]),
        ("(exp(x) - 1)/x >= 1", ["x > 0"]),
        ("cos(x) >= 1 - x**2/2", []),
        ("x <= 0", ["x > 1", "x < 0"]),
    ],
)
def test_a_true_goal_has_no_witness(goal: str, hypotheses: list[str]) -> None:
    """Cancellation in doubles near a touching point proposes points; the kernel turns them down."""
    assert refute(goal, *hypotheses) is None


@pytest.mark.parametrize(
    ("goal", "hypotheses", "witness"),
    [("1/x <= x**2 + 1/x", [], {"x": "0"}), ("log(x) <= x", ["x >= 0"], {"x": "0"})],
)
def test_an_undefined_point_is_an_error_with_the_point(
    goal: str, hypotheses: list[str], witness: dict[str, str]
) -> None:
    found = refute(goal, *hypotheses)
    assert found is not None and found.verdict == "ERROR" and found.witness == witness
    assert "the goal is undefined at x = 0" in found.reason


def test_hypotheses_come_first() -> None:
    """A hypothesis that is undefined or false at a point excludes it."""
    assert refute("x >= 0", "log(x) <= 0") is None
    assert refute("n != 2", "2*n > 3", "n < 3", names=["n : Nat"]).witness == {"n": "2"}  # type: ignore[union-attr]
    assert refute("n != 3/2", names=["n : Nat"]) is None


def test_the_same_problem_gives_the_same_witness() -> None:
    first, second = (refute("x*y*z <= x + y + z + 3", "x > 1", "y > x", "z > y") for _ in range(2))
    assert first is not None and first == second


def test_a_forged_witness_is_turned_down() -> None:
    problem = read_problem({"vars": ["x"], "hyps": ["x >= 0"], "goal": "x**2 >= x"})
    number = ["number", "1/2"]
    assert replay(problem, {"kind": "witness", "values": {"x": number}})
    for values in (
        {"x": ["number", "2"]},
        {"x": ["number", "-1/2"]},
        {"x": ["name", "x", "Real"]},
        {"y": number},
        {"x": number, "y": number},
        {"x": ["number", "1/0"]},
        {},
        None,
    ):
        assert not replay(problem, {"kind": "witness", "values": values})
    assert not replay(problem, {"kind": "other", "values": {"x": number}})


@given(st.fractions(-50, 50, max_denominator=400), st.fractions(0, 3, max_denominator=90))
def test_the_simplest_fraction_of_an_interval(low: Fraction, width: Fraction) -> None:
    found = simplest_between(low, low + width)
    assert low <= found <= low + width
    for denominator in range(1, found.denominator):
        first = -((-low * denominator) // 1)
        assert first > (low + width) * denominator


@given(st.fractions(-1000, 1000), st.integers(2, 10**6))
def test_a_near_number_is_near_and_no_longer(value: Fraction, part: int) -> None:
    found = near(value, Fraction(1, part))
    assert abs(found - value) <= abs(value) / part
    assert cost(found) <= cost(value) + 1e-9


@pytest.mark.parametrize("text", ["3/4", "-sqrt(5)", "ln(3)", "exp(-1/2)", "(1 + sqrt(5))/2", "-(7^(1/3))"])
def test_a_closed_form_is_recognised(text: str) -> None:
    from boundkit.kernel.balls import enclose

    value = enclose(read_formula(text), {}, 200)
    forms = [enclose(form, {}, 200) for form in recognised(float(value.mid()))]
    assert any(abs(form - value) < 1e-40 for form in forms)


@pytest.mark.parametrize(
    ("equations", "solved"),
    [
        (["a + b + c = 1"], [{"c": "1 - (a + b)"}]),
        (["x*y*z = 1"], [{"z": "1/(x*y)"}]),
        (["x**2 + y**2 = 1"], [{"y": "sqrt(1 - x^2)"}, {"y": "-1*sqrt(1 - x^2)"}]),
        (["x + y = 1", "x*y = z"], [{"y": "1 - x", "z": "x*(1 - x)"}]),
        (["x <= y", "y <= x"], [{"y": "x"}]),
    ],
)
def test_equations_are_solved_for_a_variable(equations: list[str], solved: list[dict[str, str]]) -> None:
    problem = read_problem({"hyps": equations, "goal": "0 <= 1"})
    assert [{k: str(v) for k, v in branch.solved.items()} for branch in branches(problem)] == solved


@given(
    st.lists(st.fractions(-5, 5, max_denominator=4), min_size=3, max_size=3),
    st.fractions(Fraction(1, 50), 2, max_denominator=50),
)
@settings(max_examples=25, deadline=None)
def test_a_sum_of_squares_less_a_bit_is_refuted(centre: list[Fraction], bit: Fraction) -> None:
    """The violation is a small ball around a point that is not on any grid."""
    squares = " + ".join(f"({name} - ({value}))**2" for name, value in zip("xyz", centre, strict=True))
    found = refute(f"{squares} >= {bit}")
    assert found is not None and found.verdict == "REFUTED"

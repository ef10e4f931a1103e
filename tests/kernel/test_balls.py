"""Enclosures contain the values, and only certain truths are told."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from flint import arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from boundkit.ir.functions import SYMBOLS
from boundkit.ir.sorts import EXTREAL, NAT, PROP, REAL, SetOf
from boundkit.ir.terms import Apply, Bind, Name, Term, number, relation
from boundkit.kernel import intervals
from boundkit.kernel.balls import Undecided, Undefined, apply_head, decide, enclose, exact
from boundkit.kernel.constants import constant

X = Name("x", REAL)
K = Name("k", NAT)
RATIONALS = st.fractions(min_value=-20, max_value=20, max_denominator=40)


def real(head: str, *args: Term | int | Fraction) -> Apply:
    return Apply(head, tuple(arg if isinstance(arg, Term) else number(arg) for arg in args), REAL)


def holds(head: str, *args: Term | int | Fraction) -> Apply:
    return Apply(head, tuple(arg if isinstance(arg, Term) else number(arg) for arg in args), PROP)


def ball(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))


def terms() -> st.SearchStrategy[Term]:
    """Terms of field operations and of functions whose values at rationals are rational."""
    leaves = st.one_of(st.just(X), RATIONALS.map(number))
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(st.sampled_from("+-*/"), inner, inner).map(lambda t: real(*t)),
            st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(lambda t: real(*t)),
            st.tuples(st.sampled_from(["neg", "abs", "floor", "ceil", "sign"]), inner).map(
                lambda t: real(*t)
            ),
            st.tuples(inner, st.integers(-3, 3)).map(lambda t: real("^", t[0], t[1])),
        ),
        max_leaves=8,
    )


@given(terms(), RATIONALS)
def test_an_enclosure_at_a_point_contains_the_exact_value(term: Term, value: Fraction) -> None:
    expected = exact(term, {"x": value})
    try:
        found = enclose(term, {"x": ball(value)}, 80)
    except (Undefined, Undecided):
        return
    assert not found.is_nan()
    if expected is not None:
        assert found.contains(ball(expected)) or found.overlaps(ball(expected))


@given(terms(), RATIONALS, RATIONALS, st.fractions(0, 1))
def test_an_enclosure_over_an_interval_contains_the_values_inside(
    term: Term, one: Fraction, two: Fraction, share: Fraction
) -> None:
    inside = one + (two - one) * share
    expected = exact(term, {"x": inside})
    try:
        found = enclose(term, {"x": ball(one).union(ball(two))}, 64)
    except (Undefined, Undecided):
        return
    assert expected is not None
    assert found.overlaps(ball(expected))


@given(st.sampled_from(sorted(set(SYMBOLS) - {"factorial", "binomial", "polygamma"})), st.data())
@settings(max_examples=400)
def test_every_function_on_an_interval_encloses_its_values_at_points(head: str, data: st.DataObject) -> None:
    arity = SYMBOLS[head].arity or 2
    pairs = data.draw(st.lists(st.tuples(RATIONALS, RATIONALS), min_size=arity, max_size=arity))
    share = data.draw(st.fractions(0, 1))
    points = [ball(low + (high - low) * share) for low, high in pairs]
    sets = [
        intervals.interval(intervals.rational_ball(min(pair)), intervals.rational_ball(max(pair)))
        for pair in pairs
    ]
    try:
        whole = intervals.apply(head, sets)
    except (Undefined, Undecided):
        return
    at_point = apply_head(head, points)
    assert whole.lower <= at_point.upper()
    assert at_point.lower() <= whole.upper


@given(st.sampled_from(sorted(set(SYMBOLS) - {"factorial", "binomial", "polygamma"})), st.data())
@settings(max_examples=400)
def test_an_end_marked_open_is_not_attained(head: str, data: st.DataObject) -> None:
    arity = SYMBOLS[head].arity or 2
    pairs = data.draw(st.lists(st.tuples(RATIONALS, RATIONALS), min_size=arity, max_size=arity))
    share = data.draw(st.fractions(Fraction(1, 1000), Fraction(999, 1000)))
    pairs = [(min(pair), max(pair) + 1) for pair in pairs]
    sets = [intervals.interval(ball(low), ball(high), True, True) for low, high in pairs]
    try:
        whole = intervals.apply(head, sets)
    except (Undefined, Undecided):
        return
    found = exact(real(head, *(low + (high - low) * share for low, high in pairs)), {})
    if found is not None:
        assert not (whole.lower_open and ball(found) <= whole.lower and whole.lower.is_finite())
        assert not (whole.upper_open and ball(found) >= whole.upper and whole.upper.is_finite())


def test_every_symbol_has_an_enclosure() -> None:
    for head, symbol in SYMBOLS.items():
        inside = arb(-1) / 4 if symbol.domain == "from -1/e below 0" else arb(1)
        arguments = [inside] * (symbol.arity or 2)
        assert not apply_head(head, arguments).is_nan()


@pytest.mark.parametrize(
    ("head", "arguments", "expected"),
    [
        ("Phi", [0], 0.5),
        ("erf", [1], math.erf(1)),
        ("lnGamma", [10], math.lgamma(10)),
        ("Gamma", [5], 24),
        ("factorial", [5], 120),
        ("binomial", [5, 2], 10),
        ("binomial", [2, 5], 0),
        ("xlnx", [0], 0),
        ("log2", [8], 3),
        ("ceil", [Fraction(1, 2)], 1),
        ("floor", [Fraction(-1, 2)], -1),
        ("tan", [1], math.tan(1)),
        ("arctan", [1], math.atan(1)),
        ("arcsin", [1], math.pi / 2),
        ("arcsin", [Fraction(-1, 3)], math.asin(-1 / 3)),
        ("arccos", [1], 0),
        ("arccos", [-1], math.pi),
        ("LambertW", [1], 0.5671432904097838),
        ("LambertW", [Fraction(-1, 3)], -0.6190612867359451),
        ("LambertWm1", [Fraction(-1, 3)], -1.5121345516578424),
        ("polygamma", [0, 1], -0.5772156649015329),
        ("polygamma", [1, 1], math.pi**2 / 6),
        ("polygamma", [2, 1], -2.404113806319188),
    ],
)
def test_values_that_are_known(head: str, arguments: list[Fraction], expected: float) -> None:
    assert abs(float(apply_head(head, [ball(Fraction(own)) for own in arguments])) - expected) < 1e-12


@pytest.mark.parametrize(
    ("head", "arguments"),
    [
        ("/", [1, 0]),
        ("ln", [0]),
        ("ln", [-1]),
        ("sqrt", [-1]),
        ("log2", [0]),
        ("xlnx", [-1]),
        ("^", [0, 0]),
        ("^", [0, -1]),
        ("^", [-1, Fraction(1, 2)]),
        ("Gamma", [0]),
        ("polygamma", [1, 0]),
        ("polygamma", [Fraction(1, 2), 1]),
        ("factorial", [Fraction(1, 2)]),
        ("factorial", [-1]),
        ("arcsin", [Fraction(11, 10)]),
        ("arccos", [-2]),
        ("LambertW", [Fraction(-1, 2)]),
        ("LambertWm1", [Fraction(-1, 2)]),
        ("LambertWm1", [0]),
        ("LambertWm1", [1]),
    ],
)
def test_outside_the_domain_is_undefined(head: str, arguments: list[Fraction]) -> None:
    with pytest.raises(Undefined):
        apply_head(head, [ball(Fraction(own)) for own in arguments])


@pytest.mark.parametrize(
    "head", ["ln", "sqrt", "log2", "xlnx", "Gamma", "lnGamma", "arcsin", "arccos", "LambertW", "LambertWm1"]
)
def test_a_ball_across_the_edge_of_the_domain_is_undecided(head: str) -> None:
    with pytest.raises(Undecided):
        apply_head(head, [arb(0, 1)])


@given(st.integers(0, 5), RATIONALS, RATIONALS, st.fractions(0, 1))
def test_polygamma_on_an_interval_encloses_its_values(
    order: int, low: Fraction, high: Fraction, share: Fraction
) -> None:
    low, high = sorted((abs(low) + Fraction(1, 9), abs(high) + Fraction(1, 9)))
    whole = intervals.apply(
        "polygamma",
        [intervals.from_rational(Fraction(order)), intervals.interval(ball(low), ball(high), True, True)],
    )
    at_point = apply_head("polygamma", [ball(Fraction(order)), ball(low + (high - low) * share)])
    assert whole.lower <= at_point.upper()
    assert at_point.lower() <= whole.upper


def test_polygamma_up_to_the_ends_of_the_positive_numbers_has_one_sign() -> None:
    ray = intervals.interval(arb(0), intervals.PLUS_INFINITY, True, False)
    for order in (1, 2, 3):
        found = intervals.apply("polygamma", [intervals.from_rational(Fraction(order)), ray])
        assert found.is_positive if order % 2 else found.is_negative


def test_a_divisor_that_may_be_zero_is_undecided() -> None:
    with pytest.raises(Undecided):
        apply_head("/", [arb(1), arb(0, 1)])


def test_zero_to_the_power_of_the_integer_zero_is_one() -> None:
    assert apply_head("^", [arb(0), arb(0)], integral_exponent=True) == 1
    assert exact(real("^", 0, 0), {}) == 1


def test_zero_to_the_power_of_the_real_zero_is_undefined() -> None:
    zero = real("-", X, X)
    assert exact(real("^", 0, zero), {"x": Fraction(1)}) is None
    with pytest.raises(Undefined):
        decide(holds("<=", real("^", 0, zero), 1), {"x": 1})


def test_a_nan_ball_is_undecided() -> None:
    with pytest.raises(Undecided):
        apply_head("exp", [arb.nan()])


def test_enclosing_restores_the_precision() -> None:
    former = ctx.prec
    enclose(real("exp", X), {"x": arb(1)}, 300)
    with pytest.raises(Undefined):
        enclose(real("ln", 0), {}, 300)
    assert ctx.prec == former


def test_a_deep_term_is_undecided_and_no_recursion_error() -> None:
    term: Term = X
    for _ in range(100_000):
        term = real("neg", term)
    with pytest.raises(Undecided):
        enclose(term, {"x": arb(1)}, 64)
    assert decide(holds("<=", term, 1), {"x": 1}) is None


def test_a_tower_of_powers_is_given_up_at_once() -> None:
    tower = real("^", 10, real("^", 10, 10))
    assert exact(tower, {}) is None
    assert exact(real("^", 2, tower), {}) is None
    assert decide(holds("<", tower, 1), {}) is False


def test_a_finite_sum_is_exact_and_enclosed() -> None:
    body = real("/", 1, real("^", K, 2))
    total = Bind("sum", K, Apply("range", (number(1), number(10)), SetOf(NAT)), body, REAL)
    value = exact(total, {})
    assert value == sum(Fraction(1, k * k) for k in range(1, 11))
    assert enclose(total, {}, 64).overlaps(ball(value))


def test_an_empty_sum_is_zero_and_an_empty_maximum_undefined() -> None:
    empty = Apply("range", (number(1), number(0)), SetOf(NAT))
    assert enclose(Bind("sum", K, empty, K, REAL), {}, 64) == 0
    assert enclose(Bind("prod", K, empty, K, REAL), {}, 64) == 1
    with pytest.raises(Undefined):
        enclose(Bind("max", K, empty, K, REAL), {}, 64)


def test_nested_sums_share_one_limit() -> None:
    inner = Bind("sum", Name("j", NAT), Apply("range", (number(1), number(9999)), SetOf(NAT)), K, REAL)
    outer = Bind("sum", K, Apply("range", (number(1), number(9999)), SetOf(NAT)), inner, REAL)
    assert exact(outer, {}) is None
    with pytest.raises(Undecided):
        enclose(outer, {}, 64)


def test_an_undecided_choice_is_the_hull_of_both() -> None:
    choice = Apply("if", (holds("<=", X, 0), number(-1), number(2)), REAL)
    found = enclose(choice, {"x": arb(0, 1)}, 64)
    assert found.contains(-1)
    assert found.contains(2)
    assert enclose(choice, {"x": arb(1)}, 64) == 2


def test_irrational_equality_is_decided_exactly() -> None:
    assert decide(holds("=", real("ln", 4), real("*", 2, real("ln", 2))), {}) is True
    assert decide(holds("<=", real("exp", -1), real("*", X, real("exp", real("neg", X)))), {"x": 1}) is True
    assert decide(holds("=", real("*", real("sqrt", 2), real("sqrt", 8)), 4), {}) is True
    assert (
        constant(real("-", real("cosh", 1), real("/", real("+", real("exp", 1), real("exp", -1)), 2)), {})
        == {}
    )


@settings(max_examples=100)
@given(
    low=RATIONALS,
    width=st.fractions(min_value=0, max_value=8, max_denominator=40),
    head=st.sampled_from(("sin", "cos")),
)
def test_enclosures_of_waves_are_tight(low: Fraction, width: Fraction, head: str) -> None:
    ends = [intervals.rational_ball(own) for own in (low, low + width)]
    found = intervals.apply(head, [intervals.interval(*ends)])
    function = {"sin": math.sin, "cos": math.cos}[head]
    places = [float(low + width * k / 400) for k in range(401)]
    heights = list(map(function, places))
    for end, extreme in ((found.lower, min(heights)), (found.upper, max(heights))):
        assert abs(float(end) - extreme) <= float(width / 400) ** 2 + 1e-12
    assert float(found.lower) <= min(heights) + 1e-15
    assert float(found.upper) >= max(heights) - 1e-15


CIRCLE = real("*", 4, real("arctan", 1))


@pytest.mark.parametrize("head", ["sin", "cos", "tan"])
def test_circular_functions_are_exact_at_twelfths_of_the_circle_constant(head: str) -> None:
    for turns in range(-25, 26):
        value = real(head, real("*", Fraction(turns, 12), CIRCLE))
        found = constant(value, {})
        if head == "tan" and turns % 12 == 6:
            assert found is None
            continue
        assert found is not None
        parts = (real("*", factor, *_roots(monomial.roots)) for monomial, factor in found.items())
        gap = enclose(real("-", value, real("+", 0, *parts)), {}, 200)
        assert gap.contains(0)
        assert abs(gap) < arb("1e-30")


def _roots(powers: tuple[tuple[int, Fraction], ...]) -> list[Term]:
    return [real("^", base, power) for base, power in powers] or [number(1)]


def test_inverse_circular_functions_and_the_gamma_function_give_powers_of_the_circle_constant() -> None:
    third = real("/", CIRCLE, 3)
    assert decide(holds("=", real("arctan", real("sqrt", 3)), third), {}) is True
    assert decide(holds("=", real("arccos", Fraction(1, 2)), third), {}) is True
    assert decide(holds("=", real("arcsin", Fraction(-1, 2)), real("/", CIRCLE, -6)), {}) is True
    root = real("*", Fraction(3, 4), real("sqrt", CIRCLE))
    assert decide(holds("=", real("Gamma", Fraction(5, 2)), root), {}) is True
    assert decide(holds("=", real("arcsin", Fraction(1, 2)), third), {}) is False
    assert constant(real("exp", CIRCLE), {}) is None


def test_precision_grows_until_the_sides_part() -> None:
    close = real("+", real("sin", X), real("^", Fraction(1, 10), 400))
    assert decide(holds("<", real("sin", X), close), {"x": Fraction(1, 3)}) is True
    assert decide(holds("<", real("sin", X), close), {"x": Fraction(1, 3)}, limit=128) is None


def test_what_a_false_premise_guards_need_not_be_defined() -> None:
    guarded = holds("implies", holds("<", 0, X), holds("<=", real("ln", X), real("-", X, 1)))
    assert decide(guarded, {"x": -1}) is True
    assert decide(guarded, {"x": 2}) is True
    with pytest.raises(Undefined):
        decide(guarded.args[1], {"x": -1})


def test_membership() -> None:
    above = Apply("left_open", (number(0), Apply("infinity", (), EXTREAL)), SetOf(REAL))
    assert decide(holds("in", X, above), {"x": 0}) is False
    assert decide(holds("in", X, above), {"x": Fraction(1, 10**9)}) is True
    few = Apply("range", (number(1), number(3)), SetOf(NAT))
    assert decide(holds("in", X, few), {"x": 2}) is True
    assert decide(holds("in", X, few), {"x": Fraction(5, 2)}) is False


def test_quantifiers_over_a_range() -> None:
    few = Apply("range", (number(1), number(5)), SetOf(NAT))
    assert decide(Bind("forall", K, few, holds("<=", K, 5), PROP), {}) is True
    assert decide(Bind("exists", K, few, holds("<", 5, K), PROP), {}) is False


def test_the_branch_point_of_the_lambert_function_is_exact() -> None:
    """W(-1/e) = -1, which no enclosure alone would show to be defined."""
    least = real("neg", real("exp", -1))
    assert exact(real("LambertW", least), {}) == -1
    assert decide(holds("=", real("LambertW", real("*", 3, real("exp", 3))), 3), {}) is True


def test_the_two_branches_of_the_lambert_function_part_at_minus_one() -> None:
    """w is LambertW(w*exp(w)) from -1 on and LambertWm1(w*exp(w)) up to -1."""
    least, lower = real("neg", real("exp", -1)), real("*", -3, real("exp", -3))
    assert exact(real("LambertWm1", least), {}) == -1
    assert decide(holds("=", real("LambertWm1", lower), -3), {}) is True
    assert decide(holds("=", real("LambertW", lower), -3), {}) is False
    assert exact(real("LambertWm1", real("*", Fraction(-1, 2), real("exp", Fraction(-1, 2)))), {}) is None


def test_the_lower_branch_falls_without_bound() -> None:
    whole = intervals.apply("LambertWm1", [intervals.interval(-arb(1) / 4, arb(0), False, True)])
    assert not whole.lower.is_finite() and -2.2 < whole.upper < -2.1


def test_the_arccosine_falls() -> None:
    whole = intervals.apply("arccos", [intervals.interval(arb(-1), arb(1))])
    assert whole.lower == 0 and whole.upper > 3.14


def test_values_of_polygamma_at_halves_of_natural_numbers_are_exact() -> None:
    euler = real("neg", real("polygamma", 0, 1))
    two_and_a_half = real("polygamma", 0, Fraction(5, 2))
    logarithm = real("*", 2, real("ln", 2))
    gap = real("+", two_and_a_half, euler, logarithm)
    assert decide(holds("=", gap, Fraction(8, 3)), {}) is True
    square = real("^", real("*", 4, real("arctan", 1)), 2)
    assert decide(holds("=", real("polygamma", 1, 2), real("-", real("/", square, 6), 1)), {}) is True
    assert exact(real("polygamma", 2, 1), {}) is None


def test_logarithms_of_the_circle_constant_are_exact() -> None:
    circle = real("*", 4, real("arctan", 1))
    half = real("lnGamma", Fraction(1, 2))
    assert decide(holds("=", half, real("*", Fraction(1, 2), real("ln", circle))), {}) is True
    assert decide(holds("=", real("exp", half), real("sqrt", circle)), {}) is True
    assert decide(holds("=", real("ln", circle), real("ln", Fraction(22, 7))), {}) is False


def test_numbers_whose_difference_is_too_long_are_compared_in_balls() -> None:
    small, large = (number(Fraction(1, base**power)) for base, power in ((5, 7000), (3, 10_000)))
    assert decide(relation("<=", small, large), {}) is True
    assert decide(relation("<", large, small), {}) is False

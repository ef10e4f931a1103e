"""A cover certificate shows its own relation and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from boundkit.ir.sorts import INT, REAL
from boundkit.ir.terms import ONE, ZERO, Apply, Name, Term, number, relation, substitute
from boundkit.kernel.balls import Undecided, Undefined, enclose
from boundkit.kernel.cover import (
    DEEPEST,
    Enclosed,
    Evaluated,
    Monotone,
    Product,
    Range,
    Rejected,
    Split,
    Step,
    Valley,
    check_cover,
    from_json,
    point,
    to_json,
)
from boundkit.kernel.quotients import Algebra, TooLarge, same
from boundkit.kernel.steps import Equation, Kept, Rewritten

X, Y = Name("x", REAL), Name("y", REAL)
LINE = Range(None, None, False, False)
RAY = Range(Fraction(0), None, True, False)
OPEN_UNIT = Range(Fraction(0), Fraction(1), False, False)
UNIT = Range(Fraction(0), Fraction(1))


def real(head: str, *args: Term | int | Fraction) -> Apply:
    return Apply(head, tuple(arg if isinstance(arg, Term) else number(arg) for arg in args), REAL)


EXP = relation("<=", real("+", 1, X), real("exp", X))
EXP_CERTIFICATE = Split(
    "x",
    Fraction(0),
    Monotone("x", "decreasing", Monotone("x", "decreasing", Enclosed(), Evaluated()), Evaluated()),
    Monotone("x", "increasing", Monotone("x", "increasing", Enclosed(), Evaluated()), Evaluated()),
)


def rejected(proposition: Term, domain: dict[str, Range], certificate: Any) -> str:
    with pytest.raises(Rejected) as caught:
        check_cover(proposition, domain, certificate)
    return str(caught.value)


def test_convexity_shows_the_tangent_of_the_exponential() -> None:
    assert check_cover(EXP, {"x": LINE}, EXP_CERTIFICATE) is None  # type: ignore[func-returns-value]


def test_a_certificate_survives_json() -> None:
    assert from_json(to_json(EXP_CERTIFICATE)) == EXP_CERTIFICATE
    rewritten = Product((real("^", X, 2), ONE), (Enclosed(80, "mean value"), Evaluated()))
    assert from_json(to_json(Valley("x", Y, rewritten, Enclosed()))) == Valley("x", Y, rewritten, Enclosed())


def test_checking_leaves_the_precision_as_it_was() -> None:
    former = ctx.prec
    check_cover(EXP, {"x": LINE}, EXP_CERTIFICATE)
    rejected(EXP, {"x": LINE}, Enclosed(precision=200))
    assert ctx.prec == former


def test_the_certificate_does_not_show_a_false_relation() -> None:
    for factor in (Fraction(9, 10), Fraction(999_999, 1_000_000)):
        false = relation("<=", real("+", 1, X), real("*", factor, real("exp", X)))
        rejected(false, {"x": LINE}, EXP_CERTIFICATE)
    rejected(relation("<", *EXP.args), {"x": LINE}, EXP_CERTIFICATE)


def mutants(step: Step) -> Iterator[Step]:
    """The certificate with one field somewhere changed."""
    for own in fields(step):
        value = getattr(step, own.name)
        changed: list[Any] = []
        if isinstance(value, Step):
            changed = [*mutants(value), Enclosed(), Evaluated(), Enclosed(form="mean value")]
        elif isinstance(value, tuple):
            parts = [
                (*value[:place], new, *value[place + 1 :])
                for place, part in enumerate(value)
                for new in (mutants(part) if isinstance(part, Step) else [ONE, real("+", part, 1)])
            ]
            changed = [*parts, value[:-1], (*value, *value[-1:])]
        elif isinstance(value, Fraction):
            changed = [value + 1, -value, value + Fraction(1, 10**9)]
        elif isinstance(value, bool):
            changed = [not value]
        elif isinstance(value, int):
            changed = [2, value + 10]
        elif isinstance(value, str):
            changed = ["y", "increasing", "decreasing", "natural", "mean value", ""]
        elif isinstance(value, Term):
            changed = [ZERO, real("+", value, 1)]
        for new in changed:
            yield replace(step, **{own.name: new})


def test_no_change_of_the_certificate_shows_something_false() -> None:
    false = relation("<=", real("+", 1, X), real("*", Fraction(99, 100), real("exp", X)))
    strict = relation("<", *EXP.args)
    for certificate in mutants(EXP_CERTIFICATE):
        rejected(false, {"x": LINE}, certificate)
        rejected(strict, {"x": LINE}, certificate)


def test_a_missing_half_is_noticed() -> None:
    certificate = EXP_CERTIFICATE.high
    check_cover(EXP, {"x": RAY}, certificate)
    rejected(EXP, {"x": LINE}, certificate)
    rejected(EXP, {"x": LINE}, replace(EXP_CERTIFICATE, low=EXP_CERTIFICATE.high))


def test_a_split_outside_the_range_is_rejected() -> None:
    rejected(EXP, {"x": RAY}, Split("x", Fraction(-1), Enclosed(), EXP_CERTIFICATE.high))
    rejected(
        EXP, {"x": Range(Fraction(0), None, False)}, Split("x", Fraction(0), Enclosed(), EXP_CERTIFICATE.high)
    )


def test_a_split_at_an_end_of_the_range_sets_the_end_apart() -> None:
    slack = relation("<=", ZERO, real("*", X, X))
    check_cover(slack, {"x": RAY}, Split("x", Fraction(0), Evaluated(), Enclosed()))
    rejected(slack, {"x": RAY}, Split("x", Fraction(0), Evaluated(), Evaluated()))


def test_names_without_a_range_or_of_another_sort_are_rejected() -> None:
    rejected(EXP, {}, EXP_CERTIFICATE)
    rejected(EXP, {"y": LINE}, EXP_CERTIFICATE)
    integer = substitute(EXP, {"x": Name("x", INT)})
    rejected(integer, {"x": LINE}, EXP_CERTIFICATE)
    rejected(EXP, {"x": LINE}, replace(EXP_CERTIFICATE, variable="y"))


def test_everything_must_be_defined() -> None:
    square = relation("<=", ZERO, real("^", real("sqrt", X), 2))
    check_cover(square, {"x": RAY}, Enclosed())
    rejected(square, {"x": LINE}, Enclosed())
    rejected(square, {"x": LINE}, Product((X,), (Enclosed(),)))
    hidden = relation("<=", ZERO, real("*", 0, real("ln", X)))
    rejected(hidden, {"x": RAY}, Enclosed())
    rejected(hidden, {"x": RAY}, Product((ZERO,), (Enclosed(),)))
    check_cover(hidden, {"x": replace(RAY, lower_closed=False)}, Enclosed())
    on_the_left = relation("<=", real("*", 0, real("ln", X)), ZERO)
    rejected(on_the_left, {"x": RAY}, Enclosed())


def test_an_open_end_gives_strictness_and_definedness() -> None:
    positive = relation("<", ZERO, real("/", X, real("-", 1, X)))
    check_cover(positive, {"x": OPEN_UNIT}, Enclosed())
    rejected(positive, {"x": replace(OPEN_UNIT, lower_closed=True)}, Enclosed())
    rejected(positive, {"x": replace(OPEN_UNIT, upper_closed=True)}, Enclosed())


def test_a_square_meets_its_greatest_value_only_at_an_end_that_is_met() -> None:
    below_one = relation("<", ZERO, real("-", 1, real("^", X, 2)))
    within = Range(Fraction(-1), Fraction(1), False, False)
    check_cover(below_one, {"x": within}, Enclosed())
    check_cover(below_one, {"x": replace(within, lower=Fraction(-1, 2), lower_closed=True)}, Enclosed())
    rejected(below_one, {"x": replace(within, lower_closed=True)}, Enclosed())
    rejected(below_one, {"x": replace(within, upper_closed=True)}, Enclosed())
    rejected(below_one, {"x": replace(within, lower=Fraction(-2))}, Enclosed())


def test_strictness_by_slope_needs_an_open_end() -> None:
    strict = relation("<", ZERO, real("-", real("exp", X), 1))
    certificate = Monotone("x", "increasing", Enclosed(), Evaluated(), strict=True)
    check_cover(strict, {"x": replace(RAY, lower_closed=False)}, certificate)
    rejected(strict, {"x": RAY}, certificate)


def test_a_jump_is_not_differentiated() -> None:
    step = relation("<=", ZERO, real("-", 1, real("floor", X)))
    rejected(
        step, {"x": Range(Fraction(0), Fraction(2))}, Monotone("x", "decreasing", Enclosed(), Evaluated())
    )
    rejected(step, {"x": Range(Fraction(0), Fraction(2))}, Enclosed(form="mean value"))


def test_a_pole_inside_is_not_stepped_over() -> None:
    pole = relation("<=", ZERO, real("/", 1, X))
    certificate = Monotone("x", "decreasing", Enclosed(), Evaluated())
    rejected(pole, {"x": Range(Fraction(-1), Fraction(1))}, certificate)


def test_the_bottom_of_a_valley_stays_in_the_range() -> None:
    slack = relation("<=", ZERO, real("-", real("^", real("-", X, Y), 2), 0))
    certificate = Valley(
        "x", Y, Product((real("*", 2, real("^", real("-", X, Y), 2)),), (Enclosed(),)), Enclosed()
    )
    check_cover(slack, {"x": LINE, "y": LINE}, certificate)
    assert "leave" in rejected(slack, {"x": UNIT, "y": LINE}, certificate)
    rejected(slack, {"x": LINE, "y": LINE}, replace(certificate, bottom=real("+", X, 0)))


def test_a_product_is_compared_with_the_slack() -> None:
    goal = relation("<=", real("*", 2, real("*", X, Y)), real("+", real("^", X, 2), real("^", Y, 2)))
    square = real("^", real("-", X, Y), 2)
    check_cover(goal, {"x": LINE, "y": LINE}, Product((square,), (Enclosed(),)))
    other = real("^", real("+", X, Y), 2)
    assert "product" in rejected(goal, {"x": LINE, "y": LINE}, Product((other,), (Enclosed(),)))
    rejected(goal, {"x": LINE, "y": LINE}, Product((square, ONE), (Enclosed(),)))


def test_quotients_do_not_confuse_roots_and_absolute_values() -> None:
    assert not same(real("sqrt", real("^", X, 2)), X)
    assert not same(real("abs", X), X)
    assert not same(real("^", real("^", X, 2), Fraction(1, 2)), X)
    assert same(real("ln", real("/", X, Y)), real("-", real("ln", X), real("ln", Y)))
    assert same(real("sqrt", real("^", X, 2)), real("sqrt", real("*", X, X)))
    assert not same(real("^", X, Y), real("^", Y, X))
    assert same(real("sqrt", real("*", 0, X)), real("*", 0, X))


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_equal_quotients_mean_equal_values(data: st.DataObject) -> None:
    leaves = st.one_of(st.just(X), st.just(Y), st.integers(-2, 3).map(number))
    unary = st.sampled_from(["neg", "sqrt", "exp", "ln", "abs", "sinh", "cosh", "tanh", "log2"])
    terms = st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(st.sampled_from("+-*/"), inner, inner).map(lambda t: real(*t)),
            st.tuples(unary, inner).map(lambda t: real(*t)),
            st.tuples(inner, st.sampled_from([-2, -1, 0, 2, 3, Fraction(1, 2), Fraction(-3, 2)])).map(
                lambda t: real("^", *t)
            ),
        ),
        max_leaves=6,
    )
    term = data.draw(terms)
    algebra = Algebra()
    try:
        other = algebra.to_term(algebra.of(term))
    except TooLarge:
        return
    values = {"x": arb(data.draw(st.integers(-8, 8))) / 4, "y": arb(data.draw(st.integers(-8, 8))) / 4}
    try:
        first, second = enclose(term, values, 300), enclose(other, values, 300)
    except (Undefined, Undecided):
        return
    assert first.overlaps(second)


HOSTILE: list[Any] = [
    None,
    "Enclosed",
    float("nan"),
    [],
    {},
    {"step": "Enclosed"},
    {"step": "Enclosed", "precision": "nan", "form": "natural"},
    {"step": "Enclosed", "precision": float("nan"), "form": "natural"},
    {"step": "Enclosed", "precision": True, "form": "natural"},
    {"step": "Enclosed", "precision": 64, "form": "natural", "more": 1},
    {"step": ["Enclosed"]},
    {"step": "Split", "variable": "x", "point": "nan", "low": {}, "high": {}},
    {"step": "Split", "variable": "x", "point": "1e999999999", "low": {}, "high": {}},
    {"step": "Split", "variable": "x", "point": "1/0", "low": {}, "high": {}},
    {"step": "Valley", "variable": "x", "bottom": ["number", "inf"], "slope": {}, "face": {}},
    {"step": "Product", "factors": "x", "steps": []},
    {"step": "Product", "factors": [["call"]], "steps": []},
]


@pytest.mark.parametrize("data", HOSTILE, ids=str)
def test_malformed_json_is_rejected(data: Any) -> None:
    with pytest.raises(Rejected):
        from_json(data)


@pytest.mark.parametrize(
    "step",
    [
        None,
        Step(),
        Enclosed(precision=10**9),
        Enclosed(precision=0),
        Enclosed(form="nan"),
        Evaluated(limit=10**9),
        Split("x", 0.5, Enclosed(), Enclosed()),  # type: ignore[arg-type]
        Split(["x"], Fraction(1), Enclosed(), Enclosed()),  # type: ignore[arg-type]
        Monotone("x", "sideways", Enclosed(), Enclosed()),
        Valley("x", None, Enclosed(), Enclosed()),  # type: ignore[arg-type]
        Valley("x", Apply("call", (X,), REAL), Enclosed(), Enclosed()),
        Product((), (Enclosed(),)),
        Product((real("exp", Name("z", REAL)),), (Enclosed(),)),
        Product((Apply("exp", (), REAL),), (Enclosed(),)),
    ],
    ids=lambda step: str(step)[:60],
)
def test_hostile_steps_are_rejected(step: Any) -> None:
    rejected(EXP, {"x": RAY}, step)
    rejected(EXP, {"x": LINE}, Split("x", Fraction(0), EXP_CERTIFICATE.low, step))


def test_hostile_domains_are_rejected() -> None:
    for extent in (
        Range(Fraction(1), Fraction(0)),
        Range(Fraction(0), Fraction(0), False, True),
        Range(float("nan"), Fraction(1)),  # type: ignore[arg-type]
        None,
    ):
        rejected(EXP, {"x": extent}, EXP_CERTIFICATE)  # type: ignore[dict-item]


def test_a_tree_that_is_too_deep_is_rejected() -> None:
    step: Step = Enclosed()
    for place in range(DEEPEST + 2):
        step = Split("x", Fraction(1, place + 1), Enclosed(), step)
    rejected(relation("<=", real("-", X, 1), real("exp", X)), {"x": RAY}, step)
    deep: Any = {"step": "Enclosed", "precision": 64, "form": "natural"}
    for _ in range(100_000):
        deep = {"step": "Split", "variable": "x", "point": "1", "low": deep, "high": deep}
    with pytest.raises(Rejected):
        from_json(deep)


def test_derivatives_that_grow_without_bound_are_rejected() -> None:
    step: Step = Enclosed()
    for _ in range(60):
        step = Monotone("x", "increasing", step, Evaluated())
    wild = real("tan", real("/", real("exp", real("sin", X)), real("+", 2, real("cos", X))))
    rejected(relation("<=", real("-", wild, 1000), wild), {"x": UNIT}, step)


def test_other_propositions_are_rejected() -> None:
    rejected(relation("=", X, X), {"x": LINE}, Enclosed())
    rejected(X, {"x": LINE}, Enclosed())


def test_a_point_range_is_a_number() -> None:
    goal = relation("<=", real("exp", -1), real("*", X, real("exp", real("neg", X))))
    check_cover(goal, {"x": point(Fraction(1))}, Evaluated())
    rejected(goal, {"x": point(Fraction(2))}, Evaluated())


def test_what_is_neither_positive_nor_negative_is_zero() -> None:
    """arctan(x) + arctan(1/x) is constant for x > 0, so that it may be replaced."""
    ray = Range(Fraction(0), None, lower_closed=False)
    gap = real(
        "-", real("+", real("arctan", X), real("arctan", real("/", 1, X))), real("*", 2, real("arctan", 1))
    )
    flat = Product((ZERO,), (Enclosed(),))
    side = Split(
        "x",
        Fraction(1),
        Monotone("x", "decreasing", flat, Evaluated()),
        Monotone("x", "increasing", flat, Evaluated()),
    )
    new = real("-", real("*", 2, real("arctan", 1)), real("arctan", X))
    rest = Rewritten(0, real("arctan", real("/", 1, X)), new, Kept((), Product((ZERO,), (Enclosed(),))))
    goal = relation("<=", real("arctan", real("/", 1, X)), new)
    check_cover(goal, {"x": ray}, Equation(gap, side, side, rest))
    assert rejected(goal, {"x": ray}, Equation(real("+", gap, 1), side, side, rest))
    assert rejected(goal, {"x": ray}, Kept((0,), Enclosed()))


def test_what_is_positive_for_certain_leaves_a_root() -> None:
    z = Name("z", REAL)
    total, scale = real("+", X, Y), real("exp", z)
    four = real("+", real("*", 4, X), real("*", 4, Y))
    assert same(real("sqrt", four), real("*", 2, real("sqrt", total)))
    scaled = real("+", real("*", scale, X), real("*", scale, Y))
    assert same(real("sqrt", scaled), real("*", real("exp", real("/", z, 2)), real("sqrt", total)))
    assert not same(real("sqrt", real("neg", total)), real("sqrt", total))
    product = real("+", real("*", z, X), real("*", z, Y))
    assert not same(real("sqrt", product), real("*", real("sqrt", z), real("sqrt", total)))


def test_addition_theorems_relate_sines_and_cosines() -> None:
    double = real("-", real("*", 2, real("^", real("cos", X), 2)), 1)
    assert same(real("cos", real("*", 2, X)), double)
    assert same(real("sin", real("-", X, Y)), real("neg", real("sin", real("-", Y, X))))
    assert same(
        real("/", real("^", real("sin", X), 3), real("sin", X)), real("-", 1, real("^", real("cos", X), 2))
    )
    assert not same(real("sin", X), real("cos", X))
    assert not same(real("sin", real("+", X, Y)), real("+", real("sin", X), real("sin", Y)))

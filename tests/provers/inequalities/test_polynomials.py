"""Polynomial methods prove classical inequalities, with steps that the kernel accepts, and no false ones."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from boundkit.kernel.steps import Cases, Changed, Enclosed, Known, Product, Sum, from_json, to_json
from boundkit.provers.inequalities import semidefinite
from boundkit.provers.inequalities.forms import POSITIVE, Reader, forms_of
from boundkit.provers.inequalities.goal import Effort, Exhausted, Found, GivenUp, Goal, accepted
from boundkit.provers.inequalities.gram import Block, Free
from boundkit.provers.inequalities.methods import (
    denominators,
    eliminate,
    expansion,
    factors,
    homogenise,
    orderings,
    products,
    radical_bounds,
    radicals,
    squares,
    vanishing,
)
from boundkit.provers.inequalities.positivstellensatz import zeros
from boundkit.provers.inequalities.sums_of_squares import decompose
from tests.provers.inequalities import classical
from tests.provers.inequalities.attempts import goal_of

METHODS = sorted(
    (
        denominators,
        eliminate,
        expansion,
        factors,
        homogenise,
        orderings,
        products,
        radical_bounds,
        radicals,
        squares,
    ),
    key=lambda method: (method.COST, method.__name__),
)
ABC = ("a > 0", "b > 0", "c > 0")


class Prover:
    """The polynomial methods alone, cheap first, and interval arithmetic."""

    def __init__(self) -> None:
        self.settled: dict[tuple[object, ...], Found | None] = {}
        self.open: set[tuple[object, ...]] = set()

    def __call__(self, goal: Goal, effort: Effort) -> Found | None:
        key = goal.key
        if key in self.settled or key in self.open:
            return self.settled.get(key)
        self.open.add(key)
        self.settled[key] = self.attempt(goal, effort)
        self.open.discard(key)
        return self.settled[key]

    def attempt(self, goal: Goal, effort: Effort) -> Found | None:
        if accepted(goal, Enclosed()):
            return Found(Enclosed(), ("by interval arithmetic",))
        for method in METHODS:
            found = method.attempt(goal, self, effort)
            if isinstance(found, Found):
                assert accepted(goal, found.step)
                return found
        return None


def proved(goal: Goal) -> Found | None:
    return Prover()(goal, Effort())


SLOW = ("IMO 2000", "IMO 2001", "IMO 2001, constant", "USAMO 2004")


def marked(names: Iterable[str]) -> list[object]:
    return [pytest.param(name, marks=[pytest.mark.slow] if name in SLOW else []) for name in names]


@pytest.mark.parametrize("name", marked(classical.TRUE))
def test_the_classical_inequality_is_proved(name: str) -> None:
    goal = goal_of(*classical.TRUE[name])
    found = proved(goal)
    assert found is not None
    assert all(found.argument)
    again = from_json(to_json(found.step))
    assert again == found.step
    assert accepted(goal, again)


@pytest.mark.parametrize("name", marked(classical.FALSE))
def test_the_false_twin_is_not_proved(name: str) -> None:
    assert proved(goal_of(*classical.FALSE[name])) is None


@pytest.mark.parametrize("name", ["Schur of degree 3", "Nesbitt", "IMO 2008", "sphere, product", "unit cube"])
def test_a_search_finds_the_same_step_again(name: str) -> None:
    found = [proved(goal_of(*classical.TRUE[name])) for _ in range(2)]
    assert found[0] is not None and found[0] == found[1]


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.__name__.rpartition(".")[2])
@pytest.mark.parametrize("text", ["exp(x) >= 1 + x", "sin(x) <= abs(x)", "x**y >= x", "1 >= 2"])
def test_what_is_no_polynomial_is_given_up(method: object, text: str) -> None:
    goal = goal_of(text, ["x > 0"])
    assert isinstance(method.attempt(goal, lambda *_: None, Effort()), GivenUp)  # type: ignore[attr-defined]


def step_of(method: object, goal: Goal) -> object:
    found = method.attempt(goal, Prover(), Effort())  # type: ignore[attr-defined]
    assert isinstance(found, Found), found
    assert accepted(goal, found.step)
    return found.step


def test_an_expansion_is_one_enclosure() -> None:
    step = step_of(expansion, goal_of("x*y >= x + y - 1", ["x >= 1", "y >= 1"]))
    assert isinstance(step, Product) and step.steps == (Enclosed(),)


def test_bernsteins_form_settles_what_is_positive_on_an_interval() -> None:
    step_of(expansion, goal_of("x**2 + 1/5 > 3/5*x", ["0 <= x", "x <= 1"]))


def test_polyas_multiplier_makes_the_coefficients_positive() -> None:
    step = step_of(expansion, goal_of("a**2 - a*b + b**2 > 0", ["a > 0", "b > 0"]))
    assert isinstance(step, Product) and len(step.factors) == 2


def test_orders_are_told_apart_by_cases() -> None:
    assert isinstance(step_of(orderings, goal_of(*classical.TRUE["Schur of degree 3"])), Cases)


def test_a_square_factor_is_divided_out() -> None:
    step_of(factors, goal_of("(a - b)**2*(a + b) >= 0", ["a > 0", "b > 0"]))


def test_a_denominator_without_a_sign_is_given_up() -> None:
    goal = goal_of("1/(a - b) + 1 >= 0", ABC)
    assert isinstance(denominators.attempt(goal, Prover(), Effort()), GivenUp)


def test_a_denominator_that_is_a_fact_is_positive() -> None:
    step_of(denominators, goal_of("a/(b + c - a) + 1 >= 0", [*ABC, "b + c > a"]))


def test_an_equation_makes_the_goal_homogeneous() -> None:
    step = step_of(homogenise, goal_of("a*b + b*c + c*a <= 3", ["a + b + c = 3"]))
    assert isinstance(step, Sum) and isinstance(step.steps[1], Known)


def test_an_inequality_makes_the_goal_homogeneous_degree_by_degree() -> None:
    step_of(homogenise, goal_of("a**2 + b**2 + c**2 >= a + b + c", [*ABC, "a + b + c >= 3"]))
    step_of(homogenise, goal_of("a**6 + b**6 + c**6 >= a**3 + b**3 + c**3", [*ABC, "a*b*c >= 1"]))
    step_of(homogenise, goal_of("a + b + c >= (a + b + c)**2/3", [*ABC, "a + b + c <= 3"]))


def test_an_inequality_that_goes_the_other_way_does_not() -> None:
    goal = goal_of("a**2 + b**2 + c**2 >= a + b + c", [*ABC, "a + b + c <= 3"])
    assert isinstance(homogenise.attempt(goal, Prover(), Effort()), GivenUp)


def test_variables_that_cannot_all_vanish_have_a_positive_sum() -> None:
    nonnegative = ["a >= 0", "b >= 0", "c >= 0"]
    step_of(vanishing, goal_of("a + 2*b > 0", [*nonnegative, "a*b + b*c + c*a = 1"]))
    goal = goal_of("a + b > 0", [*nonnegative, "a*b + b*c + c**2 = 1"])
    assert isinstance(vanishing.attempt(goal, Prover(), Effort()), GivenUp)


def test_a_variable_is_eliminated_by_an_equation() -> None:
    assert isinstance(step_of(eliminate, goal_of("a + b >= 2", ["a > 0", "b > 0", "a*b = 1"])), Changed)


def test_the_factor_of_a_variable_is_positive_where_the_rest_is() -> None:
    goal = goal_of("a*b*c >= 8", [*ABC, "a + b + c + 2 = a*b*c"])
    found = list(eliminate.solutions(goal, Reader(goal)))
    assert len(found) == 3
    for own in found:
        assert own.lemma is not None
        assert accepted(Goal(own.factor, True, goal.box, goal.facts), own.lemma)


def test_facts_are_multiplied() -> None:
    step = step_of(products, goal_of("a*x + b*y >= a*y + b*x", ["a >= b", "x >= y"]))
    assert isinstance(step, Sum) and len(step.parts) == 1


def test_roots_of_products_become_products() -> None:
    step_of(radicals, goal_of("sqrt(a*b) <= (a + b)/2", ["a > 0", "b > 0"]))
    step_of(radicals, goal_of("(a*b*c)**(1/3) <= (a + b + c)/3", ABC))


def test_roots_are_bounded_where_they_touch() -> None:
    step_of(radical_bounds, goal_of("sqrt(a) + sqrt(b) <= (a + b)/2 + 1", ["a > 0", "b > 0"]))
    goal = goal_of("sqrt(2*a) <= (a + 1)/2", ["a > 0"])
    assert isinstance(radical_bounds.attempt(goal, Prover(), Effort()), GivenUp)


def test_coordinates_of_a_triangle_are_its_facts() -> None:
    forms = forms_of(goal_of("a*b + b*c + c*a > 0", [*ABC, "a + b > c", "b + c > a", "c + a > b"]))
    assert len(forms) == 2
    assert [str(own.term) for own in forms[1].coordinates] == ["a + b - c", "b + c - a", "c + a - b"]
    assert all(own.sign == POSITIVE for own in forms[1].coordinates)
    assert forms[1].constraints == ()


def test_zeros_are_found_and_a_negative_value_is_reported() -> None:
    (form,) = forms_of(goal_of("a**3 + b**3 + c**3 >= 3*a*b*c", ABC))
    assert [fmpq(1)] * 3 in (zeros(form) or [])
    (form,) = forms_of(goal_of("a**3 + b**3 + c**3 >= 4*a*b*c", ABC))
    assert zeros(form) is None


X, Y = fmpq_mpoly_ctx.get(["x0", "x1"], "deglex").gens()
ONE = X**0
CUBIC = tuple(X**i * Y**j for i in range(4) for j in range(4 - i))


def test_motzkins_polynomial_is_no_sum_of_squares() -> None:
    motzkin = X**4 * Y**2 + X**2 * Y**4 + 1 - 3 * X**2 * Y**2
    assert decompose(motzkin, [Block(ONE, CUBIC)]) is None


def test_a_multiplier_of_an_equation_is_found() -> None:
    found = decompose(1 - X, [Block(ONE, (ONE, X, Y))], [Free(X**2 + Y**2 - 1, (ONE,))])
    assert found is not None
    total = sum((weight * own**2 for weight, own in found.squares[0]), 0 * X)
    assert total + found.multipliers[0] * (X**2 + Y**2 - 1) == 1 - X


POLYNOMIALS = st.lists(st.integers(-3, 3), min_size=6, max_size=6).map(
    lambda values: sum((value * own for value, own in zip(values, CUBIC[:6], strict=True)), 0 * X)
)


@given(st.lists(POLYNOMIALS, min_size=1, max_size=4))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_what_is_found_adds_up_to_the_target_with_positive_weights(parts: list[fmpq_mpoly]) -> None:
    target = sum((own**2 for own in parts), 0 * X)
    if not target:
        return
    found = decompose(target, [Block(ONE, tuple(X**i * Y**j for i in range(4) for j in range(4 - i)))])
    if found is not None:
        assert sum((weight * own**2 for weight, own in found.squares[0]), 0 * X) == target
        assert all(weight > 0 for weight, _ in found.squares[0])


@pytest.mark.parametrize("constant", ["0", "1/7"])
def test_a_sum_of_squares_is_found_again(constant: str) -> None:
    own = Fraction(constant)
    target = (X**2 - Y + 1) ** 2 + (X * Y - 2) ** 2 + fmpq(own.numerator, own.denominator) + (X + Y) ** 2
    found = decompose(target, [Block(ONE, tuple(X**i * Y**j for i in range(3) for j in range(3 - i)))])
    assert found is not None
    assert sum((weight * part**2 for weight, part in found.squares[0]), 0 * X) == target


def test_a_small_programme_has_its_known_optimum() -> None:
    # The least s with [[s, 1], [1, s]] >= 0 is 1: x11 = s, x22 = s, x12 = 1.
    operator = np.zeros((4, 3))
    operator[0, 0] = operator[3, 1] = 1
    operator[1, 2] = operator[2, 2] = 0.5
    last = np.array([[-1.0, -1.0, 0.0]])
    found = semidefinite.solve(semidefinite.Programme((2, 1), (operator, last), np.array([0.0, 0.0, 1.0])))
    assert found is not None
    assert abs(found.blocks[1][0, 0] - 1) < 0.06
    assert np.allclose(found.blocks[0], [[found.blocks[1][0, 0], 1], [1, found.blocks[1][0, 0]]], atol=1e-6)


def test_effort_is_spent_and_exhausted() -> None:
    effort = Effort(left=10)
    with pytest.raises(Exhausted):
        squares.attempt(goal_of("a**2 + b**2 >= 2*a*b"), Prover(), effort)


def test_a_strict_goal_needs_a_positive_part() -> None:
    assert proved(goal_of("a**2 + b**2 + 1 > 2*a*b")) is not None
    assert proved(goal_of("a**2 + b**2 > 2*a*b")) is None
    assert proved(goal_of("a**2 + b**2 > a*b", ["a > 0", "b > 0"])) is not None
    assert proved(goal_of("a**2 + b**2 > a*b", ["a >= 0", "b >= 0"])) is None

"""True inequalities get a certificate, false ones a point at which they fail, and never a certificate."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import ctx

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Name, Term, number, relation
from boundkit.kernel.balls import decide
from boundkit.kernel.cover import Range, check_cover, from_json, to_json
from boundkit.provers.boxes import prove, refute

LINE = Range(None, None, False, False)
BELOW_THREE = Range(Fraction(0), Fraction(3), True, False)
OPEN_UNIT = Range(Fraction(0), Fraction(1), False, False)


class Expression:
    """A term with the operators of arithmetic."""

    def __init__(self, term: Term) -> None:
        self.term = term

    def __add__(self, other: object) -> Expression:
        return real("+", self, other)

    def __radd__(self, other: object) -> Expression:
        return real("+", other, self)

    def __sub__(self, other: object) -> Expression:
        return real("-", self, other)

    def __rsub__(self, other: object) -> Expression:
        return real("-", other, self)

    def __mul__(self, other: object) -> Expression:
        return real("*", self, other)

    def __rmul__(self, other: object) -> Expression:
        return real("*", other, self)

    def __truediv__(self, other: object) -> Expression:
        return real("/", self, other)

    def __rtruediv__(self, other: object) -> Expression:
        return real("/", other, self)

    def __pow__(self, other: object) -> Expression:
        return real("^", self, other)

    def __neg__(self) -> Expression:
        return real("neg", self)


def written(value: object) -> Term:
    if isinstance(value, Expression):
        return value.term
    assert isinstance(value, int | Fraction)
    return number(value)


def real(head: str, *args: object) -> Expression:
    return Expression(Apply(head, tuple(map(written, args)), REAL))


def exp(u: object) -> Expression:
    return real("exp", u)


def ln(u: object) -> Expression:
    return real("ln", u)


def above(end: int | Fraction, closed: bool = True) -> Range:
    return Range(Fraction(end), None, closed, False)


def between(low: int | Fraction, high: int | Fraction, closed: bool = True) -> Range:
    return Range(Fraction(low), Fraction(high), closed, closed)


x, p, q, a, b, s = (Expression(Name(name, REAL)) for name in "xpqabs")

ENTROPY = p * ln(1 / p) + (1 - p) * ln(1 / (1 - p))
DIVERGENCE = p * ln(p / q) + (1 - p) * ln((1 - p) / (1 - q))

TRUE: dict[str, tuple[object, object, dict[str, Range]]] = {
    "tangent of exp": (1 + x, exp(x), {"x": LINE}),
    "tangent of ln(1+x)": (ln(1 + x), x, {"x": above(-1, False)}),
    "tangent of ln": (ln(x), x - 1, {"x": above(0, False)}),
    "1-x <= exp(-x)": (1 - x, exp(-x), {"x": LINE}),
    "lower bound of ln(1+x)": (x / (1 + x), ln(1 + x), {"x": above(0)}),
    "sharper lower bound": (2 * x / (2 + x), ln(1 + x), {"x": above(0)}),
    "cosh": (real("cosh", x), exp(x**2 / 2), {"x": LINE}),
    "second order of ln": (x - x**2 / 2, ln(1 + x), {"x": above(0)}),
    "Bennett to Bernstein": (x**2 / (2 + 2 * x / 3), (1 + x) * ln(1 + x) - x, {"x": above(0)}),
    "Bernstein's function": (exp(x) - 1 - x, x**2 / (2 * (1 - x / 3)), {"x": BELOW_THREE}),
    "second order of exp(-x)": (exp(-x), 1 - x + x**2 / 2, {"x": above(0)}),
    "second order of exp": (exp(x), 1 + x + x**2, {"x": Range(None, Fraction(1), False, True)}),
    "-ln(1-x)": (-ln(1 - x), x + x**2, {"x": between(0, Fraction(1, 2))}),
    "entropy": (ENTROPY, ln(2), {"p": OPEN_UNIT}),
    "entropy from below": (4 * ln(2) * p * (1 - p), ENTROPY, {"p": OPEN_UNIT}),
    "sqrt": (real("sqrt", 1 + x), 1 + x / 2, {"x": above(-1)}),
    "irrational value at a rational point": (x * exp(-x), exp(-1), {"x": above(0)}),
    "sum of exponentials": (2, exp(x) + exp(-x), {"x": LINE}),
    "minimum at an irrational point": (Fraction(4, 5), x**2 + exp(-x), {"x": LINE}),
    "sin": (real("sin", x), x, {"x": above(0)}),
    "cos": (1 - x**2 / 2, real("cos", x), {"x": LINE}),
    "tanh": (real("tanh", x), x, {"x": above(0)}),
    "Bernoulli": (1 + 3 * x, (1 + x) ** 3, {"x": above(-1)}),
    "polynomial": (x, x**4 + 1, {"x": LINE}),
    "Young": (a * b, a**2 / 2 + b**2 / 2, {"a": between(-3, 2), "b": between(-1, 5)}),
    "square of a difference of squares": (2 * a**2 * b**2, a**4 + b**4, {"a": LINE, "b": LINE}),
    "ratio": ((a - b) / a, ln(a / b), {"a": above(0, False), "b": above(0, False)}),
    "Pinsker for two points": (
        2 * (p - q) ** 2,
        DIVERGENCE,
        {"p": OPEN_UNIT, "q": OPEN_UNIT},
    ),
    "Hoeffding's lemma": (ln(1 - p + p * exp(s)) - p * s, s**2 / 8, {"p": between(0, 1), "s": LINE}),
}  # fmt: skip


@pytest.mark.parametrize("name", TRUE)
def test_it_is_proved_and_the_certificate_survives_json(name: str) -> None:
    left, right, domain = TRUE[name]
    goal = relation("<=", written(left), written(right))
    certificate = prove(goal, domain)
    assert certificate is not None
    check_cover(goal, domain, from_json(to_json(certificate)))


@pytest.mark.parametrize("name", TRUE)
def test_with_a_constant_taken_off_it_is_not_proved(name: str) -> None:
    left, right, domain = TRUE[name]
    goal = relation("<=", written(left), written(real("*", Fraction(9, 10), right) - Fraction(1, 10)))
    certificate = prove(goal, domain, budget=800)
    values = refute(goal, domain)
    assert values is None or decide(goal, values) is False
    assert certificate is None or values is None
    if name not in ("minimum at an irrational point", "polynomial"):
        assert certificate is None


@pytest.mark.parametrize(
    ("left", "right", "domain"),
    [
        (1 + x, Fraction(9, 10) * exp(x), {"x": LINE}),
        (exp(x), 1 + x + x**2, {"x": above(0)}),
        (ln(x), Fraction(9, 10) * (x - 1), {"x": above(0, False)}),
        (real("cosh", x), exp(Fraction(9, 10) * x**2 / 2), {"x": LINE}),
        (Fraction(21, 10) * (p - q) ** 2, DIVERGENCE, {"p": OPEN_UNIT, "q": OPEN_UNIT}),
        (a * b, Fraction(9, 20) * (a**2 + b**2), {"a": LINE, "b": LINE}),
        (x * exp(-x), Fraction(36, 100), {"x": above(0)}),
        (ln(1 - p + p * exp(s)) - p * s, s**2 / 9, {"p": between(0, 1), "s": LINE}),
    ],
)  # fmt: skip
def test_a_false_relation_is_refuted_and_not_proved(
    left: object, right: object, domain: dict[str, Range]
) -> None:
    goal = relation("<=", written(left), written(right))
    values = refute(goal, domain)
    assert values is not None
    assert decide(goal, values) is False
    assert prove(goal, domain, budget=500) is None


def test_a_strict_relation_is_proved_off_its_touching_point_only() -> None:
    goal = relation("<", written(1 + x), written(exp(x)))
    assert prove(goal, {"x": above(0, False)}) is not None
    assert prove(goal, {"x": above(0)}) is None


def test_the_search_is_deterministic_and_restores_the_precision() -> None:
    former = ctx.prec
    left, right, domain = TRUE["entropy"]
    goal = relation("<=", written(left), written(right))
    assert prove(goal, domain) == prove(goal, domain)
    assert refute(goal, domain, seed=3) == refute(goal, domain, seed=3)
    assert ctx.prec == former


def test_a_small_budget_gives_up() -> None:
    left, right, domain = TRUE["Pinsker for two points"]
    assert prove(relation("<=", written(left), written(right)), domain, budget=3) is None


def test_other_propositions_are_declined() -> None:
    assert prove(relation("=", written(x), written(x)), {"x": LINE}) is None
    assert refute(relation("=", written(x), written(x)), {"x": LINE}) is None

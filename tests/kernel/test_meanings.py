"""The definitions of properties and memberships, written out."""

from __future__ import annotations

import pytest

from boundkit.ir.sorts import NAT, PROP, REAL, Function, Matrix, SetOf
from boundkit.ir.terms import ONE, Apply, Bind, Name, Term, number
from boundkit.kernel.meanings import PROPERTIES, meaning, truth
from boundkit.kernel.sorting import PROPERTIES as ARITIES
from boundkit.kernel.sorting import fits, require_sorted
from tests.kernel.writing import closed, everything, f, k, n, ne, within, x

VECTOR = Matrix(n, ONE)
F = Name("F", Function((VECTOR,), REAL))
u, v = Name("u", VECTOR), Name("v", VECTOR)
NAMES = {"F": F.sort, "f": f.sort, "u": VECTOR, "v": VECTOR, "n": NAT, "x": REAL}


def prop(head: str, *args: Term) -> Apply:
    """A property."""
    return Apply(head, args, PROP)


def same_size(left: Term, right: Term) -> bool:
    return left == right


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (
            prop("is_convex", F),
            (
                "forall x : Vector[n], forall y : Vector[n], forall a in [0, 1],"
                " F(a*x + (1 - a)*y) <= a*F(x) + (1 - a)*F(y)"
            ),
        ),
        (
            prop("is_concave", f),
            (
                "forall x : Real, forall y : Real, forall a in [0, 1],"
                " a*f(x) + (1 - a)*f(y) <= f(a*x + (1 - a)*y)"
            ),
        ),
        (
            prop("is_strongly_convex", F, x),
            (
                "forall x' : Vector[n], forall y : Vector[n], forall a in [0, 1],"
                " F(a*x' + (1 - a)*y) <= a*F(x') + (1 - a)*F(y) - x/2*a*(1 - a)*||x' - y||^2"
            ),
        ),
        (
            prop("is_lipschitz", F, x),
            "forall x' : Vector[n], forall y : Vector[n], |F(x') - F(y)| <= x*||x' - y||",
        ),
        (
            prop("is_lipschitz", f, number(2), closed(0, 1)),
            "forall x in [0, 1], forall y in [0, 1], |f(x) - f(y)| <= 2*|x - y|",
        ),
        (
            prop("is_smooth", F, number(1)),
            (
                "forall x : Vector[n], forall y : Vector[n],"
                " F(y) <= F(x) + <grad(F, x), y - x> + 1/2*||y - x||^2"
                " and F(x) + <grad(F, x), y - x> - 1/2*||y - x||^2 <= F(y)"
            ),
        ),
        (prop("is_bounded", f, number(0), x), "forall x' : Real, 0 <= f(x') <= x"),
        (prop("is_monotone", f), "forall x : Real, forall y : Real, x <= y implies f(x) <= f(y)"),
    ],
)
def test_properties(formula: Apply, text: str) -> None:
    found = meaning(formula)
    assert found is not None
    assert str(found) == text
    require_sorted(found, NAMES, lambda own, wanted: fits(own, wanted, same_size))


def test_every_property_has_its_number_of_arguments() -> None:
    for head, (_, parameters) in PROPERTIES.items():
        assert ARITIES[head][0] == 1 + parameters


@pytest.mark.parametrize(
    "formula",
    [
        prop("is_convex"),
        prop("is_lipschitz", f),
        prop("is_bounded", f, x),
        prop("is_convex", f, closed(0, 1), x),
        prop("is_convex", Name("K", SetOf(VECTOR))),
        prop("is_lipschitz", F, x, everything(VECTOR), Apply("named", (Name("norm", NAT), ONE), NAT)),
        prop("is_unheard_of", f),
        prop("in", u, Name("K", SetOf(VECTOR))),
    ],
)
def test_what_has_no_definition_here(formula: Apply) -> None:
    assert meaning(formula) is None


def test_memberships() -> None:
    slope = Apply("subgrad", (F, u), SetOf(VECTOR))
    assert str(meaning(prop("in", v, slope))) == "forall y : Vector[n], F(u) + <v, y - u> <= F(y)"
    ball = Apply("ball", (n, x), SetOf(VECTOR))
    assert str(meaning(prop("in", u, ball))) == "||u|| <= x"
    least = Bind("argmin", v, ball, Apply("call", (F, v), REAL), SetOf(VECTOR))
    assert str(meaning(prop("in", u, least))) == "u in ball(n, x) and (forall v in ball(n, x), F(u) <= F(v))"


def test_names_of_the_formula_are_not_captured() -> None:
    y = Name("y", VECTOR)
    found = meaning(prop("in", y, Apply("subgrad", (F, u), SetOf(VECTOR))))
    assert str(found) == "forall y' : Vector[n], F(u) + <y, y' - u> <= F(y')"


def test_the_least_missing_number() -> None:
    least = Apply("mex", (Bind("set", k, within(1, n), k, SetOf(NAT)),), NAT)
    found = truth(least)
    assert found == Bind("forall", k, within(1, n), ne(least, k), PROP)
    assert truth(Apply("mex", (Name("A", SetOf(NAT)),), NAT)) is None
    assert truth(x) is None

"""Functions of several variables give way to truncated series and fractions."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Name
from boundkit.provers.inequalities.doubles import values
from boundkit.provers.inequalities.methods import truncations
from tests.provers.inequalities.attempts import proves

ROUNDING = 1e-12

TRUE = {
    "an exponential and a fraction": (
        "exp(x + y) + x/y + y/x >= (1 + x)*(1 + y) + 2",
        ("x > 0", "y > 0"),
    ),
    "a product of exponentials": ("exp(a)*exp(b)/(b + 1) >= (1 + a) + a*b/2 - b**2", ("a > 0", "b > 0")),
    "logarithms with weights": ("x*log(1 + y) + y*log(1 + x) <= 2*x*y", ("x > 0", "y > 0")),
    "sines with weights": ("sin(x) + sin(y)*z <= x + y*z + (x - z)**2", ("x >= 0", "y >= 0", "z >= 0")),
    "functions under a function": (
        "log(1 + (exp(x) - 1)*y) <= (exp(x) - 1)*y*(1 + (x - y)**2)",
        ("x > 0", "y > 0"),
    ),
}
FALSE = {
    "a constant too large": ("exp(x + y) + x/y + y/x >= (1 + x)*(1 + y) + 201/100", ("x > 0", "y > 0")),
    "a weight too small": ("x*log(1 + y) + y*log(1 + x) <= 19/10*x*y", ("x > 0", "y > 0")),
    "on the other side of 0": ("sin(x) + sin(y)*z <= x + y*z + (x - z)**2", ("x <= 0", "y >= 0", "z >= 0")),
}


@pytest.mark.parametrize("name", TRUE)
def test_bounds_without_functions_suffice(name: str) -> None:
    assert proves(truncations, *TRUE[name])


@pytest.mark.parametrize("name", FALSE)
def test_false_goals_stay_open(name: str) -> None:
    assert not proves(truncations, *FALSE[name], effort=300)


@pytest.mark.parametrize("bound", truncations.BOUNDS, ids=str)
def test_each_bound_holds_on_its_range(bound: truncations.Bound) -> None:
    low = -inf if bound.extent.lower is None else float(bound.extent.lower)
    high = inf if bound.extent.upper is None else float(bound.extent.upper)
    line = np.concatenate(
        [np.linspace(-9, 9, 997), 10.0 ** np.linspace(-6, 2, 97), -(10.0 ** np.linspace(-6, 2, 97))]
    )
    inside = line[(line > low) & (line < high)]
    assert len(inside) > 50
    name = Name("t", REAL)
    gaps = values(bound.gap(name), {"t": inside}, len(inside))
    sizes = values(bound.at(name), {"t": inside}, len(inside))
    assert (gaps >= -ROUNDING * (1 + np.abs(sizes))).all()

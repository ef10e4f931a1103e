"""Known values of the bounds in `theorems/survey`, at sizes for which they are known from elsewhere. Each
bound is read from its file: the formula must stand there, and numbers are put for its names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest

import boundkit

SURVEY = Path(__file__).parent.parent / "theorems" / "survey"

VC = "sqrt(2*d*ln(exp(1)*n/d)/n) + sqrt(ln(1/delta)/(2*n))"
PAC_BAYES = "sqrt((KL(Q, P) + ln(n/delta))/(2*(n - 1)))"
LAYER = "(1 + Gam)*exp(Gam)"
SIZE = "L^2*(M*D^2 + D*W)*iota"

KNOWN: list[tuple[str, str, Mapping[str, str], str, str]] = [
    ("vc_bound", VC, {"n": "1000", "d": "10", "delta": "0.05"}, "0.374", "0.0005"),
    ("vc_bound", VC, {"n": "10000", "d": "100", "delta": "0.05"}, "0.347", "0.0005"),
    ("vc_bound", VC, {"n": "1000000", "d": "100000", "delta": "0.05"}, "0.814", "0.0005"),
    ("vc_bound", VC, {"n": "1000000", "d": "1000000", "delta": "0.05"}, "1.415", "0.0006"),
    ("pac_bayes_bound", PAC_BAYES, {"n": "100", "KL(Q, P)": "5", "delta": "0.05"}, "0.252", "0.0005"),
    ("pac_bayes_bound", PAC_BAYES, {"n": "1000", "KL(Q, P)": "10", "delta": "0.05"}, "0.1", "0.0005"),
    ("pac_bayes_bound", PAC_BAYES, {"n": "60000", "KL(Q, P)": "5000", "delta": "0.05"}, "0.204", "0.0005"),
    (
        "icl_pretraining_excess_risk",
        SIZE,
        {"L": "12", "M": "8", "D": "64", "W": "64", "iota": "1"},
        "5308416",
        "0",
    ),
    ("transformer_stability_multilayer", LAYER, {"Gam": "1"}, "5.4366", "0.0001"),
]


def _at(term: str, values: Mapping[str, str]) -> str:
    """The term with numbers for its names."""
    names = "|".join(sorted(map(re.escape, values), key=len, reverse=True))
    return re.sub(rf"(?<!\w)(?:{names})(?!\w)", lambda found: f"({values[found[0]]})", term)


def _words(text: str) -> str:
    """The text without blanks, so that its layout does not matter."""
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize(("name", "term", "values", "value", "error"), KNOWN)
def test_a_bound_has_its_known_value(
    name: str, term: str, values: Mapping[str, str], value: str, error: str
) -> None:
    """The value, to the digits that are known of it."""
    assert _words(term) in _words((SURVEY / f"{name}.thm").read_text(encoding="utf-8"))
    goal = f"|{_at(term, values)} - {value}| <= {error}"
    assert boundkit.prove(goal).headline.value == "PROVED", goal


def test_a_wrong_value_is_refuted() -> None:
    """The table would notice a changed constant."""
    values = {"n": "1000", "d": "10", "delta": "0.05"}
    assert boundkit.prove(f"|{_at(VC, values)} - 0.375| <= 0.0005").headline.value == "VIOLATED"


def test_when_two_layers_bound_anything() -> None:
    """With norms of 1 and two layers the outputs, which lie in the unit ball, are bounded by less than 1 from
    16 examples on, 31 tokens, and not from 15."""
    layer = _at(LAYER, {"Gam": "1"})
    assert boundkit.prove(f"({layer})^2 < 2*16 - 1").headline.value == "PROVED"
    assert boundkit.prove(f"({layer})^2 < 2*15 - 1").headline.value == "VIOLATED"


def test_when_the_dimension_bounds_anything() -> None:
    """The term of the dimension is below 1 from n = 5.357*d on, and not before."""
    assert boundkit.prove("2*(1 + ln(5.358)) < 5.358").headline.value == "PROVED"
    assert boundkit.prove("2*(1 + ln(5.356)) < 5.356").headline.value == "VIOLATED"


def test_what_chaining_loses() -> None:
    """On points that are equally far apart the sum is 6*sqrt(ln N), where Massart has sqrt(2*ln N)."""
    assert boundkit.prove("|6/sqrt(2) - 4.243| <= 0.0005").headline.value == "PROVED"


@pytest.mark.parametrize("k", [1, 2, 5])
def test_gradient_descent_attains_its_bound(k: int) -> None:
    """f(w) = |w - 1| from 0 with T = k^2 steps of length 1/k and the slope 1 at the kink: the value at the
    mean of the iterates is 1/k, the bound."""
    w, total = Fraction(0), Fraction(0)
    for _ in range(k**2):
        total += w
        w -= Fraction(1, k) * (1 if w >= 1 else -1)
    assert abs(total / k**2 - 1) == Fraction(1, k)

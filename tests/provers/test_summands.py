"""Bounds up to a constant: which are found, with which constant, and which are not."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

import boundkit
from boundkit.ir.sorts import REAL
from boundkit.ir.terms import Apply, Name, number
from boundkit.provers.powers import Power, compared, groups, product_of
from boundkit.provers.ratios import rounded_up
from boundkit.provers.summands import shortened
from boundkit.report import NodeReport

HEAD = """theorem own
  let n : Nat >= 2
  let m : Nat >= 1
  let gamma, M : Real > 0
  let delta : Real in (0, 1/2]
  let eps : Real in (0, 1)
  let x, z : Real
  let q : Real -> Real
"""


def node(folder: Path, claim: str, *given: str) -> NodeReport:
    """What is said of a claim that is to follow from hypotheses."""
    path = folder / "own.thm"
    assumed = "".join(f"  assume h{place}: {text}\n" for place, text in enumerate(given))
    names = ", ".join(f"h{place}" for place in range(len(given)))
    source = f" from {names}" if names else ""
    path.write_text(f"{HEAD}{assumed}  claim c: {claim} by chain{source}\nend\n", encoding="utf-8")
    (found,) = boundkit.check(path, samples=1).theorems[0].nodes
    return found


@pytest.mark.parametrize(
    ("claim", "least", "most"),
    [
        ("gamma*(1 + log2(n)) <~ gamma*ln(n)", 2.88, 2.9),
        ("gamma*ceil(log2(n))*max(2, ln(1/delta)) <~ gamma*ln(n)*ln(1/delta)", 5.3, 8.4),
        ("M*sqrt(max(2, ln(1/delta))/n) <~ M*sqrt(ln(1/delta)/n)", 1.69, 1.71),
        ("gamma^2*ceil(log2(n))^3 + M <~ gamma^2*ln(n)^3 + M*n", 6.4, 25),
        ("ln(m)^2 + sqrt(m + 1) <~ sqrt(m)", 3.1, 6),
        ("gamma + M <~ max(gamma, 2*M) + M", 1, 1),
        ("n <~ n - 1", 2, 2),
        ("|x| <~ x^2 + 1", 0.5, 0.5),
        ("2*gamma - 3*M <~ gamma", 2, 2),
    ],
)
def test_the_constants_of_summands_are_added(tmp_path: Path, claim: str, least: float, most: float) -> None:
    """No smaller constant than the least serves."""
    found = node(tmp_path, claim)
    assert found.verdict == "PROVED"
    assert least <= float(found.constant) <= most


@pytest.mark.slow
def test_facts_lead_to_the_vocabulary_of_the_right_side(tmp_path: Path) -> None:
    facts = (
        "|n*z - x| <= 2*gamma*n",
        "|x| <= q(max(2, ln(1/delta)))",
        "forall p : Real >= 2, q(p) <= p*n*M",
    )
    found = node(tmp_path, "|z| <~ gamma + M*ln(1/delta)", *facts)
    assert (found.verdict, found.constant) == ("PROVED", "2.89")


def test_a_name_that_the_right_side_does_not_have_is_replaced(tmp_path: Path) -> None:
    found = node(tmp_path, "M*n <~ gamma*n", "M <= 3*gamma")
    assert (found.verdict, found.constant) == ("PROVED", "3")


@pytest.mark.parametrize(
    "claim",
    [
        pytest.param("gamma*n <~ gamma*sqrt(n)", marks=pytest.mark.slow),
        "gamma*(1 + log2(m)) <~ gamma*ln(m)",
        "1 <~ ln(1/eps)",
        "gamma*M <~ gamma + M",
        "gamma <~ M",
        "x <~ |x| - 1",
    ],
)
def test_no_constant_is_found_where_none_serves(tmp_path: Path, claim: str) -> None:
    """At m = 1 the right side vanishes, as it does for eps to 1; the others grow less than the left side."""
    found = node(tmp_path, claim)
    assert found.verdict in ("UNKNOWN", "VIOLATED")
    assert found.constant == ""


def test_what_two_products_share_is_taken_out() -> None:
    x, y = Name("x", REAL), Name("y", REAL)
    half = Fraction(1, 2)
    low = (Power(x, Fraction(2)), Power(y, -half))
    high = (Power(x, half), Power(y, Fraction(-1)))
    shared, ratio = compared(low, high)
    assert shared == (Power(x, half), Power(y, Fraction(-1)))
    assert ratio == (Power(x, Fraction(3, 2)), Power(y, half))
    assert product_of(()) == number(1)


def test_groups_share_no_name() -> None:
    x, y, z = (Name(text, REAL) for text in "xyz")
    both = Apply("+", (x, y), REAL)
    powers = tuple(Power(base, Fraction(1)) for base in (x, number(2), z, number(3), y, both))
    found = {frozenset(own.base for own in group) for group in groups(powers)}
    assert found == {frozenset({x, y, both}), frozenset({z}), frozenset({number(2), number(3)})}


def test_a_constant_is_made_shorter_and_never_smaller() -> None:
    assert shortened(Fraction(3, 2)) == Fraction(3, 2)
    assert shortened(Fraction(77231, 100)) == 773
    assert shortened(Fraction(28854, 10000)) == Fraction(289, 100)
    for value in (Fraction(1, 3), Fraction(123456, 7), Fraction(999, 1000), Fraction(10)):
        for digits in (1, 3, 5):
            assert value <= rounded_up(value, digits) < value * (1 + Fraction(10) ** (1 - digits))

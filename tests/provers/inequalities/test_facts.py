"""Facts that are brought into simpler forms."""

from __future__ import annotations

from boundkit.provers.inequalities.methods import fractions_in_facts, monotone_facts, relative_entropies
from tests.provers.inequalities.attempts import proves


def test_arguments_of_equal_functions_compare_as_these_do() -> None:
    assert proves(monotone_facts, "x >= y", ("exp(-x) <= exp(-y)",))
    assert proves(monotone_facts, "x > y", ("x > 0", "y > 0", "log(x) > log(y)"))
    assert proves(monotone_facts, "x >= y", ("x >= 0", "y >= 0", "sqrt(x) >= sqrt(y)"))
    assert not proves(monotone_facts, "x > y", ("exp(x) >= exp(y)",), effort=200)


def test_denominators_of_facts_are_multiplied_away() -> None:
    facts = ("m > 0", "L > 0", "L >= m", "t >= 0", "t <= 2/(L + m)")
    assert proves(fractions_in_facts, "t*m <= 1", facts)
    assert not proves(fractions_in_facts, "t*L <= 1", facts, effort=200)


def test_a_bounded_relative_entropy_bounds_the_mean() -> None:
    entropy = "p*log(p/q) + (1 - p)*log((1 - p)/(1 - q))"
    facts = ("0 < p", "p < 1", "0 < q", "q < 1", "c > 0", f"{entropy} <= c")
    assert proves(relative_entropies, "(p - q)**2 <= c/2", facts)
    assert not proves(relative_entropies, "(p - q)**2 <= c/3", facts, effort=200)

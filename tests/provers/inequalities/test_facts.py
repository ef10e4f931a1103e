"""Facts that are brought into simpler forms."""

from __future__ import annotations

from boundkit.provers.inequalities.methods import fractions_in_facts, monotone_facts
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

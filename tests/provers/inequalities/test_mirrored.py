"""Negative variables by their mirror images."""

from __future__ import annotations

from boundkit.provers.inequalities.methods import mirrored
from tests.provers.inequalities.attempts import proves

BEYOND = ["n >= 1", "w < -n", "w <= -1"]


def test_logarithms_are_taken_of_minus_a_negative_variable() -> None:
    assert proves(mirrored, "n*exp(-n) + w*exp(w) > 0", BEYOND)


def test_the_mirror_image_of_what_is_false_is_not_proved() -> None:
    assert not proves(mirrored, "n*exp(-n) + w*exp(w) < 0", BEYOND, effort=200)

"""Numbers and relations of a finding as short text."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, Context, Decimal
from fractions import Fraction
from typing import Any

from flint import arb, fmpq

from boundkit.kernel import extended
from boundkit.kernel.balls import precisely
from boundkit.kernel.laws import FiniteLaw
from boundkit.kernel.values import Extent, Grid, Listed, Pair, Value

SHORTEST, LONGEST = 4, 40
"""Digits of a number that is shown cut."""


def shown_value(value: Value) -> str:
    """Any value of a bound variable."""
    if isinstance(value, Grid):
        return "[" + ", ".join(map(shown, value.entries)) + "]"
    return shown(value) if isinstance(value, fmpq | arb) else _shown_structure(value)


def _shown_structure(value: Value) -> str:
    """A law as outcomes with weights, a set, tuple or pair by its members."""
    if isinstance(value, FiniteLaw):
        pairs = zip(value.outcomes, value.weights, strict=True)
        return "{" + ", ".join(f"{shown_value(x)}: {shown_value(p)}" for x, p in pairs) + "}"
    if isinstance(value, Listed):
        return "(" + ", ".join(map(shown_value, value.items)) + ")"
    if isinstance(value, Pair):
        return f"({shown_value(value.left)}, {shown_value(value.right)})"
    if isinstance(value, Extent):
        return "{" + ", ".join(map(shown_value, value.parts)) + "}"
    return str(value)


def compared(head: str, left: Any, right: Any, where: Sequence[tuple[str, str]] = ()) -> str:
    """The contrary of a relation that fails, with short sides and the place where it fails."""
    contrary = {"<=": ">", "<": ">=", "=": "!=", "!=": "="}[head]
    sides = [short(left), short(right)]
    digits = SHORTEST
    while _read(sides[0]) == _read(sides[1]) and contrary in (">", "!=") and digits < LONGEST:
        digits += 2
        sides = [short(left, digits), short(right, digits)]
    place = "".join(f"{' at' if not k else ','} {name} = {value}" for k, (name, value) in enumerate(where))
    return f"{sides[0]} {contrary} {sides[1]}{place}"


def short(number: Any, digits: int = SHORTEST) -> str:
    """A rational of few digits as it is; any other number cut to some digits, as in `0.6065...`."""
    if extended.is_extended(number):
        return str(number)
    if isinstance(number, fmpq):
        text = str(number)
        if len(text) <= 12:
            return text
        with precisely(8 * LONGEST):
            number = arb(number)
    if number.rel_accuracy_bits() < 3.4 * digits:
        return shown(number)
    middle = Decimal(str(number.mid().str(LONGEST + 4, radius=False)))
    if middle == 0 or not middle.is_finite():
        return shown(number)
    place = middle.adjusted()
    digits = max(digits, place + 1) if place < 12 else digits
    cut = Context(LONGEST + 20, ROUND_DOWN).quantize(middle, Decimal(1).scaleb(place - digits + 1))
    if -5 <= place < 12:
        return f"{cut:f}..."
    return f"{cut:E}".replace("E", "...e")


def _read(text: str) -> Any:
    """The number that a short text shows, or the text itself when it is an enclosure."""
    try:
        return Fraction(text.replace("...", ""))
    except ValueError:
        return text


def shown(number: Any) -> str:
    """A rational as it is, a ball as a decimal enclosure."""
    if isinstance(number, fmpq) or extended.is_extended(number):
        return str(number)
    return str(number.str(20))

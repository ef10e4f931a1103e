"""Missing logarithms: of a parameter, of the size of a set or of the inverse of a probability, as a factor or
under a root; and what stands inside a logarithm."""

from __future__ import annotations

from collections.abc import Iterator

from boundkit.ir.sorts import NAT
from boundkit.slips import Change, Slip, called, times
from boundkit.syntax.parts import Part, parts
from boundkit.syntax.show import value
from boundkit.syntax.tree import Form, Identifier, Node, Numeral


def logarithm(slip: Slip) -> Iterator[Change]:
    """Factors inside a logarithm that is there, then logarithms of each quantity as factors."""
    for part in parts(slip.formula):
        match part.node:
            case Form("call", (Identifier("ln" | "log2"), inside)):
                for quantity in slip.quantities:
                    if quantity != inside:
                        changed = called("ln", times(quantity, inside))
                        words = f"`{value(quantity)}` inside the logarithm"
                        size = 1.6 + 0.3 * (not slip.is_mentioned(quantity))
                        yield Change(size, words, slip.stated(part.put(changed)))
            case Form("call", (Identifier("sqrt"), inside)):
                for quantity in slip.quantities:
                    for log in _logarithms(slip, quantity):
                        words = f"`{value(log)}` under the root"
                        changed = called("sqrt", times(log, inside))
                        yield Change(1.9, words, slip.stated(part.put(changed)))
    for side, _ in slip.sides:
        yield from _factors(slip, side, 1.9)
    for term, _ in slip.terms:
        yield from _factors(slip, term, 2.0)


def _factors(slip: Slip, part: Part, size: float) -> Iterator[Change]:
    for quantity in slip.quantities:
        for log in _logarithms(slip, quantity):
            for factor, more in ((log, 0.0), (called("sqrt", log), 0.1)):
                words = f"`{value(part.node)}` times `{value(factor)}`"
                own = size + more + 0.3 * (not slip.is_mentioned(quantity))
                yield Change(own, words, slip.stated(part.put(times(factor, part.node))))


def _logarithms(slip: Slip, quantity: Node) -> Iterator[Node]:
    """Logarithms that are not negative in the declared range of a quantity."""
    low, high = slip.bounds_of(quantity.text) if isinstance(quantity, Identifier) else (0, float("inf"))
    if high <= 1 and low >= 0:
        yield called("ln", Form("/", (Numeral("1"), quantity)))
        yield called("ln", Form("/", (Numeral("2"), quantity)))
    elif isinstance(quantity, Identifier) and slip.theorem.sort_of(quantity.text) != NAT:
        if low >= 0:
            yield called("ln", Form("+", (Numeral("1"), quantity)))
    else:
        yield called("ln", quantity)
        yield Form("+", (Numeral("1"), called("ln", quantity)))


__all__ = ["logarithm"]

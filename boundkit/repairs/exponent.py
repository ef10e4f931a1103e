"""Other powers: an exponent, a root or its argument, and a power of a parameter or of the size of a set as
one more factor of a bound."""

from __future__ import annotations

from collections.abc import Iterator

from boundkit.slips import Change, Slip, called, number_of, numeral, times
from boundkit.syntax.parts import Part, parts
from boundkit.syntax.show import value
from boundkit.syntax.tree import Form, Identifier, Node, Numeral


def exponent(slip: Slip) -> Iterator[Change]:
    """Exponents one more or less, doubled and halved; roots dropped, or taken of a number; factors."""
    for part in parts(slip.formula):
        yield from _of_power(slip, part)
    for side, up in slip.sides:
        for inner in parts(side.node):
            if isinstance(inner.node, Identifier) and inner.node.text in slip.numbers and not _named(inner):
                for other in (called("sqrt", inner.node), Form("^", (inner.node, Numeral("2")))):
                    words = f"`{value(other)}` for `{inner.node.text}`"
                    yield Change(1.7, words, slip.stated(side.put(inner.put(other))))
        yield from _factors(slip, side, up, 1.8)
    for term, up in slip.terms:
        yield from _factors(slip, term, up, 1.9)


def _of_power(slip: Slip, part: Part) -> Iterator[Change]:
    match part.node:
        case Form("^", (base, power)):
            own = number_of(power)
            others: list[Node] = [Form("+", (power, Numeral("1"))), Form("-", (power, Numeral("1")))]
            if own is not None:
                others = [numeral(e) for e in dict.fromkeys((own + 1, own - 1, 2 * own, own / 2)) if e > 0]
            for other in others:
                changed = base if number_of(other) == 1 else Form("^", (base, other))
                words = f"`{value(changed)}` for `{value(part.node)}`"
                yield Change(1.4, words, slip.stated(part.put(changed)))
        case Form("call", (Identifier("sqrt"), inside)):
            yield Change(1.5, f"no root of `{value(inside)}`", slip.stated(part.put(inside)))


def _factors(slip: Slip, part: Part, up: bool, size: float) -> Iterator[Change]:
    for quantity in slip.quantities:
        for factor in (called("sqrt", quantity), quantity):
            above, below = times(factor, part.node), Form("/", (part.node, factor))
            own = size + 0.1 * (factor is quantity) + 0.3 * (not slip.is_mentioned(quantity))
            for changed, word, more in (
                (above, "times", 0.0 if up else 0.2),
                (below, "over", 0.2 if up else 0.0),
            ):
                words = f"`{value(part.node)}` {word} `{value(factor)}`"
                yield Change(own + more, words, slip.stated(part.put(changed)))


def _named(part: Part) -> bool:
    """Whether a name is that of a function or an index."""
    inner = part.above[-1] if part.above else None
    return isinstance(inner, Form) and inner.head in ("call", "index") and inner.parts[0] is part.node


__all__ = ["exponent"]

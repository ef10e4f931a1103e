"""Other constants: a factor or a summand of a bound, a number anywhere in the statement, a factor inside a
root, an exponential or a logarithm."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import log2

from boundkit.slips import Change, Slip, called, number_of, numeral, times
from boundkit.syntax.parts import parts
from boundkit.syntax.show import value
from boundkit.syntax.tree import Form, Identifier, Node, Numeral

FACTORS = tuple(map(Fraction, ("3/2", "2", "3", "4", "8", "16")))
LARGEST_RATIO = 64
SUMMANDS: tuple[Node, ...] = (
    Numeral("1"),
    Form("/", (Numeral("1"), Numeral("2"))),
    called("ln", Numeral("2")),
)
INSIDE = frozenset({"sqrt", "exp", "ln"})


def constant(slip: Slip) -> Iterator[Change]:
    """A factor that the samples ask for first; each number of the statement once more or less, doubled and
    halved; one more summand."""
    for side, up in slip.sides:
        yield from _scaled(slip, side.put, side.node, up, 1.3, "the right side")
        for summand in SUMMANDS if not slip.is_bounded else ():
            changed = Form("+" if up else "-", (side.node, summand))
            yield Change(
                1.6, f"{'plus' if up else 'minus'} {value(summand)}", slip.stated(side.put(changed)), "plus"
            )
    for term, up in slip.terms:
        if not isinstance(term.node, Numeral):
            yield from _scaled(slip, term.put, term.node, up, 1.6, f"`{value(term.node)}`")
    bounding = {id(part.node) for side, _ in slip.sides for part in parts(side.node)}
    for at, part in enumerate(parts(slip.formula)):
        if isinstance(part.node, Numeral) and not _counts(part.above, part.node):
            own = Fraction(part.node.text)
            base = 1.2 if id(part.node) in bounding else 1.9
            for other in dict.fromkeys((own * 2, own / 2, own + 1, own - 1)):
                if other > 0 and other != own:
                    words = f"{numeral_text(other)} for {part.node.text}"
                    yield Change(
                        _size(base, other, own), words, slip.stated(part.put(numeral(other))), f"number {at}"
                    )
        match part.node:
            case Form("call", (Identifier(name) as function, inside)) if name in INSIDE:
                for factor in (Fraction(2), Fraction(4), Fraction(1, 2)):
                    changed = Form("call", (function, times(numeral(factor), inside)))
                    words = f"{numeral_text(factor)} times the argument of `{name}`"
                    yield Change(
                        _size(1.4, factor, Fraction(1)), words, slip.stated(part.put(changed)), f"inside {at}"
                    )


def _scaled(slip: Slip, put: object, node: Node, up: bool, size: float, what: str) -> Iterator[Change]:
    assert callable(put)
    if number_of(node) == 0 or slip.ratio > LARGEST_RATIO:
        return
    own = _first_number(node)
    least = Fraction(slip.ratio).limit_denominator(10**6) if what == "the right side" else Fraction(1)
    back = [1 / own] if own is not None and own.denominator > 1 and own < 1 else []
    for factor in (*back, *FACTORS):
        if factor >= least - Fraction(1, 10**6):
            used = factor if up else 1 / factor
            words = f"{numeral_text(used)} times {what}"
            yield Change(
                _size(size, used, Fraction(1)), words, slip.stated(put(times(numeral(used), node))), what
            )


def _first_number(node: Node) -> Fraction | None:
    """The number that a product begins with."""
    if isinstance(node, Form) and node.head == "*":
        return _first_number(node.parts[0])
    return number_of(node)


def _size(base: float, other: Fraction, own: Fraction) -> float:
    """More for a larger change, and for a number that is less simple."""
    far = abs(log2(other / own)) if other > 0 and own > 0 else 2.0
    return base + 0.1 * far + 0.05 * (other.denominator > 1)


def _counts(above: tuple[Node, ...], node: Node) -> bool:
    """Whether a number is an exponent, an index or the end of a range: no constant of a bound."""
    if any(isinstance(one, Form) and one.head in ("index", "..") for one in above):
        return True
    inner = above[-1] if above else None
    return isinstance(inner, Form) and inner.head == "^" and inner.parts[1] is node


def numeral_text(value: Fraction) -> str:
    """A fraction as it is written."""
    return str(value)


__all__ = ["constant"]

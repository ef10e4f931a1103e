"""What all that sets formulas has in common: the boxes of a node, how tightly they hold together, and the
parentheses that follow from it. What a kind of node is set as stands in `operators.py`, `binders.py`,
`brackets.py` and `notation.py`, which register it by `sets`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

from boundkit.syntax import tree
from boundkit.syntax.tree import Node
from boundkit.typesetting.boxes import Box, Fence, Row, Script, Sign, parts_of, row
from boundkit.typesetting.names import Naming, unowned


class Tightness(IntEnum):
    """How tightly a box holds together. A `TERM` extends to its right up to the next sum: a product that
    ends in a sum over an index, or in a function whose argument stands without parentheses."""

    PROPOSITION = 0
    RELATION = 1
    SUM = 2
    TERM = 3
    PRODUCT = 4
    QUOTIENT = 5
    FRACTION = 6
    POWER = 7
    ATOM = 8


Set = tuple[Box, Tightness]
COMMA = Sign(",", "punctuation")


@dataclass(frozen=True)
class Formulas:
    """Sets formulas with the names of one theorem.

    own: names that the theorem declares, defines or binds, which no notation of the language covers.
    flat: quotients in one line, as within a paragraph, in a script or inside a fraction.
    """

    naming: Naming
    own: frozenset[str]
    flat: bool = False

    def box(self, node: Node) -> Box:
        """An expression, a formula, an argument or a type, as it stands alone."""
        return self.set(node)[0]

    def inline(self) -> Formulas:
        """The same for quotients in one line."""
        return self if self.flat else replace(self, flat=True)

    def at_least(self, wanted: Tightness, node: Node) -> Box:
        """The box of a node, in parentheses when it holds together less tightly than `wanted`."""
        return fenced(self.set(node), wanted)

    def set(self, node: Node) -> Set:
        """The box of a node and how tightly it holds together. ValueError for what is no expression."""
        head = node.head if isinstance(node, tree.Form | tree.Quantified) else type(node).__name__
        for key in (head, head.partition("_")[0], head[:2]):
            if key in SETTERS:
                return SETTERS[key](self, node)
        raise ValueError(f"no expression: {head}")

    def listed(self, nodes: Iterable[Node], mark: Sign = COMMA) -> Box:
        """Expressions separated by a mark."""
        return row(*between([self.box(node) for node in nodes], mark))

    def names(self, names: Iterable[tree.Identifier]) -> Box:
        """Names separated by commas."""
        return row(*between([self.naming.box(name.text) for name in names], COMMA))

    def with_above(self, base: Node, above: Box) -> Box:
        """The box of `base` with a superscript."""
        found = self.set(base)
        return raised(found[0] if takes_scripts(found) else Fence("parentheses", found[0]), above)


SETTERS: dict[str, Callable[[Formulas, Node], Set]] = {}
"""What each head of a form or binder, and each class of node, is set as; a head such as `norm_op` is looked
up to its first `_`, and `<~_{d}` by its first two signs."""


def sets(*heads: str) -> Callable[[Callable[[Formulas, Node], Set]], Callable[[Formulas, Node], Set]]:
    """Register how nodes of some heads or classes are set."""

    def register(function: Callable[[Formulas, Node], Set]) -> Callable[[Formulas, Node], Set]:
        SETTERS.update(dict.fromkeys(heads, function))
        return function

    return register


def fenced(found: Set, wanted: Tightness) -> Box:
    """The box, in parentheses when it holds together less tightly than `wanted`."""
    box, tightness = found
    return box if tightness >= wanted else Fence("parentheses", box)


def between(boxes: list[Box], mark: Box) -> Iterator[Box]:
    """The boxes with a mark between each two."""
    for place, box in enumerate(boxes):
        if place:
            yield mark
        yield box


def takes_scripts(found: Set) -> bool:
    """Whether a power or index belongs to the whole where it stands at its last sign: to an atom, or at the
    closing bracket of one function that is applied, as in `f(x)^2` and `E[X]^2`."""
    box, tightness = found
    last = parts_of(box)[-1]
    return tightness == Tightness.ATOM or (
        tightness == Tightness.POWER and isinstance(last, Fence) and last.applied
    )


def raised(box: Box, above: Box) -> Box:
    """The box with a power; one that has something above already, primes aside, goes into parentheses."""
    if isinstance(box, Row):
        return row(*box.parts[:-1], raised(box.parts[-1], above))
    inner = unowned(box)
    if isinstance(inner, Script) and isinstance(inner.above, Sign) and set(inner.above.text) == {"′"}:
        return Script(inner.base, inner.below, row(inner.above, above))
    if isinstance(inner, Script) and inner.above is not None:
        return Script(Fence("parentheses", box), None, above)
    if isinstance(box, Script):
        return Script(box.base, box.below, above)
    return Script(box, None, above)

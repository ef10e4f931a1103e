"""The edits of a theorem that the shelf `repairs` proposes for one of its statements, the smallest first."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from boundkit.discover import shelf
from boundkit.slips import UPWARD, Change, Slip
from boundkit.syntax import tree
from boundkit.syntax.tree import Chain, Form, Node, Numeral, TheoremTree

LEFT = 1.0
"""How much larger an edit counts that changes what is bounded, or with which probability, not the bound."""
SHARPENING = ("constant", "exponent")
"""Kinds of edits that may make a bound smaller."""


def repairing(slip: Slip) -> list[tuple[str, Change]]:
    """All that the shelf proposes, each once."""
    return _sorted(slip, _proposed(slip, shelf("repairs")))


def sharpening(slip: Slip) -> list[tuple[str, Change]]:
    """Edits of the right sides alone that may be sharper: other constants and exponents, and sums without one
    of their terms."""
    found = (*_proposed(slip, SHARPENING), *(("constant", change) for change in _shortened(slip)))
    own = apart_from_sides(slip.formula)
    return _sorted(slip, (one for one in found if _of_sides(slip, one[1], own)))


def _proposed(slip: Slip, kinds: Collection[str]) -> Iterator[tuple[str, Change]]:
    own = apart_from_sides(slip.formula)
    for kind, propose in shelf("repairs").items():
        for change in propose(slip) if kind in kinds else ():
            # A relation that is strict is as near to the one that is not on either side.
            more = 0.0 if kind == "strictness" or _of_sides(slip, change, own) else LEFT
            yield kind, replace(change, size=change.size + more)


def _sorted(slip: Slip, proposed: Iterator[tuple[str, Change]]) -> list[tuple[str, Change]]:
    found: dict[TheoremTree, tuple[str, Change]] = {}
    for kind, change in proposed:
        known = found.get(change.tree)
        if change.tree != slip.tree and (known is None or known[1].size > change.size):
            found[change.tree] = (kind, change)
    return sorted(found.values(), key=lambda one: (one[1].size, one[0], one[1].words))


def _of_sides(slip: Slip, change: Change, own: Node) -> bool:
    """Whether a change leaves the statement as it is, but for its right sides."""
    return any(
        isinstance(clause, tree.Claim | tree.Step)
        and clause.label.text == slip.label
        and apart_from_sides(clause.formula) == own
        for clause in change.tree.clauses
    )


def apart_from_sides(formula: Node) -> Node:
    """A formula with 0 in place of the right sides of its inequalities: what it bounds."""
    match formula:
        case Chain(_, links):
            kept = (replace(o, operand=Numeral("0")) if o.relation in UPWARD else o for o in links)
            return replace(formula, links=tuple(kept))
        case Form("implies", (premise, conclusion)):
            return replace(formula, parts=(premise, apart_from_sides(conclusion)))
        case Form("and", members):
            return replace(formula, parts=tuple(map(apart_from_sides, members)))
        case tree.Quantified("forall") | tree.WithProbability() | tree.AlmostSurely():
            return replace(formula, body=apart_from_sides(formula.body))
    return formula


def _shortened(slip: Slip) -> Iterator[Change]:
    for side, _ in slip.sides:
        match side.node:
            case Form("+" | "-", (first, second)):
                yield Change(1.5, "the first of two terms", slip.stated(side.put(first)))
                if side.node.head == "+":
                    yield Change(1.5, "the second of two terms", slip.stated(side.put(second)))


__all__ = ["repairing", "sharpening"]

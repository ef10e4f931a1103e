"""Side conditions: a number at least or at most a small one, or compared with another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import permutations

from boundkit.ir.sorts import NAT
from boundkit.slips import Change, Slip, interval, numeral, related
from boundkit.source import NOWHERE
from boundkit.syntax import tree
from boundkit.syntax.show import formula, value
from boundkit.syntax.tree import Form, Identifier, Node, Numeral, TheoremTree

INTEGER = ((">=", 2, 1.4), (">=", 1, 1.4), (">=", 3, 1.8), (">=", 4, 2.2), ("<=", 1, 2.2))
REAL = (
    (">=", Fraction(0), 1.4), (">", Fraction(0), 1.5), ("<=", Fraction(1), 1.5), ("<", Fraction(1), 1.5),
    (">=", Fraction(1), 1.6), (">", Fraction(1), 1.7), ("<=", Fraction(0), 1.7), ("<=", Fraction(1, 2), 1.8),
    (">=", Fraction(2), 1.9), ("<=", Fraction(2), 1.9), ("<=", Fraction(1, 4), 2.2),
)  # fmt: skip
MOST_PAIRS = 4


def side_condition(slip: Slip) -> Iterator[Change]:
    """Bounds of one number, in its declaration where it stands alone there; then comparisons of two."""
    for name in slip.numbers:
        low, high = slip.bounds_of(name)
        more = 0.0 if name in slip.mentioned else 0.5
        for relation, bound, size in INTEGER if slip.theorem.sort_of(name) == NAT else REAL:
            inside = (
                low < bound < high
                or (relation == ">" and bound == low)
                or (relation == "<" and bound == high)
            )
            if inside:
                whole = _declared(slip, name, relation, Fraction(bound), high, low)
                words = f"`{name} {relation} {bound}`"
                if whole is None:
                    whole = slip.assuming("range", related(Identifier(name), relation, numeral(bound)))
                yield Change(size + more, words, whole, f"{name} {relation[0]}")
    for quantity in slip.quantities:
        if isinstance(quantity, Form):
            for least, size in ((1, 1.8), (2, 1.9)):
                condition = related(quantity, ">=", Numeral(str(least)))
                yield Change(
                    size, f"`{value(quantity)} >= {least}`", slip.assuming("size", condition), value(quantity)
                )
    own = [name for name in slip.numbers if name in slip.mentioned][:MOST_PAIRS]
    for one, other in permutations(own, 2):
        left, right = Identifier(one), Identifier(other)
        yield _assumed(slip, 2.0, related(left, "<=", right))
        for above, size in (("1", 2.1), ("2", 2.3), ("1/2", 2.4)):
            if slip.theorem.sort_of(one) != NAT or slip.theorem.sort_of(other) != NAT:
                over = Form("/", (numeral(Fraction(above)), right))
                if above == "1/2":
                    over = Form("/", (Numeral("1"), Form("*", (Numeral("2"), right))))
                yield _assumed(slip, size, related(left, "<=", over))


def _assumed(slip: Slip, size: float, condition: Node) -> Change:
    return Change(size, f"`{formula(condition)}`", slip.assuming("range", condition))


def _declared(
    slip: Slip, name: str, relation: str, bound: Fraction, high: Fraction | float, low: Fraction | float
) -> TheoremTree | None:
    """The theorem with the bound in the declaration of the name; None where its range cannot carry one."""
    for place, clause in enumerate(slip.tree.clauses):
        if not isinstance(clause, tree.Let) or name not in [one.text for one in clause.declared.names]:
            continue
        restricted = _restricted(clause.declared, relation, bound, low, high)
        if restricted is None:
            return None
        others = tuple(one for one in clause.declared.names if one.text != name)
        alone = replace(restricted, names=(Identifier(name),))
        first = replace(clause, declared=alone)
        if not others:
            return slip.with_clauses(place, first)
        rest = tree.Let(replace(clause.declared, names=others), span=NOWHERE)
        return slip.with_clauses(place, first, rest)
    return None


def _restricted(
    declared: tree.Declared, relation: str, bound: Fraction, low: Fraction | float, high: Fraction | float
) -> tree.Declared | None:
    limit, own = declared.limit, declared.relation
    if value(declared.type) not in ("Real", "Nat", "Int"):
        return None
    end = numeral(bound)
    if limit is None or (own[0] == relation[0] and own != "in"):
        return replace(declared, relation=relation, limit=end)
    if own in (">", ">=") and relation in ("<", "<="):
        head = {">=<=": "closed", "><=": "left_open", ">=<": "right_open", "><": "open"}[own + relation]
        return replace(declared, relation="in", limit=interval(head, limit, end))
    if own in ("<", "<=") and relation in (">", ">="):
        head = {">=<=": "closed", "><=": "left_open", ">=<": "right_open", "><": "open"}[relation + own]
        return replace(declared, relation="in", limit=interval(head, end, limit))
    if own == "in" and isinstance(limit, Form):
        return _narrowed(declared, limit, relation, end)
    return None


def _narrowed(declared: tree.Declared, limit: Form, relation: str, end: Node) -> tree.Declared | None:
    """An interval with one end moved; `[a, b]` is read as a row."""
    head, ends = limit.head, limit.parts
    if head == "matrix" and len(ends) == 1 and isinstance(ends[0], Form) and len(ends[0].parts) == 2:
        head, ends = "closed", ends[0].parts
    if head not in ("closed", "open", "left_open", "right_open"):
        return None
    left_open, right_open = head in ("open", "left_open"), head in ("open", "right_open")
    if relation[0] == ">":
        ends, left_open = (end, ends[1]), relation == ">"
    else:
        ends, right_open = (ends[0], end), relation == "<"
    kinds = {
        (False, False): "closed",
        (True, False): "left_open",
        (False, True): "right_open",
        (True, True): "open",
    }
    return replace(declared, limit=interval(kinds[left_open, right_open], *ends))


__all__ = ["side_condition"]

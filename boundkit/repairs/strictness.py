"""Strict for non-strict relations and the other way round, in the statement, in events, in hypotheses and in
declared ranges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from boundkit.slips import Change, Slip, interval
from boundkit.syntax import tree
from boundkit.syntax.parts import parts
from boundkit.syntax.show import show_expression, value
from boundkit.syntax.tree import Form, Link, Node

OTHER = {"<": "<=", ">": ">=", "<=": "<", ">=": ">"}
ENDS = {
    "closed": ("left_open", "right_open", "open"),
    "left_open": ("open", "closed"),
    "right_open": ("open", "closed"),
    "open": ("left_open", "right_open"),
}


def strictness(slip: Slip) -> Iterator[Change]:
    """Each relation of the statement, then of hypotheses and declarations, turned into its other form."""
    for changed, words in _turned(slip.formula):
        yield Change(1.0, words, slip.stated(changed))
    for place, clause in enumerate(slip.tree.clauses):
        if isinstance(clause, tree.Assume):
            for changed, words in _turned(clause.formula):
                whole = slip.with_clauses(place, replace(clause, formula=changed))
                yield Change(1.1, f"{words} in `{clause.label.text}`", whole)
        elif isinstance(clause, tree.Let) and clause.declared.limit is not None:
            own = clause.declared
            names = ", ".join(name.text for name in own.names)
            if own.relation in OTHER and own.limit is not None:
                declared = replace(own, relation=OTHER[own.relation])
                words = f"`{names} {declared.relation} {value(own.limit)}`"
                yield Change(1.1, words, slip.with_clauses(place, replace(clause, declared=declared)))
            for limit in _ends(own.limit):
                declared = replace(own, limit=limit)
                yield Change(
                    1.1,
                    f"`{show_expression(declared)}`",
                    slip.with_clauses(place, replace(clause, declared=declared)),
                )


def _turned(formula: Node) -> Iterator[tuple[Node, str]]:
    for part in parts(formula):
        if isinstance(part.node, Link) and part.node.relation in OTHER:
            other = OTHER[part.node.relation]
            changed = replace(part.node, relation=other)
            yield part.put(changed), f"`{other}` for `{part.node.relation}`"


def _ends(limit: Node | None) -> Iterator[Node]:
    """An interval with other ends; `[a, b]` is read as a row."""
    if isinstance(limit, Form) and limit.head == "matrix" and len(limit.parts) == 1:
        row = limit.parts[0]
        if isinstance(row, Form) and len(row.parts) == 2:
            limit = Form("closed", row.parts)
    if isinstance(limit, Form) and limit.head in ENDS:
        for head in ENDS[limit.head]:
            yield interval(head, *limit.parts)


__all__ = ["strictness"]

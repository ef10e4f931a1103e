"""What a theorem assumes, condition by condition: each hypothesis, each member of one that joins several, and
each end of a declared range, with the theorem as it would be written without it. Knows syntax only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import TypeVar

from boundkit.source import NOWHERE
from boundkit.syntax import tree
from boundkit.syntax.show import formula, value
from boundkit.syntax.tree import Chain, Form, Identifier, Node, Numeral, TheoremTree

INTERVALS = {
    "closed": (">=", "<="), "left_open": (">", "<="), "right_open": (">=", "<"), "open": (">", "<"),
    "..": (">=", "<="),
}  # fmt: skip
ORDER = frozenset({"<", "<=", ">", ">="})
T = TypeVar("T", bound=Node)


@dataclass(frozen=True)
class Condition:
    """Something that a theorem assumes. label: of the hypothesis that it is, or is a part of, such as `order`
    or `n.range`; text: what it says; without: the theorem without it, its label listed nowhere."""

    label: str
    text: str
    without: TheoremTree


def conditions(theorem: TheoremTree) -> Iterator[Condition]:
    """The conditions of a theorem in the order in which they are written. Sorts, laws and types that are
    named sets (`Nat`, `Prob`, `Dist[[0, 1]]`) are none."""
    for place, clause in enumerate(theorem.clauses):
        if isinstance(clause, tree.Assume):
            members = _members(clause.formula)
            for at, member in enumerate(members):
                rest = (*members[:at], *members[at + 1 :])
                less = _with(theorem, place, *([replace(clause, formula=_joined(rest))] if rest else []))
                less = less if rest else _forgetting(less, clause.label.text)
                yield Condition(clause.label.text, formula(member), less)
        elif isinstance(clause, tree.Let):
            for name in clause.declared.names:
                for text, declared in _relaxed(name, clause.declared):
                    others = tuple(one for one in clause.declared.names if one != name)
                    first = replace(clause, declared=replace(declared, names=(name,)))
                    kept = tree.Let(replace(clause.declared, names=others), span=NOWHERE)
                    less = _with(theorem, place, first, *([kept] if others else []))
                    yield Condition(f"{name.text}.range", text, less)


def _with(theorem: TheoremTree, place: int, *clauses: tree.Clause) -> TheoremTree:
    return replace(theorem, clauses=(*theorem.clauses[:place], *clauses, *theorem.clauses[place + 1 :]))


def _members(node: Node) -> tuple[Node, ...]:
    """What a conjunction, or a chain of relations, says one by one."""
    if isinstance(node, Form) and node.head == "and":
        return tuple(member for part in node.parts for member in _members(part))
    if isinstance(node, Chain) and len(node.links) > 1:
        firsts = (node.first, *(link.operand for link in node.links))
        return tuple(Chain(first, (link,)) for first, link in zip(firsts, node.links, strict=False))
    return (node,)


def _joined(members: tuple[Node, ...]) -> Node:
    first, *rest = members
    for member in rest:
        first = Form("and", (first, member))
    return first


def _relaxed(name: Identifier, declared: tree.Declared) -> Iterator[tuple[str, tree.Declared]]:
    """Each condition on the values of a name, and its declaration without it."""
    if declared.limit is not None:
        for text, relation, limit in _ends(name, declared.type, declared.relation, declared.limit):
            yield text, replace(declared, relation=relation, limit=limit)
    kind = declared.type
    if not (isinstance(kind, Form) and kind.head == "->"):
        return
    match kind.parts[-1]:
        case Form("restrict", (values, Form(relation, (limit,)))):
            of_name = Identifier(f"values of {name.text}")
            for text, other, end in _ends(of_name, values, relation, limit):
                rest = values if end is None else Form("restrict", (values, Form(other, (end,))))
                yield text, replace(declared, type=replace(kind, parts=(*kind.parts[:-1], rest)))


def _ends(subject: Node, kind: Node, relation: str, limit: Node) -> Iterator[tuple[str, str, Node | None]]:
    """Each end of a range as a condition on the subject, and the relation and limit that are left."""
    said = value(subject)
    if relation in ORDER:
        yield f"{said} {relation} {value(limit)}", "", None
        return
    head, ends = _interval(limit)
    if head not in INTERVALS:
        yield f"{said} in {value(limit)}", "", None
        return
    above, below = INTERVALS[head]
    low, high = ends
    if not (value(kind) == "Nat" and low == Numeral("0")):
        yield f"{said} {above} {value(low)}", below, high
    yield f"{said} {below} {value(high)}", above, low


def _interval(limit: Node) -> tuple[str, tuple[Node, ...]]:
    """The head and the ends of an interval; `[a, b]` is read as a row."""
    match limit:
        case Form("matrix", (Form("row", (_, _) as ends),)):
            return "closed", ends
        case Form(head, (_, _) as ends):
            return head, ends
    return "", ()


def _forgetting(theorem: TheoremTree, label: str) -> TheoremTree:
    """The theorem with a label among the premises of no reason."""
    return replace(theorem, clauses=tuple(_without_premise(clause, label) for clause in theorem.clauses))


def _without_premise(node: T, label: str) -> T:
    changes: dict[str, object] = {}
    for own in fields(node):
        part = getattr(node, own.name)
        if isinstance(node, tree.Justification) and own.name == "premises":
            changes[own.name] = tuple(one for one in part if one.text != label)
        elif isinstance(part, Node):
            changes[own.name] = _without_premise(part, label)
        elif isinstance(part, tuple) and any(isinstance(one, Node) for one in part):
            changes[own.name] = tuple(
                _without_premise(one, label) if isinstance(one, Node) else one for one in part
            )
    return replace(node, **changes)  # type: ignore[arg-type]


__all__ = ["Condition", "conditions"]

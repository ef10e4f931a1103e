"""The parts of a formula, each with the way to put another in its place: what edits in the tree are made of,
so that no parenthesis is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace

from boundkit.syntax import tree
from boundkit.syntax.tree import Chain, Form, Identifier, Link, Node, Quantified


@dataclass(frozen=True)
class Part:
    """A part of a whole. put: the whole with another node in its place; above: the nodes that it is a part
    of, the whole first."""

    node: Node
    put: Callable[[Node], Node]
    above: tuple[Node, ...] = ()


def parts(node: Node, above: tuple[Node, ...] = ()) -> Iterator[Part]:
    """A node and all its parts, in the order of the text: expressions, relations, links, bounds and names
    that stand for something. Reasons of links, names of properties and of bound variables are none."""
    if isinstance(node, tree.Justification):
        return
    yield Part(node, lambda other: other, above)
    for own in fields(node):
        part = getattr(node, own.name)
        if own.name == "span" or (isinstance(node, Form) and node.head == "attr"):
            continue
        if isinstance(part, Identifier) and not isinstance(node, Form | Quantified | Chain | Link):
            continue
        if isinstance(part, Node):
            for inner in parts(part, (*above, node)):
                yield _within(node, own.name, inner)
        elif isinstance(part, tuple) and own.name not in ("names", "over", "uniformly"):
            for at, one in enumerate(part):
                if isinstance(one, Node):
                    for inner in parts(one, (*above, node)):
                        yield _within(node, own.name, inner, part[:at], part[at + 1 :])


def _within(
    node: Node, name: str, inner: Part, before: tuple[Node, ...] | None = None, after: tuple[Node, ...] = ()
) -> Part:
    def put(other: Node) -> Node:
        changed = inner.put(other)
        changes: dict[str, object] = {name: changed if before is None else (*before, changed, *after)}
        return replace(node, **changes)  # type: ignore[arg-type]

    return Part(inner.node, put, inner.above)

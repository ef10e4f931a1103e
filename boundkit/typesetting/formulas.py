"""Trees of the language as boxes, in the author's own order, with the parentheses that a reader needs.

Parentheses follow how tightly a box holds together (`setting.Tightness`), not what was typed: `(1/T)*s` needs
none where the quotient is a fraction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from boundkit.syntax import tree
from boundkit.syntax.tree import Form, Identifier, Node
from boundkit.typesetting import binders, brackets, notation, operators
from boundkit.typesetting.names import Naming
from boundkit.typesetting.setting import Formulas

REGISTERED = (operators, binders, brackets, notation)
"""The modules that say what each kind of node is set as; they register it when they are imported."""


def formulas_of(*nodes: Node) -> Formulas:
    """How the formulas of one theorem, or of expressions that belong together, are set: all names in `nodes`
    are told apart, and those that are declared, defined or bound there are the author's."""
    found = [pair for node in nodes for pair in names_in(node)]
    naming = Naming((name for name, _ in found), (name for name, indexed in found if indexed))
    return Formulas(naming, frozenset(name for node in nodes for name in _introduced(node)))


def _introduced(node: object) -> Iterator[str]:
    """Names that a tree declares, defines or binds."""
    if isinstance(node, tree.Declared | tree.Bound):
        yield from (name.text for name in node.names)
    elif isinstance(node, tree.Define | tree.Draw):
        target = node.target
        if isinstance(target, Form) and target.head in ("call", "index"):
            yield from (part.text for part in target.parts[1:] if isinstance(part, Identifier))
            target = target.parts[0]
        if isinstance(target, Identifier):
            yield target.text
    if isinstance(node, Node):
        for own in fields(node):
            yield from _introduced(getattr(node, own.name))
    elif isinstance(node, tuple):
        for part in node:
            yield from _introduced(part)


def names_in(node: object) -> Iterator[tuple[str, bool]]:
    """Each name in a tree, and whether it stands there with an index; that of an attribute is none."""
    if isinstance(node, Identifier):
        yield node.text, False
        return
    if isinstance(node, Form) and node.head == "attr":
        node = node.parts[0]
    if isinstance(node, Form) and node.head == "index" and isinstance(node.parts[0], Identifier):
        yield node.parts[0].text, True
    if isinstance(node, Node):
        for own in fields(node):
            yield from names_in(getattr(node, own.name))
    elif isinstance(node, tuple):
        for part in node:
            yield from names_in(part)

"""Types as the sets of their values: `Vector[d]`, `Dist[Z]`, `H * Z -> Real in [0, 1]`."""

from __future__ import annotations

from boundkit.syntax.tree import Form, Identifier, Node
from boundkit.typesetting.boxes import Box, Fence, Row, Script, Sign, Symbol, row
from boundkit.typesetting.operators import relation
from boundkit.typesetting.setting import COMMA, Formulas, Tightness, raised

SETS = {
    "Nat": Symbol("ℕ", "blackboard", macro="Naturals"),
    "Int": Symbol("ℤ", "blackboard", macro="Integers"),
    "Real": Symbol("ℝ", "blackboard", macro="Reals"),
    "ExtReal": Script(Symbol("ℝ", "blackboard", macro="Reals"), Sign("±∞", "ordinary")),
    "Bool": Fence("braces", row(Symbol("true", "upright"), COMMA, Symbol("false", "upright"))),
    "Prob": Fence("parentheses", row(Symbol("0", "number"), COMMA, Symbol("1", "number"))),
}


def type_box(formulas: Formulas, node: Node) -> Box:
    """A type as the set of its values."""
    if isinstance(node, Identifier):
        known = node.text not in formulas.own and node.text in SETS
        return SETS[node.text] if known else formulas.naming.box(node.text)
    if not isinstance(node, Form):
        return formulas.box(node)
    head, parts = node.head, node.parts
    if head == "->":
        return row(_domain(formulas, parts[0]), Sign("→", "relation"), type_box(formulas, parts[1]))
    if head == "restrict" and isinstance(parts[1], Form):
        return _restricted(formulas, parts[0], parts[1])
    if head == "*":
        return _domain(formulas, node)
    if head == "^":
        return raised(_atomic(type_box(formulas, parts[0])), formulas.inline().box(parts[1]))
    if head == "index" and isinstance(parts[0], Identifier) and parts[0].text not in formulas.own:
        return _family(formulas, parts[0].text, parts[1:])
    return Fence("braces", enumerated(formulas, node)) if head == ".." else formulas.box(node)


def _domain(formulas: Formulas, node: Node) -> Box:
    """`H * Z` as a product of sets."""
    if isinstance(node, Form) and node.head == "*":
        left, right = (_domain(formulas, part) for part in node.parts)
        return row(left, Sign("×", "binary"), right)
    box = type_box(formulas, node)
    arrow = isinstance(node, Form) and node.head in ("->", "restrict")
    return Fence("parentheses", box) if arrow else box


def _restricted(formulas: Formulas, kind: Node, within: Form) -> Box:
    """`Real in [0, 1]` is the interval, `Real > 0` the positive numbers."""
    if within.head == "in":
        return domain(formulas, within.parts[0])
    base = type_box(formulas, kind)
    return Script(_atomic(base), row(relation(formulas, within.head), formulas.inline().box(within.parts[0])))


def _family(formulas: Formulas, name: str, parts: tuple[Node, ...]) -> Box:
    """`Vector[d]`, `Matrix[m, n]`, `Seq[X]`, `Set[X]`, `Dist[X]`."""
    flat = formulas.inline()
    reals = SETS["Real"]
    if name == "Vector":
        return Script(reals, None, flat.box(parts[0]))
    if name == "Matrix":
        rows, columns = (flat.at_least(Tightness.PRODUCT, part) for part in parts)
        return Script(reals, None, row(rows, Sign("×", "binary"), columns))
    element = type_box(formulas, parts[0])
    if name == "Seq":
        return raised(_atomic(element), SETS["Nat"])
    if name == "Sample":
        return raised(_atomic(element), flat.box(parts[1]))
    symbol = Symbol("P", "calligraphic", macro="Laws") if name == "Dist" else Symbol("2", "number")
    if name in ("Set", "FiniteSet"):
        return Script(symbol, None, element)
    return row(symbol, Fence("parentheses", element, applied=True))


def _atomic(box: Box) -> Box:
    loose = isinstance(box, Row) and any(isinstance(part, Sign) for part in box.parts)
    return Fence("parentheses", box) if loose or (isinstance(box, Script) and box.above is not None) else box


def domain(formulas: Formulas, node: Node) -> Box:
    """A set: a range as `{a, …, b}`, a type as the set of its values."""
    if isinstance(node, Form) and node.head == "..":
        return Fence("braces", enumerated(formulas, node))
    if isinstance(node, Identifier) or (isinstance(node, Form) and node.head in ("->", "restrict", "index")):
        return type_box(formulas, node)
    return formulas.box(node)


def enumerated(formulas: Formulas, node: Form) -> Box:
    """A range without braces: `a, …, b`."""
    first, last = (formulas.inline().at_least(Tightness.SUM, part) for part in node.parts)
    return row(first, COMMA, Sign("…", "ordinary"), COMMA, last)

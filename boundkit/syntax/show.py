"""Formulas and expressions to ASCII text, with the parentheses that the grammar needs and no others.

Reading the text back gives an equal tree, for every tree that a text can give.
"""

from __future__ import annotations

from enum import IntEnum

from boundkit.syntax import tree
from boundkit.syntax.tree import Form, Node


class Level(IntEnum):
    """How tightly a text holds together; the names are those of the grammar.

    A binder (`sum_{..} e`, `if`) takes everything up to the next `+`, so it stands where a term may stand
    and after `*`, but not before `*`.
    """

    PROP = 0
    IMPLICATION = 1
    DISJUNCTION = 2
    CONJUNCTION = 3
    LITERAL = 4
    RELATION = 5
    SUM = 6
    TERM = 7
    BINDER = 8
    PRODUCT = 9
    UNARY = 10
    POWER = 11
    POSTFIX = 12
    PRIMARY = 13


_CONNECTIVES = {
    "implies": (Level.IMPLICATION, Level.DISJUNCTION, Level.PROP),
    "iff": (Level.IMPLICATION, Level.DISJUNCTION, Level.PROP),
    "or": (Level.DISJUNCTION, Level.DISJUNCTION, Level.CONJUNCTION),
    "and": (Level.CONJUNCTION, Level.CONJUNCTION, Level.LITERAL),
    "+": (Level.SUM, Level.SUM, Level.TERM),
    "-": (Level.SUM, Level.SUM, Level.TERM),
}
_INTERVALS = {"open": "()", "closed": "[]", "left_open": "(]", "right_open": "[)"}
_ATOMS = (tree.Identifier, tree.Numeral)
_LAWS = frozenset({"E", "Pr", "Var"})
RELATIONS = frozenset({"<=", "<", ">=", ">", "=", "!="})


def show_expression(node: Node) -> str:
    """The text of any node that is no clause.

    Raises ValueError for a `Form` whose head the language does not have.
    """
    if isinstance(node, tree.Named) or (isinstance(node, Form) and node.head in ("..", "->", "restrict")):
        return value(node)
    return _other(node) or _render(node)[0]


def value(node: Node) -> str:
    """An argument: an expression, or without parentheses a range, a type, a function, `name := value`."""
    if isinstance(node, tree.Named):
        return f"{node.name.text} := {value(node.value)}"
    if isinstance(node, tree.Quantified) and node.head == "fun":
        return _render(node)[0]
    return type_text(node)


def formula(node: Node) -> str:
    """A formula as it stands after a label."""
    if isinstance(node, Form) and node.head == "..":
        return type_text(node)
    return _render(node)[0]


def type_text(node: Node) -> str:
    """A type, or the set after `in`: an expression, a range or an arrow."""
    if isinstance(node, Form) and node.head == "..":
        return f"{_tight(node.parts[0])}..{_tight(node.parts[1])}"
    if isinstance(node, Form) and node.head == "->":
        domain, codomain = node.parts
        return f"{_domain(domain)} -> {type_text(codomain)}"
    if isinstance(node, Form) and node.head == "restrict":
        kind, within = node.parts
        if isinstance(within, Form):
            return f"{at_least(Level.SUM, kind)} {within.head} {type_text(within.parts[0])}"
    return at_least(Level.SUM, node)


def level(node: Node) -> Level:
    """How tightly the text of an expression or a formula holds together."""
    return _render(node)[1]


def at_least(wanted: Level, node: Node) -> str:
    """The text of a node, in parentheses when it holds together less tightly than `wanted`."""
    text, own = _render(node)
    return text if own >= wanted else f"({text})"


def declared(node: tree.Declared) -> str:
    """`names : type`, with its restriction."""
    return f"{names(node.names)} : {type_text(node.type)}{_restriction(node.relation, node.limit)}"


def bound(node: tree.Bound) -> str:
    """What follows `forall`, `for` or `sum_{`."""
    if node.kind == "type":
        return f"{names(node.names)} : {type_text(node.operand)}{_restriction(node.relation, node.limit)}"
    if node.kind == "range":
        return f"{names(node.names)}={type_text(node.operand)}"
    sign = {"in": "in", "law": "~"}.get(node.kind, node.relation)
    return f"{names(node.names)} {sign} {type_text(node.operand)}"


def justification(node: tree.Justification) -> str:
    """`by rule(arguments) "text" from premises`."""
    text = f"by {node.rule.text}"
    if node.arguments:
        text += f"({_values(node.arguments)})"
    if node.text is not None:
        text += f' "{node.text}"'
    if node.premises:
        text += f" from {names(node.premises)}"
    return text


def names(found: tuple[tree.Identifier, ...]) -> str:
    """Names separated by commas."""
    return ", ".join(name.text for name in found)


def with_probability(node: tree.WithProbability) -> str:
    """The prefix alone, with its comma."""
    over = " over " + " and ".join(name.text for name in node.over) if node.over else ""
    return f"with prob {node.relation} {at_least(Level.SUM, node.level)}{over},"


def _restriction(relation: str, limit: Node | None) -> str:
    return f" {relation} {type_text(limit)}" if limit is not None else ""


def _tight(node: Node) -> str:
    """`n-1` in a range or an index, where blanks would pull it apart."""
    if isinstance(node, Form) and node.head in ("+", "-"):
        left, right = node.parts
        if isinstance(left, _ATOMS) and isinstance(right, _ATOMS):
            return f"{left.text}{node.head}{right.text}"
    return value(node)


def _values(nodes: tuple[Node, ...]) -> str:
    return ", ".join(value(node) for node in nodes)


def _sums(nodes: tuple[Node, ...]) -> str:
    return ", ".join(at_least(Level.SUM, node) for node in nodes)


def _bounds(nodes: tuple[tree.Bound, ...]) -> str:
    return ", ".join(bound(node) for node in nodes)


def _given(nodes: tuple[Node, ...]) -> str:
    return f" given {_sums(nodes)}" if nodes else ""


def _domain(node: Node) -> str:
    """`H * Z` before an arrow: a product of sets is written wide."""
    if isinstance(node, Form) and node.head == "*" and _render(node)[1] == Level.PRODUCT:
        return f"{_domain(node.parts[0])} * {at_least(Level.UNARY, node.parts[1])}"
    return at_least(Level.SUM, node)


def _other(node: Node) -> str:
    """The text of a node that can be shown alone although it is no formula, or ""."""
    if isinstance(node, tree.Declared):
        return declared(node)
    if isinstance(node, tree.Bound):
        return bound(node)
    if isinstance(node, tree.Justification):
        return justification(node)
    if isinstance(node, tree.Link):
        return f"{node.relation} {at_least(Level.SUM, node.operand)}{_by(node.by)}"
    if isinstance(node, tree.Minimise):
        return f"minimise {at_least(Level.SUM, node.objective)} over {node.over.text}"
    if isinstance(node, tree.Solve):
        return f"solve {formula(node.goal)} for {node.unknown.text}"
    if isinstance(node, tree.Maximise):
        return f"maximise {at_least(Level.SUM, node.objective)} over {node.over.text}"
    if isinstance(node, tree.Specialise):
        return f"specialise {node.name.text} with {_settings(node.settings, ':=')}"
    if isinstance(node, tree.Weaken):
        return f"weaken {formula(node.subject)} into {formula(node.form)}"
    if isinstance(node, tree.Leading):
        return f"leading {at_least(Level.SUM, node.subject)} as {_settings(node.limits, '->')}"
    if isinstance(node, tree.Explicit):
        return f"explicit {formula(node.subject)}"
    if isinstance(node, tree.Compose):
        return f"compose {node.name.text}" + "".join(f" with {other.text}" for other in node.others)
    return ""


def _settings(nodes: tuple[tree.Setting, ...], sign: str) -> str:
    return ", ".join(f"{own.name.text} {sign} {at_least(Level.SUM, own.value)}" for own in nodes)


def _by(node: tree.Justification | None) -> str:
    return f" {justification(node)}" if node is not None else ""


def _render(node: Node) -> tuple[str, Level]:
    if isinstance(node, tree.Identifier):
        return node.text, Level.PRIMARY
    if isinstance(node, tree.Numeral):
        return node.text, Level.POSTFIX
    if isinstance(node, Form):
        return _form(node)
    if isinstance(node, tree.Quantified):
        return _quantified(node)
    if isinstance(node, tree.Chain):
        links = "".join(
            f" {link.relation} {at_least(Level.SUM, link.operand)}{_by(link.by)}" for link in node.links
        )
        return at_least(Level.SUM, node.first) + links, Level.RELATION
    if isinstance(node, tree.Justified):
        return f"{at_least(Level.RELATION, node.body)}{_by(node.by)}", Level.RELATION
    if isinstance(node, tree.Property):
        return _property(node), Level.RELATION
    if isinstance(node, tree.WithProbability):
        return f"{with_probability(node)} {formula(node.body)}", Level.PROP
    if isinstance(node, tree.AlmostSurely):
        return f"almost surely, {formula(node.body)}", Level.PROP
    raise ValueError(f"no expression: {type(node).__name__}")


def _property(node: tree.Property) -> str:
    text = f"{at_least(Level.SUM, node.subject)} is {node.name.text}"
    if node.arguments:
        text += f"({_values(node.arguments)})"
    if node.variable is not None and node.limit is not None:
        text += f" as {node.variable.text} -> {at_least(Level.SUM, node.limit)}"
        if node.uniformly:
            text += f" uniformly in {names(node.uniformly)}"
    return text


def _quantified(node: tree.Quantified) -> tuple[str, Level]:
    bounds = _bounds(node.bounds)
    if node.head in ("forall", "exists"):
        return f"{node.head} {bounds}, {formula(node.body)}", Level.PROP
    if node.head == "fun":
        inner = isinstance(node.body, tree.Quantified) and node.body.head == "fun"
        body = _render(node.body)[0] if inner else at_least(Level.SUM, node.body)
        return f"fun {bounds} => {body}", Level.PROP
    if node.head in _LAWS:
        return f"{node.head}_{{{bounds}}}[{formula(node.body)}{_given(node.givens)}]", Level.PRIMARY
    if node.head == "set":
        where = f" where {formula(node.condition)}" if node.condition is not None else ""
        return f"{{ {at_least(Level.SUM, node.body)} for {bounds}{where} }}", Level.PRIMARY
    return f"{node.head}_{{{bounds}}} {at_least(Level.TERM, node.body)}", Level.BINDER


def _form(node: Form) -> tuple[str, Level]:
    head, parts = node.head, node.parts
    if head in _CONNECTIVES:
        own, left, right = _CONNECTIVES[head]
        return f"{at_least(left, parts[0])} {head} {at_least(right, parts[1])}", own
    if head in ("*", "/"):
        return _product(head, parts[0], parts[1])
    if head == "^":
        # a sign in an exponent could stand without parentheses, but nobody reads it so
        return f"{at_least(Level.POSTFIX, parts[0])}^{at_least(Level.POWER, parts[1])}", Level.POWER
    if head == "neg":
        text, own = _render(parts[0])
        if own == Level.BINDER:
            return f"-{text}", Level.BINDER
        return f"-{text if own >= Level.UNARY else f'({text})'}", Level.UNARY
    if head == "not":
        return f"not {at_least(Level.LITERAL, parts[0])}", Level.LITERAL
    if head == "in":
        return f"{at_least(Level.SUM, parts[0])} in {type_text(parts[1])}", Level.RELATION
    if head in RELATIONS or head.startswith("<~"):
        return f"{at_least(Level.SUM, parts[0])} {head} {at_least(Level.SUM, parts[1])}", Level.RELATION
    if head == "if":
        condition, then, otherwise = parts
        branches = f"then {at_least(Level.SUM, then)} else {at_least(Level.TERM, otherwise)}"
        return f"if {formula(condition)} {branches}", Level.BINDER
    return _bracketed(head, parts), Level.PRIMARY


def _product(head: str, left: Node, right: Node) -> tuple[str, Level]:
    first = at_least(Level.PRODUCT, left)
    if head == "*" and isinstance(left, Form) and left.head == "/":
        # `a/b*c` is `(a/b)*c`, but many read it as `a/(b*c)`
        first = f"({first})"
    text, own = _render(right)
    if own == Level.BINDER and not (isinstance(right, Form) and right.head == "if"):
        return f"{first} {head} {text}", Level.TERM
    return f"{first}{head}{text if own >= Level.UNARY else f'({text})'}", Level.PRODUCT


def _bracketed(head: str, parts: tuple[Node, ...]) -> str:
    if head == "infinity":
        return "inf"
    if head == "call":
        return f"{at_least(Level.PRIMARY, parts[0])}({_values(parts[1:])})"
    if head == "index":
        return f"{at_least(Level.PRIMARY, parts[0])}[{', '.join(_tight(part) for part in parts[1:])}]"
    if head == "attr":
        return f"{at_least(Level.PRIMARY, parts[0])}.{_render(parts[1])[0]}"
    if head == "at":
        where = f"{_render(parts[1])[0]} = {at_least(Level.SUM, parts[2])}"
        return f"({at_least(Level.SUM, parts[0])} at {where})"
    if head == "abs":
        return _barred("|", parts[0], "|")
    if head == "norm" or head.startswith("norm_"):
        return _barred("||", parts[0], "||" + head.removeprefix("norm"))
    if head == "inner":
        return f"<{_sums(parts)}>"
    if head in _LAWS:
        return f"{head}[{formula(parts[0])}{_given(parts[1:])}]"
    if head in _INTERVALS:
        return f"{_INTERVALS[head][0]}{_sums(parts)}{_INTERVALS[head][1]}"
    if head == "set":
        return "{" + _sums(parts) + "}"
    if head == "matrix":
        return "[" + "; ".join(_sums(row.parts) for row in parts if isinstance(row, Form)) + "]"
    raise ValueError(f"no such head: {head}")


def _barred(opening: str, node: Node, closing: str) -> str:
    """Blanks keep the bars apart from bars within: `| |x| - 1 |`."""
    text = at_least(Level.SUM, node)
    blank = " " if text.startswith("|") or text.endswith("|") else ""
    return f"{opening}{blank}{text}{blank}{closing}"

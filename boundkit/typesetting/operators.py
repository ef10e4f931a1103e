"""Sums, products, quotients, powers, relations and connectives."""

from __future__ import annotations

from boundkit.syntax import tree
from boundkit.syntax.tree import Form, Identifier, Node, Numeral
from boundkit.typesetting.boxes import (
    Box,
    Fence,
    Fraction,
    Script,
    Sign,
    Symbol,
    Words,
    names_function,
    parts_of,
    row,
)
from boundkit.typesetting.names import unowned
from boundkit.typesetting.setting import (
    COMMA,
    SETTERS,
    Formulas,
    Set,
    Tightness,
    between,
    fenced,
    raised,
    sets,
)

RELATIONS = {"<=": "≤", ">=": "≥", "<": "<", ">": ">", "=": "=", "!=": "≠", "in": "∈"}
CONNECTIVES = {"and": "and", "or": "or", "implies": "implies", "iff": "if and only if"}


@sets("Identifier")
def _name(formulas: Formulas, node: Node) -> Set:
    assert isinstance(node, Identifier)
    return formulas.naming.box(node.text), Tightness.ATOM


@sets("Numeral")
def _numeral(formulas: Formulas, node: Node) -> Set:
    """A number; `1e-3` as a power of ten."""
    assert isinstance(node, Numeral)
    mantissa, exponent, power = node.text.lower().partition("e")
    if not exponent:
        return Symbol(node.text, "number"), Tightness.ATOM
    sign = Sign("−", "prefix") if power.startswith("-") else None
    ten = raised(Symbol("10", "number"), row(sign, Symbol(power.lstrip("+-"), "number")))
    if mantissa == "1":
        return ten, Tightness.POWER
    return row(Symbol(mantissa, "number"), Sign("⋅", "times"), ten), Tightness.PRODUCT


@sets("Chain")
def _chain(formulas: Formulas, node: Node) -> Set:
    assert isinstance(node, tree.Chain)
    parts: list[Box] = [formulas.at_least(Tightness.SUM, node.first)]
    for link in node.links:
        parts += [relation(formulas, link.relation), formulas.at_least(Tightness.SUM, link.operand)]
    return row(*parts), Tightness.RELATION


@sets("Justified")
def _justified(formulas: Formulas, node: Node) -> Set:
    assert isinstance(node, tree.Justified)
    return formulas.set(node.body)


@sets("Named")
def _named(formulas: Formulas, node: Node) -> Set:
    assert isinstance(node, tree.Named)
    name, sign = formulas.naming.box(node.name.text), Sign("≔", "relation")
    return row(name, sign, formulas.box(node.value)), Tightness.RELATION


def relation(formulas: Formulas, written: str) -> Box:
    """The sign of a relation; `<~_{d}` carries the names that its constant may depend on."""
    if not written.startswith("<~"):
        return Sign(RELATIONS[written], "relation")
    inside = written[2:].removeprefix("_").strip("{} ")
    names: list[Box] = [formulas.naming.box(name.strip()) for name in inside.split(",") if name.strip()]
    sign = Sign("≲", "relation")
    return Script(sign, row(*between(names, COMMA))) if names else sign


@sets(*(head for head in RELATIONS if head != "in"), "<~")
def _relation(formulas: Formulas, node: Node) -> Set:
    assert isinstance(node, Form)
    left, right = (formulas.at_least(Tightness.SUM, part) for part in node.parts[:2])
    names = row(*between([formulas.box(part) for part in node.parts[2:]], COMMA))
    sign = relation(formulas, node.head.partition("_")[0])
    return row(left, Script(sign, names) if node.parts[2:] else sign, right), Tightness.RELATION


@sets(*CONNECTIVES)
def _connective(formulas: Formulas, node: Node) -> Set:
    """Relations joined by words."""
    assert isinstance(node, Form)

    def side(part: Node) -> Box:
        same = isinstance(part, Form) and part.head == node.head and node.head == "or"
        return formulas.box(part) if same else formulas.at_least(Tightness.RELATION, part)

    parts = conjuncts(node) if node.head == "and" else node.parts
    if len(parts) == 1:
        return formulas.set(parts[0])
    return row(*between([*map(side, parts)], Words(CONNECTIVES[node.head]))), Tightness.PROPOSITION


_UP, _DOWN = frozenset({"<=", "<", "="}), frozenset({">=", ">", "="})


def conjuncts(node: Node) -> tuple[Node, ...]:
    """The parts of a conjunction from left to right; `a <= x` and `x <= b` beside each other are the chain
    `a <= x <= b`."""
    if not (isinstance(node, Form) and node.head == "and"):
        return (node,)
    found: list[Node] = []
    for part in (own for side in node.parts for own in conjuncts(side)):
        chain = _chained(found[-1], part) if found else None
        found[-1:] = [chain] if chain is not None else [*found[-1:], part]
    return tuple(found)


def _chained(left: Node, right: Node) -> Node | None:
    """Two relations as one chain, where the second goes on from where the first ends."""
    before, after = _as_chain(left), _as_chain(right)
    if before is None or after is None or before.links[-1].operand != after.first:
        return None
    links = (*before.links, *after.links)
    signs = {link.relation for link in links}
    return tree.Chain(before.first, links) if signs <= _UP or signs <= _DOWN else None


def _as_chain(node: Node) -> tree.Chain | None:
    """A chain without reasons."""
    return node if isinstance(node, tree.Chain) and all(link.by is None for link in node.links) else None


@sets("not")
def _negation(formulas: Formulas, node: Node) -> Set:
    assert isinstance(node, Form)
    return row(Sign("¬", "prefix"), formulas.at_least(Tightness.ATOM, node.parts[0])), Tightness.RELATION


@sets("+", "-")
def _sum(formulas: Formulas, node: Node) -> Set:
    assert isinstance(node, Form)
    sign = Sign("−" if node.head == "-" else "+", "binary")
    left, right = node.parts
    term = formulas.at_least(Tightness.TERM, right)
    return row(formulas.at_least(Tightness.SUM, left), sign, term), Tightness.SUM


@sets("neg")
def _negative(formulas: Formulas, node: Node) -> Set:
    assert isinstance(node, Form)
    return row(Sign("−", "prefix"), formulas.at_least(Tightness.TERM, node.parts[0])), Tightness.SUM


@sets("*")
def _product(formulas: Formulas, node: Node) -> Set:
    factors = _factors(node)
    first = factors[0]
    if isinstance(first, Form) and first.head == "neg":
        rest = (first.parts[0], *factors[1:])
        return row(Sign("−", "prefix"), *_times(formulas, rest)), Tightness.SUM
    last = formulas.set(factors[-1])[1]
    tightness = Tightness.TERM if last == Tightness.TERM else Tightness.PRODUCT
    return row(*_times(formulas, factors)), tightness


def _times(formulas: Formulas, factors: tuple[Node, ...]) -> list[Box]:
    """Factors side by side, with a dot where they would run together."""
    boxes: list[Box] = []
    for place, factor in enumerate(factors):
        final = place == len(factors) - 1
        box, tightness = formulas.set(factor)
        if tightness == Tightness.TERM and not final:
            box, tightness = closed(formulas, factor)
        if tightness != Tightness.TERM:
            box = fenced((box, tightness), Tightness.FRACTION)
        if boxes:
            boxes.append(_sign_between(boxes[-1], box))
        boxes.append(box)
    return boxes


def _sign_between(left: Box, right: Box) -> Sign:
    before, after = parts_of(left)[-1], parts_of(right)[0]
    core = after.base if isinstance(after, Script) else after
    end = before.base if isinstance(before, Script) else before
    number = isinstance(core, Symbol) and core.style == "number"
    called = isinstance(core, Fence) and names_function(before)
    digits = isinstance(end, Symbol) and end.style == "number"
    if number or called or (isinstance(core, Fraction) and digits):
        return Sign("⋅", "times")
    words = (unowned(end), unowned(core))
    upright = any(
        isinstance(word, Symbol) and word.style == "upright" and not word.function for word in words
    )
    return Sign(" " if upright else "", "times")


def closed(formulas: Formulas, node: Node) -> Set:
    """A term that extends to its right, with its argument or itself in parentheses."""
    if isinstance(node, Form) and (key := f"closed {node.head}") in SETTERS:
        return SETTERS[key](formulas, node)
    return Fence("parentheses", formulas.box(node)), Tightness.ATOM


@sets("/")
def _quotient(formulas: Formulas, node: Node) -> Set:
    """A fraction, or in one line a stroke; a sign at its top stands before it."""
    assert isinstance(node, Form)
    top, bottom = node.parts
    factors = _factors(top)
    if isinstance(factors[0], Form) and factors[0].head == "neg":
        positive = _multiplied((factors[0].parts[0], *factors[1:]))
        quotient = formulas.box(Form("/", (positive, bottom)))
        return row(Sign("−", "prefix"), quotient), Tightness.SUM
    flat = formulas.inline()
    upper, below = flat.set(top), flat.set(bottom)
    if upper[1] == Tightness.TERM:
        upper = closed(flat, top)
    if below[1] == Tightness.TERM:
        below = closed(flat, bottom)
    wanted = Tightness.FRACTION if upper[1] == Tightness.QUOTIENT else Tightness.PRODUCT
    line = row(fenced(upper, wanted), Sign("/", "ordinary"), fenced(below, Tightness.POWER))
    if formulas.flat:
        return line, Tightness.QUOTIENT
    return Fraction(flat.box(top), flat.box(bottom), line), Tightness.FRACTION


def _factors(node: Node) -> tuple[Node, ...]:
    """The factors of a product from left to right; those of a product in parentheses at its right too."""
    if isinstance(node, Form) and node.head == "*":
        return (*_factors(node.parts[0]), *_factors(node.parts[1]))
    return (node,)


def _multiplied(factors: tuple[Node, ...]) -> Node:
    product = factors[0]
    for factor in factors[1:]:
        product = Form("*", (product, factor))
    return product

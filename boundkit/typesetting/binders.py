"""Quantifiers, sums, extrema, expectations, functions and sets built from a condition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from boundkit.syntax import tree
from boundkit.syntax.tree import Form, Identifier, Node, Quantified
from boundkit.typesetting.boxes import Big, Box, Fence, Law, Script, Sign, Symbol, Words, row
from boundkit.typesetting.operators import relation
from boundkit.typesetting.setting import COMMA, Formulas, Set, Tightness, between, sets
from boundkit.typesetting.types import domain, enumerated, type_box

SUMS = {"sum": "∑", "prod": "∏", "integral": "∫"}
LAWS = ("E", "Pr", "Var")
EXTREMA = ("min", "max", "sup", "inf", "argmin", "argmax", "avg")
ELEMENT = Sign("∈", "relation")


def bound_box(formulas: Formulas, node: tree.Bound) -> Box:
    """What a binder ranges over: `t ∈ {1, …, T}`, `u ∈ ℝ^d`, `z ∼ D`, `a > 0`."""
    return row(formulas.names(node.names), *ranged(formulas, node))


def ranged(formulas: Formulas, node: tree.Bound) -> tuple[Box, ...]:
    """The part of a bound after its names: a sign and an operand."""
    if node.kind == "law":
        return Sign("∼", "relation"), formulas.box(node.operand)
    if node.kind == "relation":
        return relation(formulas, node.relation), formulas.box(node.operand)
    if node.kind == "type":
        return restricted(formulas, node.operand, node.relation, node.limit)
    if isinstance(node.operand, Form) and node.operand.head == "->":
        return Sign(":", "punctuation"), type_box(formulas, node.operand)
    return ELEMENT, domain(formulas, node.operand)


def restricted(formulas: Formulas, kind: Node, relation_: str, limit: Node | None) -> tuple[Box, ...]:
    """A type with its restriction as a sign and an operand: `Real > 0` is `> 0`, `Nat >= 1` is in the
    natural numbers with `≥ 1` below, and a function is `: X → Y`."""
    if isinstance(kind, Form) and kind.head in ("->", "restrict"):
        arrow = kind.head == "->"
        return Sign(":", "punctuation") if arrow else ELEMENT, type_box(formulas, kind)
    if limit is not None and relation_ == "in":
        return ELEMENT, domain(formulas, limit)
    if limit is not None and isinstance(kind, Identifier) and kind.text == "Real":
        return relation(formulas, relation_), formulas.box(limit)
    if limit is not None:
        below = row(relation(formulas, relation_), formulas.inline().box(limit))
        return ELEMENT, Script(type_box(formulas, kind), below)
    return ELEMENT, type_box(formulas, kind)


@sets("Bound")
def _bound(formulas: Formulas, node: Node) -> Set:
    assert isinstance(node, tree.Bound)
    return bound_box(formulas, node), Tightness.RELATION


@sets("forall", "exists")
def _quantifier(formulas: Formulas, node: Node) -> Set:
    assert isinstance(node, Quantified)
    sign = Sign("∀" if node.head == "forall" else "∃", "prefix")
    bounds = _bounds(formulas.inline(), node.bounds)
    return row(sign, bounds, Sign(":", "punctuation"), formulas.box(node.body)), Tightness.PROPOSITION


@sets("fun")
def _function(formulas: Formulas, node: Node) -> Set:
    assert isinstance(node, Quantified)
    names = row(*between([formulas.names(bound.names) for bound in node.bounds], COMMA))
    body = formulas.at_least(Tightness.SUM, node.body)
    return row(names, Sign("↦", "relation"), body), Tightness.PROPOSITION


@sets("set")
def _set(formulas: Formulas, node: Node) -> Set:
    """`{a, b}` and `{e : b, p}`."""
    if isinstance(node, Form):
        return Fence("braces", formulas.listed(node.parts)), Tightness.ATOM
    assert isinstance(node, Quantified)
    where = [COMMA, formulas.box(node.condition)] if node.condition is not None else []
    body = formulas.at_least(Tightness.SUM, node.body)
    inner = row(body, Sign(":", "relation"), _bounds(formulas, node.bounds), *where)
    return Fence("braces", inner), Tightness.ATOM


@sets(*LAWS)
def _law(formulas: Formulas, node: Node) -> Set:
    """`E_{z ~ D}[X given Y]`, also without what it is taken over."""
    if isinstance(node, Quantified):
        below: Box | None = _below(formulas.inline(), node.bounds)
        body, givens = node.body, node.givens
    else:
        assert isinstance(node, Form)
        below, body, givens = None, node.parts[0], node.parts[1:]
    given = [Sign("∣", "relation"), formulas.listed(givens)] if givens else []
    inner = row(formulas.box(body), *given)
    return row(Law(node.head, below), Fence("brackets", inner, applied=True)), Tightness.POWER


@sets(*SUMS, *EXTREMA)
def _big(formulas: Formulas, node: Node) -> Set:
    assert isinstance(node, Quantified)
    body = formulas.at_least(Tightness.TERM, node.body)
    ends = _differentials(formulas, node) if node.head == "integral" else ()
    return row(*_signs(formulas, node), body, *ends), Tightness.TERM


def _signs(formulas: Formulas, node: Quantified) -> Iterator[Box]:
    """A sign for each bound of a sum that is a range, one for all other bounds."""
    sign = SUMS.get(node.head, node.head)
    flat = formulas.inline()
    rest = []
    for bound in node.bounds:
        limits = bound.operand
        is_range = bound.kind in ("range", "in") and isinstance(limits, Form) and limits.head == ".."
        if not (is_range and isinstance(limits, Form) and len(bound.names) == 1 and node.head in SUMS):
            rest.append(bound)
            continue
        first, last = (flat.box(part) for part in limits.parts)
        if node.head != "integral":
            first = row(formulas.naming.box(bound.names[0].text), Sign("=", "relation"), first)
        yield Big(sign, first, last)
    if rest:
        yield Big(sign, _below(flat, rest))


def _differentials(formulas: Formulas, node: Quantified) -> Iterator[Box]:
    for bound in node.bounds:
        for name in bound.names:
            yield Sign(" ", "times")
            yield row(Symbol("d", "upright"), formulas.naming.box(name.text))


def _bounds(formulas: Formulas, bounds: Iterable[tree.Bound]) -> Box:
    return row(*between([bound_box(formulas, bound) for bound in bounds], COMMA))


def _below(formulas: Formulas, bounds: Iterable[tree.Bound]) -> Box:
    """Bounds as they stand below a sign: `1 ≤ i ≤ n` for a range."""
    parts: list[Box] = []
    for bound in bounds:
        limits = bound.operand
        if bound.kind in ("range", "in") and isinstance(limits, Form) and limits.head == "..":
            at_most = Sign("≤", "relation")
            first, last = (formulas.box(part) for part in limits.parts)
            parts.append(row(first, at_most, formulas.names(bound.names), at_most, last))
        else:
            parts.append(bound_box(formulas, bound))
    return row(*between(parts, COMMA))


@sets("WithProbability")
def _with_probability(formulas: Formulas, node: Node) -> Set:
    assert isinstance(node, tree.WithProbability)
    level = row(Words("with probability"), relation(formulas, node.relation), formulas.box(node.level))
    over = [Words("over"), formulas.names(node.over)] if node.over else []
    return row(level, *over, COMMA, formulas.box(node.body)), Tightness.PROPOSITION


@sets("AlmostSurely")
def _almost_surely(formulas: Formulas, node: Node) -> Set:
    assert isinstance(node, tree.AlmostSurely)
    return row(Words("almost surely,"), formulas.box(node.body)), Tightness.PROPOSITION


@sets("in")
def _member(formulas: Formulas, node: Node) -> Set:
    assert isinstance(node, Form)
    element, of = node.parts
    left = formulas.at_least(Tightness.SUM, element)
    return row(left, ELEMENT, domain(formulas, of)), Tightness.RELATION


@sets("..")
def _range(formulas: Formulas, node: Node) -> Set:
    assert isinstance(node, Form)
    return enumerated(formulas, node), Tightness.SUM


@sets("->", "restrict")
def _type(formulas: Formulas, node: Node) -> Set:
    return type_box(formulas, node), Tightness.RELATION

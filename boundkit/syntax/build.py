"""Rules of the grammar to nodes of the tree: one method for each rule, named as in the grammar.

Every method receives the children of its rule, punctuation included, so a span reaches from the first
child to the last.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from boundkit.source import Span
from boundkit.syntax import tree
from boundkit.syntax.tokens import Token
from boundkit.syntax.tree import Form, Identifier, Node

Children = list[Any]


def _start(item: Any) -> Span:
    while isinstance(item, tuple):
        item = item[0]
    return item.span  # type: ignore[no-any-return]


def _stop(item: Any) -> Span:
    while isinstance(item, tuple):
        item = item[-1]
    return item.span  # type: ignore[no-any-return]


def _over(children: Children) -> Span:
    """The span of all children; some are absent."""
    present = [child for child in children if child is not None]
    return _start(present[0]).to(_stop(present[-1]))


def _nodes(children: Children) -> tuple[Any, ...]:
    return tuple(child for child in children if isinstance(child, Node))


def _name(token: Token) -> Identifier:
    return Identifier(token.text, span=token.span)


def _names(children: Children) -> tuple[Identifier, ...]:
    return tuple(_name(child) for child in children if isinstance(child, Token) and child.type == "NAME")


class Builder:
    """A method for each rule; none has a state and none fails on what the grammar accepts."""

    # clauses

    def use(self, c: Children) -> Node:
        return tree.UseTree(c[1], span=_over(c))

    def theorem_head(self, c: Children) -> Node:
        title = c[2].text[1:-1] if len(c) > 2 else None
        return tree.TheoremTree(c[0].text, _name(c[1]), title, (), span=_over(c))

    def family_head(self, c: Children) -> Node:
        parameters = tuple(child for child in c[3:-3] if isinstance(child, tree.Declared))
        return tree.FamilyTree(_name(c[1]), parameters, c[-1], (), span=_over(c))

    def model_head(self, c: Children) -> Node:
        return tree.ModelTree(_name(c[1]), (), span=_over(c))

    def let(self, c: Children) -> Node:
        return tree.Let(c[1], span=_over(c))

    def draw_law(self, c: Children) -> Node:
        return tree.Draw(c[1], c[3], None, c[4] if len(c) > 4 else None, span=_over(c))

    def draw_type(self, c: Children) -> Node:
        return tree.Draw(c[1], None, c[3], c[4] if len(c) > 4 else None, span=_over(c))

    def define(self, c: Children) -> Node:
        return tree.Define(c[1], c[3], c[4] if len(c) > 4 else None, span=_over(c))

    def assume(self, c: Children) -> Node:
        return tree.Assume(_name(c[1]), c[3], span=_over(c))

    def claim(self, c: Children) -> Node:
        return tree.Claim(_name(c[1]), c[3], span=_over(c))

    def step(self, c: Children) -> Node:
        return tree.Step(_name(c[1]), c[3], span=_over(c))

    def ensure(self, c: Children) -> Node:
        return tree.Ensure(c[1], span=_over(c))

    def conclude(self, c: Children) -> Node:
        return tree.Conclude(_name(c[1]), c[2], span=_over(c))

    def derive(self, c: Children) -> Node:
        return tree.Derive(_name(c[1]), c[3], c[5] if len(c) > 5 else None, span=_over(c))

    def hunt(self, c: Children) -> Node:
        return tree.Hunt(c[1], span=_over(c))

    def verdict(self, c: Children) -> Node:
        return tree.Announced(_name(c[1]), span=_over(c))

    def minimise(self, c: Children) -> Node:
        return tree.Minimise(c[1], _name(c[3]), span=_over(c))

    def solve(self, c: Children) -> Node:
        return tree.Solve(c[1], _name(c[3]), span=_over(c))

    def maximise(self, c: Children) -> Node:
        return tree.Maximise(c[1], _name(c[3]), span=_over(c))

    def specialise(self, c: Children) -> Node:
        return tree.Specialise(_name(c[1]), _nodes(c), span=_over(c))

    def weaken(self, c: Children) -> Node:
        return tree.Weaken(c[1], c[3], span=_over(c))

    def leading(self, c: Children) -> Node:
        return tree.Leading(c[1], _nodes(c[2:]), span=_over(c))

    def explicit(self, c: Children) -> Node:
        return tree.Explicit(c[1], span=_over(c))

    def setting(self, c: Children) -> Node:
        return tree.Setting(_name(c[0]), c[2], span=_over(c))

    approach = setting

    def compose(self, c: Children) -> Node:
        return tree.Compose(_name(c[1]), _names(c[2:]), span=_over(c))

    def call_target(self, c: Children) -> Node:
        return Form("call", (_name(c[0]), *c[2]), span=_over(c))

    def index_target(self, c: Children) -> Node:
        return Form("index", (_name(c[0]), *c[2]), span=_over(c))

    def ranging(self, c: Children) -> Node:
        return c[1]  # type: ignore[no-any-return]

    # formulas

    def quantified(self, c: Children) -> Node:
        return tree.Quantified(c[0].text, (c[1],), c[3], span=_over(c))

    def with_probability(self, c: Children) -> Node:
        return tree.WithProbability(c[2].text, c[3], _names(c[4:-1]), c[-1], span=_over(c))

    def almost_surely(self, c: Children) -> Node:
        return tree.AlmostSurely(c[3], span=_over(c))

    def binary(self, c: Children) -> Node:
        return Form(c[1].text, (c[0], c[2]), span=_over(c))

    def negation(self, c: Children) -> Node:
        return Form("not", (c[1],), span=_over(c))

    def chain(self, c: Children) -> Node:
        return tree.Chain(c[0], tuple(c[1:]), span=_over(c))

    def link(self, c: Children) -> Node:
        return tree.Link(c[0].text, c[1], c[2] if len(c) > 2 else None, span=_over(c))

    def member(self, c: Children) -> Node:
        body = Form("in", (c[0], c[2]), span=_over(c[:3]))
        return tree.Justified(body, c[3], span=_over(c)) if len(c) > 3 else body

    def property(self, c: Children) -> Node:
        by = c[-1] if isinstance(c[-1], tree.Justification) else None
        rest = c[3:-1] if by else c[3:]
        arguments = rest[1] if rest and isinstance(rest[0], Token) else ()
        limiting = rest[-1][1:4] if rest and isinstance(rest[-1], tuple) else ()
        variable, limit, uniformly = limiting or (None, None, ())
        span = _over(c[:-1] if by else c)
        body = tree.Property(c[0], _name(c[2]), arguments, variable, limit, uniformly, span=span)
        return tree.Justified(body, by, span=_over(c)) if by else body

    def limit(self, c: Children) -> tuple[Any, ...]:
        uniformly = c[6] if len(c) > 6 else ()
        return (c[0], _name(c[1]), c[3], uniformly, uniformly or c[3])

    def justification(self, c: Children) -> Node:
        arguments: tuple[Node, ...] = ()
        text = None
        premises = []
        for child in c[2:]:
            if isinstance(child, tuple):
                arguments = child
            elif isinstance(child, Identifier):
                premises.append(child)
            elif child.type == "STRING":
                text = child.text[1:-1]
        return tree.Justification(c[1], arguments, text, tuple(premises), span=_over(c))

    def dotted(self, c: Children) -> Node:
        return Identifier(".".join(child.text for child in c if child.type == "NAME"), span=_over(c))

    def names(self, c: Children) -> tuple[Identifier, ...]:
        return _names(c)

    # declarations, bounds, types

    def declared(self, c: Children) -> Node:
        relation, limit = c[3] if len(c) > 3 else ("", None)
        return tree.Declared(c[0], c[2], relation, limit, span=_over(c))

    def restriction(self, c: Children) -> tuple[str, Node]:
        return c[0].text, c[1]

    def arrow(self, c: Children) -> Node:
        codomain = c[2]
        if len(c) > 3:
            relation, limit = c[3]
            within = Form(relation, (limit,), span=limit.span)
            codomain = Form("restrict", (codomain, within), span=codomain.span.to(limit.span))
        return Form("->", (c[0], codomain), span=_over(c))

    def bound_in(self, c: Children) -> Node:
        return tree.Bound("in", c[0], c[2], span=_over(c))

    def bound_type(self, c: Children) -> Node:
        relation, limit = c[3] if len(c) > 3 else ("", None)
        return tree.Bound("type", c[0], c[2], relation, limit, span=_over(c))

    def bound_law(self, c: Children) -> Node:
        return tree.Bound("law", c[0], c[2], span=_over(c))

    def bound_relation(self, c: Children) -> Node:
        return tree.Bound("relation", c[0], c[2], c[1].text, span=_over(c))

    def bound_range(self, c: Children) -> Node:
        return tree.Bound("range", c[0], c[2], span=_over(c))

    def range(self, c: Children) -> Node:
        return Form("..", (c[0], c[2]), span=_over(c))

    def args(self, c: Children) -> tuple[Node, ...]:
        return _nodes(c)

    def named(self, c: Children) -> Node:
        return tree.Named(_name(c[0]), c[2], span=_over(c))

    def function(self, c: Children) -> Node:
        return tree.Quantified("fun", _nodes(c)[:-1], c[-1], span=_over(c))

    # expressions

    def signed(self, c: Children) -> Node:
        if c[0].text == "+":
            return replace(c[1], span=_over(c))  # type: ignore[no-any-return]
        return Form("neg", (c[1],), span=_over(c))

    def summed(self, c: Children) -> Node:
        return tree.Quantified(c[0].text[:-2], _nodes(c)[:-1], c[-1], span=_over(c))

    def choice(self, c: Children) -> Node:
        return Form("if", (c[1], c[3], c[5]), span=_over(c))

    def numeral(self, c: Children) -> Node:
        return tree.Numeral(c[0].text, span=c[0].span)

    def identifier(self, c: Children) -> Node:
        return _name(c[0])

    def infinity(self, c: Children) -> Node:
        return Form("infinity", (), span=c[0].span)

    def call(self, c: Children) -> Node:
        return Form("call", (c[0], *c[2]), span=_over(c))

    def index(self, c: Children) -> Node:
        return Form("index", (c[0], *c[2]), span=_over(c))

    def attribute(self, c: Children) -> Node:
        return Form("attr", (c[0], _name(c[2])), span=_over(c))

    def group(self, c: Children) -> Node:
        return replace(c[1], span=_over(c))  # type: ignore[no-any-return]

    def at(self, c: Children) -> Node:
        return Form("at", (c[1], _name(c[3]), c[5]), span=_over(c))

    def absolute(self, c: Children) -> Node:
        return Form("abs", (c[1],), span=_over(c))

    def norm(self, c: Children) -> Node:
        return Form("norm" + (c[3].text if len(c) > 3 else ""), (c[1],), span=_over(c))

    def inner(self, c: Children) -> Node:
        return Form("inner", (c[1], c[3]), span=_over(c))

    def law(self, c: Children) -> Node:
        givens = c[3] if isinstance(c[3], tuple) else ()
        return Form(c[0].text, (c[2], *givens), span=_over(c))

    def law_over(self, c: Children) -> Node:
        givens = c[-2] if isinstance(c[-2], tuple) else ()
        body = c[-3] if givens else c[-2]
        bounds = tuple(child for child in c if isinstance(child, tree.Bound))
        return tree.Quantified(c[0].text[:-2], bounds, body, givens, span=_over(c))

    def given(self, c: Children) -> tuple[Node, ...]:
        return _nodes(c)

    def open(self, c: Children) -> Node:
        return Form("open", (c[1], c[3]), span=_over(c))

    def left_open(self, c: Children) -> Node:
        return Form("left_open", (c[1], c[3]), span=_over(c))

    def right_open(self, c: Children) -> Node:
        return Form("right_open", (c[1], c[3]), span=_over(c))

    def matrix(self, c: Children) -> Node:
        return Form("matrix", _nodes(c), span=_over(c))

    def row(self, c: Children) -> Node:
        return Form("row", _nodes(c), span=_over(c))

    def elements(self, c: Children) -> Node:
        return Form("set", _nodes(c), span=_over(c))

    def builder(self, c: Children) -> Node:
        bounds = tuple(child for child in c if isinstance(child, tree.Bound))
        condition = c[-2] if isinstance(c[-3], Token) and c[-3].type == "WHERE" else None
        return tree.Quantified("set", bounds, c[1], condition=condition, span=_over(c))

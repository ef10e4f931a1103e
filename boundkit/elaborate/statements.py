"""Claims and steps: prefixes, links of a chain, and the reasons given for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from boundkit.elaborate.arithmetic import chain_relations
from boundkit.elaborate.binders import probability_prefix, read_bounds, read_set
from boundkit.elaborate.places import place_of
from boundkit.elaborate.randomness import culprit, random_in
from boundkit.elaborate.reading import Context, check_depth, proposition, read, settled
from boundkit.elaborate.scope import Scope, mistake
from boundkit.ir.sorts import PROP, SetOf, Sort
from boundkit.ir.terms import TRUE, Apply, Bind, Name, Term, subterms
from boundkit.ir.theorems import Link, Reason, Statement
from boundkit.source import Span
from boundkit.syntax import tree
from boundkit.syntax.tree import Form, Identifier, Node


@dataclass(frozen=True)
class Written:
    """A statement as read, with the reasons of its links still as nodes."""

    formula: Term
    prefix: tuple[Term, ...]
    relations: tuple[Term, ...]
    reasons: tuple[tree.Justification | None, ...]
    sides: tuple[Term, Term] | None


def read_statement(context: Context, scope: Scope, node: Node) -> Written:
    """Peel prefixes off a formula, and read the relations under them."""
    check_depth(node)
    prefix: list[Term] = []
    while True:
        if isinstance(node, tree.Quantified) and node.head in ("forall", "exists"):
            bounds, scope = read_bounds(context, scope, node.bounds, node.body)
            prefix.extend(Bind(node.head, name, domain, TRUE, PROP, node.span) for name, domain in bounds)
            node = node.body
        elif isinstance(node, tree.WithProbability):
            prefix.append(probability_prefix(context, scope, node))
            node = node.body
        elif isinstance(node, tree.AlmostSurely):
            prefix.append(Apply("almost_surely", (TRUE,), PROP, node.span))
            node = node.body
        elif isinstance(node, Form) and node.head == "implies":
            condition = proposition(context, scope, node.parts[0])
            prefix.append(Apply("implies", (condition, TRUE), PROP, node.span))
            node = node.parts[1]
        else:
            break
    relations, reasons = _relations(context, scope, node)
    relations = tuple([settled(context, relation) for relation in relations])
    settled_prefix = tuple([settled(context, part) for part in prefix])
    body = relations[0] if len(relations) == 1 else Apply("and", relations, PROP, node.span)
    return Written(
        wrap(settled_prefix, body), settled_prefix, relations, reasons, _sides(context, node, relations)
    )


def wrap(prefix: Iterable[Term], body: Term) -> Term:
    """The body under its prefixes."""
    for part in reversed(tuple(prefix)):
        if isinstance(part, Bind):
            body = Bind(part.head, part.variable, part.domain, body, PROP, part.span)
        elif isinstance(part, Apply) and part.head == "almost_surely":
            body = Apply(part.head, (body,), PROP, part.span)
        elif isinstance(part, Apply):
            body = Apply(part.head, (part.args[0], body, *part.args[2:]), PROP, part.span)
    return body


def _relations(
    context: Context, scope: Scope, node: Node
) -> tuple[tuple[Term, ...], tuple[tree.Justification | None, ...]]:
    if isinstance(node, tree.Chain):
        return chain_relations(context, scope, node), tuple(link.by for link in node.links)
    if isinstance(node, tree.Justified):
        return (proposition(context, scope, node.body),), (node.by,)
    stripped, reasons = _without_reasons(node)
    if len(reasons) > 1:
        message = "a statement that is no chain has one `by`, at its end"
        raise mistake("E0222", message, reasons[0].span, "delete this one, or write two steps")
    return (proposition(context, scope, stripped),), (reasons[0] if reasons else None,)


def _without_reasons(node: Node) -> tuple[Node, list[tree.Justification]]:
    """A formula that is no chain, without the reasons in it, and these in order."""
    if isinstance(node, tree.Justified):
        return node.body, [node.by]
    if isinstance(node, tree.Chain):
        reasons = [link.by for link in node.links if link.by is not None]
        if len(reasons) == 1 and node.links[-1].by is None or len(reasons) > 1:
            return node, reasons
        links = tuple(tree.Link(link.relation, link.operand, None, span=link.span) for link in node.links)
        return tree.Chain(node.first, links, span=node.span), reasons
    if isinstance(node, Form) and node.head in ("and", "or", "implies", "iff"):
        parts, found = [], []
        for part in node.parts:
            stripped, reasons = _without_reasons(part)
            parts.append(stripped)
            found.extend(reasons)
        return (Form(node.head, tuple(parts), span=node.span), found) if found else (node, [])
    if isinstance(node, tree.Quantified) and node.head in ("forall", "exists"):
        body, found = _without_reasons(node.body)
        return (tree.Quantified(node.head, node.bounds, body, span=node.span), found) if found else (node, [])
    return node, []


def _sides(context: Context, node: Node, relations: tuple[Term, ...]) -> tuple[Term, Term] | None:
    """The outer sides as written: the first operand and the last."""
    if not isinstance(node, tree.Chain):
        return None
    first, last = relations[0], relations[-1]
    assert isinstance(first, Apply) and isinstance(last, Apply)
    left = first.args[1] if node.links[0].relation in (">", ">=") else first.args[0]
    right = last.args[0] if node.links[-1].relation in (">", ">=") else last.args[1]
    return left, right


def check_randomness(context: Context, scope: Scope, formula: Term, what: str) -> None:
    """E0211 when a draw is left that nothing discharges."""
    from boundkit.elaborate.definitions import random_instances

    random = random_instances(context, scope.random())
    left = random_in(formula, random)
    if not left:
        return
    names = sorted(left, key=lambda draw: scope.entries[draw].span.start if draw in scope.entries else 0)
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    draws = f"the draw{'' if len(names) == 1 else 's'} {listed}"
    span = place_of(culprit(formula, random))
    joined = " and ".join(names)
    help = f"`with prob >= 1 - delta over {joined},` or `almost surely,` or `E[...]`"
    raise mistake("E0211", f"{what} depends on {draws}, which no quantifier discharges", span, help)


def bound_names(term: Term) -> dict[str, Name]:
    """Variables bound anywhere in a term, outermost first."""
    found: dict[str, Name] = {}
    for part in subterms(term):
        if isinstance(part, Bind):
            found.setdefault(part.variable.text, part.variable)
    return found


def statement_scope(scope: Scope, formula: Term) -> Scope:
    """The scope in which the reasons of a statement are read: its bound variables are in reach."""
    new = [name for text, name in bound_names(formula).items() if scope.get(text) is None]
    return scope.with_bound(*new)


def read_reason(
    context: Context, scope: Scope, node: tree.Justification, hints: Mapping[str, Sort]
) -> Reason:
    """A justification with its arguments as terms. `hints` gives the sorts of names that may be given a
    value by `name := e`: bound variables of the statement, its premises and the cited theorem."""
    positional: list[Term] = []
    named: list[tuple[str, Term]] = []
    for argument in node.arguments:
        if isinstance(argument, tree.Named):
            wanted = hints.get(argument.name.text)
            value = _argument(context, scope, argument.value, wanted)
            named.append((argument.name.text, settled(context, value)))
        elif isinstance(argument, tree.Identifier) and _bound_elsewhere(argument.text, hints, scope):
            # A variable that is bound in a premise, as in `optimise(x)`.
            positional.append(Name(argument.text, hints[argument.text]))
        else:
            positional.append(settled(context, _argument(context, scope, argument, None)))
    return Reason(
        node.rule.text,
        tuple(positional),
        tuple(named),
        node.text or "",
        tuple(premise.text for premise in node.premises),
        node.span,
        tuple(premise.span for premise in node.premises),
    )


def _bound_elsewhere(name: str, hints: Mapping[str, Sort], scope: Scope) -> bool:
    """Whether a name is known by its sort alone."""
    return name in hints and scope.get(name) is None


def _argument(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    check_depth(node)
    if isinstance(node, Form) and node.head in ("->", "restrict"):
        return read_set(context, scope, node)
    if isinstance(wanted, SetOf):
        return read_set(context, scope, node)
    if wanted is None and isinstance(node, Form) and node.head == "matrix" and len(node.parts) == 1:
        row = node.parts[0]
        if isinstance(row, Form) and len(row.parts) == 2:
            return read_set(context, scope, node)
    return read(context, scope, node, wanted)


def make_statement(
    context: Context,
    label: Identifier,
    kind: str,
    written: Written,
    reasons: Iterable[Reason | None],
    span: Span,
) -> Statement:
    """The statement with its links."""
    links = tuple(Link(relation, by) for relation, by in zip(written.relations, reasons, strict=True))
    return Statement(label.text, kind, written.formula, written.prefix, links, span=span)

"""A goal from the command line as a theorem with one claim."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as Listed

from boundkit.elaborate.binders import NEVER_SHADOWED
from boundkit.elaborate.standard import CONSTANTS, FUNCTIONS
from boundkit.elaborate.theorems import read_theorem
from boundkit.errors import Diagnostic
from boundkit.ir.theorems import Theorem
from boundkit.source import Source
from boundkit.syntax import tree
from boundkit.syntax.tree import Bound, Declared, Form, Identifier, Node


def read_goal(
    goal: Node, given: Listed[Node], declared: Listed[Declared], source: Source
) -> tuple[Theorem | None, tuple[Diagnostic, ...]]:
    """The theorem, or None when there is an error."""
    known = {name.text for one in declared for name in one.names}
    clauses: list[tree.Clause] = [tree.Let(one, span=one.span) for one in declared]
    missing: dict[str, Identifier] = {}
    for node in (*(one.type for one in declared), *(one.limit for one in declared), *given, goal):
        if node is not None:
            for identifier in scalars(node, frozenset(known)):
                missing.setdefault(identifier.text, identifier)
    for identifier in missing.values():
        real = Identifier("Real", span=identifier.span)
        one = Declared((identifier,), real, span=identifier.span)
        clauses.insert(0, tree.Let(one, span=identifier.span))
    for place, node in enumerate(given, 1):
        label = Identifier(f"given{place}", span=node.span)
        clauses.append(tree.Assume(label, node, span=node.span))
    clauses.append(tree.Claim(Identifier("goal", span=goal.span), goal, span=goal.span))
    theorem_tree = tree.TheoremTree(
        "theorem", Identifier("goal", span=goal.span), None, tuple(clauses), span=goal.span
    )
    theorem, diagnostics = read_theorem(theorem_tree, source, {}, ())
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        return None, tuple(diagnostics)
    return theorem, tuple(diagnostics)


def scalars(node: Node, known: frozenset[str]) -> Iterator[Identifier]:
    """Names that are not declared or bound and stand where a number may stand, in order. Heads of
    applications, sequences with an index and types stand for something else."""
    if isinstance(node, Identifier):
        is_word = node.text in NEVER_SHADOWED or node.text in CONSTANTS
        if node.text not in known and not is_word:
            yield node
    elif isinstance(node, Form):
        if node.head in ("call", "index"):
            head, *rest = node.parts
            if not isinstance(head, Identifier):
                yield from scalars(head, known)
            elif node.head == "call" and head.text not in FUNCTIONS and head.text not in known:
                return
            for part in rest:
                yield from scalars(part, known)
        elif node.head == "attr":
            yield from scalars(node.parts[0], known)
        elif node.head in ("+", "-", "*", "/", "and", "or"):
            # long sums lean to the left
            parts: list[Node] = []
            current: Node = node
            while isinstance(current, Form) and current.head == node.head and len(current.parts) == 2:
                parts.append(current.parts[1])
                current = current.parts[0]
            for part in (current, *reversed(parts)):
                yield from scalars(part, known)
        else:
            for part in node.parts:
                yield from scalars(part, known)
    elif isinstance(node, tree.Quantified):
        inside = known
        for bound in node.bounds:
            yield from _in_bound(bound, inside)
            inside = inside | {name.text for name in bound.names}
        rest = [*node.givens, node.body] + ([node.condition] if node.condition is not None else [])
        for part in rest:
            yield from scalars(part, inside)
    elif isinstance(node, tree.Chain):
        for part in (node.first, *(link.operand for link in node.links)):
            yield from scalars(part, known)
    elif isinstance(node, tree.Justified | tree.AlmostSurely):
        yield from scalars(node.body, known)
    elif isinstance(node, tree.WithProbability):
        yield from scalars(node.level, known)
        yield from scalars(node.body, known)
    elif isinstance(node, tree.Property):
        for argument in node.arguments:
            yield from scalars(argument.value if isinstance(argument, tree.Named) else argument, known)


def _in_bound(bound: Bound, known: frozenset[str]) -> Iterator[Identifier]:
    if bound.kind not in ("type", "law"):
        yield from scalars(bound.operand, known)
    if bound.limit is not None:
        yield from scalars(bound.limit, known)

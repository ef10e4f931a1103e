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
    label = Identifier("goal", span=goal.span)
    return _theorem(tree.Claim(label, goal, span=goal.span), (goal,), given, declared, source)


def read_derivation_alone(
    derivation: tree.Derive, given: Listed[Node | tree.Assume], declared: Listed[Declared], source: Source
) -> tuple[Theorem | None, tuple[Diagnostic, ...]]:
    """The theorem with no claim and this derivation, or None when there is an error."""
    command = derivation.command
    labels = {own.label.text for own in given if isinstance(own, tree.Assume)}
    labels |= {f"given{place}" for place in range(1, len(given) + 1)} | {derivation.label.text}
    parts: list[Node] = [own for own in vars(command).values() if isinstance(own, Node)]
    parts += [own.value for own in getattr(command, "settings", ())]
    parts += [own.name for own in getattr(command, "limits", ())]
    parts += [] if derivation.expected is None else [derivation.expected]
    spoken = tuple(part for part in parts if not (isinstance(part, Identifier) and part.text in labels))
    return _theorem(derivation, spoken, given, declared, source, frozenset(labels))


def _theorem(
    clause: tree.Clause,
    spoken: tuple[Node, ...],
    given: Listed[Node],
    declared: Listed[Declared],
    source: Source,
    labels: frozenset[str] = frozenset(),
) -> tuple[Theorem | None, tuple[Diagnostic, ...]]:
    known = {name.text for one in declared for name in one.names} | labels
    clauses: list[tree.Clause] = [tree.Let(one, span=one.span) for one in declared]
    missing: dict[str, Identifier] = {}
    said = [own.formula if isinstance(own, tree.Assume) else own for own in given]
    for node in (*(one.type for one in declared), *(one.limit for one in declared), *said, *spoken):
        if node is not None:
            for identifier in scalars(node, frozenset(known)):
                missing.setdefault(identifier.text, identifier)
    for identifier in missing.values():
        real = Identifier("Real", span=identifier.span)
        one = Declared((identifier,), real, span=identifier.span)
        clauses.insert(0, tree.Let(one, span=identifier.span))
    for place, node in enumerate(given, 1):
        label = Identifier(f"given{place}", span=node.span)
        clauses.append(node if isinstance(node, tree.Assume) else tree.Assume(label, node, span=node.span))
    clauses.append(clause)
    name = Identifier("goal", span=clause.span)
    theorem_tree = tree.TheoremTree("theorem", name, None, tuple(clauses), span=clause.span)
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

"""Instance models: draws from families, definitions, filters and hunted names."""

from __future__ import annotations

from collections.abc import Iterable

from boundkit.elaborate import definitions
from boundkit.elaborate.binders import introduce, read_set
from boundkit.elaborate.reading import Context, check_depth, proposition, read
from boundkit.elaborate.scope import Broken, Known, Mistake, Scope, Suppressed, Template, mistake, nearest
from boundkit.elaborate.standard import FUNCTIONS
from boundkit.ir.sorts import INT, NAT, Distribution, Sort
from boundkit.ir.terms import Apply, Name, Term, relation
from boundkit.ir.theorems import Definition, Hypothesis, Model
from boundkit.syntax import tree
from boundkit.syntax.tree import Bound, Form, Identifier, Node

DRAWN_KINDS = ("let", "draw", "bound", "type")


def read_model(context: Context, scope: Scope, node: tree.ModelTree, labels: Iterable[str]) -> Model:
    """The model, without the clauses that have errors; these go to the diagnostics."""
    draws: list[tuple[Term, Term, tuple[Term, ...]]] = []
    filters: list[Hypothesis] = []
    hunted: list[str] = []
    defined: list[str] = []
    taken = set(labels)
    groups = definitions.groups(node.clauses)
    for clause in node.clauses:
        try:
            if isinstance(clause, tree.Draw):
                draws.append(_draw(context, scope, clause))
            elif isinstance(clause, tree.Define):
                name = definitions.target_name(clause.target)
                try:
                    scope = definitions.define(context, scope, clause, groups)
                    defined.append(name.text)
                except (Mistake, Suppressed):
                    scope = scope.with_entry(name.text, Broken(name.span))
                    raise
            elif isinstance(clause, tree.Assume):
                if clause.label.text in taken:
                    message = f"the label `{clause.label.text}` is already used"
                    raise mistake("E0215", message, clause.label.span, "choose another label")
                taken.add(clause.label.text)
                check_depth(clause.formula)
                formula = context.unknowns.settle(proposition(context, scope, clause.formula))
                filters.append(Hypothesis(clause.label.text, formula, "assume", clause.span))
            elif isinstance(clause, tree.Hunt):
                for name in clause.names:
                    _drawable(scope, name, "hunts")
                    hunted.append(name.text)
        except Mistake as error:
            context.diagnostics.append(error.diagnostic)
        except Suppressed:
            pass
    made: list[Definition] = [d for d in context.definitions if d.name.text in defined]
    context.definitions = [d for d in context.definitions if d.name.text not in defined]
    return Model(node.name.text, tuple(draws), tuple(made), tuple(filters), tuple(hunted), node.span)


def _drawable(scope: Scope, name: Identifier, verb: str) -> Name:
    entry = scope.get(name.text)
    if isinstance(entry, Broken):
        raise Suppressed(name.text)
    if isinstance(entry, Known) and entry.kind in DRAWN_KINDS:
        return Name(name.text, entry.name.sort, name.span)
    if entry is not None and (isinstance(entry, Template) or entry.kind == "defined"):
        message = f"the model {verb} `{name.text}`, which the theorem defines"
        help = f"{verb[:-1]} what its definition depends on" if verb != "hunts" else "hunt what it depends on"
        raise mistake("E0219", message, name.span, help)
    known = [text for text, e in scope.entries.items() if isinstance(e, Known) and e.kind in DRAWN_KINDS]
    near = nearest(name.text, known)
    help = f"did you mean {near}?" if near else f"declare it in the theorem: `let {name.text} : ...`"
    raise mistake(
        "E0219", f"the model {verb} `{name.text}`, which the theorem does not declare", name.span, help
    )


def _draw(context: Context, scope: Scope, clause: tree.Draw) -> tuple[Term, Term, tuple[Term, ...]]:
    identifier = definitions.target_name(clause.target)
    target: Term = _drawable(scope, identifier, "draws")
    sort = context.unknowns.resolve(target.sort)
    guards: list[Term] = []
    if clause.bound is not None:
        scope, guards = _ranging(context, scope, clause.bound)
    if isinstance(clause.target, Form):
        target = read(context, scope, clause.target)
        sort = context.unknowns.resolve(target.sort)
    if clause.law is None:
        message = f"a model draws `{identifier.text}` from a family"
        raise mistake("E0219", message, clause.span, f"`draw {identifier.text} ~ family(...)`")
    check_depth(clause.law)
    law = context.unknowns.settle(_family(context, scope, clause.law, Distribution(sort)))
    return context.unknowns.settle(target), law, tuple(map(context.unknowns.settle, guards))


def _ranging(context: Context, scope: Scope, bound: Bound) -> tuple[Scope, list[Term]]:
    if not isinstance(bound.operand, Form) or bound.operand.head != ".." or bound.kind not in ("in", "range"):
        raise mistake("E0209", "the clause ranges over integers", bound.span, "`for t in 1..T`")
    first, last = (read(context, scope, end, INT) for end in bound.operand.parts)
    guards: list[Term] = []
    outer = scope
    for identifier in bound.names:
        entry = scope.get(identifier.text)
        # A binder of a claim ends with the claim; that it can be drawn does not take its name away.
        if entry is not outer.get(identifier.text) or not (
            isinstance(entry, Known) and entry.kind == "bound"
        ):
            introduce(context, scope, identifier)
        name = Name(identifier.text, NAT, identifier.span)
        guards += [relation("<=", first, name, bound.span), relation("<=", name, last, bound.span)]
        scope = scope.with_bound(name)
    return scope, guards


def _family(context: Context, scope: Scope, node: Node, sort: Sort) -> Term:
    name: Node = node
    arguments: tuple[Node, ...] = ()
    if isinstance(node, Form) and node.head == "call" and isinstance(node.parts[0], Identifier):
        name, arguments = node.parts[0], node.parts[1:]
    if isinstance(name, Identifier) and scope.get(name.text) is None:
        args = [_argument(context, scope, argument) for argument in arguments]
        return Apply("family", (Name(name.text, sort, name.span), *args), sort, node.span)
    return read(context, scope, node, Distribution(context.unknowns.sort()))


def _argument(context: Context, scope: Scope, node: Node) -> Term:
    if isinstance(node, tree.Named):
        value = _argument(context, scope, node.value)
        return Apply(
            "named", (Name(node.name.text, value.sort, node.name.span), value), value.sort, node.span
        )
    if isinstance(node, Form) and node.head == "call" and isinstance(node.parts[0], Identifier):
        name = node.parts[0]
        if scope.get(name.text) is None and name.text not in FUNCTIONS:
            return _family(context, scope, node, Distribution(context.unknowns.sort()))
    if isinstance(node, Form) and node.head in ("matrix", "..", "set", "->", "restrict"):
        row = node.parts[0] if node.head == "matrix" and len(node.parts) == 1 else None
        if node.head != "matrix" or (isinstance(row, Form) and len(row.parts) == 2):
            return read_set(context, scope, node)
    return read(context, scope, node)

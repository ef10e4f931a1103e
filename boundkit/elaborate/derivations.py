"""`derive`: what is minimised, solved or composed, and what is expected of the result."""

from __future__ import annotations

from boundkit.elaborate.reading import Context, check_depth, proposition, read
from boundkit.elaborate.references import Labels
from boundkit.elaborate.scope import Scope, mistake, nearest
from boundkit.elaborate.statements import statement_scope
from boundkit.ir.sorts import REAL
from boundkit.ir.terms import TRUE, Name, Term, conjunction
from boundkit.ir.theorems import Derivation
from boundkit.syntax import tree
from boundkit.syntax.tree import Form, Identifier


def read_derivation(
    context: Context, scope: Scope, labels: Labels, sides: dict[str, tuple[Term, Term]], node: tree.Derive
) -> Derivation:
    """The derivation with `label.rhs` replaced by the side of that statement."""
    context.sides = sides
    try:
        check_depth(node)
        inside = _scope(scope, labels, node)
        command = node.command
        settle = context.unknowns.settle
        variable: Name | None = None
        others: tuple[str, ...] = ()
        subject: Term = TRUE
        if isinstance(command, tree.Minimise):
            subject = settle(read(context, inside, command.objective, REAL))
            variable = _variable(context, inside, command.over)
        elif isinstance(command, tree.Solve):
            subject = settle(proposition(context, inside, command.goal))
            variable = _variable(context, inside, command.unknown)
        else:
            others = tuple(_label(labels, name) for name in (command.name, *command.others))
            subject = conjunction(tuple(f for f in map(labels.formulas.get, others) if f is not None))
        context.derived.add(node.label.text)
        expected = None
        if node.expected is not None:
            expected = settle(proposition(context, inside, node.expected))
        kinds = {tree.Minimise: "minimise", tree.Solve: "solve", tree.Compose: "compose"}
        return Derivation(
            node.label.text, kinds[type(command)], subject, variable, others, expected, node.span
        )
    finally:
        context.sides = None
        context.derived.add(node.label.text)


def _scope(scope: Scope, labels: Labels, node: tree.Derive) -> Scope:
    """The scope with the bound names of every statement whose side is used: a derivation works under the
    same prefixes."""
    from boundkit.elaborate.reading import each_node

    for part in each_node(node):
        if isinstance(part, Form) and part.head == "attr" and isinstance(part.parts[0], Identifier):
            formula = labels.formulas.get(part.parts[0].text)
            statement = labels.statements.get(part.parts[0].text)
            formula = statement.formula if statement is not None else formula
            if formula is not None:
                scope = statement_scope(scope, formula)
    return scope


def _variable(context: Context, scope: Scope, name: Identifier) -> Name:
    term = read(context, scope, name)
    if not isinstance(term, Name):
        raise mistake("E0207", f"`{name.text}` is no variable", name.span, "name a declared variable")
    return term


def _label(labels: Labels, name: Identifier) -> str:
    if name.text not in labels.formulas and name.text not in labels.statements:
        near = nearest(name.text, labels.kinds)
        help = f"did you mean {near}?" if near else "name steps and claims above this line"
        raise mistake("E0302", f"there is no statement `{name.text}` above this line", name.span, help)
    return name.text

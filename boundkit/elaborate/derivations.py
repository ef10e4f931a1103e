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
        target: Term | None = None
        settings: tuple[tuple[Name, Term], ...] = ()
        if isinstance(command, tree.Minimise | tree.Maximise):
            subject = settle(read(context, inside, command.objective, REAL))
            variable = _variable(context, inside, command.over)
        elif isinstance(command, tree.Solve):
            subject = settle(proposition(context, inside, command.goal))
            variable = _variable(context, inside, command.unknown)
        elif isinstance(command, tree.Leading):
            subject = settle(read(context, inside, command.subject, REAL))
            settings = tuple(_setting(context, inside, own) for own in command.limits)
        elif isinstance(command, tree.Weaken):
            others, subject = _statement(context, inside, labels, command.subject)
            target = settle(_either(context, inside, command.form))
        elif isinstance(command, tree.Explicit):
            others, subject = _statement(context, inside, labels, command.subject)
        elif isinstance(command, tree.Specialise):
            others = (_label(labels, command.name),)
            subject = labels.formulas.get(others[0]) or TRUE
            settings = tuple(_setting(context, inside, own) for own in command.settings)
        else:
            others = tuple(_label(labels, name) for name in (command.name, *command.others))
            subject = conjunction(tuple(f for f in map(labels.formulas.get, others) if f is not None))
        context.derived.add(node.label.text)
        expected = None
        if node.expected is not None:
            expected = settle(proposition(context, inside, node.expected))
        word = type(command).__name__.lower()
        return Derivation(
            node.label.text, word, subject, variable, others, expected, node.span, target, settings
        )
    finally:
        context.sides = None
        context.derived.add(node.label.text)


def _statement(
    context: Context, scope: Scope, labels: Labels, node: tree.Node
) -> tuple[tuple[str, ...], Term]:
    """A statement by its label, or a formula or an expression."""
    if isinstance(node, Identifier) and (node.text in labels.formulas or node.text in labels.statements):
        return (node.text,), labels.formulas.get(node.text) or TRUE
    return (), context.unknowns.settle(_either(context, scope, node))


def _either(context: Context, scope: Scope, node: tree.Node) -> Term:
    """A formula, or an expression that is a number."""
    if isinstance(node, tree.Chain | tree.Quantified | tree.WithProbability | tree.AlmostSurely):
        return proposition(context, scope, node)
    return read(context, scope, node, REAL)


def _setting(context: Context, scope: Scope, node: tree.Setting) -> tuple[Name, Term]:
    name = _variable(context, scope, node.name)
    return name, context.unknowns.settle(read(context, scope, node.value))


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

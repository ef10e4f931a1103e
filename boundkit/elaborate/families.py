"""User-defined families: parameters, the sort of the function, its definitions and what it ensures."""

from __future__ import annotations

from collections.abc import Mapping

from boundkit.elaborate import definitions
from boundkit.elaborate.binders import introduce
from boundkit.elaborate.reading import Context, check_depth, each_node, proposition
from boundkit.elaborate.scope import Broken, Known, Mistake, Scope, Suppressed, Template, mistake
from boundkit.elaborate.theorems import read_declared
from boundkit.elaborate.types import read_type
from boundkit.errors import Diagnostic
from boundkit.ir.sorts import Function
from boundkit.ir.terms import Name, Term
from boundkit.ir.theorems import Family, Hypothesis, Theorem
from boundkit.source import Source
from boundkit.syntax import tree


def read_family(
    node: tree.FamilyTree, source: Source, reachable: Mapping[str, Theorem]
) -> tuple[Family | None, list[Diagnostic]]:
    """The family and what is wrong with it; None when its parameters or type cannot be read."""
    context = Context(source, dict(reachable))
    context.taken.update(part.text for part in each_node(node) if isinstance(part, tree.Identifier))
    scope = Scope()
    parameters: list[Name] = []
    hypotheses: list[Hypothesis] = []
    ensures: list[Term] = []
    settle = context.unknowns.settle
    try:
        for declared in node.parameters:
            kind = read_declared(context, scope, declared)
            for identifier in declared.names:
                introduce(context, scope, identifier)
                name = Name(identifier.text, kind.sort, identifier.span)
                scope = scope.with_entry(name.text, Known(name, "let", name.span))
                parameters.append(name)
                if kind.property is not None:
                    formula = settle(kind.property(name))
                    hypotheses.append(Hypothesis(f"{name.text}.range", formula, "range", declared.span))
        of_values = read_type(context, scope, node.type)
    except Mistake as error:
        return None, [error.diagnostic]
    sort = of_values.sort
    arguments = sort.arguments if isinstance(sort, Function) else ()
    grouped = definitions.groups(node.clauses)
    for clause in node.clauses:
        try:
            check_depth(clause)
            if isinstance(clause, tree.Define):
                scope = _define(context, scope, clause, grouped, arguments)
            elif isinstance(clause, tree.Ensure):
                ensures.append(settle(proposition(context, scope, clause.formula)))
        except Mistake as error:
            _note(context, error.diagnostic)
            scope = _broken(scope, clause)
        except Suppressed:
            scope = _broken(scope, clause)
        except RecursionError:
            message = "the expression is nested too deep"
            _note(context, Diagnostic("E0220", "error", message, clause.span, "`define` a part of it"))
            scope = _broken(scope, clause)
    value = next((instance for instance in context.instances if instance.name == "value"), None)
    if value is None and not isinstance(scope.get("value"), Broken):
        help = "`define value(x) := ...`"
        missing = mistake("E0209", f"the family `{node.name.text}` defines no `value`", node.name.span, help)
        _note(context, missing.diagnostic)
    elif value is not None and of_values.property is not None:
        function = Name("value", Function(value.arguments, value.result))
        ensures.append(settle(of_values.property(function)))
    family = Family(
        node.name.text,
        tuple(parameters),
        tuple(hypotheses),
        sort,
        tuple(context.definitions),
        tuple(ensures),
        node.span,
    )
    return family, context.diagnostics


def _define(
    context: Context,
    scope: Scope,
    clause: tree.Define,
    grouped: Mapping[str, tuple[tree.Define, ...]],
    arguments: tuple[object, ...],
) -> Scope:
    scope = definitions.define(context, scope, clause, grouped)
    name = definitions.target_name(clause.target)
    entry = scope.get(name.text)
    # the functions of a family have its arguments, so their sorts need no use
    if isinstance(entry, Template) and name.text in ("value", "subgrad", "grad"):
        if len(definitions.patterns_of(clause.target)) != len(arguments):
            message = f"`{name.text}` has not the arguments of the family's type"
            raise mistake("E0207", message, clause.target.span, f"give {len(arguments)}")
        given = tuple(sort for sort in arguments)
        definitions.instance_for(context, entry, given, [False] * len(given))  # type: ignore[arg-type]
    return scope


def _broken(scope: Scope, clause: tree.Clause) -> Scope:
    if isinstance(clause, tree.Define):
        name = definitions.target_name(clause.target)
        return scope.with_entry(name.text, Broken(name.span))
    return scope


def _note(context: Context, diagnostic: Diagnostic) -> None:
    if diagnostic not in context.diagnostics:
        context.diagnostics.append(diagnostic)

"""Names, applications, indices and attributes, and substitution at a point."""

from __future__ import annotations

from collections.abc import Sequence as Listed

from boundkit.elaborate import definitions
from boundkit.elaborate.reading import Context, describe, fit, read, reads
from boundkit.elaborate.scope import TYPE_WORDS, Broken, Known, Scope, Suppressed, Template, mistake, nearest
from boundkit.elaborate.standard import CONSTANTS, FUNCTIONS
from boundkit.elaborate.unfolding import depends, unfold
from boundkit.ir import sorts
from boundkit.ir.sorts import INT, NAT, REAL, Function, Matrix, Sort
from boundkit.ir.terms import ONE, Apply, Bind, Name, Term, substitute, subterms
from boundkit.syntax import tree
from boundkit.syntax.tree import Form, Identifier, Node


@reads("Identifier")
def identifier(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """A declared, defined or bound name, or a constant of the language."""
    assert isinstance(node, Identifier)
    entry = scope.get(node.text)
    if isinstance(entry, Known):
        return Name(node.text, context.unknowns.resolve(entry.name.sort), node.span)
    if isinstance(entry, Broken):
        raise Suppressed(node.text)
    if isinstance(entry, Template):
        return definitions.as_function(context, entry, wanted, node)
    if node.text in CONSTANTS:
        return Apply(node.text, (), CONSTANTS[node.text], node.span)
    raise unknown_name(context, scope, node)


def unknown_name(context: Context, scope: Scope, node: Identifier) -> Exception:
    """E0203 when a binder to the left bound the name and has ended, E0201 otherwise."""
    if node.text in scope.ended:
        head, binder, body, whole = scope.ended[node.text]
        text = context.source.text
        start = text[binder.start : body.start]
        fix = f"{start}({text[body.start : whole.stop]})"
        if text[binder.start] != "(" and "\n" not in fix:
            message = f"`{node.text}` is not in scope: the body of `{head}` is one product and ends before "
            between = text[body.stop : whole.stop].lstrip()[:1] or "+"
            return mistake("E0203", f"{message}`{between}`", node.span, f"`{fix}`", True)
    known = list(scope.entries)
    if node.text in FUNCTIONS:
        help = f"`{node.text}` is a function: `{node.text}(...)`"
        return mistake("E0201", f"`{node.text}` is used without its arguments", node.span, help)
    if node.text in TYPE_WORDS:
        return mistake("E0204", f"`{node.text}` is a type, not a value", node.span, f"`x : {node.text}`")
    near = nearest(node.text, [*known, *CONSTANTS])
    help = f"did you mean {near}?" if near else f"declare it first: `let {node.text} : Real`"
    return mistake("E0201", f"unknown name `{node.text}`", node.span, help)


@reads("call")
def call(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """A function of the text, a definition, or a function of the language, applied."""
    assert isinstance(node, Form)
    function, arguments = node.parts[0], node.parts[1:]
    if isinstance(function, Identifier):
        entry = scope.get(function.text)
        if isinstance(entry, Template):
            _no_named(arguments)
            return definitions.apply(context, scope, entry, arguments, node)
        if entry is None and function.text in FUNCTIONS:
            return FUNCTIONS[function.text](context, scope, node, arguments, wanted)
        if entry is None:
            raise _unknown_function(context, scope, function)
    _no_named(arguments)
    head = read(context, scope, function)
    sort = context.unknowns.resolve(head.sort)
    if not isinstance(sort, Function):
        help = "an index is written in brackets: `w[t]`" if isinstance(sort, sorts.Sequence) else ""
        help = help or "a product is written with `*`"
        message = f"`{context.text(function)}` is {describe(sort)}, not a function"
        raise mistake("E0207", message, node.span, help)
    return apply_function(context, scope, head, sort, arguments, node)


def apply_function(
    context: Context, scope: Scope, head: Term, sort: Function, arguments: Listed[Node], node: Node
) -> Term:
    """A term of function sort applied to arguments."""
    if len(arguments) != len(sort.arguments):
        raise wrong_count(context.text(node), len(sort.arguments), len(arguments), node)
    args = [read(context, scope, part, want) for part, want in zip(arguments, sort.arguments, strict=True)]
    return Apply("call", (head, *args), sort.result, node.span)


def wrong_count(text: str, wanted: int, given: int, node: Node) -> Exception:
    """E0207: the number of arguments."""
    plural = "" if wanted == 1 else "s"
    return mistake(
        "E0207",
        f"`{text}` has {given} argument{'' if given == 1 else 's'}, "
        f"and {wanted} {'is' if wanted == 1 else 'are'} due",
        node.span,
        f"give {wanted} argument{plural}",
    )


def _no_named(arguments: Listed[Node]) -> None:
    for argument in arguments:
        if isinstance(argument, tree.Named):
            help = "named arguments belong to rules, properties and families"
            raise mistake("E0207", f"`{argument.name.text} :=` is not possible here", argument.span, help)


def _unknown_function(context: Context, scope: Scope, node: Identifier) -> Exception:
    near = nearest(node.text, [*scope.entries, *FUNCTIONS])
    help = f"did you mean {near}?" if near else f"declare it: `let {node.text} : Real -> Real`"
    return mistake("E0201", f"unknown function `{node.text}`", node.span, help)


@reads("index")
def index(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """`w[t]`: a member of a sequence or tuple, a row of a matrix as a column vector, or a component."""
    assert isinstance(node, Form)
    result = read(context, scope, node.parts[0])
    for part in node.parts[1:]:
        result = _index_once(context, scope, result, part, node)
    return result


def _index_once(context: Context, scope: Scope, base: Term, part: Node, node: Form) -> Term:
    sort = context.unknowns.resolve(base.sort)
    element: Sort
    match sort:
        case sorts.Sequence(element):
            pass
        case sorts.Power(element, _):
            pass
        case Matrix(_, columns):
            element = REAL if context.unknowns.same_size(columns, ONE) else Matrix(columns, ONE)
        case _:
            text = context.text(node.parts[0])
            help = (
                f"a function is applied with parentheses: `{text}(...)`" if isinstance(sort, Function) else ""
            )
            help = help or "sequences, tuples, vectors and matrices have an index"
            raise mistake("E0204", f"`{text}` is {describe(sort)} and has no index", node.span, help)
    if isinstance(part, Form) and part.head == "..":
        ends = tuple([read(context, scope, end, INT) for end in part.parts])
        places = Apply("range", ends, sorts.SetOf(NAT), part.span)
        return Apply("slice", (base, places), sorts.Sequence(element), node.span)
    return Apply("index", (base, read(context, scope, part, INT)), element, node.span)


@reads("attr")
def attribute(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """`X.T`, and in a `derive` the sides `label.rhs` and `label.lhs`."""
    assert isinstance(node, Form)
    operand, name = node.parts
    assert isinstance(name, Identifier)
    if name.text in ("rhs", "lhs") and isinstance(operand, Identifier):
        return _side(context, operand, name)
    if name.text != "T":
        help = "`.T` transposes a matrix; `.rhs` and `.lhs` belong to labels in a `derive`"
        raise mistake("E0217", f"unknown attribute `.{name.text}`", name.span, help)
    inner = read(context, scope, operand)
    sort = context.unknowns.resolve(inner.sort)
    if not isinstance(sort, Matrix):
        message = f"`{context.text(operand)}` is {describe(sort)} and has no transpose"
        raise mistake("E0204", message, node.span, "`.T` is for matrices and vectors")
    return Apply("transpose", (inner,), Matrix(sort.columns, sort.rows), node.span)


def _side(context: Context, label: Identifier, side: Identifier) -> Term:
    span = label.span.to(side.span)
    if context.sides is None:
        help = "write the expression itself; sides of a label are for `derive`"
        raise mistake("E0217", f"`{label.text}.{side.text}` is possible only in a `derive`", span, help)
    if label.text in context.derived:
        return Apply(f"derived_{side.text}", (Name(label.text, REAL, label.span),), REAL, span)
    if label.text not in context.sides:
        near = nearest(label.text, [*context.sides, *context.derived])
        help = f"did you mean {near}?" if near else "name a claim, a step or an earlier `derive`"
        raise mistake("E0307", f"`{label.text}` is no statement with two sides above this line", span, help)
    left, right = context.sides[label.text]
    return right if side.text == "rhs" else left


@reads("at")
def at_point(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """`(e at s = v)`: e with its definitions unfolded and s replaced; where e differentiates in s, the
    head `at` stays, since the derivative comes first."""
    assert isinstance(node, Form)
    body_node, variable, value_node = node.parts
    assert isinstance(variable, Identifier)
    body = read(context, scope, body_node)
    name = read(context, scope, variable)
    value = fit(context, read(context, scope, value_node, name.sort), name.sort, value_node)
    body = context.unknowns.settle(body)
    unfolded = unfold(context, body, variable.text)
    value = context.unknowns.settle(value)
    if _differentiates(unfolded, variable.text) or depends(context, unfolded, variable.text):
        return Apply("at", (unfolded, name, value), body.sort, node.span)
    replaced = substitute(unfolded, {variable.text: value})
    return _spanned(replaced, node)


def _spanned(term: Term, node: Node) -> Term:
    if isinstance(term, Apply):
        return Apply(term.head, term.args, term.sort, node.span)
    if isinstance(term, Bind):
        return Bind(term.head, term.variable, term.domain, term.body, term.sort, node.span)
    return term


def _differentiates(term: Term, variable: str) -> bool:
    return any(
        isinstance(part, Apply) and part.head in ("diff", "grad") and variable in part.free
        for part in subterms(term)
    )

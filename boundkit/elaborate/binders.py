"""Bounds, sums and their kin, set builders, quantifiers, laws, and the sets that variables range over."""

from __future__ import annotations

from collections.abc import Sequence as Listed

from boundkit.elaborate.reading import Context, describe, each_node, fit, proposition, read, reads
from boundkit.elaborate.scope import TYPE_WORDS, Known, Scope, mistake
from boundkit.elaborate.types import as_domain, half_line, read_type
from boundkit.ir import sorts
from boundkit.ir.sorts import EXTREAL, INT, NAT, PROP, REAL, Matrix, SetOf, Sort, Unknown, is_numeric
from boundkit.ir.terms import TRUE, Apply, Bind, Name, Term
from boundkit.syntax import tree
from boundkit.syntax.tree import Bound, Form, Identifier, Node

Bounds = list[tuple[Name, Term]]
LAW_HEADS = {"E": "expectation", "Pr": "probability", "Var": "variance"}
NEVER_SHADOWED = frozenset(
    [
        "E",
        "Pr",
        "Var",
        *TYPE_WORDS,
        "exp",
        "ln",
        "log2",
        "sqrt",
        "abs",
        "min",
        "max",
        "floor",
        "ceil",
        "sum",
        "prod",
        "card",
        "true",
        "false",
    ]
)


def introduce(context: Context, scope: Scope, name: Identifier) -> None:
    """E0202 when the name already means something here."""
    if name.text in NEVER_SHADOWED:
        message = f"`{name.text}` is a word of the language and cannot be a name"
        raise mistake("E0202", message, name.span, "choose another name")
    entry = scope.get(name.text)
    if entry is not None:
        where = ""
        if entry.span.stop:
            where = f" (line {context.source.position(entry.span.start)[0]})"
        taken = set(scope.entries)
        fresh = name.text + "'"
        while fresh in taken:
            fresh += "'"
        help = f"choose another name, such as `{fresh}`"
        raise mistake("E0202", f"`{name.text}` is already declared{where}", name.span, help)


def read_bounds(
    context: Context, scope: Scope, bounds: Listed[Bound], body: Node | None, head: str = ""
) -> tuple[Bounds, Scope]:
    """Variables with their domains, and the scope in which they stand."""
    result: Bounds = []
    for bound in bounds:
        outside = scope
        for identifier in bound.names:
            introduce(context, scope, identifier)
            sort, domain = _domain(context, outside, bound, identifier, body, head)
            name = Name(identifier.text, sort, identifier.span)
            result.append((name, domain))
            scope = scope.with_bound(name)
    return result, scope


def _domain(
    context: Context, scope: Scope, bound: Bound, name: Identifier, body: Node | None, head: str
) -> tuple[Sort, Term]:
    if bound.kind == "law":
        law = read(context, scope, bound.operand, sorts.Distribution(context.unknowns.sort()))
        sort = context.unknowns.resolve(law.sort)
        assert isinstance(sort, sorts.Distribution)
        return sort.element, law
    if bound.kind == "type":
        kind = read_type(context, scope, bound.operand)
        if bound.relation:
            assert bound.limit is not None
            kind = kind.restricted(context, scope, bound.relation, bound.limit)
        return kind.sort, as_domain(kind, name)
    if bound.kind == "relation":
        if body is None or not _is_index(name.text, body):
            limit_text = context.text(bound.operand)
            message = f"`{name.text} {bound.relation} {limit_text}` does not say what `{name.text}` is"
            help = f"`{name.text} : Real {bound.relation} {limit_text}`"
            raise mistake("E0208", message, bound.span, help, True)
        limit = read(context, scope, bound.operand, INT)
        return NAT, half_line(NAT, bound.relation, limit, bound.span)
    domain = read_set(context, scope, bound.operand)
    sort = context.unknowns.resolve(domain.sort)
    assert isinstance(sort, SetOf)
    if head == "integral" and isinstance(bound.operand, Form) and bound.operand.head == "..":
        ends = tuple([read(context, scope, end, EXTREAL) for end in bound.operand.parts])
        return REAL, Apply("closed", ends, SetOf(REAL), bound.operand.span)
    return sort.element, domain


def _is_index(text: str, body: Node) -> bool:
    for part in each_node(body):
        if isinstance(part, Form) and part.head == "index":
            for place in part.parts[1:]:
                if any(isinstance(node, Identifier) and node.text == text for node in each_node(place)):
                    return True
    return False


def read_set(context: Context, scope: Scope, node: Node, element: Sort | None = None) -> Term:
    """The node as a set: `[a, b]` is an interval here, a type is the set of all its values, and `argmin`
    is the set of all minimisers."""
    if isinstance(node, Form):
        if node.head == "matrix" and len(node.parts) == 1:
            row = node.parts[0]
            if isinstance(row, Form) and len(row.parts) == 2:
                return interval(context, scope, Form("closed", row.parts, span=node.span), None)
        if node.head in ("->", "restrict"):
            return _all_of(context, scope, node)
        if node.head == "^" or node.head == "index":
            kind = _try_type(context, scope, node)
            if kind is not None:
                return kind
    if isinstance(node, tree.Quantified) and node.head in ("argmin", "argmax"):
        return extremum(context, scope, node, SetOf(REAL))
    if isinstance(node, Identifier) and scope.get(node.text) is None:
        kind = _try_type(context, scope, node)
        if kind is not None:
            return kind
    term = read(context, scope, node)
    sort = context.unknowns.resolve(term.sort)
    if not isinstance(sort, SetOf):
        message = f"`{context.text(node)}` is {describe(sort)}, not a set"
        help = "a set is written `1..n`, `[a, b]`, `{ ... }` or a declared set"
        if is_numeric(sort):
            help = f"`1..{context.text(node)}` for the integers up to it"
        raise mistake("E0212", message, node.span, help)
    return term


def _all_of(context: Context, scope: Scope, node: Node) -> Term:
    kind = read_type(context, scope, node)
    return as_domain(kind, Identifier("x'", span=node.span))


def _try_type(context: Context, scope: Scope, node: Node) -> Term | None:
    base = node
    while isinstance(base, Form):
        base = base.parts[0]
    if isinstance(base, Identifier):
        entry = scope.get(base.text)
        is_type = entry is None and base.text in TYPE_WORDS
        is_abstract = isinstance(entry, Known) and entry.kind == "type" and base is not node
        if is_type or is_abstract:
            return _all_of(context, scope, node)
    return None


@reads("..")
def integer_range(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """`a..b`, the integers from a to b; naturals when a is one."""
    assert isinstance(node, Form)
    first, last = (read(context, scope, part, INT) for part in node.parts)
    element = NAT if context.unknowns.resolve(first.sort) == NAT else INT
    return Apply("range", (first, last), SetOf(element), node.span)


@reads("closed", "open", "left_open", "right_open")
def interval(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """An interval of the reals."""
    assert isinstance(node, Form)
    ends = tuple([read(context, scope, part, EXTREAL) for part in node.parts])
    return Apply(node.head, ends, SetOf(REAL), node.span)


@reads("set")
def enumeration(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """`{a, b, c}`."""
    assert isinstance(node, Form)
    if not node.parts:
        element = wanted.element if isinstance(wanted, SetOf) else REAL
        return Apply("enumeration", (), SetOf(element), node.span)
    parts = [read(context, scope, part) for part in node.parts]
    from boundkit.elaborate.unknowns import wider

    element = context.unknowns.resolve(parts[0].sort)
    for place, part in enumerate(parts[1:], 1):
        sort = context.unknowns.resolve(part.sort)
        if isinstance(element, Unknown) or isinstance(sort, Unknown):
            known = sort if isinstance(element, Unknown) else element
            context.unknowns.fits(element, known)
            context.unknowns.fits(sort, known)
            element = known
        elif is_numeric(sort) and is_numeric(element):
            element = wider(sort, element)
        else:
            fit(context, part, element, node.parts[place])
    if isinstance(element, Unknown):
        context.unknowns.fits(element, NAT)
        element = NAT
    return Apply("enumeration", tuple(parts), SetOf(element, True), node.span)


@reads("in")
def membership(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """`x in K`."""
    assert isinstance(node, Form)
    domain = read_set(context, scope, node.parts[1])
    sort = context.unknowns.resolve(domain.sort)
    assert isinstance(sort, SetOf)
    element = REAL if is_numeric(sort.element) else sort.element
    left = read(context, scope, node.parts[0], element)
    return Apply("in", (left, domain), PROP, node.span)


@reads("forall_", "exists_")
def quantified(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """`forall x in K, ...` and `exists x in K, ...`, one variable a binder."""
    assert isinstance(node, tree.Quantified)
    bounds, inside = read_bounds(context, scope, node.bounds, node.body)
    body = proposition(context, inside, node.body)
    return bind(node.head, bounds, body, PROP, node)


def bind(head: str, bounds: Bounds, body: Term, sort: Sort, node: Node) -> Term:
    """Nested binders of one variable each."""
    for variable, domain in reversed(bounds):
        body = Bind(head, variable, domain, body, sort, node.span)
    return body


@reads("sum_", "prod_", "min_", "max_", "sup_", "inf_", "avg_", "integral_")
def big(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """A sum, product, mean, extremum or integral of a body."""
    assert isinstance(node, tree.Quantified)
    bounds, inside = read_bounds(context, scope, node.bounds, node.body, node.head)
    place = wanted if isinstance(wanted, Matrix) else None
    body = read(context, inside, node.body, place)
    sort = context.unknowns.resolve(body.sort)
    if isinstance(sort, Matrix | Unknown) and node.head in ("sum", "avg", "integral"):
        return bind(node.head, bounds, body, sort, node)
    body = fit(context, body, EXTREAL, node.body)
    sort = context.unknowns.resolve(body.sort)
    if node.head in ("sup", "inf"):
        sort = EXTREAL
    elif node.head in ("avg", "integral") and sort != EXTREAL:
        sort = REAL
    return bind(node.head, bounds, body, sort, node)


@reads("argmin_", "argmax_")
def extremum(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """A minimiser or maximiser; where a set is wanted, the set of all of them."""
    assert isinstance(node, tree.Quantified)
    bounds, inside = read_bounds(context, scope, node.bounds, node.body)
    if len(bounds) != 1:
        raise mistake("E0207", f"`{node.head}` is over one variable", node.span, "use a pair")
    body = read(context, inside, node.body, EXTREAL)
    sort: Sort = bounds[0][0].sort
    if isinstance(wanted, SetOf):
        sort = SetOf(sort)
    return bind(node.head, bounds, body, sort, node)


@reads("set_")
def set_builder(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """`{e for x in A, y in B where p}`: the sort of the outer binders is that of the whole set, which tells
    a builder with two bounds from a set of sets. Finite when every domain is."""
    assert isinstance(node, tree.Quantified)
    bounds, inside = read_bounds(context, scope, node.bounds, node.body)
    body = read(context, inside, node.body)
    finite = all(is_finite(context, domain) for _, domain in bounds)
    sort = context.unknowns.resolve(body.sort)
    if node.condition is not None:
        condition = proposition(context, inside, node.condition)
        body = Apply("and_where", (body, condition), sort, node.span)
    return bind("set", bounds, body, SetOf(sort, finite), node)


def is_finite(context: Context, domain: Term) -> bool:
    """Whether a set is finite by its form or its sort."""
    sort = context.unknowns.resolve(domain.sort)
    if isinstance(sort, SetOf) and sort.finite:
        return True
    return (
        isinstance(domain, Apply)
        and domain.head in ("range", "enumeration")
        and not any(isinstance(end, Apply) and end.head in ("infinity",) for end in domain.args)
    )


@reads("fun_")
def function(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """`fun x : X => e`."""
    assert isinstance(node, tree.Quantified)
    bounds, inside = read_bounds(context, scope, node.bounds, node.body)
    if len(bounds) != 1:
        raise mistake("E0207", "an anonymous function has one variable", node.span, "`define` the function")
    body = read(context, inside, node.body)
    variable = bounds[0][0]
    sort = sorts.Function((variable.sort,), context.unknowns.resolve(body.sort))
    return bind("function", bounds, body, sort, node)


@reads("E", "Pr", "Var")
def law(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """`E[...]` and its kin over all draws in the body, possibly `given` something."""
    assert isinstance(node, Form)
    body, sort = _law_body(context, scope, node.head, node.parts[0])
    head = LAW_HEADS[node.head]
    if len(node.parts) > 1:
        givens = [read(context, scope, part) for part in node.parts[1:]]
        return Apply(f"{head}_given", (body, *givens), sort, node.span)
    return Apply(head, (body,), sort, node.span)


@reads("E_", "Pr_", "Var_")
def law_over(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """`E_{z ~ D}[...]` and its kin; several laws are integrated one after the other."""
    assert isinstance(node, tree.Quantified)
    for bound in node.bounds:
        if bound.kind != "law":
            names = ", ".join(name.text for name in bound.names)
            message = f"`{node.head}_{{...}}` needs a law for `{names}`"
            raise mistake(
                "E0212", message, bound.span, f"`{names} ~ D`, or `avg_{{...}}` for a mean over a set"
            )
    bounds, inside = read_bounds(context, scope, node.bounds, node.body)
    if node.head == "Var" and len(bounds) > 1:
        raise mistake("E0207", "`Var_{...}` is over one variable", node.span, "use a pair")
    body, sort = _law_body(context, inside, node.head, node.body)
    if node.givens:
        givens = [read(context, inside, part) for part in node.givens]
        body = Apply("given", (body, *givens), body.sort, node.body.span)
    variable, domain = bounds[-1]
    result: Term = Bind(LAW_HEADS[node.head], variable, domain, body, sort, node.span)
    # the probability of an event in several variables is the expectation of its conditional ones
    return bind("expectation", bounds[:-1], result, sort, node)


def _law_body(context: Context, scope: Scope, head: str, node: Node) -> tuple[Term, Sort]:
    if head == "Pr":
        return proposition(context, scope, node), REAL
    body = read(context, scope, node)
    sort = context.unknowns.resolve(body.sort)
    if head == "E" and isinstance(sort, Matrix | Unknown):
        return body, sort
    if sort == PROP:
        text = context.text(node)
        message = f"`{head}[...]` is of a number, and `{text}` is a proposition"
        raise mistake("E0204", message, node.span, f"`Pr[{text}]`", True)
    body = fit(context, body, EXTREAL, node)
    return body, EXTREAL if context.unknowns.resolve(body.sort) == EXTREAL else REAL


@reads("WithProbability")
def with_probability(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """`with prob >= c over S, ...`."""
    assert isinstance(node, tree.WithProbability)
    wrapper = probability_prefix(context, scope, node)
    body = proposition(context, scope, node.body)
    return Apply(wrapper.head, (wrapper.args[0], body, *wrapper.args[2:]), PROP, node.span)


def probability_prefix(context: Context, scope: Scope, node: tree.WithProbability) -> Apply:
    """`with prob >= c over S` with the body `true`."""
    if node.relation != ">=":
        message = f"a good event has probability at least a level, and `{node.relation}` is written"
        raise mistake("E0223", message, node.level.span, "`with prob >= ...`")
    level = read(context, scope, node.level, REAL)
    draws: list[Term] = []
    for identifier in node.over:
        term = read(context, scope, identifier)
        entry = scope.get(identifier.text)
        if not isinstance(entry, Known) or entry.kind != "draw":
            message = f"`{identifier.text}` is not a draw"
            raise mistake("E0212", message, identifier.span, f"`draw {identifier.text} ~ ...`")
        draws.append(term)
    return Apply("with_probability", (level, TRUE, *draws), PROP, node.span)


@reads("AlmostSurely")
def almost_surely(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """`almost surely, ...`."""
    assert isinstance(node, tree.AlmostSurely)
    return Apply("almost_surely", (proposition(context, scope, node.body),), PROP, node.span)


@reads("Justified")
def justified(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """A membership or property with a reason, in a place that takes none."""
    assert isinstance(node, tree.Justified)
    raise mistake("E0222", "a formula in this place takes no `by`", node.by.span, "delete it")

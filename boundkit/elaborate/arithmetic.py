"""Numerals, sums, products, powers, relations, connectives, norms and matrices."""

from __future__ import annotations

from fractions import Fraction

from boundkit.elaborate.reading import (
    Context,
    describe,
    fit,
    proposition,
    read,
    reads,
)
from boundkit.elaborate.scope import Scope, mistake
from boundkit.elaborate.unknowns import wider
from boundkit.ir import sorts
from boundkit.ir.sorts import EXTREAL, INT, NAT, PROP, REAL, Matrix, Sort, Unknown, is_numeric
from boundkit.ir.terms import ONE, Apply, Name, Number, Term, number
from boundkit.source import Span
from boundkit.syntax import tree
from boundkit.syntax.tree import Form, Node

LONGEST_NUMERAL = 400
LARGEST_EXPONENT = 400
FLIPPED = {">=": "<=", ">": "<"}


@reads("Numeral")
def numeral(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """An exact decimal; a literal 0 takes its sort from its place."""
    assert isinstance(node, tree.Numeral)
    mantissa, _, exponent = node.text.lower().partition("e")
    if len(mantissa) > LONGEST_NUMERAL or (exponent and abs(int(exponent[:9])) > LARGEST_EXPONENT):
        help = "write it as a power, for example `10^6`"
        raise mistake("E0007", f"a number of more than {LONGEST_NUMERAL} digits", node.span, help)
    value = Fraction(node.text)
    if value:
        return Number(value, node.span)
    place = context.unknowns.resolve(wanted) if wanted is not None else context.unknowns.sort()
    if is_numeric(place):
        return Number(Fraction(0), node.span)
    if isinstance(place, Matrix | Unknown):
        return Apply("zero", (), place, node.span)
    return Number(Fraction(0), node.span)


@reads("infinity")
def infinity(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """`inf`, an extended real."""
    return Apply("infinity", (), EXTREAL, node.span)


def left_spine(node: Node, heads: tuple[str, ...]) -> tuple[Node, list[Form]]:
    """The leftmost operand and the forms above it, innermost first: long sums lean to the left, and are
    read in a loop."""
    above: list[Form] = []
    while isinstance(node, Form) and node.head in heads and len(node.parts) == 2:
        above.append(node)
        node = node.parts[0]
    return node, above[::-1]


@reads("+", "-")
def sum_or_difference(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """A sum or difference of numbers or of matrices of one size; there is no broadcasting."""
    first, above = left_spine(node, ("+", "-"))
    place = wanted if isinstance(wanted, Matrix) else None
    left = read(context, scope, first, place)
    # a Nat minus something may leave Nat, so nothing is asked of the parts beyond being numbers
    ended = _ended_binders(first)
    for form in above:
        inside = (
            scope.with_ended(
                {name: (head, span, body, form.span) for name, (head, span, body) in ended.items()}
            )
            if ended
            else scope
        )
        right = read(context, inside, form.parts[1], place)
        left = add(context, form.head, left, right, form)
        ended.update(_ended_binders(form.parts[1]))
    return left


def _ended_binders(node: Node) -> dict[str, tuple[str, Span, Span]]:
    """Names bound by a `sum` and its kin that ends where the node ends, with binder and body."""
    while isinstance(node, Form) and node.head in ("*", "/", "+", "-", "neg"):
        node = node.parts[-1]
    if not isinstance(node, tree.Quantified) or node.head in ("E", "Pr", "Var", "set", "fun"):
        return {}
    return {
        name.text: (node.head, node.span, node.body.span) for bound in node.bounds for name in bound.names
    }


def add(context: Context, sign: str, left: Term, right: Term, node: Form) -> Term:
    """`left sign right` with its sort; E0204 or E0205 when they cannot be added."""
    first, second = context.unknowns.resolve(left.sort), context.unknowns.resolve(right.sort)
    if isinstance(first, Unknown) or isinstance(second, Unknown):
        return _add_open(context, sign, left, right, node)
    if is_numeric(first) and is_numeric(second):
        sort = wider(first, second)
        return Apply(sign, (left, right), INT if sign == "-" and sort == NAT else sort, node.span)
    if isinstance(first, Matrix) and isinstance(second, Matrix):
        if context.unknowns.fits(second, first):
            return Apply(sign, (left, right), first, node.span)
        words = f"`{context.text(node.parts[0])}` is {describe(first)}, `{context.text(node.parts[1])}` is "
        help = "only matrices of equal sizes can be added or subtracted"
        raise mistake("E0205", f"sizes differ: {words}{describe(second)}", node.span, help)
    texts = [
        f"`{context.text(part)}` is {describe(sort)}"
        for part, sort in zip(node.parts, (first, second), strict=True)
    ]
    help = "both sides of `+` and `-` are numbers, or matrices of one size; there is no broadcasting"
    raise mistake(
        "E0204", f"cannot {'add' if sign == '+' else 'subtract'}: {', '.join(texts)}", node.span, help
    )


def _add_open(context: Context, sign: str, left: Term, right: Term, node: Form) -> Term:
    first, second = context.unknowns.resolve(left.sort), context.unknowns.resolve(right.sort)
    known = second if isinstance(first, Unknown) else first
    if is_numeric(known):
        # what meets a number is a number; which one, the caller's later reading decides
        known = REAL
        is_literal = [isinstance(term, Apply) and term.head == "zero" for term in (left, right)]
        if any(is_literal):
            known = second if isinstance(first, Unknown) else first
            if sign == "-" and known == NAT:
                context.unknowns.fits(first, NAT)
                context.unknowns.fits(second, NAT)
                return Apply(sign, (left, right), INT, node.span)
    elif not isinstance(known, Matrix | Unknown):
        raise mistake("E0204", f"`{context.text(node)}` adds {describe(known)}", node.span)
    context.unknowns.fits(first, known)
    context.unknowns.fits(second, known)
    return Apply(sign, (left, right), known, node.span)


@reads("*", "/")
def product_or_quotient(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """A product of numbers, of a number and a matrix, or of matrices; a quotient by a number."""
    first, above = left_spine(node, ("*", "/"))
    left = read(context, scope, first)
    for form in above:
        right = read(context, scope, form.parts[1])
        left = (
            multiply(context, left, right, form) if form.head == "*" else divide(context, left, right, form)
        )
    return left


def multiply(context: Context, left: Term, right: Term, node: Form) -> Term:
    """`left * right`; the sorts tell a product of numbers, a scaling and a product of matrices apart."""
    first, second = context.unknowns.resolve(left.sort), context.unknowns.resolve(right.sort)
    for sort, term in ((first, left), (second, right)):
        if isinstance(sort, Unknown) and isinstance(term, Apply) and term.head == "zero":
            context.unknowns.fits(sort, NAT)
    first, second = context.unknowns.resolve(left.sort), context.unknowns.resolve(right.sort)
    if is_numeric(first) and is_numeric(second):
        return Apply("*", (left, right), wider(first, second), node.span)
    if is_numeric(first) and isinstance(second, Matrix | Unknown):
        return Apply("*", (left, right), second, node.span)
    if isinstance(first, Matrix | Unknown) and is_numeric(second):
        return Apply("*", (left, right), first, node.span)
    if isinstance(first, Matrix) and isinstance(second, Matrix):
        if context.unknowns.same_size(first.columns, second.rows):
            return Apply("*", (left, right), Matrix(first.rows, second.columns), node.span)
        texts = [context.text(part) for part in node.parts]
        help = "the columns of the first must be as many as the rows of the second"
        if sorts.is_vector(first) and sorts.is_vector(second):
            help = f"an inner product is written `<{texts[0]}, {texts[1]}>`"
        words = f"`{texts[0]}` is {describe(first)}, `{texts[1]}` is {describe(second)}"
        raise mistake("E0205", f"sizes do not match in a product: {words}", node.span, help)
    if isinstance(first, Unknown) or isinstance(second, Unknown):
        raise _undetermined(context, node)
    texts = [
        f"`{context.text(part)}` is {describe(sort)}"
        for part, sort in zip(node.parts, (first, second), strict=True)
    ]
    raise mistake(
        "E0204", f"cannot multiply: {', '.join(texts)}", node.span, "products are of numbers and matrices"
    )


def divide(context: Context, left: Term, right: Term, node: Form) -> Term:
    """`left / right`; the divisor is a number."""
    second = context.unknowns.resolve(right.sort)
    if isinstance(second, Matrix):
        words = f"`{context.text(node.parts[1])}` is {describe(second)}"
        raise mistake("E0204", f"cannot divide by a matrix: {words}", node.span, "divide by a number")
    right = fit(context, right, REAL, node.parts[1])
    first = context.unknowns.resolve(left.sort)
    if isinstance(first, Unknown) and isinstance(left, Apply) and left.head == "zero":
        context.unknowns.fits(first, NAT)
        first = NAT
    if isinstance(first, Matrix | Unknown):
        return Apply("/", (left, right), first, node.span)
    left = fit(context, left, REAL, node.parts[0])
    sort = EXTREAL if EXTREAL in (first, second) else REAL
    return Apply("/", (left, right), sort, node.span)


def _undetermined(context: Context, node: Node) -> Exception:
    help = "use the definition in a step or claim first, so that the sorts of its parameters are known"
    return mistake("E0210", f"the sort of `{context.text(node)}` cannot be determined here", node.span, help)


@reads("^")
def power(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """A power of a number, of a square matrix (natural exponent), or the i.i.d. product of a law."""
    assert isinstance(node, Form)
    base = read(context, scope, node.parts[0])
    sort = context.unknowns.resolve(base.sort)
    if isinstance(sort, sorts.Distribution):
        count = read(context, scope, node.parts[1], NAT)
        is_named_law = isinstance(base, Apply) and base.head not in ("call", "index", "if")
        element: Sort = sorts.Power(sort.element, count)
        if is_named_law and sort.element == REAL:
            element = Matrix(count, ONE)
        return Apply("^", (base, count), sorts.Distribution(element), node.span)
    if isinstance(sort, Matrix):
        if not context.unknowns.same_size(sort.rows, sort.columns):
            text = context.text(node.parts[0])
            help = f"`||{text}||^2` is the square of its norm" if sorts.is_vector(sort) else ""
            raise mistake("E0204", f"`{text}` is {describe(sort)} and has no powers", node.span, help)
        return Apply("^", (base, read(context, scope, node.parts[1], NAT)), sort, node.span)
    base = fit(context, base, REAL, node.parts[0])
    exponent = read(context, scope, node.parts[1], REAL)
    kind, kind_of_exponent = context.unknowns.resolve(base.sort), context.unknowns.resolve(exponent.sort)
    result = kind if kind_of_exponent == NAT and kind in (NAT, INT) else REAL
    if EXTREAL in (kind, kind_of_exponent):
        result = EXTREAL
    return Apply("^", (base, exponent), result, node.span)


@reads("neg")
def negative(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """The negative of a number or matrix."""
    assert isinstance(node, Form)
    inner = read(context, scope, node.parts[0], wanted if isinstance(wanted, Matrix) else None)
    sort = context.unknowns.resolve(inner.sort)
    if not (is_numeric(sort) or isinstance(sort, Matrix | Unknown)):
        raise mistake(
            "E0204", f"`{context.text(node.parts[0])}` is {describe(sort)} and has no negative", node.span
        )
    return Apply("neg", (inner,), INT if sort == NAT else sort, node.span)


def relate(
    context: Context, sign: str, left: Term, right: Term, span: Span, parts: tuple[Node, Node]
) -> Term:
    """One relation as a proposition; `>=` and `>` are turned round."""
    first, second = context.unknowns.resolve(left.sort), context.unknowns.resolve(right.sort)
    if sign in ("=", "!="):
        if not (context.unknowns.fits(second, first) or context.unknowns.fits(first, second)):
            right = fit(context, right, first, parts[1])
        return Apply(sign, (left, right), PROP, span)
    names: tuple[Term, ...] = ()
    left, right = fit(context, left, EXTREAL, parts[0]), fit(context, right, EXTREAL, parts[1])
    if sign.startswith("<~"):
        names = tuple(Name(text, REAL) for text in _names_of_constant(sign))
        return Apply("lesssim", (left, right, *names), PROP, span)
    if sign in FLIPPED:
        return Apply(FLIPPED[sign], (right, left), PROP, span)
    return Apply(sign, (left, right), PROP, span)


def _names_of_constant(sign: str) -> list[str]:
    inside = sign.partition("{")[2].partition("}")[0]
    return [name.strip() for name in inside.split(",") if name.strip()]


@reads("Chain")
def chain(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """`a R b S c` as the `and` of its links."""
    assert isinstance(node, tree.Chain)
    relations = chain_relations(context, scope, node)
    for link in node.links:
        if link.by is not None:
            raise mistake("E0222", "a formula in this place takes no `by`", link.by.span, "delete it")
    return relations[0] if len(relations) == 1 else Apply("and", relations, PROP, node.span)


def chain_relations(context: Context, scope: Scope, node: tree.Chain) -> tuple[Term, ...]:
    """The links of a chain as propositions, in order."""
    result = []
    left_node: Node = node.first
    left = read(context, scope, left_node)
    for link in node.links:
        sort = context.unknowns.resolve(left.sort)
        hint = sort if isinstance(sort, Matrix) else None
        right = _read_side(context, scope, link.operand, hint)
        for name in _names_of_constant(link.relation):
            if scope.get(name) is None:
                raise mistake(
                    "E0201", f"unknown name `{name}` under `<~`", link.span, "list declared names only"
                )
        span = left_node.span.to(link.operand.span)
        result.append(relate(context, link.relation, left, right, span, (left_node, link.operand)))
        left_node, left = link.operand, right
    return tuple(result)


def _read_side(context: Context, scope: Scope, node: Node, hint: Sort | None) -> Term:
    # the other side's sort gives sizes to blocks, but a plain mismatch is better told by the relation
    if isinstance(node, Form) and node.head == "matrix" and hint is not None:
        return read(context, scope, node, hint)
    return read(context, scope, node)


@reads("and", "or", "implies", "iff", "not")
def connective(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """A connective of propositions."""
    assert isinstance(node, Form)
    if node.head in ("and", "or"):
        first, above = left_spine(node, (node.head,))
        result = proposition(context, scope, first)
        for form in above:
            result = Apply(node.head, (result, proposition(context, scope, form.parts[1])), PROP, form.span)
        return result
    parts = tuple([proposition(context, scope, part) for part in node.parts])
    return Apply(node.head, parts, PROP, node.span)


@reads("if")
def choice(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """`if c then a else b`; both values have one sort."""
    assert isinstance(node, Form)
    condition = proposition(context, scope, node.parts[0])
    then, otherwise = read(context, scope, node.parts[1], wanted), read(context, scope, node.parts[2], wanted)
    first, second = context.unknowns.resolve(then.sort), context.unknowns.resolve(otherwise.sort)
    if is_numeric(first) and is_numeric(second):
        sort = wider(first, second)
    elif context.unknowns.fits(second, first):
        sort = first
    else:
        otherwise = fit(context, otherwise, first, node.parts[2])
        sort = first
    return Apply("if", (condition, then, otherwise), sort, node.span)


@reads("abs")
def absolute(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """The absolute value of a number."""
    assert isinstance(node, Form)
    inner = read(context, scope, node.parts[0])
    if isinstance(context.unknowns.resolve(inner.sort), Matrix):
        text = context.text(node.parts[0])
        raise mistake(
            "E0204", f"`{text}` is {describe(inner.sort)}; bars are for numbers", node.span, f"`||{text}||`"
        )
    inner = fit(context, inner, EXTREAL, node.parts[0])
    sort = context.unknowns.resolve(inner.sort)
    return Apply("abs", (inner,), NAT if sort == INT else sort, node.span)


@reads("norm", "norm_op", "norm_fro", "norm_inf")
def norm(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """A norm; without a mark it is the 2-norm of a vector."""
    assert isinstance(node, Form)
    inner = read(context, scope, node.parts[0])
    sort = context.unknowns.resolve(inner.sort)
    text = context.text(node.parts[0])
    if is_numeric(sort):
        raise mistake(
            "E0204", f"`{text}` is {describe(sort)}; double bars are for vectors", node.span, f"`|{text}|`"
        )
    head = "norm" if node.head == "norm_2" else node.head
    if isinstance(sort, Unknown):
        context.unknowns.fits(sort, Matrix(context.unknowns.size(), ONE))
    elif not isinstance(sort, Matrix):
        raise mistake("E0204", f"`{text}` is {describe(sort)} and has no norm", node.span)
    elif head == "norm" and not context.unknowns.same_size(sort.columns, ONE):
        help = f"`||{text}||_op` or `||{text}||_fro`"
        raise mistake("E0204", f"`{text}` is {describe(sort)}; say which norm is meant", node.span, help)
    return Apply(head, (inner,), REAL, node.span)


for _p in range(1, 10):
    reads(f"norm_{_p}")(norm)


@reads("inner")
def inner_product(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """The inner product of two vectors of one size."""
    assert isinstance(node, Form)
    size = context.unknowns.size()
    left = read(context, scope, node.parts[0], Matrix(size, ONE))
    right = read(context, scope, node.parts[1], Matrix(size, ONE))
    return Apply("inner", (left, right), REAL, node.span)


@reads("matrix")
def matrix(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """A matrix of blocks; sizes of zero blocks come from their neighbours and from the wanted sort."""
    assert isinstance(node, Form)
    rows = [row.parts for row in node.parts if isinstance(row, Form)]
    width = len(rows[0])
    for row in rows:
        if len(row) != width:
            help = "every row has as many entries as the first"
            raise mistake("E0205", f"a row has {len(row)} entries and the first has {width}", node.span, help)
    heights: list[Term] = [context.unknowns.size() for _ in rows]
    widths: list[Term] = [context.unknowns.size() for _ in range(width)]
    entries = []
    for row, height in zip(rows, heights, strict=True):
        for part, across in zip(row, widths, strict=True):
            entry = read(context, scope, part)
            sort = context.unknowns.resolve(entry.sort)
            if is_numeric(sort):
                sort = Matrix(ONE, ONE)
                if not context.unknowns.fits(sort, Matrix(height, across)):
                    fit(context, Apply("", (), sort), Matrix(height, across), part)
            else:
                entry = fit(context, entry, Matrix(height, across), part)
            entries.append(entry)
    resolve = context.unknowns.resolve_size
    sort = Matrix(_total(list(map(resolve, heights))), _total(list(map(resolve, widths))))
    place = context.unknowns.resolve(wanted) if wanted is not None else None
    if isinstance(place, Matrix):
        context.unknowns.fits(sort, place)
        settled = [context.unknowns.resolve_size(size) for size in (sort.rows, sort.columns)]
        sort = Matrix(settled[0], settled[1])
    entries = [_unit_zero(context, entry) for entry in entries]
    shape = (number(len(rows)), number(width))
    return Apply("blocks", (*shape, *entries), sort, node.span)


def _total(parts: list[Term]) -> Term:
    total = parts[0]
    for part in parts[1:]:
        if isinstance(total, Number) and isinstance(part, Number):
            total = number(total.value + part.value)
        else:
            total = Apply("+", (total, part), NAT)
    return total


def _unit_zero(context: Context, entry: Term) -> Term:
    # among numbers a zero is a number
    sort = context.unknowns.resolve(entry.sort)
    if isinstance(entry, Apply) and entry.head == "zero" and sort == Matrix(ONE, ONE):
        return Number(Fraction(0), entry.span)
    return entry

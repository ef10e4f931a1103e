"""The functions, laws and constants of the language: for each name, what its arguments must be and the
sort of its value."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as Listed

from boundkit.elaborate.reading import Context, describe, fit, read
from boundkit.elaborate.scope import Scope, mistake
from boundkit.elaborate.unknowns import wider
from boundkit.ir import sorts
from boundkit.ir.functions import SYMBOLS
from boundkit.ir.sorts import (
    EXTREAL,
    INT,
    NAT,
    PROP,
    REAL,
    Distribution,
    Matrix,
    SetOf,
    Sort,
    Unknown,
    is_numeric,
)
from boundkit.ir.terms import ONE, Apply, Name, Number, Term, number
from boundkit.syntax import tree
from boundkit.syntax.tree import Form, Identifier, Node

Applied = Callable[[Context, Scope, Form, Listed[Node], Sort | None], Term]
FUNCTIONS: dict[str, Applied] = {}
CONSTANTS: dict[str, Sort] = {"Rademacher": Distribution(REAL)}

# what each law draws, and how many parameters it has
LAWS: dict[str, tuple[int, Sort]] = {
    "bernoulli": (1, NAT),
    "binomial": (2, NAT),
    "categorical": (1, NAT),
    "normal": (2, REAL),
    "poisson": (1, NAT),
    "exponential": (1, REAL),
    "laplace": (1, REAL),
    "gamma": (2, REAL),
    "beta": (2, REAL),
    "geometric": (1, NAT),
}


def function(name: str, *counts: int) -> Callable[[Applied], Applied]:
    """Register a function of the language under a name, with the numbers of arguments it may have."""

    def register(applied: Applied) -> Applied:
        def counted(
            context: Context, scope: Scope, node: Form, arguments: Listed[Node], wanted: Sort | None
        ) -> Term:
            for argument in arguments:
                if isinstance(argument, tree.Named):
                    help = "named arguments belong to rules, properties and families"
                    raise mistake(
                        "E0207", f"`{argument.name.text} :=` is not possible here", argument.span, help
                    )
            if counts and len(arguments) not in counts:
                due = " or ".join(map(str, counts))
                given = f"{len(arguments)} argument{'' if len(arguments) == 1 else 's'}"
                verb = "is" if counts == (1,) else "are"
                message = f"`{context.text(node)}` has {given}, and {due} {verb} due"
                raise mistake("E0207", message, node.span, f"give {due}")
            return applied(context, scope, node, arguments, wanted)

        FUNCTIONS[name] = counted
        return applied

    return register


def _scalar(name: str) -> Applied:
    symbol = SYMBOLS[name]

    def applied(
        context: Context, scope: Scope, node: Form, arguments: Listed[Node], wanted: Sort | None
    ) -> Term:
        if name == "binomial" and isinstance(wanted, Distribution):
            return _law(name)(context, scope, node, arguments, wanted)
        args = [read(context, scope, argument, EXTREAL) for argument in arguments]
        found = [context.unknowns.resolve(arg.sort) for arg in args]
        sort: Sort = found[0]
        for other in found[1:]:
            sort = wider(sort, other)
        if name in ("floor", "ceil", "sign"):
            sort = INT
        elif name in ("factorial", "binomial"):
            sort = NAT
        elif name == "abs":
            sort = NAT if sort == INT else sort
        elif name not in ("min", "max"):
            sort = EXTREAL if sort == EXTREAL else REAL
        if name in ("min", "max") and len(args) == 1:
            help = f"`{name}_{{x in A}} f(x)` is the {name}imum over a set"
            raise mistake("E0207", f"`{name}` of one number", node.span, help)
        return Apply(name, tuple(args), sort, node.span)

    function(name, *(() if symbol.arity is None else (symbol.arity,)))(applied)
    return applied


for _name, _symbol in SYMBOLS.items():
    if _name[0].isalpha():
        _scalar(_name)


def _law(name: str) -> Applied:
    _, element = LAWS[name]

    def applied(
        context: Context, scope: Scope, node: Form, arguments: Listed[Node], wanted: Sort | None
    ) -> Term:
        drawn = element
        if name in ("normal", "categorical"):
            args = [read(context, scope, argument) for argument in arguments]
            first = context.unknowns.resolve(args[0].sort)
            if name == "normal" and isinstance(first, Matrix):
                drawn = first
            elif name == "normal":
                args = [fit(context, arg, REAL, part) for arg, part in zip(args, arguments, strict=True)]
        else:
            args = [read(context, scope, argument, REAL) for argument in arguments]
        return Apply(name, tuple(args), Distribution(drawn), node.span)

    return applied


for _name, (_count, _) in LAWS.items():
    if _name not in FUNCTIONS:
        function(_name, _count)(_law(_name))


@function("uniform", 1)
def uniform(context: Context, scope: Scope, node: Form, arguments: Listed[Node], wanted: Sort | None) -> Term:
    """The uniform law on a set."""
    domain, element = read_set_of(context, scope, arguments[0])
    return Apply("uniform", (domain,), Distribution(element), node.span)


def read_set_of(context: Context, scope: Scope, node: Node) -> tuple[Term, Sort]:
    """The node as a set, with the sort of its elements."""
    # binders read the sets that variables range over, and need this module's functions
    from boundkit.elaborate.binders import read_set

    domain = read_set(context, scope, node)
    sort = context.unknowns.resolve(domain.sort)
    assert isinstance(sort, SetOf)
    return domain, sort.element


@function("card", 1)
def card(context: Context, scope: Scope, node: Form, arguments: Listed[Node], wanted: Sort | None) -> Term:
    """The number of elements."""
    return Apply("card", (read_set_of(context, scope, arguments[0])[0],), NAT, node.span)


@function("mex", 1)
def mex(context: Context, scope: Scope, node: Form, arguments: Listed[Node], wanted: Sort | None) -> Term:
    """The least natural number that is not in the set."""
    domain, _ = read_set_of(context, scope, arguments[0])
    fit(context, domain, SetOf(NAT), arguments[0])
    return Apply("mex", (domain,), NAT, node.span)


@function("ball", 2)
def ball(context: Context, scope: Scope, node: Form, arguments: Listed[Node], wanted: Sort | None) -> Term:
    """`ball(d, B)`: vectors of size d with norm at most B."""
    size = read(context, scope, arguments[0], NAT)
    radius = read(context, scope, arguments[1], REAL)
    return Apply("ball", (size, radius), SetOf(Matrix(size, ONE)), node.span)


@function("subgrad", 2)
def subgrad(context: Context, scope: Scope, node: Form, arguments: Listed[Node], wanted: Sort | None) -> Term:
    """The set of subgradients of a function at a point."""
    value = read(context, scope, arguments[0])
    sort = _function_sort(context, value, arguments[0])
    point = read(context, scope, arguments[1], sort.arguments[0])
    return Apply("subgrad", (value, point), SetOf(sort.arguments[0]), node.span)


def _function_sort(context: Context, value: Term, node: Node) -> sorts.Function:
    sort = context.unknowns.resolve(value.sort)
    if not isinstance(sort, sorts.Function):
        message = f"`{context.text(node)}` is {describe(sort)}, not a function"
        raise mistake("E0207", message, node.span, "name a function, or write `fun x : X => ...`")
    return sort


@function("grad")
def grad(context: Context, scope: Scope, node: Form, arguments: Listed[Node], wanted: Sort | None) -> Term:
    """`grad(f, x, y...)`: the derivative of f in its first argument, at these arguments; of its shape."""
    if len(arguments) < 2:
        raise mistake("E0207", f"`{context.text(node)}` names no point", node.span, "`grad(f, x)`")
    points = [read(context, scope, argument) for argument in arguments[1:]]
    expected: Sort = sorts.Function(tuple(context.unknowns.resolve(point.sort) for point in points), REAL)
    value = (
        read(context, scope, arguments[0])
        if not _is_template(scope, arguments[0])
        else read(context, scope, arguments[0], expected)
    )
    sort = _function_sort(context, value, arguments[0])
    if len(points) != len(sort.arguments):
        wanted_count = len(sort.arguments)
        message = (
            f"`{context.text(arguments[0])}` has {wanted_count} arguments, and the point has {len(points)}"
        )
        raise mistake("E0207", message, node.span, "give all arguments of the function")
    points = [
        fit(context, point, want, part)
        for point, want, part in zip(points, sort.arguments, arguments[1:], strict=True)
    ]
    return Apply("grad", (value, *points), sort.arguments[0], node.span)


def _is_template(scope: Scope, node: Node) -> bool:
    from boundkit.elaborate.scope import Template

    return isinstance(node, Identifier) and isinstance(scope.get(node.text), Template)


@function("diff", 2, 3)
def diff(context: Context, scope: Scope, node: Form, arguments: Listed[Node], wanted: Sort | None) -> Term:
    """`diff(e, x, k)`: the k-th derivative of e in the variable x; once when no k is given."""
    body = read(context, scope, arguments[0])
    variable = read(context, scope, arguments[1], REAL)
    if not isinstance(variable, Name):
        message = f"`{context.text(arguments[1])}` is no variable"
        raise mistake("E0207", message, arguments[1].span, "differentiate in a name")
    order: Term = read(context, scope, arguments[2], NAT) if len(arguments) == 3 else number(1)
    if not isinstance(order, Number):
        raise mistake("E0207", "the order of a derivative is a numeral", arguments[2].span, "`diff(e, x, 2)`")
    sort = context.unknowns.resolve(body.sort)
    return Apply("diff", (body, variable, order), sort if isinstance(sort, Matrix) else REAL, node.span)


@function("covering_number", 2)
def covering_number(
    context: Context, scope: Scope, node: Form, arguments: Listed[Node], wanted: Sort | None
) -> Term:
    """The least number of balls of a radius, with centres anywhere, that cover a set."""
    domain, _ = read_set_of(context, scope, arguments[0])
    return Apply("covering_number", (domain, read(context, scope, arguments[1], REAL)), NAT, node.span)


@function("minimal_cover", 2)
def minimal_cover(
    context: Context, scope: Scope, node: Form, arguments: Listed[Node], wanted: Sort | None
) -> Term:
    """A set of that many centres."""
    domain, element = read_set_of(context, scope, arguments[0])
    radius = read(context, scope, arguments[1], REAL)
    return Apply("minimal_cover", (domain, radius), SetOf(element, True), node.span)


@function("nearest", 2)
def nearest_point(
    context: Context, scope: Scope, node: Form, arguments: Listed[Node], wanted: Sort | None
) -> Term:
    """A nearest element of a finite set, the first in a fixed order."""
    domain, element = read_set_of(context, scope, arguments[0])
    return Apply("nearest", (domain, read(context, scope, arguments[1], element)), element, node.span)


@function("project", 2)
def project(context: Context, scope: Scope, node: Form, arguments: Listed[Node], wanted: Sort | None) -> Term:
    """The Euclidean projection on a closed convex set."""
    domain, element = read_set_of(context, scope, arguments[0])
    return Apply("project", (domain, read(context, scope, arguments[1], element)), element, node.span)


def _tuple(context: Context, term: Term, node: Node) -> tuple[Sort, Term]:
    sort = context.unknowns.resolve(term.sort)
    found = sorts.entries_of(sort)
    if found is not None:
        return found
    message = f"`{context.text(node)}` is {describe(sort)}, not a sample or tuple"
    raise mistake("E0204", message, node.span, "`draw S ~ D^n` or `let s : Z^n`")


@function("replace", 3)
def replaced(
    context: Context, scope: Scope, node: Form, arguments: Listed[Node], wanted: Sort | None
) -> Term:
    """`replace(S, i, z)`: S with its i-th member z."""
    sample = read(context, scope, arguments[0])
    element, _ = _tuple(context, sample, arguments[0])
    place = read(context, scope, arguments[1], INT)
    return Apply(
        "replace", (sample, place, read(context, scope, arguments[2], element)), sample.sort, node.span
    )


@function("others", 2)
def others(context: Context, scope: Scope, node: Form, arguments: Listed[Node], wanted: Sort | None) -> Term:
    """`others(S, i)`: S without its i-th member."""
    sample = read(context, scope, arguments[0])
    element, count = _tuple(context, sample, arguments[0])
    place = read(context, scope, arguments[1], INT)
    sort = sorts.Power(element, Apply("-", (count, ONE), INT))
    return Apply("others", (sample, place), sort, node.span)


@function("neighbours", 2)
def neighbours(
    context: Context, scope: Scope, node: Form, arguments: Listed[Node], wanted: Sort | None
) -> Term:
    """Whether two tuples agree in all places but at most one."""
    left = read(context, scope, arguments[0])
    _tuple(context, left, arguments[0])
    right = read(context, scope, arguments[1], left.sort)
    return Apply("neighbours", (left, right), PROP, node.span)


@function("Lp", 2)
def moment_norm(
    context: Context, scope: Scope, node: Form, arguments: Listed[Node], wanted: Sort | None
) -> Term:
    """`Lp(X, p)`: the p-th root of E[|X|^p] over all draws in X."""
    body, order = (read(context, scope, argument, EXTREAL) for argument in arguments)
    return Apply("Lp", (body, order), EXTREAL, node.span)


def _divergence(name: str, value: Sort, *counts: int) -> None:
    def applied(
        context: Context, scope: Scope, node: Form, arguments: Listed[Node], wanted: Sort | None
    ) -> Term:
        before = [read(context, scope, arguments[0], REAL)] if name == "Renyi" else []
        laws = arguments[len(before) :]
        left = read(context, scope, laws[0], Distribution(context.unknowns.sort()))
        right = read(context, scope, laws[1], left.sort)
        after = [read(context, scope, part) for part in laws[2:]]
        return Apply(name, (*before, left, right, *after), value, node.span)

    function(name, *counts)(applied)


for _name, _value, _counts in (
    ("KL", EXTREAL, (2,)),
    ("TV", REAL, (2,)),
    ("JS", REAL, (2,)),
    ("W1", REAL, (2, 3)),
    ("Renyi", EXTREAL, (3,)),
):
    _divergence(_name, _value, *_counts)


def _same_shape(name: str) -> None:
    def applied(
        context: Context, scope: Scope, node: Form, arguments: Listed[Node], wanted: Sort | None
    ) -> Term:
        inner = read(context, scope, arguments[0])
        sort = context.unknowns.resolve(inner.sort)
        if is_numeric(sort) and name == "relu":
            return Apply(name, (inner,), sort, node.span)
        if not isinstance(sort, Matrix | Unknown):
            message = f"`{context.text(arguments[0])}` is {describe(sort)}, not a matrix"
            raise mistake("E0204", message, arguments[0].span, "give a matrix or a vector")
        return Apply(name, (inner,), sort, node.span)

    function(name, 1)(applied)


for _name in ("relu", "softmax_rows", "softmax"):
    _same_shape(_name)


@function("trace", 1)
def trace(context: Context, scope: Scope, node: Form, arguments: Listed[Node], wanted: Sort | None) -> Term:
    """The sum of the diagonal of a square matrix."""
    size = context.unknowns.size()
    return Apply("trace", (read(context, scope, arguments[0], Matrix(size, size)),), REAL, node.span)


@function("I", 1)
def identity(
    context: Context, scope: Scope, node: Form, arguments: Listed[Node], wanted: Sort | None
) -> Term:
    """The identity matrix of a size."""
    size = read(context, scope, arguments[0], NAT)
    return Apply("identity", (size,), Matrix(size, size), node.span)


@function("basis", 2)
def basis(context: Context, scope: Scope, node: Form, arguments: Listed[Node], wanted: Sort | None) -> Term:
    """`basis(d, i)`: the i-th unit vector of size d."""
    size, place = read(context, scope, arguments[0], NAT), read(context, scope, arguments[1], INT)
    return Apply("basis", (size, place), Matrix(size, ONE), node.span)


@function("pair", 2)
def pair(context: Context, scope: Scope, node: Form, arguments: Listed[Node], wanted: Sort | None) -> Term:
    """A pair."""
    left, right = (read(context, scope, argument) for argument in arguments)
    return Apply("pair", (left, right), sorts.Product(left.sort, right.sort), node.span)


def _component(name: str) -> None:
    def applied(
        context: Context, scope: Scope, node: Form, arguments: Listed[Node], wanted: Sort | None
    ) -> Term:
        inner = read(context, scope, arguments[0])
        sort = context.unknowns.resolve(inner.sort)
        if not isinstance(sort, sorts.Product):
            message = f"`{context.text(arguments[0])}` is {describe(sort)}, not a pair"
            raise mistake("E0204", message, arguments[0].span, "`pair(a, b)`")
        return Apply(name, (inner,), sort.left if name == "fst" else sort.right, node.span)

    function(name, 1)(applied)


_component("fst")
_component("snd")

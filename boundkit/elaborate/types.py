"""Types to sorts. What a type says beyond its sort (`Real > 0`, `Prob`, values in `[0, 1]`) becomes a
property of the value, and a set where the type bounds a variable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from boundkit.elaborate.reading import Context, describe, read
from boundkit.elaborate.scope import Broken, Known, Scope, Suppressed, mistake, nearest
from boundkit.ir import sorts
from boundkit.ir.sorts import EXTREAL, INT, NAT, PROP, REAL, Matrix, SetOf, Sort, is_numeric
from boundkit.ir.terms import ONE, Apply, Bind, Name, Number, Term, fresh_name, number, relation
from boundkit.source import Span
from boundkit.syntax.tree import Form, Identifier, Node

Property = Callable[[Term], Term]

BASIC: dict[str, Sort] = {"Nat": NAT, "Int": INT, "Real": REAL, "ExtReal": EXTREAL, "Bool": PROP}
COUNTS = {"Vector": 1, "Matrix": 2, "Seq": 1, "Set": 1, "FiniteSet": 1, "Dist": 1, "Sample": 2}


@dataclass(frozen=True)
class Kind:
    """A type: its sort, the proposition that it makes of a value (None when it says no more than the
    sort), and the set of its values when that is known by name or interval."""

    sort: Sort
    property: Property | None = None
    domain: Term | None = None

    def restricted(self, context: Context, scope: Scope, sign: str, limit: Node) -> Kind:
        """The type under `in K` or `> a`; the restriction of a function type is on its values."""
        if isinstance(self.sort, sorts.Function) and self.property is None:
            result = Kind(self.sort.result).restricted(context, scope, sign, limit)
            return function_kind([Kind(argument) for argument in self.sort.arguments], result)
        if sign == "in":
            from boundkit.elaborate.binders import read_set

            within = read_set(context, scope, limit)
            element = context.unknowns.resolve(within.sort)
            assert isinstance(element, SetOf)
            if not context.unknowns.fits(self.sort, REAL if is_numeric(element.element) else element.element):
                message = (
                    f"`{context.text(limit)}` is {describe(element)}, which holds no {describe(self.sort)}"
                )
                help = f"a set of {describe(self.sort)}"
                if isinstance(self.sort, sorts.Sequence):
                    entries = f"x[t] in {context.text(limit)}"
                    help = f"a sequence `x` is restricted by `assume range: forall t : Nat, {entries}`"
                raise mistake("E0204", message, limit.span, help)
            return Kind(self.sort, self._both(lambda value: relation("in", value, within)), within)
        if not is_numeric(self.sort):
            message = f"`{sign}` compares numbers, and the type is {describe(self.sort)}"
            raise mistake("E0204", message, limit.span, "restrict by `in` a set")
        bound = read(context, scope, limit, REAL)
        if sign == "!=":
            return Kind(self.sort, self._both(lambda value: relation("!=", value, bound)))
        if sign in (">", ">="):
            head = "<" if sign == ">" else "<="
            return Kind(
                self.sort,
                self._both(lambda value: relation(head, bound, value)),
                half_line(self.sort, sign, bound, limit.span),
            )
        return Kind(
            self.sort,
            self._both(lambda value: relation(sign, value, bound)),
            half_line(self.sort, sign, bound, limit.span),
        )

    def _both(self, new: Property) -> Property:
        old = self.property
        if old is None:
            return new
        return lambda value: Apply("and", (old(value), new(value)), PROP)


def half_line(sort: Sort, sign: str, limit: Term, span: Span) -> Term:
    """The numbers of a sort on one side of a limit."""
    infinity = Apply("infinity", (), EXTREAL)
    below = Apply("neg", (infinity,), EXTREAL)
    if sort in (NAT, INT) and limit.sort in (NAT, INT):
        if sign in (">", ">="):
            first = limit if sign == ">=" else _shifted(limit, 1)
            return Apply("range", (first, infinity), SetOf(sort), span)
        last = limit if sign == "<=" else _shifted(limit, -1)
        return Apply("range", (number(0) if sort == NAT else below, last), SetOf(sort), span)
    if sign in (">", ">="):
        return Apply("open" if sign == ">" else "right_open", (limit, infinity), SetOf(sort), span)
    return Apply("open" if sign == "<" else "left_open", (below, limit), SetOf(sort), span)


def _shifted(limit: Term, by: int) -> Term:
    if isinstance(limit, Number):
        return number(limit.value + by)
    return Apply("+" if by > 0 else "-", (limit, ONE), limit.sort if by > 0 else INT)


def as_domain(kind: Kind, name: Identifier) -> Term:
    """The set of all values of a type."""
    if kind.domain is not None:
        return kind.domain
    everything = Apply("everything", (), SetOf(kind.sort), name.span)
    if kind.property is None:
        return everything
    variable = Name(name.text + "'", kind.sort)
    body = Apply("and_where", (variable, kind.property(variable)), kind.sort)
    return Bind("set", variable, everything, body, SetOf(kind.sort), name.span)


def function_kind(arguments: list[Kind], result: Kind) -> Kind:
    """Functions; a property of the result holds at all arguments in their domains."""
    sort = sorts.Function(tuple(argument.sort for argument in arguments), result.sort)
    if result.property is None:
        return Kind(sort)
    of_value = result.property

    def property(function: Term) -> Term:
        taken = set(function.free) | set(of_value(Name("?", result.sort)).free)
        names = []
        for letter, argument in zip(_letters(len(arguments)), arguments, strict=True):
            text = fresh_name(letter, taken)
            taken.add(text)
            names.append(Name(text, argument.sort))
        body = of_value(Apply("call", (function, *names), result.sort))
        for variable, argument in zip(reversed(names), reversed(arguments), strict=True):
            domain = as_domain(argument, Identifier(variable.text))
            body = Bind("forall", variable, domain, body, PROP)
        return body

    return Kind(sort, property)


def _letters(count: int) -> list[str]:
    return ["x", "y", "z"][:count] if count <= 3 else [f"x{place}" for place in range(1, count + 1)]


def read_type(context: Context, scope: Scope, node: Node) -> Kind:
    """The type that a node names; E0213 when it names none."""
    if isinstance(node, Identifier):
        return _named(context, scope, node)
    if isinstance(node, Form):
        if node.head == "->":
            arguments = [read_type(context, scope, part) for part in _factors(node.parts[0])]
            return function_kind(arguments, read_type(context, scope, node.parts[1]))
        if node.head == "restrict":
            base, restriction = node.parts
            assert isinstance(restriction, Form)
            return read_type(context, scope, base).restricted(
                context, scope, restriction.head, restriction.parts[0]
            )
        if node.head == "*":
            left, right = (read_type(context, scope, part) for part in node.parts)
            return _product(left, right)
        if node.head == "^":
            element = read_type(context, scope, node.parts[0])
            count = read(context, scope, node.parts[1], NAT)
            if element.sort == REAL and element.property is None:
                return Kind(Matrix(count, ONE))
            return _members(
                element, sorts.Power(element.sort, count), Apply("range", (ONE, count), SetOf(NAT))
            )
        if node.head == "index" and isinstance(node.parts[0], Identifier):
            return _built(context, scope, node, node.parts[0])
        if node.head in ("matrix", "set", "..", "open", "left_open", "right_open"):
            from boundkit.elaborate.binders import read_set

            return _of_set(context, read_set(context, scope, node))
    raise mistake("E0213", f"`{context.text(node)}` is no type", node.span, "`Real`, `Nat`, `Vector[d]`, ...")


def _factors(node: Node) -> list[Node]:
    if isinstance(node, Form) and node.head == "*":
        return [*_factors(node.parts[0]), node.parts[1]]
    return [node]


def _product(left: Kind, right: Kind) -> Kind:
    sort = sorts.Product(left.sort, right.sort)
    first, second = left.property, right.property
    if first is None and second is None:
        return Kind(sort)

    def property(value: Term) -> Term:
        parts = []
        if first is not None:
            parts.append(first(Apply("fst", (value,), left.sort)))
        if second is not None:
            parts.append(second(Apply("snd", (value,), right.sort)))
        return parts[0] if len(parts) == 1 else Apply("and", tuple(parts), PROP)

    return Kind(sort, property)


def _named(context: Context, scope: Scope, node: Identifier) -> Kind:
    entry = scope.get(node.text)
    if isinstance(entry, Broken):
        raise Suppressed(node.text)
    if isinstance(entry, Known):
        sort = context.unknowns.resolve(entry.name.sort)
        if isinstance(sort, SetOf):
            if entry.kind == "type":
                return Kind(sort.element, None, Name(node.text, sort, node.span))
            return _of_set(context, Name(node.text, sort, node.span))
        help = f"`let {node.text}' : Set` declares a type"
        raise mistake("E0213", f"`{node.text}` is {describe(sort)}, not a type", node.span, help)
    if node.text in BASIC:
        return Kind(BASIC[node.text])
    if node.text == "Prob":
        unit = Apply("open", (number(0), number(1)), SetOf(REAL), node.span)
        return Kind(REAL, lambda value: relation("in", value, unit), unit)
    if node.text in COUNTS:
        example = {"Vector": "Vector[d]", "Matrix": "Matrix[m, n]"}.get(node.text, f"{node.text}[Real]")
        raise mistake("E0213", f"`{node.text}` needs an argument here", node.span, f"`{example}`")
    types = [
        text for text, known in scope.entries.items() if isinstance(known, Known) and known.kind == "type"
    ]
    near = nearest(node.text, [*BASIC, "Prob", *COUNTS, *types])
    help = f"did you mean {near}?" if near else f"`let {node.text} : Set` declares a type"
    raise mistake("E0213", f"unknown type `{node.text}`", node.span, help)


def _of_set(context: Context, within: Term) -> Kind:
    sort = context.unknowns.resolve(within.sort)
    assert isinstance(sort, SetOf)
    return Kind(sort.element, lambda value: relation("in", value, within), within)


def _built(context: Context, scope: Scope, node: Form, name: Identifier) -> Kind:
    arguments = node.parts[1:]
    if name.text not in COUNTS:
        near = nearest(name.text, COUNTS)
        help = (
            f"did you mean {near}?"
            if near
            else "`Vector[d]`, `Matrix[m, n]`, `Seq[X]`, `Set[X]` or `Dist[X]`"
        )
        raise mistake("E0213", f"unknown type `{context.text(node)}`", node.span, help)
    if len(arguments) != COUNTS[name.text]:
        wanted = COUNTS[name.text]
        message = f"`{context.text(node)}` has {len(arguments)} arguments, and `{name.text}` takes {wanted}"
        raise mistake("E0213", message, node.span, "`Vector[d]`, `Matrix[m, n]`, `Seq[X]`")
    if name.text == "Vector":
        return Kind(Matrix(read(context, scope, arguments[0], NAT), ONE))
    if name.text == "Matrix":
        rows, columns = (read(context, scope, argument, NAT) for argument in arguments)
        return Kind(Matrix(rows, columns))
    element = read_type(context, scope, arguments[0])
    if name.text == "Seq":
        everywhere = Apply("everything", (), SetOf(INT))
        return _members(element, sorts.Sequence(element.sort), everywhere)
    if name.text == "Sample":
        count = read(context, scope, arguments[1], NAT)
        return _members(element, sorts.Power(element.sort, count), Apply("range", (ONE, count), SetOf(NAT)))
    if name.text == "Dist":
        return _law_kind(element)
    finite = name.text == "FiniteSet"
    inside = element.property
    if inside is None:
        return Kind(SetOf(element.sort, finite))

    def property(value: Term) -> Term:
        member = Name(fresh_name("x", value.free), element.sort)
        return Bind("forall", member, value, inside(member), PROP)

    return Kind(SetOf(element.sort, finite), property)


def _law_kind(element: Kind) -> Kind:
    sort = sorts.Distribution(element.sort)
    inside = element.property
    if inside is None:
        return Kind(sort)

    def property(value: Term) -> Term:
        drawn = Name(fresh_name("x", value.free), element.sort)
        mass = Bind("probability", drawn, value, inside(drawn), REAL)
        return relation("=", mass, number(1))

    return Kind(sort, property)


def _members(element: Kind, sort: Sort, places: Term) -> Kind:
    inside = element.property
    if inside is None:
        return Kind(sort)
    place_sort = places.sort.element if isinstance(places.sort, SetOf) else INT

    def property(value: Term) -> Term:
        place = Name(fresh_name("i", value.free), place_sort)
        member = Apply("index", (value, place), element.sort)
        return Bind("forall", place, places, inside(member), PROP)

    return Kind(sort, property)

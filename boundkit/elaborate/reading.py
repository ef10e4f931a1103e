"""What every reader of a node shares: the context of a theorem, the table of readers by head, and the
fitting of a term to the sort that its place asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from boundkit.elaborate.places import place_of
from boundkit.elaborate.scope import Scope, Template, mistake
from boundkit.elaborate.unknowns import Unknowns
from boundkit.errors import Diagnostic
from boundkit.ir import sorts
from boundkit.ir.show import show_sort
from boundkit.ir.sorts import EXTREAL, INT, NAT, PROP, REAL, Sort, Unknown, is_numeric
from boundkit.ir.terms import Term, subterms
from boundkit.ir.theorems import Definition, Theorem
from boundkit.source import Source, Span
from boundkit.syntax import tree
from boundkit.syntax.tree import Node

DEEPEST = 200


@dataclass
class Instance:
    """A definition with parameters, read for arguments of given sorts. `arguments` holds the sort of
    each parameter; `definition` is None while its body is being read."""

    template: Template
    name: str
    arguments: tuple[Sort, ...]
    result: Sort
    random: frozenset[str] = frozenset()
    definition: Definition | None = None


@dataclass
class Context:
    """What is known while one theorem or family is read.

    taken: every name that is written anywhere in the text of the theorem.
    wanted: for each template the sorts that its uses gave to each parameter on an earlier reading.
    sides: the two sides of the innermost relation of each label, for `label.rhs` in a `derive`; None
        elsewhere. derived: labels of earlier derivations, and the one being read.
    """

    source: Source
    reachable: dict[str, Theorem] = field(default_factory=dict)
    unknowns: Unknowns = field(default_factory=Unknowns)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    instances: list[Instance] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    wanted: dict[Span, tuple[Sort | None, ...]] = field(default_factory=dict)
    seen: dict[Span, tuple[Sort | None, ...]] = field(default_factory=dict)
    sides: dict[str, tuple[Term, Term]] | None = None
    derived: set[str] = field(default_factory=set)

    def text(self, node: Node | Span) -> str:
        """What was written, on one line."""
        span = node if isinstance(node, Span) else node.span
        return " ".join(self.source.text[span.start : span.stop].split())


Reader = Callable[[Context, Scope, Node, Sort | None], Term]
READERS: dict[str, Reader] = {}


def reads(*heads: str) -> Callable[[Reader], Reader]:
    """Register a reader for heads of `Form`, heads of `Quantified` (`sum_`), or classes of nodes."""

    def register(reader: Reader) -> Reader:
        for head in heads:
            READERS[head] = reader
        return reader

    return register


def head_of(node: Node) -> str:
    """The key of the table of readers."""
    if isinstance(node, tree.Form):
        return node.head
    if isinstance(node, tree.Quantified):
        return f"{node.head}_"
    return type(node).__name__


def read(context: Context, scope: Scope, node: Node, wanted: Sort | None = None) -> Term:
    """The term of a node; `wanted` is what its place asks for, and is fitted where it is given.

    Raises Mistake when the node has no meaning here, Suppressed when it uses a name with an error."""
    reader = READERS.get(head_of(node))
    if reader is None:
        raise mistake("E0204", f"`{context.text(node)}` is not an expression", node.span)
    term = reader(context, scope, node, wanted)
    return term if wanted is None else fit(context, term, wanted, node)


def proposition(context: Context, scope: Scope, node: Node) -> Term:
    """The node as a proposition."""
    return read(context, scope, node, PROP)


def fit(context: Context, term: Term, wanted: Sort, node: Node) -> Term:
    """The term, when it may stand where `wanted` is asked for; E0204 or E0205 otherwise."""
    given = context.unknowns.resolve(term.sort)
    wanted = context.unknowns.resolve(wanted)
    if context.unknowns.fits(given, wanted):
        return term
    text = context.text(node)
    if is_numeric(given) and wanted in (NAT, INT):
        help = f"`floor({text})` or `ceil({text})`"
        raise mistake(
            "E0204", f"`{text}` is {show_sort(given)} where {show_sort(wanted)} is needed", node.span, help
        )
    if isinstance(given, sorts.Matrix) and isinstance(wanted, sorts.Matrix):
        message = f"sizes differ: `{text}` is {show_sort(given)} where {show_sort(wanted)} is needed"
        raise mistake("E0205", message, node.span, _size_help(context, given, wanted))
    if isinstance(given, sorts.Function) and not isinstance(wanted, sorts.Function):
        help = f"apply it: `{text}(...)`"
        raise mistake(
            "E0204", f"`{text}` is {show_sort(given)} where {show_sort(wanted)} is needed", node.span, help
        )
    needed = "a number" if wanted in (REAL, EXTREAL) else describe(wanted)
    message = f"`{text}` is {describe(given)} where {needed} is needed"
    raise mistake("E0204", message, node.span, _sort_help(given, wanted))


def _size_help(context: Context, given: sorts.Matrix, wanted: sorts.Matrix) -> str:
    if context.unknowns.same_size(given.rows, wanted.columns) and context.unknowns.same_size(
        given.columns, wanted.rows
    ):
        return "transpose it with `.T`"
    return "declare both with the same sizes"


def _sort_help(given: Sort, wanted: Sort) -> str:
    if wanted == PROP:
        return "a formula needs a relation such as `<=` or `=`"
    if given == PROP:
        return "a relation is no number; use its sides"
    if isinstance(given, sorts.Matrix) and is_numeric(wanted):
        return "take a norm `||x||`, an inner product `<x, y>` or a component `x[i]`"
    if isinstance(wanted, sorts.SetOf):
        return "a set is written `1..n`, `[a, b]`, `{ ... }` or a declared set"
    if isinstance(wanted, sorts.Distribution):
        return "declare the law with `let D : Dist[...]`"
    return "declare it with the sort that is needed here"


def describe(sort: Sort) -> str:
    """The sort in a message."""
    if isinstance(sort, Unknown):
        return "of a sort not known here"
    return "a proposition" if sort == PROP else show_sort(sort)


def settled(context: Context, term: Term) -> Term:
    """The term with all sorts found put in; E0210 when some size is not determined by anything."""
    result = context.unknowns.settle(term)
    if any(name.startswith("?") for name in result.free):
        open_parts = [part for part in subterms(result) if any(name.startswith("?") for name in part.free)]
        place = place_of(open_parts[-1])
        text = context.text(place) or context.text(place_of(term))
        help = "use a declared vector or matrix, or write its size, for example by a `let`"
        raise mistake("E0210", f"the size of `{text}` cannot be determined", place, help)
    return result


def each_node(node: Node) -> Iterator[Node]:
    """The node and all nodes in it, without recursion."""
    stack: list[object] = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, Node):
            yield current
            stack.extend(value for key, value in vars(current).items() if key != "span")
        elif isinstance(current, tuple):
            stack.extend(reversed(current))


def check_depth(node: Node) -> None:
    """E0220 when the node is nested deeper than any formula that a person writes."""
    stack: list[tuple[object, int]] = [(node, 0)]
    while stack:
        current, depth = stack.pop()
        if depth > DEEPEST:
            help = "define a part of it by its own `define`"
            raise mistake("E0220", f"the expression is nested more than {DEEPEST} deep", node.span, help)
        if isinstance(current, Node):
            stack.extend((value, depth + 1) for key, value in vars(current).items() if key != "span")
        elif isinstance(current, tuple):
            stack.extend((item, depth) for item in current)

"""The properties that `subject is NAME(parameters)` can state."""

from __future__ import annotations

from collections.abc import Sequence as Listed

from boundkit.elaborate.reading import Context, describe, fit, read, reads
from boundkit.elaborate.scope import Scope, mistake, nearest
from boundkit.elaborate.standard import read_set_of
from boundkit.ir import sorts
from boundkit.ir.sorts import EXTREAL, PROP, REAL, SetOf, Sort
from boundkit.ir.terms import Apply, Name, Term
from boundkit.syntax import tree
from boundkit.syntax.tree import Form, Node

# for each property the numbers of parameters it may have, and whether it is of a function
PROPERTIES: dict[str, tuple[tuple[int, ...], bool]] = {
    "convex": ((0,), True),
    "concave": ((0,), True),
    "strongly_convex": ((1,), True),
    "strongly_concave": ((1,), True),
    "smooth": ((1,), True),
    "Lipschitz": ((1,), True),
    "bounded": ((1, 2), False),
    "monotone": ((0,), True),
    "increasing": ((0,), True),
    "decreasing": ((0,), True),
    "nonnegative": ((0,), False),
    "continuous": ((0,), True),
    "differentiable": ((0, 1), True),
    "twice_differentiable": ((0,), True),
    "measurable": ((0,), False),
    "linear": ((0,), True),
    "injective": ((0,), True),
    "surjective": ((0,), True),
    "closed": ((0,), False),
    "compact": ((0,), False),
    "connected": ((0,), False),
    "symmetric": ((0,), False),
    "positive_definite": ((0,), False),
    "positive_semidefinite": ((0,), False),
    "orthogonal": ((0,), False),
    "independent": ((0, 1), False),
    "subgaussian": ((1,), False),
    "bounded_differences": ((1, 2), False),
    "bounded_differences_except": ((3,), False),
    "O": ((1,), False),
}


@reads("Property")
def has_property(context: Context, scope: Scope, node: Node, wanted: Sort | None) -> Term:
    """`subject is NAME(parameters)`."""
    assert isinstance(node, tree.Property)
    name = node.name.text
    if name not in PROPERTIES:
        near = nearest(name, PROPERTIES)
        listed = (
            "convex, concave, strongly_convex(mu), smooth(beta), Lipschitz(rho), bounded(a, b), monotone, ..."
        )
        help = f"did you mean {near}?" if near else f"known properties: {listed}"
        raise mistake("E0206", f"unknown property `{name}`", node.name.span, help)
    counts, of_function = PROPERTIES[name]
    subject = read(context, scope, node.subject)
    sort = context.unknowns.resolve(subject.sort)
    if (
        of_function
        and not isinstance(sort, sorts.Function)
        and not (name in _OF_SETS and isinstance(sort, SetOf))
    ):
        message = f"`{context.text(node.subject)}` is {describe(sort)}, and `{name}` is of functions"
        raise mistake("E0204", message, node.subject.span, "name a function")
    plain = [part for part in node.arguments if not isinstance(part, tree.Named)]
    named = [part for part in node.arguments if isinstance(part, tree.Named)]
    if len(plain) not in counts:
        due = " or ".join(map(str, counts))
        message = f"`{name}` has {len(plain)} parameter{'' if len(plain) == 1 else 's'}, and {due} are due"
        raise mistake("E0207", message, node.span, f"give {due}")
    args = [
        subject,
        *[
            read(context, scope, part, None if name == "bounded_differences_except" else EXTREAL)
            if name not in _FREE
            else read(context, scope, part)
            for part in plain
        ],
    ]
    args.extend(_named_parameters(context, scope, name, named, sort))
    if node.variable is not None:
        args.append(read(context, scope, node.variable))
        if node.limit is not None:
            args.append(read(context, scope, node.limit, EXTREAL))
        args.extend(read(context, scope, identifier) for identifier in node.uniformly)
    head = "is_lipschitz" if name == "Lipschitz" else f"is_{name}"
    return Apply(head, tuple(args), PROP, node.span)


_OF_SETS = ("convex",)
_FREE = ("bounded_differences_except", "bounded_differences", "independent", "differentiable")


def _named_parameters(
    context: Context, scope: Scope, name: str, named: Listed[tree.Named], sort: Sort
) -> list[Term]:
    within: Term | None = None
    measure: Term | None = None
    for part in named:
        if part.name.text == "on" and name != "bounded":
            within, _ = read_set_of(context, scope, part.value)
            if isinstance(sort, sorts.Function):
                fit(context, within, SetOf(sort.arguments[0]), part.value)
        elif part.name.text == "norm" and name in ("Lipschitz", "smooth", "strongly_convex"):
            value = (
                Apply("infinity", (), EXTREAL, part.value.span)
                if isinstance(part.value, Form) and part.value.head == "infinity"
                else read(context, scope, part.value, REAL)
            )
            measure = Apply("named", (Name("norm", value.sort), value), value.sort, part.span)
        else:
            message = f"`{name}` has no parameter `{part.name.text}`"
            raise mistake("E0207", message, part.name.span, "`on := K` and, for Lipschitz, `norm := 1`")
    if measure is not None and within is None and isinstance(sort, sorts.Function):
        within = Apply("everything", (), SetOf(sort.arguments[0]))
    return [part for part in (within, measure) if part is not None]

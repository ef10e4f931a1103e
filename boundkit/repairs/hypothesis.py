"""Missing hypotheses: a property of a function, a bound of a norm, a sign of what the statement is about, a
range of the values of a function."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from boundkit.ir.sorts import REAL, Function, Matrix, Sequence
from boundkit.slips import Change, Slip, interval, number_of, related
from boundkit.syntax import tree
from boundkit.syntax.parts import Part, parts
from boundkit.syntax.show import formula
from boundkit.syntax.tree import Form, Identifier, Node, Numeral, Property

PROPERTIES = (
    ("convex", False),
    ("smooth", True),
    ("Lipschitz", True),
    ("strongly_convex", True),
    ("concave", False),
)
LABELS = {
    "convex": "cvx", "smooth": "smooth", "Lipschitz": "lip", "strongly_convex": "strong", "concave": "ccv",
}  # fmt: skip


def hypothesis(slip: Slip) -> Iterator[Change]:
    """What rules asked for in vain, then what the sorts suggest."""
    for place, clause in enumerate(slip.tree.clauses):
        if isinstance(clause, tree.Let):
            yield from _of_values(slip, place, clause)
    positive = [
        name for name in slip.numbers if slip.theorem.sort_of(name) == REAL and slip.bounds_of(name)[0] >= 0
    ]
    for declaration in slip.theorem.declarations:
        name, sort = Identifier(declaration.name.text), declaration.name.sort
        more = 0.0 if name.text in slip.mentioned else 0.4
        if (
            isinstance(sort, Function)
            and len(sort.arguments) == 1
            and sort.result == REAL
            and _is_space(sort.arguments[0])
        ):
            for word, parameterised in PROPERTIES:
                for arguments in [(Identifier(one),) for one in positive] if parameterised else [()]:
                    condition: Node = Property(name, Identifier(word), arguments)
                    size = (1.5 if any(word in text for text in slip.wanted) else 2.0) + more
                    yield _assumed(slip, size + 0.1 * len(arguments), LABELS[word], condition)
        if isinstance(sort, Matrix):
            for bound in (*map(Identifier, positive), Numeral("1")):
                size = 2.1 + more + 0.2 * isinstance(bound, Numeral)
                yield _assumed(slip, size, "ball", related(Form("norm", (name,)), "<=", bound))
        if isinstance(sort, Sequence):
            index = Identifier("t" if "t" not in slip.mentioned else "i'")
            entry = Form("index", (name, index))
            conditions: list[Node] = [related(Numeral("0"), "<=", entry)] if sort.element == REAL else []
            if isinstance(sort.element, Matrix):
                conditions = [related(Form("norm", (entry,)), "<=", Identifier(one)) for one in positive]
            for bounded in conditions:
                every = tree.Quantified("forall", (tree.Bound("type", (index,), Identifier("Nat")),), bounded)
                yield _assumed(slip, 2.2 + more, "bounded", every)
    for part in parts(slip.formula):
        if _is_closed(slip, part):
            for relation, size in ((">=", 2.2), (">", 2.3), ("<=", 2.5)):
                yield _assumed(slip, size, "sign", related(part.node, relation, Numeral("0")))


def _assumed(slip: Slip, size: float, label: str, condition: Node) -> Change:
    return Change(size, f"`{formula(condition)}`", slip.assuming(label, condition))


def _of_values(slip: Slip, place: int, clause: tree.Let) -> Iterator[Change]:
    """Functions whose values are not negative, as an edit of their declaration."""
    declared = clause.declared
    kind = declared.type
    if not isinstance(kind, Form) or kind.head != "->":
        return
    if declared.limit is None and kind.parts[-1] == Identifier("Real"):
        for relation, size in ((">=", 1.6), (">", 1.7)):
            values = Form("restrict", (kind.parts[-1], Form(relation, (Numeral("0"),))))
            restricted = Form("->", (*kind.parts[:-1], values))
            whole = replace(clause, declared=replace(declared, type=restricted))
            names = ", ".join(name.text for name in declared.names)
            yield Change(size, f"values of `{names}` {relation} 0", slip.with_clauses(place, whole))
    for part in parts(kind):
        match part.node:
            case Form("matrix", (Form("row", (Form("neg", (_,)), high)),)) | Form(
                "closed", (Form("neg", (_,)), high)
            ):
                changed = part.put(interval("closed", Numeral("0"), high))
                whole = replace(clause, declared=replace(declared, type=changed))
                names = ", ".join(name.text for name in declared.names)
                yield Change(
                    1.6, f"values of `{names}` that are not negative", slip.with_clauses(place, whole)
                )


def _is_space(sort: object) -> bool:
    return sort == REAL or isinstance(sort, Matrix)


def _is_closed(slip: Slip, part: Part) -> bool:
    """Whether a part is a mean, an inner product or a difference of which the sign may be asked for: nothing
    in it is bound outside of it or drawn."""
    node = part.node
    if not isinstance(node, Form | tree.Quantified) or number_of(node) is not None:
        return False
    if isinstance(node, Form) and node.head not in ("inner", "-", "index", "E"):
        return False
    if isinstance(node, tree.Quantified) and node.head != "E":
        return False
    if any(isinstance(one, tree.Quantified | tree.WithProbability) for one in part.above):
        return False
    return not (
        isinstance(node, Form)
        and node.head == "-"
        and any(isinstance(one, Form) and one.head == "E" for one in part.above)
    )


__all__ = ["hypothesis"]

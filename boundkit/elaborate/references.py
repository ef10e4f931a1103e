"""References to labels: premises must exist and come earlier, rules that cite a theorem must find it, and
an argument that is random must not enter a statement that fixes it before the draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from boundkit.elaborate.randomness import random_in
from boundkit.elaborate.reading import Context
from boundkit.elaborate.scope import Scope, mistake, nearest
from boundkit.ir.show import show, show_prefix
from boundkit.ir.sorts import Sort, is_numeric
from boundkit.ir.terms import Apply, Bind, Term, subterms
from boundkit.ir.theorems import Reason, Statement, Theorem
from boundkit.source import Span
from boundkit.syntax import tree
from boundkit.syntax.tree import Identifier, Node

INTEGRATING = (
    "with_probability",
    "almost_surely",
    "expectation",
    "probability",
    "variance",
    "expectation_given",
    "probability_given",
    "variance_given",
)


@dataclass
class Labels:
    """The labels of a theorem. `kinds` lists all of them with their places, `uses` the premises of each as
    written; `formulas` grows as clauses are read, and holds None for one with an error."""

    kinds: dict[str, tuple[str, Span]] = field(default_factory=dict)
    uses: dict[str, set[str]] = field(default_factory=dict)
    formulas: dict[str, Term | None] = field(default_factory=dict)
    statements: dict[str, Statement] = field(default_factory=dict)
    concluded: dict[str, Span] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)

    def uses_of(self, label: str) -> set[str]:
        """All labels on which one rests, as written."""
        seen: set[str] = set()
        stack = [label]
        while stack:
            for used in self.uses.get(stack.pop(), ()):
                if used not in seen:
                    seen.add(used)
                    stack.append(used)
        return seen


def premises_in(node: Node) -> set[str]:
    """Labels after `from` anywhere in a formula or justification."""
    from boundkit.elaborate.reading import each_node

    return {
        premise.text
        for part in each_node(node)
        if isinstance(part, tree.Justification)
        for premise in part.premises
    }


def check_premises(
    context: Context, labels: Labels, own: str, what: str, place: Span, node: tree.Justification
) -> None:
    """E0301 to E0306 for the premises of one justification; `what` names the clause in messages."""
    for premise in node.premises:
        text = premise.text
        if text in labels.formulas:
            continue
        if text == own:
            help = "a statement cannot be its own premise; `by induction(k)` gives the hypothesis at k"
            raise mistake("E0301", f"{what} uses itself", premise.span, help)
        if text in labels.kinds:
            kind, span = labels.kinds[text]
            later = context.source.position(span.start)[0]
            if kind == "claim" and span.start < place.start:
                help = f"conclude `{text}` first, or use the steps that lead to it"
                raise mistake(
                    "E0306", f"{what} uses the claim {text} before its `conclude`", premise.span, help
                )
            line = context.source.position(place.start)[0]
            if own in labels.uses_of(text):
                help = f"{text} rests on {own} itself; one of the two must do without the other"
            else:
                help = f"move {text} above line {line} ({text} does not use {own}, so it can move)"
            raise mistake(
                "E0301", f"{what} uses {text}, which comes later (line {later})", premise.span, help
            )
        if "." in text:
            cited_statement(context, premise)
            continue
        raise _unknown_label(labels, premise)


def _unknown_label(labels: Labels, premise: Identifier) -> Exception:
    if premise.text in labels.names:
        message = f"`{premise.text}` is no label: declarations and definitions are always available"
        return mistake("E0302", message, premise.span, f"delete `{premise.text}` from the premises")
    near = nearest(premise.text, labels.kinds)
    help = f"did you mean {near}?" if near else "premises are labels of `assume`, `step` or a concluded claim"
    return mistake("E0302", f"there is no statement `{premise.text}`", premise.span, help)


def cited_statement(context: Context, name: Identifier) -> Statement | None:
    """The statement that `theorem.label` names; None for one of its hypotheses. E0303 when not in reach."""
    theorem_name, _, label = name.text.rpartition(".")
    theorem = context.reachable.get(theorem_name) or context.reachable.get(theorem_name.rpartition(".")[2])
    if theorem is None:
        near = nearest(theorem_name, context.reachable)
        help = f"did you mean {near}?" if near else f"`use {theorem_name}`, or state it above this theorem"
        raise mistake("E0303", f"the theorem `{theorem_name}` is not in reach", name.span, help)
    if label in theorem.statement:
        return theorem.statement[label]
    if label in theorem.hypothesis:
        return None
    near = nearest(label, [*theorem.statement, *theorem.hypothesis])
    help = f"did you mean {near}?" if near else f"name a claim or step of `{theorem_name}`"
    raise mistake("E0303", f"`{theorem_name}` has no statement `{label}`", name.span, help)


def cited(context: Context, rule: Identifier) -> tuple[Theorem | None, tuple[Statement, ...]]:
    """The theorem that a rule's name cites, with the statements that are meant: one step, or its claims."""
    if "." in rule.text:
        statement = cited_statement(context, rule)
        theorem_name = rule.text.rpartition(".")[0]
        theorem = context.reachable.get(theorem_name) or context.reachable.get(
            theorem_name.rpartition(".")[2]
        )
        return theorem, () if statement is None else (statement,)
    theorem = context.reachable.get(rule.text)
    if theorem is None:
        return None, ()
    return theorem, tuple(statement for statement in theorem.statements if statement.kind == "claim")


def hints(context: Context, labels: Labels, formula: Term, node: tree.Justification) -> Mapping[str, Sort]:
    """Sorts of the names to which `name := e` may give a value."""
    from boundkit.elaborate.statements import bound_names

    found: dict[str, Sort] = {text: name.sort for text, name in bound_names(formula).items()}
    for premise in node.premises:
        known = labels.formulas.get(premise.text)
        if known is not None:
            for text, name in bound_names(known).items():
                found.setdefault(text, name.sort)
    _, statements = cited(context, node.rule)
    for statement in statements:
        for text, name in bound_names(statement.formula).items():
            # sizes of a cited theorem are its own names and mean nothing here
            if is_numeric(name.sort):
                found.setdefault(text, name.sort)
    return found


def check_capture(
    context: Context, scope: Scope, labels: Labels, node: tree.Justification, reason: Reason
) -> None:
    """E0214: a random term put for a name that the cited statement fixes before the draw."""
    from boundkit.elaborate.definitions import random_instances

    random = random_instances(context, scope.random())
    theorem, statements = cited(context, node.rule)
    if theorem is None and node.rule.text == "substitute":
        statements = tuple(
            labels.statements[premise.text] for premise in node.premises if premise.text in labels.statements
        )
    values = dict(reason.named)
    for argument in node.arguments:
        if not isinstance(argument, tree.Named) or argument.name.text not in values:
            continue
        drawn = random_in(values[argument.name.text], random)
        if not drawn:
            continue
        for statement in statements:
            if not _fixes(theorem, statement, argument.name.text):
                continue
            name = node.rule.text if theorem is not None else statement.label
            draws = " and ".join(sorted(drawn))
            message = (
                f"`{context.text(argument.value)}` is random in {draws}, but `{name}` fixes "
                f"{argument.name.text} before {draws} is drawn"
            )
            note = f"{name} is `{_shape(statement)}` ({_place(context, statement)})"
            help = (
                f"use a bound with `forall {argument.name.text}` after `over {draws}`; or "
                f"`condition({draws}2)` with {_function_of(context, argument.value)} trained "
                f"on an independent {draws}2"
            )
            raise mistake("E0214", message, argument.value.span, help, False, note)


def _function_of(context: Context, node: Node) -> str:
    while isinstance(node, tree.Form) and node.head == "call":
        node = node.parts[0]
    return context.text(node)


def _fixes(theorem: Theorem | None, statement: Statement, name: str) -> bool:
    if theorem is not None and name in theorem.declaration and theorem.declaration[name].kind == "let":
        return _integrates(statement.formula)
    term = statement.formula
    while isinstance(term, Bind) and term.head in ("forall", "exists"):
        if term.variable.text == name:
            return _integrates(term.body)
        term = term.body
    return False


def _integrates(term: Term) -> bool:
    return any(isinstance(part, Apply) and part.head in INTEGRATING for part in subterms(term))


def _shape(statement: Statement) -> str:
    shown = [show_prefix(part) for part in statement.prefix if not _is_condition(part)]
    return f"{' '.join(shown)} ..." if shown else show(statement.formula)


def _is_condition(part: Term) -> bool:
    return isinstance(part, Apply) and part.head == "implies"


def _place(context: Context, statement: Statement) -> str:
    if statement.span.path == context.source.path:
        return f"{statement.span.path}:{context.source.position(statement.span.start)[0]}"
    return statement.span.path or "in the library"

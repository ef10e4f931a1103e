"""`compose STATEMENT with STATEMENT ...`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from boundkit.desk import Command, Derived, Desk
from boundkit.desk.desk import kept
from boundkit.desk.links import beyond_a_fact
from boundkit.desk.second_order import by_search, naming
from boundkit.ir.sorts import PROP
from boundkit.ir.terms import Apply, Term, conjunction, rebuild, relation
from boundkit.ir.theorems import Derivation


def _carry_out(desk: Desk, derivation: Derivation) -> Derived:
    label, subject = derivation.label, derivation.subject
    statements = subject.args if isinstance(subject, Apply) and subject.head == "and" else (subject,)
    if len(statements) != len(derivation.others):
        return Derived(label, "open", "one of the statements is a conjunction: name its parts")
    desk = desk.setting_aside(derivation.others)
    expected = [] if derivation.expected is None else [derivation.expected]
    seeming: Term | None = None
    # What a bound is put in for need not be looked into.
    put = [own.args[1] for own in statements[1:] if isinstance(own, Apply) and own.head in ("<=", "<", "=")]
    builders = (naming(put, lambda write: beyond_a_fact), naming(put, lambda write: by_search))
    for goal in dict.fromkeys((*desk.proposal, *expected, *_candidates(statements))):
        if not desk.seems(goal, statements):
            continue
        proof = desk.certified(goal, "composed", statements, builders)
        if proof is None:
            seeming = seeming or goal
            continue
        wrong = tuple(own for own in expected if own != goal)
        results: dict[str, Term] = {}
        if isinstance(goal, Apply) and goal.head in ("<=", "<", "="):
            results = {"derived_lhs": goal.args[0], "derived_rhs": goal.args[1]}
        said = ", ".join(derivation.others)
        return Derived(
            label, "open" if wrong else "proved", f"{goal}, from {said}", results, (("statement", goal),),
            (proof,), wrong=wrong, stored=kept((goal,), (proof,)),
        )  # fmt: skip
    if seeming is not None:
        goal = Apply("implies", (conjunction(statements), seeming), PROP)
        parts = (("statement", seeming),)
        return Derived(label, "conjecture", f"conjecture, not certified: {seeming}", {}, parts, (), (goal,))
    return Derived(label, "open", "no statement was found that follows from these together")


def _candidates(statements: tuple[Term, ...]) -> Iterator[Term]:
    """Implications applied, then a bound put into another, then the ends of a chain."""
    current, *others = statements
    for other in others:
        current = _joined(current, other) or _joined(other, current) or current
    if current not in statements:
        yield current
    relations = [own for own in statements if isinstance(own, Apply) and own.head in ("<=", "<", "=")]
    if len(relations) == len(statements):
        strict = any(own.head == "<" for own in relations)
        head = "=" if all(own.head == "=" for own in relations) else "<" if strict else "<="
        for one, two in pairwise((*relations, *relations[:1])):
            yield relation(head, one.args[0], two.args[1])
        yield relation(head, relations[0].args[0], relations[-1].args[1])


def _joined(one: Term, two: Term) -> Term | None:
    """What follows from an implication and its premise, or from a bound with what bounds a part of it."""
    if not isinstance(one, Apply) or not isinstance(two, Apply):
        return None
    if one.head == "implies" and one.args[0] == two:
        return one.args[1]
    if one.head == "implies" and two.head == "implies" and one.args[1] == two.args[0]:
        return Apply("implies", (one.args[0], two.args[1]), PROP)
    if one.head in ("<=", "<") and two.head in ("<=", "<", "="):
        put = _put(one.args[1], two.args[0], two.args[1])
        if put != one.args[1]:
            head = "<" if "<" in (one.head, two.head) and one.args[1] == two.args[0] else one.head
            return relation(head, one.args[0], put)
    return None


def _put(whole: Term, old: Term, new: Term) -> Term:
    return new if whole == old else rebuild(whole, lambda part: _put(part, old, new))


compose = Command(
    name="compose",
    asks="STATEMENT with STATEMENT ...",
    says="what follows from the statements together: a chain, a bound put into another, a premise met",
    proves="the new statement from those that are named",
    carry_out=_carry_out,
)

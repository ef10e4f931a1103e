"""Whether a theorem says anything: hypotheses that contradict each other, and bounds that are no better than
what holds anyway. Every answer `total` rests on a certificate or on ball arithmetic."""

from __future__ import annotations

from collections.abc import Iterator

from boundkit.contradictions import contradiction
from boundkit.ir.laws import Law
from boundkit.ir.sorts import Function, Matrix, SetOf
from boundkit.ir.terms import (
    Apply,
    Name,
    Term,
    fresh_name,
    number,
    relation,
)
from boundkit.ir.theorems import Reason, Theorem
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.definedness import NotDefined
from boundkit.kernel.judge import Frame, Rejected, judge
from boundkit.kernel.ledger import Ledger
from boundkit.kernel.matching import match
from boundkit.kernel.polynomials import TooLarge
from boundkit.library import Library
from boundkit.provers.inequalities.problem import Effort
from boundkit.provers.search import Budget, Hints, prove
from boundkit.report import VacuityAnalysis
from boundkit.task import Task
from boundkit.trivial_bounds import core_of, parts_of, trivial

PRECISION = 128
LARGEST_THRESHOLD = 10**30
VACUITY = Effort(attempts=100, points=20_000, judgements=20)
"""What may be spent on showing that a bound says nothing anywhere."""


def analyse(theorem: Theorem, ledger: Ledger, library: Library) -> VacuityAnalysis:
    """The first of: contradictory hypotheses; a claim whose bound is trivial at its operating point."""
    contradictory = contradiction(ledger, library)
    if contradictory:
        return VacuityAnalysis("total", contradictory)
    forced = _forced(ledger, library)
    if forced:
        return VacuityAnalysis("total", forced)
    last = VacuityAnalysis("none", "no trivial bound could be derived")
    for statement in theorem.statements:
        if statement.kind != "claim":
            continue
        parts = [trivial(theorem, part) for part in parts_of(statement.formula)]
        found = next((part for part in parts if part.verdict != "total"), parts[0])
        if found.verdict == "total":
            return found
        if found.trivial is not None:
            last = found
    return last


def _forced(ledger: Ledger, library: Library) -> str:
    """Why the hypotheses leave a claim nothing to bound: they force a function to be constant, and with it
    the left side, which is not negative, to be 0; by a proof that the judge accepted. "" when none was
    found."""
    theorem = ledger.theorem
    assumed = [h.label for h in theorem.hypotheses if h.origin == "assume"]
    for statement in theorem.statements:
        core, _ = core_of(statement.formula) if statement.kind == "claim" else (None, None)
        if core is None or core is not statement.formula or core.args[1] == number(0):
            continue
        try:
            found = _is_nothing(ledger, library, core.args[0], assumed)
        except (Rejected, NotNormal, NotDefined, TooLarge, RecursionError):
            continue
        if found:
            return found
    return ""


def _is_nothing(ledger: Ledger, library: Library, left: Term, assumed: list[str]) -> str:
    goal = relation("<=", left, number(0))
    sequent = ledger.sequent(goal, assumed)
    frame = Frame(sequent)
    context = frame.context()
    if not context.holds(relation("<=", number(0), left)):
        return ""
    for law in library.constants():
        task = Task("hypotheses", frame, context.canonical_term(goal), Reason(law.name), library)
        for line in _constancy(task, law):
            lines = [line, *task.averages([line])]
            inner = frame
            for own in lines:
                inner = inner.with_fact(own.name, own.claim)
            proof = prove(inner, goal, Hints((), False, "", 2, Budget(4)))
            if proof is None:
                continue
            judged = judge(sequent, c.Proof(proof.by, (*lines, *proof.lines)))
            labels = sorted({u.partition("#")[0] for u in judged.used} & set(assumed))
            named = " and ".join(f"`{label}`" for label in labels) or "the types"
            return f"the left side is 0: {named} and the ranges make a function constant ({law.name})"
    return ""


def _constancy(task: Task, law: Law) -> Iterator[c.Line]:
    """`forall x, f(x) = f(0)` for the functions that the hypotheses make constant by a law."""
    assert isinstance(law.conclusion, Apply)
    one, other = (side.args[1] for side in law.conclusion.args)  # type: ignore[attr-defined]
    holes = {hole.text for hole in law.holes}
    for _, premise in law.premises:
        if not (isinstance(premise, Apply) and premise.head.startswith("is_")):
            continue
        for fact, stated in task.about(premise.head):
            values = match(premise, stated, holes) if task.frame.facts[fact] == stated else None
            if values is None:
                continue
            domain = values[law.conclusion.args[0].args[0].text].sort  # type: ignore[attr-defined]
            if not (isinstance(domain, Function) and isinstance(domain.arguments[0], Matrix)):
                continue
            point = Name(fresh_name("x", set(task.frame.taken)), domain.arguments[0])
            values = {**values, one.text: point, other.text: Apply("zero", (), point.sort)}
            for hole in law.holes:
                if (
                    isinstance(hole.sort, Matrix)
                    and hole.text == one.text
                    and isinstance(hole.sort.rows, Name)
                ):
                    values.setdefault(hole.sort.rows.text, domain.arguments[0].rows)
            everything = Apply("everything", (), SetOf(point.sort))
            if set(values) == holes:
                line = task.law_line(law, values, ((point, everything),), [])
                if line is not None:
                    yield line

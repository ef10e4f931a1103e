"""A goal typed at the command line or from Python, as a theorem of one claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from boundkit.elaborate import elaborate_goal
from boundkit.ir.theorems import Reason, Theorem
from boundkit.report import Message, place
from boundkit.source import Source
from boundkit.syntax.parse import parse_declaration, parse_expression


def goal_theorem(
    goal: str, given: Sequence[str], let: Sequence[str]
) -> tuple[Theorem | None, Source, list[Message]]:
    texts = [*(("let", text) for text in let), *(("given", text) for text in given), ("goal", goal)]
    lines = [" ".join(text.split()) for _, text in texts]
    whole = Source("goal", "\n".join(lines))
    messages: list[Message] = []
    declared, hypotheses, wanted = [], [], None
    for place_, (kind, _) in enumerate(texts):
        # The other lines blanked, so that places are those in the whole text.
        own = "\n".join(line if at == place_ else " " * len(line) for at, line in enumerate(lines))
        source = Source("goal", own)
        if kind == "let":
            found, wrong = parse_declaration(source)
            if found is not None:
                declared.append(found)
        else:
            formula, wrong = parse_expression(source, aliases=True)
            if kind == "goal":
                wanted = formula
            elif formula is not None:
                hypotheses.append(formula)
        messages.extend(place(diagnostic, whole) for diagnostic in wrong)
    if messages or wanted is None:
        return None, whole, messages
    theorem, diagnostics = elaborate_goal(wanted, hypotheses, declared, whole)
    messages.extend(place(diagnostic, whole) for diagnostic in diagnostics)
    if theorem is None or any(d.severity == "error" for d in diagnostics):
        return None, whole, messages
    everything = tuple(h.label for h in theorem.hypotheses if h.origin == "assume")
    reason = Reason("algebra", premises=everything)
    statements = tuple(replace(statement, by=reason) for statement in theorem.statements)
    return replace(theorem, statements=statements, announced="PROVED"), whole, messages

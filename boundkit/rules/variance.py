"""`by variance`: how a variance scales, and what it is of a sum of independent and of a bounded term."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import (
    Apply,
    Bind,
    Name,
    Number,
    Term,
    fresh_name,
    number,
    relation,
    substitute,
    subterms,
)
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.polynomials import TooLarge
from boundkit.task import Licence, Rule, Task


def _license(task: Task) -> Licence:
    lines: list[c.Line] = [*task.premises_at_points(), *task.law_instances("popoviciu", [])]
    for term in _single(task):
        about = replace(task, goal=relation("<=", term, term))
        lines.extend(about.law_instances("popoviciu", lines))
    return Licence(tuple(lines))


def _single(task: Task) -> Iterator[Term]:
    """The variances of single entries that the variance of a sum of independent terms comes to."""
    context, seen = task.frame.context(), set()
    if not isinstance(task.goal, Apply) or task.goal.head not in ("<=", "<", "="):
        return
    for side in task.goal.args:
        try:
            plain = context.canonical_term(side)
        except (NotNormal, TooLarge):
            continue
        for part in subterms(plain):
            match part:
                case Bind("expectation", variable, law, Apply("^", (value, Number(power)))) if power == 2:
                    own = Name(fresh_name("x", part.free | value.free), variable.sort)
                    value = substitute(value, {variable.text: own})
                    gap = Apply("-", (value, Bind("expectation", own, law, value, REAL)), REAL)
                    square = Bind("expectation", own, law, Apply("^", (gap, number(2)), REAL), REAL)
                    if square not in seen:
                        seen.add(square)
                        yield square


variance = Rule(
    name="variance",
    needs="nothing, or that the terms depend on different draws",
    says="`Var[a*X + b] = a^2*Var[X]`, `Var[X + Y] = Var[X] + Var[Y]` for independent terms, a sum over the "
    "entries of a sample among them, and `Var[X] <= (b - a)^2/4` for X in [a, b].",
    misuse="a sum of dependent terms, a factor that is not squared",
    level="S",
    reference="Billingsley 1995, section 21; Popoviciu 1935",
    license=_license,
)

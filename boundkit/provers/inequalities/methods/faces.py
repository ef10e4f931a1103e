"""Functions of several variables: ends of ranges at which a sum ceases to be positive are goals of their own,
as for weights t and 1 - t; what is left holds strictly inside."""

from __future__ import annotations

from dataclasses import replace

from boundkit.ir.terms import Apply, subterms
from boundkit.kernel.steps import Enclosed, Range, Split, Step, point
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.transcendental import has_functions

COST = 9


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """All such ends at once."""
    names = _names(goal) if has_functions(goal.slack) else []
    cuts: list[tuple[str, bool, Step]] = []
    lines: list[str] = []
    inner = goal
    for name in names:
        extent = goal.box[name]
        for lower in (True, False):
            end = extent.lower if lower else extent.upper
            if end is None or not (extent.lower_closed if lower else extent.upper_closed):
                continue
            face = prove(replace(inner, box={**inner.box, name: point(end)}), effort)
            if face is None:
                return GivenUp("")
            cuts.append((name, lower, face.step))
            lines.extend(face.argument)
            inner = replace(inner, box={**inner.box, name: _opened(inner.box[name], lower)})
    if not cuts:
        return GivenUp("")
    rest = prove(inner, effort)
    if rest is None:
        return GivenUp("")
    step = rest.step
    for name, lower, own in reversed(cuts):
        extent = goal.box[name]
        end = extent.lower if lower else extent.upper
        assert end is not None
        step = Split(name, end, own, step) if lower else Split(name, end, step, own)
    return Found(step, tuple(dict.fromkeys((*rest.argument, *lines))))


def _names(goal: Goal) -> list[str]:
    """Variables with closed ends without which a sum is positive."""
    closed = [
        name
        for name in sorted(goal.slack.free)
        if not goal.box[name].integral
        and not goal.box[name].is_point
        and goal.box[name] != _inside(goal, name)
    ]
    if not closed or len(goal.slack.free) < 2:
        return []
    box = {**goal.box, **{name: _inside(goal, name) for name in closed}}
    found: set[str] = set()
    for part in dict.fromkeys(subterms(goal.slack)):
        if not isinstance(part, Apply) or part.head != "+" or found.issuperset(part.free & set(closed)):
            continue
        here = replace(goal, slack=part, strict=True)
        if not accepted(here, Enclosed()) and accepted(replace(here, box=box), Enclosed()):
            found |= part.free
    return [name for name in closed if name in found]


def _inside(goal: Goal, name: str) -> Range:
    extent = goal.box[name]
    return Range(
        extent.lower,
        extent.upper,
        extent.lower_closed and extent.lower is None,
        extent.upper_closed and extent.upper is None,
    )


def _opened(extent: Range, lower: bool) -> Range:
    return replace(extent, lower_closed=False) if lower else replace(extent, upper_closed=False)

"""One variable under functions that derivatives remove, by charts of signs (`inequalities.charts`)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, Apply, Name, Number, Term, number, substitute, subterms
from boundkit.kernel.derivative import minus, negative, over, plus
from boundkit.kernel.enclosures import size_of
from boundkit.kernel.steps import Changed, Enclosed, Product, Range, Split, Step
from boundkit.provers.factors import expanded
from boundkit.provers.inequalities.changes import fresh
from boundkit.provers.inequalities.charts import Charts
from boundkit.provers.inequalities.goal import Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.transcendental import has_functions
from boundkit.provers.samples import defined, sign_at

COST = 3
LARGEST = 120
NODES = 30_000
"""Of the terms that the kernel is asked about, in all."""
WORK = 30_000
WORK_WITH_LAMBERT = 4_000
"""Less, as a substitution may remove LambertW."""
LASTING = frozenset({"Gamma", "lnGamma", "polygamma", "factorial", "binomial"})
"""Functions that no derivative removes: the recurrence and Stirling's series are for them."""
TOUCHING = tuple(map(Fraction, (0, 1, -1)))


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """The whole range, cut where the sides may touch."""
    if len(goal.slack.free) != 1 or size_of(goal.slack) > LARGEST or not has_functions(goal.slack):
        return GivenUp("")
    (name,) = goal.slack.free
    extent = goal.box[name]
    if extent.is_point or extent.integral or any(map(_is_for_others, subterms(goal.slack))):
        return GivenUp("")
    effort.spend(20)
    step = _cut(Goal(goal.slack, goal.strict, {name: extent}), name, [NODES])
    if step is None or not accepted(goal, step):
        return GivenUp("no chart of signs was found")
    return Found(step, ("by the signs of derivatives, each over a positive part of the last",))


def _is_for_others(term: Term) -> bool:
    """Whether it is a power that other methods write with exp and ln first, or a function that stays."""
    if not isinstance(term, Apply) or not term.free:
        return False
    return term.head in LASTING or (term.head == "^" and not isinstance(term.args[1], Number))


def _cut(goal: Goal, name: str, left: list[int]) -> Step | None:
    extent = goal.box[name]
    for place in TOUCHING:
        within = (extent.lower is None or extent.lower < place) and (
            extent.upper is None or place < extent.upper
        )
        if within and (sign_at(goal.slack, {name: place}) == 0 or (place == 0 and extent.lower is None)):
            below = replace(extent, upper=place, upper_closed=True)
            above = replace(extent, lower=place, lower_closed=True)
            high = _cut(replace(goal, box={name: above}), name, left)
            low = high and _cut(replace(goal, box={name: below}), name, left)
            return None if high is None or low is None else Split(name, place, low, high)
    if extent.lower is None:
        return _reflected(goal, name, left)
    if extent.upper is not None:
        return _bounded(goal, name, extent.lower, extent.upper, left)
    return _settled(goal, name, left)


def _settled(goal: Goal, name: str, left: list[int]) -> Step | None:
    heads = {part.head for part in subterms(goal.slack) if isinstance(part, Apply)}
    charts = Charts(name, left[0], WORK_WITH_LAMBERT if "LambertW" in heads else WORK)
    step = charts.settle(goal.slack, goal.strict, goal.box[name])
    left[0] = charts.left
    return step


def _bounded(goal: Goal, name: str, low: Fraction, high: Fraction, left: list[int]) -> Step | None:
    """A range with two ends; where the slack is not defined at an open one, this is moved to infinity."""
    extent = goal.box[name]
    middle = (low + high) / 2
    below = replace(extent, upper=middle, upper_closed=True)
    above = replace(extent, lower=middle, lower_closed=True)
    at_low, at_high = (defined(goal.slack, {name: own.closed}) for own in (below, above))
    if at_low and at_high:
        return _settled(goal, name, left)
    if at_low or at_high:
        return _far(goal, name, low if at_high else high, left)
    first = _far(replace(goal, box={name: below}), name, low, left)
    second = first and _far(replace(goal, box={name: above}), name, high, left)
    return None if first is None or second is None else Split(name, middle, first, second)


def _far(goal: Goal, name: str, end: Fraction, left: list[int]) -> Step | None:
    """With end + 1/t, or end - 1/t, for x, where the end is open."""
    extent = goal.box[name]
    assert extent.lower is not None and extent.upper is not None
    rising = end == extent.lower
    if extent.lower_closed if rising else extent.upper_closed:
        return None
    new = fresh(f"{name}_", goal)
    closed = extent.upper_closed if rising else extent.lower_closed
    own = Range(1 / (extent.upper - extent.lower), None, closed)
    share = over(ONE, new)
    value = plus(number(end), share) if rising else minus(number(end), share)
    gap = minus(Name(name, REAL), number(end)) if rising else minus(number(end), Name(name, REAL))
    raw = substitute(goal.slack, {name: value})
    shorter = expanded(raw)
    slack = raw if shorter is None or size_of(shorter) > size_of(raw) else shorter
    step = _settled(Goal(slack, goal.strict, {new.text: own}), new.text, left)
    if step is None:
        return None
    rest = step if slack == raw else Product((slack,), (step,))
    return Changed(name, value, new.text, own, over(ONE, gap), Enclosed(), Enclosed(), rest)


def _reflected(goal: Goal, name: str, left: list[int]) -> Step | None:
    """With -x for x."""
    extent = goal.box[name]
    own = Range(
        None if extent.upper is None else -extent.upper, None, extent.upper_closed, extent.lower_closed
    )
    if own.lower is None:
        return None
    new = fresh(f"{name}_", goal)
    value = negative(new)
    inner = Goal(substitute(goal.slack, {name: value}), goal.strict, {new.text: own})
    step = _cut(inner, new.text, left)
    inverse = negative(Name(name, REAL))
    return step and Changed(name, value, new.text, own, inverse, Enclosed(), Enclosed(), step)

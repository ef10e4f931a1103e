"""A sum of logarithms with polynomials as coefficients: those whose coefficients are proportional become the
logarithm of one quotient w, which a rational function bounds below.

ln(w) >= 1 - 1/w for all w > 0; ln(w) >= 0 and ln(w) >= 2*(w - 1)/(w + 1) for w >= 1; ln(w) >= (w - 1/w)/2 for
w <= 1 (Topsoe, Some bounds for the logarithmic function, 2007)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from math import lcm

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, ZERO, Apply, Name, Term, number, substitute, subterms
from boundkit.kernel.derivative import minus, negative, over, plus, power, times
from boundkit.kernel.quotients import Algebra, Monomial, Polynomial, Quotient
from boundkit.kernel.steps import (
    Box,
    Enclosed,
    Equation,
    Fact,
    Generalised,
    Instance,
    Kept,
    Known,
    Product,
    Range,
    Step,
    Sum,
)
from boundkit.provers.factors import expanded
from boundkit.provers.inequalities.goal import POSITIVE, Effort, Found, GivenUp, Goal, Prove, accepted
from boundkit.provers.inequalities.sampling import signs

COST = 19
MOST_LOGARITHMS = 10
MOST_GROUPS = 3
LARGEST_EXPONENT = 6
LARGEST = 400
ABOVE_ONE = Range(Fraction(1), None)
BELOW_ONE = Range(Fraction(0), Fraction(1), lower_closed=False)


@dataclass(frozen=True)
class _Group:
    """weight*ln(quotient), the weight not negative; the arguments of the logarithms and their exponents in
    the quotient."""

    weight: Term
    members: tuple[tuple[Term, Fraction], ...]

    @property
    def quotient(self) -> Term:
        return times(*(power(own, number(value)) for own, value in self.members))

    @property
    def difference(self) -> Term:
        """The logarithm of the quotient less the sum of logarithms, which is zero."""
        parts = (times(number(value), _ln(own)) for own, value in self.members)
        return minus(_ln(self.quotient), plus(*parts))

    def difference_is_zero(self, box: Box) -> Step:
        """With a name for each argument, so that no product is multiplied out."""
        step: Step = Sum((ZERO,), (Enclosed(),))
        taken = "".join(box)  # Longer names than all others are new.
        for place, (own, _) in enumerate(self.members):
            if isinstance(own, Apply) and own.free:
                step = Generalised(own, f"u_{taken}{place}", POSITIVE, Enclosed(), Enclosed(), step)
        return step


@dataclass(frozen=True)
class _Bound:
    """A term in t that ln(t) is at least, for t in the range."""

    extent: Range
    least: Term


_T = Name("t_quotient", REAL)
_LEAST = minus(ONE, over(ONE, _T))
_PLAIN = _Bound(POSITIVE, _LEAST)
_DROPPED = _Bound(ABOVE_ONE, ZERO)
_ABOVE = _Bound(ABOVE_ONE, over(times(number(2), minus(_T, ONE)), plus(_T, ONE)))
_BELOW = _Bound(BELOW_ONE, times(number(Fraction(1, 2)), minus(_T, over(ONE, _T))))


def attempt(goal: Goal, prove: Prove, effort: Effort) -> Found | GivenUp:
    """One bound for each of the groups."""
    if not any(map(_is_logarithm, subterms(goal.slack))) or goal.slack.size > LARGEST:
        return GivenUp("")
    groups, rest = _parted(goal)
    if not groups:
        return GivenUp("")
    choices = [_bounds(group, goal) for group in groups]
    for bounds in product(*choices):
        effort.spend()
        found = _bounded(goal, groups, bounds, rest, prove, effort)
        if found is not None:
            return found
    return GivenUp("")


def _is_logarithm(atom: Term) -> bool:
    return isinstance(atom, Apply) and atom.head == "ln" and bool(atom.free)


def _ln(term: Term) -> Term:
    return Apply("ln", (term,), REAL)


def _parted(goal: Goal) -> tuple[list[_Group], Term]:
    """The logarithms of a slack that is affine in them, and the rest of it; no groups for other slacks."""
    algebra = Algebra()
    quotient = algebra.of(goal.slack)
    shares: dict[Term, Polynomial] = {}
    rest: Polynomial = {}
    nothing: tuple[list[_Group], Term] = [], ZERO
    for monomial, value in quotient.top.items():
        hard = [pair for pair in monomial if isinstance(pair[0], Apply) and pair[0].head == "ln"]
        others = tuple(pair for pair in monomial if pair not in hard)
        if any(_is_logarithm(part) for atom, _ in others for part in subterms(atom)):
            return nothing
        if any(own != 1 for _, own in hard) or len(hard) > 1:
            return nothing
        if hard:
            shares.setdefault(hard[0][0], {})[others] = value
        else:
            rest[monomial] = value
    joined: dict[tuple[tuple[Monomial, Fraction], ...], list[tuple[Term, Fraction]]] = {}
    for atom, share in shares.items():
        assert isinstance(atom, Apply)
        first = share[min(share, key=algebra.monomial_order)]
        key = tuple((own, share[own] / first) for own in sorted(share, key=algebra.monomial_order))
        joined.setdefault(key, []).append((algebra.met.get(atom, atom).args[0], first))  # type: ignore[attr-defined]
    found = []
    constants: list[Term] = []
    for key, members in joined.items():
        weight = algebra.to_term(Quotient(dict(key), quotient.below))
        if not any(argument.free for argument, _ in members):
            constants += [times(number(own), weight, _ln(argument)) for argument, own in members]
            continue
        scale = lcm(*(own.denominator for _, own in members))
        seen = signs(weight, goal.box, goal.facts) - {0}
        if any(abs(own * scale) > LARGEST_EXPONENT for _, own in members) or len(seen) != 1:
            return nothing
        sign = 1 if 1 in seen else -1
        found.append(
            _Group(
                times(number(Fraction(sign, scale)), weight),
                tuple((argument, sign * scale * own) for argument, own in members),
            )
        )
    if not 1 <= len(found) <= MOST_GROUPS or len(shares) > MOST_LOGARITHMS:
        return nothing
    return found, plus(algebra.to_term(Quotient(rest, quotient.below)), *constants)


def _bounds(group: _Group, goal: Goal) -> list[_Bound]:
    gap = signs(minus(group.quotient, ONE), goal.box, goal.facts)
    if -1 not in gap:
        return [_DROPPED, _PLAIN, _ABOVE]
    return [_PLAIN, _BELOW] if 1 not in gap else [_PLAIN]


def _bounded(
    goal: Goal,
    groups: list[_Group],
    bounds: tuple[_Bound, ...],
    others: Term,
    prove: Prove,
    effort: Effort,
) -> Found | None:
    least = [_at(bound.least, group.quotient) for group, bound in zip(groups, bounds, strict=True)]
    gaps = [minus(_ln(group.quotient), own) for group, own in zip(groups, least, strict=True)]
    rest = plus(others, *(times(group.weight, own) for group, own in zip(groups, least, strict=True)))
    rest = expanded(rest) or rest
    if -1 in signs(rest, goal.box, goal.facts):
        return None
    within = goal
    wrapped: list[tuple[_Bound, Term, Step, Step, Step]] = []
    for group, bound, gap in zip(groups, bounds, gaps, strict=True):
        t = _T.text
        lemma = prove(Goal(_lemma(bound), False, {t: bound.extent}), effort)
        ends = _within(group.quotient, bound.extent, within, prove, effort)
        if lemma is None or ends is None:
            return None
        wrapped.append((bound, group.quotient, lemma.step, *ends))
        within = replace(within, facts=(*within.facts, Fact(gap, "nonnegative")))
    settled = prove(replace(within, slack=rest), effort)
    if settled is None:
        return None
    terms, count = [rest], len(goal.facts)
    known = tuple(range(len(within.facts)))
    steps: list[Step] = [Kept(known, settled.step)]
    for place, (group, gap) in enumerate(zip(groups, gaps, strict=True)):
        heavy = prove(replace(within, slack=group.weight, strict=False), effort)
        if heavy is None:
            return None
        multiple = negative(group.weight)
        terms += [times(group.weight, gap), times(multiple, group.difference)]
        weighed = Product((group.weight, gap), (Kept(known, heavy.step), Known(count + place, ONE)))
        steps += [weighed, Known(count + len(groups) + place, multiple)]
    step: Step = Sum(tuple(terms), tuple(steps))
    for group in reversed(groups):
        zero = group.difference_is_zero(goal.box)
        step = Equation(group.difference, zero, zero, step)
    for bound, value, lemma_step, lower, upper in reversed(wrapped):
        step = Instance(_T.text, bound.extent, _lemma(bound), False, value, lemma_step, lower, upper, step)
    if not accepted(goal, step):
        return None
    lines = tuple(
        f"ln({group.quotient}) >= {_at(bound.least, group.quotient)}"
        for group, bound in zip(groups, bounds, strict=True)
    )
    return Found(step, (*lines, *settled.argument))


def _at(term: Term, value: Term) -> Term:
    """The term at a value of t."""
    return substitute(term, {_T.text: value})


def _lemma(bound: _Bound) -> Term:
    return minus(_ln(_T), bound.least)


def _within(value: Term, extent: Range, goal: Goal, prove: Prove, effort: Effort) -> tuple[Step, Step] | None:
    """That a value is in a range."""
    steps: list[Step] = []
    for end, closed, sign in (
        (extent.lower, extent.lower_closed, 1),
        (extent.upper, extent.upper_closed, -1),
    ):
        if end is None:
            steps.append(Enclosed())
            continue
        gap = minus(value, number(end)) if sign == 1 else minus(number(end), value)
        found = prove(replace(goal, slack=gap, strict=not closed), effort)
        if found is None:
            return None
        steps.append(found.step)
    return steps[0], steps[1]

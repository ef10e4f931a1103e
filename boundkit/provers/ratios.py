"""Products of powers compared with each other: `m <= K*r` for a rational K, factor by factor.

The factors of m/r fall into groups that share no name. A group is a function of its names alone, bounded by
ball arithmetic on their ranges; what has kinks is first bounded by what has none. Sample points propose the
constant of a group, and the kernel decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor, log10

from boundkit.ir.sorts import PROP, is_numeric
from boundkit.ir.terms import Apply, Bind, Name, Term, conjunction, fresh_name, number, relation, subterms
from boundkit.kernel import certificates as c
from boundkit.kernel.cover import Box
from boundkit.kernel.judge import Frame
from boundkit.provers.kinks import CHOICES, HALF, Rounded, kink_of, leaves, smoothed, split
from boundkit.provers.powers import Power, Powers, compared, groups, power_of, product_of, sides, times
from boundkit.provers.samples import largest

MOST_NAMES = 3
LARGEST_RATIO = 10**9
DIGITS = 5
SIMPLE = 24
"""The largest denominator of a constant that is tried where it seems to be the ratio itself."""
ROOM = (Fraction(1), Fraction(101, 100), Fraction(11, 10), Fraction(2))
"""By how much the constant of a group is made larger than the largest ratio seen."""

Cover = Callable[[Frame, Apply], c.Proof | None]
Unfold = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Bound:
    """`low <= constant*high` for the two sides of a ratio, neither of which is negative."""

    ratio: Powers
    constant: Fraction

    @property
    def claim(self) -> Apply:
        low, high = sides(self.ratio)
        return relation("<=", low, times((number(self.constant), high)))

    @property
    def leaves(self) -> tuple[Bound, ...]:
        """The bounds without kinks that it follows from."""
        return tuple(Bound(leaf, self.constant) for leaf in leaves(self.ratio))


@dataclass(frozen=True)
class Comparison:
    """`m <= constant*r` as the product of bounds and a factor that m and r share."""

    bounds: tuple[Bound, ...]
    shared: Term

    @property
    def constant(self) -> Fraction:
        result = Fraction(1)
        for bound in self.bounds:
            result *= bound.constant
        return result

    def summands(self, coefficient: Fraction, facts: Mapping[Bound, c.Factor]) -> Iterator[c.Summand]:
        """Non-negative summands that add up to `coefficient*(constant*r - m)`: the factors of m are put for
        those of r one after the other."""
        pairs = [sides(bound.ratio) for bound in self.bounds]
        for place, bound in enumerate(self.bounds):
            scale = coefficient
            for own in self.bounds[:place]:
                scale *= own.constant
            highs, lows = (pair[1] for pair in pairs[:place]), (pair[0] for pair in pairs[place + 1 :])
            weight = times((*highs, *lows, self.shared))
            yield c.Summand(scale, (facts[bound], c.Factor("sign", term=weight)))


class Ratios:
    """Bounds of ratios in one frame, each found once."""

    def __init__(self, frame: Frame, rounded: Rounded, cover: Cover, unfold: Unfold) -> None:
        self.frame = Frame(replace(frame.sequent, facts=_about_numbers(frame)))
        self.taken = set(frame.facts)
        self.rounded = rounded
        self.cover = cover
        self.unfold = unfold
        self.known: dict[Powers, Bound | None] = {}
        self.proofs: dict[Bound, c.Proof | None] = {}

    def compare(self, low: Powers, high: Powers) -> Comparison | None:
        """A bound of one product of powers by a constant times another, or None."""
        shared, ratio = compared(low, high)
        bounds = []
        for group in groups(ratio):
            bound = self.bound(group)
            if bound is None:
                return None
            bounds.append(bound)
        return Comparison(tuple(bounds), product_of(shared))

    def bound(self, ratio: Powers) -> Bound | None:
        """The bound of a ratio by the least constant that serves, or None."""
        if ratio not in self.known:
            self.known[ratio] = self._bound(ratio)
        return self.known[ratio]

    def _bound(self, ratio: Powers) -> Bound | None:
        box = box_of(self.frame, product_of(ratio))
        if box is None:
            return None
        seen = [largest(product_of(leaf), box) for leaf in leaves(ratio)]
        known = [value for value in seen if value is not None]
        if len(known) < len(seen) or max(known) > LARGEST_RATIO:
            return None
        for constant in _proposals(max(known)):
            bound = Bound(ratio, constant)
            if all(self._smooth(leaf) for leaf in bound.leaves):
                return bound
        return None

    def _smooth(self, leaf: Bound) -> bool:
        if leaf not in self.proofs:
            self.proofs[leaf] = self.cover(self.frame, leaf.claim)
        return self.proofs[leaf] is not None

    def lines(self, bounds: Iterable[Bound]) -> tuple[tuple[c.Line, ...], dict[Bound, c.Factor]]:
        """The bounds as facts: first, in one line, those of what is smooth, then those with kinks."""
        wanted = list(dict.fromkeys(bounds))
        smooth = list(dict.fromkeys(leaf for bound in wanted for leaf in bound.leaves))
        bent = [bound for bound in wanted if bound not in smooth]
        names = [fresh_name(base, self.taken) for base in ("ratios", "ratios with kinks")]
        facts = {own: c.Factor("fact", names[0], place=place) for place, own in enumerate(smooth)}
        proofs = [self.proofs[leaf] or c.Proof(c.Signs()) for leaf in smooth]
        lines = [_together(names[0], smooth, proofs)] if smooth else []
        if bent:
            proofs = [self._proof(bound, facts, 0) for bound in bent]
            lines.append(_together(names[1], bent, proofs))
            facts.update({own: c.Factor("fact", names[1], place=place) for place, own in enumerate(bent)})
        return tuple(lines), facts

    def _proof(self, bound: Bound, facts: Mapping[Bound, c.Factor], depth: int) -> c.Proof:
        """A bound from those of what is smooth."""
        if bound in facts:
            return c.Proof(self._combined((c.Factor("goal"),), (facts[bound],)))
        kink = kink_of(bound.ratio)
        assert kink is not None
        if kink.head in CHOICES:
            order, choices = split(bound.ratio, kink)
            proofs = tuple(self._proof(Bound(own, bound.constant), facts, depth + 1) for own in choices)
            return c.Proof(c.Cases("", order, self._name("case", depth), proofs))
        place, chosen = smoothed(bound.ratio, kink)
        inner = Bound(chosen, bound.constant)
        lines: list[c.Line] = []
        if inner not in facts:
            name = self._name("smooth", depth)
            lines.append(c.Line(name, inner.claim, c.Nested(self._proof(inner, facts, depth + 1))))
            facts = {**facts, inner: c.Factor("fact", name)}
        exponent, base = bound.ratio[place].exponent, chosen[place].base
        above = exponent > 0
        order_fact = self.rounded.order(kink, above)
        low, high = (kink, base) if above else (base, kink)
        if abs(exponent) != 1:
            name = self._name("powers", depth)
            claim = relation("<=", power_of(low, abs(exponent)), power_of(high, abs(exponent)))
            lines.append(c.Line(name, claim, raised_order(low, high, abs(exponent), order_fact, self.unfold)))
            order_fact = c.Factor("fact", name)
        rest = sides((*bound.ratio[:place], *bound.ratio[place + 1 :]))[0 if above else 1]
        exchanged = c.Summand(
            Fraction(1) if above else bound.constant, (order_fact, c.Factor("sign", term=rest))
        )
        combined = self._combined((c.Factor("goal"),), (facts[inner],))
        return c.Proof(replace(combined, summands=(*combined.summands, exchanged)), tuple(lines))

    def _combined(self, *products: tuple[c.Factor, ...]) -> c.Combination:
        return c.Combination(tuple(c.Summand(Fraction(1), own) for own in products), self.unfold)

    def _name(self, base: str, depth: int) -> str:
        return fresh_name(f"{base} {depth}", self.taken)


def _together(name: str, bounds: list[Bound], proofs: list[c.Proof]) -> c.Line:
    """Several bounds in one line, so that they are checked in one place."""
    if len(bounds) == 1:
        return c.Line(name, bounds[0].claim, c.Nested(proofs[0]))
    return c.Line(name, conjunction(tuple(own.claim for own in bounds)), c.Both(tuple(proofs)))


def box_of(frame: Frame, *terms: Term) -> Box | None:
    """The ranges of the names of some terms; None when they are no numbers, or too many."""
    names = sorted(frozenset().union(*(term.free for term in terms)))
    sorts = frame.sequent.names
    if len(names) > MOST_NAMES or not all(is_numeric(sorts.get(name, PROP)) for name in names):
        return None
    context = frame.context()
    return {name: frame.interval(Name(name, sorts[name]), context) for name in names}


def raised_order(low: Term, high: Term, exponent: Fraction, order: c.Factor, unfold: Unfold) -> c.Combination:
    """`low^exponent <= high^exponent` from `low <= high` between terms that are not negative, for a half or a
    whole exponent."""
    negated = c.Factor("goal")
    if exponent == HALF:
        # (a - b)^2 + 2*(a - b)*b + (b^2 - a^2) = 0
        root = c.Factor("sign", term=power_of(high, exponent))
        summands = [
            c.Summand(Fraction(1), (negated, negated)),
            c.Summand(Fraction(2), (negated, root)),
            c.Summand(Fraction(1), (order,)),
        ]
    else:
        summands = [c.Summand(Fraction(1), (negated,))]
        for k in range(int(exponent)):
            own = (Power(low, Fraction(k)), Power(high, exponent - 1 - k))
            weight = product_of(tuple(power for power in own if power.exponent))
            summands.append(c.Summand(Fraction(1), (order, c.Factor("sign", term=weight))))
    return c.Combination(tuple(summands), unfold)


def rounded_up(value: Fraction, digits: int) -> Fraction:
    """The least number with so many significant digits that is not below a positive one."""
    unit = Fraction(10) ** (floor(log10(value)) + 1 - digits)
    return unit * ceil(value / unit)


def _about_numbers(frame: Frame) -> dict[str, Term]:
    """The facts about numbers that stand for themselves, among them the ranges of names."""
    found = {}
    for name, formula in frame.facts.items():
        numeric = all(is_numeric(frame.sequent.names.get(own, PROP)) for own in formula.free)
        if numeric and not any(isinstance(part, Bind) for part in subterms(formula)):
            found[name] = formula
    return found


def _proposals(seen: Fraction) -> Iterator[Fraction]:
    """Constants to try, the smallest first, for the largest ratio seen."""
    simple = seen.limit_denominator(SIMPLE)
    if simple > 0 and abs(simple - seen) <= seen / 10**9:
        yield simple
    if seen > 0:
        yield from (rounded_up(seen * room, DIGITS) for room in ROOM)

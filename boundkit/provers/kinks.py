"""Maxima, minima, absolute values and roundings in products of powers, and what takes their place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from boundkit.ir.sorts import REAL
from boundkit.ir.terms import ONE, ZERO, Apply, Term, fresh_name, rebuild, relation, subterms
from boundkit.kernel import certificates as c
from boundkit.kernel.context import NotNormal
from boundkit.kernel.definedness import NotDefined
from boundkit.kernel.judge import Frame, Rejected
from boundkit.kernel.meanings import truth
from boundkit.kernel.polynomials import TooLarge
from boundkit.provers.powers import Power, Powers

CHOICES = {"max": 2, "min": 2, "abs": 1}
ROUNDED = ("ceil", "floor")
MOST_ROUNDED = 4
DEEPEST = 4
HALF = Fraction(1, 2)
LARGEST_POWER = 8
Unfold = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Rounded:
    """What is said of roundings, as lines, and the name of the fact about each by its normal form."""

    lines: tuple[c.Line, ...]
    facts: Mapping[str, str]

    def order(self, kink: Apply, above: bool) -> c.Factor:
        """The fact that bounds a rounding from above, or from below: for `ceil` the second relation of its
        definition, `ceil(x) < x + 1`, or the first, `x <= ceil(x)`; for `floor` the other way round."""
        return c.Factor("fact", self.facts[str(kink)], place=int(above == (kink.head == "ceil")))


def kink_of(group: Powers) -> Apply | None:
    """What is to be replaced first so that a product becomes smooth: a choice, wherever it stands, or else a
    rounding that is a factor, with a power of which the order is known; None for none."""
    for own in group:
        for part in subterms(own.base):
            if isinstance(part, Apply) and len(part.args) == CHOICES.get(part.head, 0):
                return part
    for own in group:
        size = abs(own.exponent)
        known = size == HALF or size.denominator == 1 and size <= LARGEST_POWER
        if known and isinstance(own.base, Apply) and own.base.head in ROUNDED:
            return own.base
    return None


def split(group: Powers, kink: Apply) -> tuple[Apply, tuple[Powers, Powers]]:
    """A relation that decides a choice, and the product where it holds and where it does not."""
    if kink.head == "abs":
        own = kink.args[0]
        order = relation("<=", ZERO, own)
        values: tuple[Term, Term] = (own, Apply("neg", (own,), REAL))
    else:
        order = relation("<=", kink.args[0], kink.args[1])
        values = (kink.args[1], kink.args[0]) if kink.head == "max" else (kink.args[0], kink.args[1])
    first, second = (tuple(Power(_put(p.base, kink, v), p.exponent) for p in group) for v in values)
    return order, (first, second)


def smoothed(group: Powers, kink: Apply) -> tuple[int, Powers]:
    """The place of what is rounded, and the product with a bound for it: a larger one above the fraction
    line, a smaller one below."""
    place = next(at for at, own in enumerate(group) if own.base == kink)
    exponent, new = group[place].exponent, kink.args[0]
    if kink.head == "ceil" and exponent > 0:
        new = Apply("+", (new, ONE), REAL)
    if kink.head == "floor" and exponent < 0:
        new = Apply("-", (new, ONE), REAL)
    return place, (*group[:place], Power(new, exponent), *group[place + 1 :])


def leaves(group: Powers, depth: int = DEEPEST) -> Iterator[Powers]:
    """The products without kinks that bound a product."""
    kink = kink_of(group) if depth else None
    if kink is None:
        yield group
    elif kink.head in CHOICES:
        for chosen in split(group, kink)[1]:
            yield from leaves(chosen, depth - 1)
    else:
        yield from leaves(smoothed(group, kink)[1], depth - 1)


def rounded(frame: Frame, terms: Iterable[Term], unfold: Unfold) -> Rounded:
    """The definitions of the roundings in some terms; and that they are not negative, where that can be
    shown."""
    fixed = set(frame.sequent.names) | set(frame.sequent.definitions)
    seen: dict[str, Apply] = {}
    context = frame.context(unfold)
    for term in terms:
        for part in subterms(term):
            if isinstance(part, Apply) and part.head in ROUNDED and part.free <= fixed:
                seen.setdefault(str(context.canonical_term(part)), part)
    lines: list[c.Line] = []
    facts: dict[str, str] = {}
    for text, part in list(seen.items())[:MOST_ROUNDED]:
        definition = truth(part)
        if definition is None:
            continue
        name, sign = (fresh_name(f"{base} of {part}", set(frame.facts)) for base in ("definition", "sign"))
        least = part.args[0] if part.head == "ceil" else Apply("-", (part.args[0], ONE), REAL)
        stated = c.Factor("fact", name, place=int(part.head == "floor"))
        factors = (c.Factor("goal"), stated, c.Factor("sign", term=least))
        by = c.Combination(tuple(c.Summand(Fraction(1), (factor,)) for factor in factors), unfold)
        lines.append(c.Line(name, definition, c.Meaning(term=part)))
        facts[text] = name
        positive = c.Line(sign, relation("<=", ZERO, part), by)
        try:
            frame.check(positive.claim, c.Proof(by, (lines[-1],)))
        except (Rejected, NotNormal, NotDefined, TooLarge):
            continue
        lines.append(positive)
    return Rounded(tuple(lines), facts)


def _put(term: Term, old: Term, new: Term) -> Term:
    return new if term == old else rebuild(term, lambda part: _put(part, old, new))

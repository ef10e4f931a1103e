"""Bounds up to a constant, summand by summand: the left side is bounded in the vocabulary of the right side,
each of its summands by a constant times one summand of the right side, and the constants are added."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from boundkit.ir.functions import SYMBOLS
from boundkit.ir.sorts import REAL, is_numeric
from boundkit.ir.terms import Apply, Name, Number, Term, conjunction, fresh_name, number, relation, subterms
from boundkit.kernel import certificates as c
from boundkit.kernel.context import Context, NotNormal
from boundkit.kernel.definedness import NotDefined
from boundkit.kernel.judge import Frame, Rejected
from boundkit.kernel.normal import normal, to_term
from boundkit.kernel.polynomials import Atom, Polynomial, TooLarge, of_atom
from boundkit.kernel.powers import parts
from boundkit.provers.kinks import CHOICES, rounded, split
from boundkit.provers.majorants import Majorant, instances, majorants
from boundkit.provers.pool import Pool
from boundkit.provers.powers import Power, Powers, collected, powers_of, product_of
from boundkit.provers.ratios import Bound, Comparison, Cover, Ratios, Unfold, rounded_up

MOST_SUMMANDS = 12
MOST_MAJORANTS = 4
MOST_CHOICES = 2
DIGITS = 3
LARGEST_SHORT = 100
SIMPLE = 12
"""Constants with denominators up to this are kept, others are rounded up: to whole numbers from
`LARGEST_SHORT` on, below that to so many `DIGITS`."""


def prove_up_to_constant(frame: Frame, goal: Apply, cover: Cover, unfold: Unfold) -> c.Constant | None:
    """A certificate of `left <~ right` with its constant, or None."""
    left, right = goal.args[:2]
    try:
        return _certificate(frame, left, right, cover, unfold)
    except (Rejected, NotNormal, NotDefined, TooLarge, RecursionError):
        return None


def shortened(constant: Fraction) -> Fraction:
    """A positive constant that is not smaller and easier to read."""
    if constant.denominator <= SIMPLE:
        return constant
    return Fraction(ceil(constant)) if constant >= LARGEST_SHORT else rounded_up(constant, DIGITS)


@dataclass(frozen=True)
class _Part:
    """A summand `coefficient * product of powers` of a side, none of which is negative."""

    coefficient: Fraction
    powers: Powers

    def summand(self, coefficient: Fraction) -> c.Summand:
        """That a multiple of the product is not negative."""
        return c.Summand(coefficient, (c.Factor("sign", term=product_of(self.powers)),))


@dataclass(frozen=True)
class _Assigned:
    """A bound of `left` in which each positive summand is compared with a part of the right side.

    positive: coefficients and comparisons. negative: the other summands, turned round. loads: by what each
    part of the right side is multiplied altogether."""

    left: Term
    majorant: Majorant
    positive: tuple[tuple[Fraction, Comparison], ...]
    negative: tuple[_Part, ...]
    loads: tuple[Fraction, ...]
    parts: tuple[_Part, ...]

    @property
    def bounds(self) -> Iterator[Bound]:
        for _, comparison in self.positive:
            yield from comparison.bounds

    def combination(
        self, constant: Fraction, facts: Mapping[Bound, c.Factor], unfold: Unfold
    ) -> c.Combination:
        """`left <= constant*right` for a constant that is not below the loads: the negated goal, the facts
        behind the majorant, the comparisons, and what is left over of the right side."""
        summands = [c.Summand(Fraction(1), (c.Factor("goal"),)), *self.majorant.summands]
        summands.extend(part.summand(part.coefficient) for part in self.negative)
        for coefficient, comparison in self.positive:
            summands.extend(comparison.summands(coefficient, facts))
        for load, part in zip(self.loads, self.parts, strict=True):
            if load < constant:
                summands.append(part.summand((constant - load) * part.coefficient))
        return c.Combination(tuple(summands), unfold)


@dataclass(frozen=True)
class _Split:
    """A relation, and what is known where it holds and where it does not: the place of a bound, or another
    split."""

    order: Apply
    branches: tuple[int | _Split, ...]


def _certificate(frame: Frame, left: Term, right: Term, cover: Cover, unfold: Unfold) -> c.Constant | None:
    search = _Search(frame, left, right, cover, unfold)
    found: list[_Assigned] = []
    tree = search.tree(left, MOST_CHOICES, found)
    if tree is None:
        return None
    least = max((load for own in found for load in own.loads), default=Fraction(0))
    constant = shortened(least) if least > 0 else Fraction(1)
    more, facts = search.ratios.lines(bound for own in found for bound in own.bounds)
    proofs = [own.combination(constant, facts, unfold) for own in found]
    if isinstance(tree, int):
        return c.Constant(constant, c.Proof(proofs[tree], (*search.lines, *more)))
    scaled = Apply("*", (number(constant), right), REAL)
    claims = tuple(relation("<=", own.left, scaled) for own in found)
    name = fresh_name("branches", set(search.frame.facts))
    line = c.Line(name, conjunction(claims), c.Both(tuple(c.Proof(proof) for proof in proofs)))
    proof = _proof(tree, name, unfold, 0, set(search.frame.facts))
    return c.Constant(constant, c.Proof(proof.by, (*search.lines, *more, line)))


def _proof(tree: int | _Split, branches: str, unfold: Unfold, depth: int, taken: set[str]) -> c.Proof:
    if isinstance(tree, int):
        factors = (c.Factor("goal"), c.Factor("fact", branches, place=tree))
        return c.Proof(c.Combination(tuple(c.Summand(Fraction(1), (own,)) for own in factors), unfold))
    proofs = tuple(_proof(branch, branches, unfold, depth + 1, taken) for branch in tree.branches)
    return c.Proof(c.Cases("", tree.order, fresh_name(f"side {depth}", taken), proofs))


class _Search:
    """The search for bounds of terms up to a constant times one right side."""

    def __init__(self, frame: Frame, left: Term, right: Term, cover: Cover, unfold: Unfold) -> None:
        pool = self._pool(frame, frame.context(unfold), left, right)
        spoken = (pool.left, *(source.slack for source in pool.sources))
        known = instances(frame, pool.context, spoken)
        terms = (left, right, *(line.claim for line in known), *frame.facts.values())
        rounding = rounded(frame, terms, unfold)
        self.lines = (*known, *rounding.lines)
        for line in self.lines:
            frame = frame.with_fact(line.name, line.claim)
        self.frame = frame
        self.right = right
        self.context = frame.context(unfold)
        self.ratios = Ratios(frame, rounding, cover, unfold)
        self.above = normal(right, self.context)
        self.parts = _parts(self.above, self.context)

    def tree(self, left: Term, choices: int, found: list[_Assigned]) -> int | _Split | None:
        """A bound of the left side, or bounds by the signs of what stands under absolute values and the
        like; they are added to those found."""
        assigned = self.assigned(left)
        if assigned is not None:
            found.append(assigned)
            return len(found) - 1
        kink = self._choice(left)
        if kink is None or choices == 0:
            return None
        order, sides = split((Power(left, Fraction(1)),), kink)
        branches: list[int | _Split] = []
        for (side,) in sides:
            branch = self.tree(side.base, choices - 1, found)
            if branch is None:
                return None
            branches.append(branch)
        return _Split(order, tuple(branches))

    def _choice(self, left: Term) -> Apply | None:
        """A choice between terms that are no functions of the numbers on the right side."""
        fixed, names = set(self.frame.sequent.names), self.right.free
        for part in subterms(left):
            chooses = isinstance(part, Apply) and len(part.args) == CHOICES.get(part.head, 0)
            if chooses and part.free <= fixed and not (_is_elementary(part) and part.free <= names):
                assert isinstance(part, Apply)
                return part
        return None

    def assigned(self, left: Term) -> _Assigned | None:
        """A bound of the left side by the right side, or None."""
        pool = self._pool(self.frame, self.context, left, self.right)
        for foreign in self._vocabularies():
            for count, majorant in enumerate(majorants(pool, pool.left, foreign)):
                found = self._against(left, majorant)
                if found is not None:
                    return found
                if count + 1 >= MOST_MAJORANTS:
                    break
        return None

    def _pool(self, frame: Frame, context: Context, left: Term, right: Term) -> Pool:
        pool = Pool(frame, context, relation("<=", left, right))
        pool.gather()
        pool.everything()
        return pool

    def _vocabularies(self) -> Iterator[Callable[[Atom], bool]]:
        """What is foreign to the right side: all that is no function of numbers; then also what has
        names that the right side does not have, first those of which the sign is not known."""
        own, names = self.above.atoms, self.right.free

        def is_object(atom: Atom) -> bool:
            return atom not in own and not _is_elementary(atom.term)

        def has_sign(name: str) -> bool:
            one = of_atom(Atom(Name(name, self.frame.sequent.names[name])))
            return self.context.is_nonnegative(one) or self.context.is_nonnegative(-one)

        yield is_object
        yield lambda atom: is_object(atom) or not all(map(has_sign, atom.term.free - names))
        yield lambda atom: is_object(atom) or not atom.term.free <= names

    def _against(self, left: Term, majorant: Majorant) -> _Assigned | None:
        """Every summand of the majorant against the part of the right side that makes the constant least."""
        loads = [Fraction(0)] * len(self.parts)
        positive: list[tuple[Fraction, Comparison]] = []
        negative: list[_Part] = []
        if len(majorant.value.terms) > MOST_SUMMANDS:
            return None
        for monomial in majorant.value.ordered:
            own = powers_of(monomial, self.context)
            if own is None:
                return None
            coefficient = own[0] * majorant.value.terms[monomial]
            if coefficient < 0:
                negative.append(_Part(-coefficient, own[1]))
                continue
            options = []
            for place, part in enumerate(self.parts):
                comparison = self.ratios.compare(own[1], part.powers)
                if comparison is not None:
                    cost = coefficient * comparison.constant / part.coefficient
                    options.append((loads[place] + cost, place, comparison))
            if not options:
                return None
            load, chosen, best = min(options, key=lambda option: option[:2])
            loads[chosen] = load
            positive.append((coefficient, best))
        return _Assigned(left, majorant, tuple(positive), tuple(negative), tuple(loads), tuple(self.parts))


def _is_elementary(term: Term) -> bool:
    """Whether a term is a function of numbers, put together from those with a name."""
    if isinstance(term, Apply):
        return (term.head in SYMBOLS or term.head == "^") and all(map(_is_elementary, term.args))
    return isinstance(term, Number) or isinstance(term, Name) and is_numeric(term.sort)


def _parts(polynomial: Polynomial, context: Context) -> list[_Part]:
    """The summands of a polynomial that are not negative, or the polynomial as one where some may be; none
    where signs are not known."""
    found = []
    for monomial in polynomial.ordered[:MOST_SUMMANDS]:
        own = powers_of(monomial, context)
        if own is None or own[0] * polynomial.terms[monomial] < 0:
            break
        found.append(_Part(own[0] * polynomial.terms[monomial], own[1]))
    else:
        return found
    if not context.is_nonnegative(polynomial):
        return []
    content, scale, primitive = parts(polynomial)
    outside = powers_of(content, context)
    if outside is None:
        return []
    sign = 1 if outside[0] * scale > 0 else -1
    inside = Power(to_term(primitive.scaled(Fraction(sign))), Fraction(1))
    return [_Part(abs(scale), collected((*outside[1], inside)))]
